#include "walk_aid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

char run[32];

static const char book[] =
    "# Walk `walk-book`\n\n- **In short:** be quick, be calm.\n- **Do not:** delete anything before it is saved.\n- **Subject:** account\n"
    "- **Role:** `lead` incident lead: {account.responder}\n- **Ask first:** `noticed_at` (time) when did it begin?\n- **Reviewed:** 2026-11-20\n\n"
    "## Triage `triage`\n\n"
    "### Ring {account.responder.name} `ring`\n\nUse the telephone: {account.responder.phone}.\n\n- **Who:** lead\n- **By:** 5 min after start\n"
    "- **Write down:** `seen_by` (text) who saw it\n- **Write down:** `followers` (number) how many follow it\n"
    "- **Write down:** `colour` (one of red, green) which colour\n- **Write down:** `helper` (person) who helps\n\n"
    "### Save it `save`\n\n> CAUTION: use a clean device.\n\nSave the page as it is.\n\n- **By:** 6 min after start\n- **Keep:** `page` the page\n\n"
    "### Still in? `still-in`\n\nAsk everybody.\n\n- **By:** 7 min after start\n- **Write down:** `device` (text) which device\n- **If yes:** go on.\n"
    "- **If no, or not sure:** treat it as no.\n\n"
    "### Throw out `throw-out`\n\nNow.\n\n- **Only if:** `still-in = yes`\n- **By:** 8 min after start\n\n"
    "### Tell the board `board`\n\nTell them.\n\n- **Only if:** it is serious\n- **By:** 9 min after start\n\n"
    "## Later `later`\n\n### Read the answer `they-answer`\n\nRead it.\n\n- **Wait:** until they write\n";

void
write_book(const char *name, const char *text)
{
	char  path[160];
	FILE *f;

	snprintf(path, sizeof(path), "%s/playbooks/%s.md", dir, name);
	ck_assert_ptr_nonnull(f = fopen(path, "w"));
	fputs(text, f);
	fclose(f);
}

void
once_up(void)
{
	char books[600];

	home_up();
	snprintf(books, sizeof(books), "%s%s%s", dir, getenv("HOLDFAST_BOOKS") == NULL ? "" : ":",
	    getenv("HOLDFAST_BOOKS") == NULL ? "" : getenv("HOLDFAST_BOOKS"));
	setenv("HOLDFAST_BOOKS", books, 1);
	sh("mkdir -p '%s/playbooks/incident' '%s/templates/provider'", dir, dir);
	write_book("incident/walk-book", book);
	sh("printf '# Report\\n\\nHandle: {{account.handle}}\\n' >'%s/templates/provider/x.md'; echo pixels >'%s/screenshot.png'; echo other >'%s/screenplay.txt'",
	    dir, dir, dir);
	sh("\"$HOLDFAST\" init --name Agency 2>&1");
	sh("\"$HOLDFAST\" add person name='Ann Lee' phone='+44 7700 900105' 2>&1 && \"$HOLDFAST\" add person name='Max One' post=Clerk 2>&1 && "
	   "\"$HOLDFAST\" add person name='Max One' post=Head 2>&1");
	sh("\"$HOLDFAST\" add account provider=x handle=@agency state=live responder='Ann Lee' 2>&1");
}

/* A run of its own for each test, begun so that nothing but noticed_at is asked first. */
void
up(void)
{
	begin_run("respond x:agency --new --playbook incident/walk-book noticed_at=now");
}

void
begin_run(const char *command)
{
	snprintf(run, sizeof(run), "%s",
	    sh("\"$HOLDFAST\" --json --no-input %s 2>&1 | perl -MJSON::PP -0777 -ne 'print decode_json($_)->{data}{run}'",
		command));
	ck_assert_uint_eq(strlen(run), 26);
}

/* ---- the person ---- */

struct pty *
resume_in(int rows, int columns, const char *option)
{
	char *argv[] = { getenv("HOLDFAST"), (char *)(uintptr_t) "run", (char *)(uintptr_t) "resume", run,
		(char *)(uintptr_t)option, NULL };

	return pty_run(argv, rows, columns);
}

struct pty *
resume(void)
{
	return resume_in(50, 100, NULL);
}

/* Wait for a question, then type. */
const char *
last_part(const char *text, size_t len)
{
	size_t n = strlen(text);

	return n > len ? text + n - len : text;
}

void
type(struct pty *p, const char *question, const char *keys)
{
	EXPECT(p, question);
	pty_send(p, keys);
	pty_send(p, PTY_ENTER);
}

void
ends_with(struct pty *p, int status)
{
	int got = pty_wait(p);

	ck_assert_msg(got == status, "ended with %d, not %d:\n%s", got, status, pty_screen(p, NULL));
	ck_assert_msg(pty_is_cooked(p), "the terminal is not as it was");
	pty_free(p);
}

void
leave(struct pty *p)
{
	type(p, "x:agency > ", "q");
	EXPECT(p, "Everything that was recorded is kept");
	ends_with(p, 0);
}

/* What Perl says of the run: $d is what run show gives. */
const char *
of_run(const char *expression)
{
	return sh(
	    "\"$HOLDFAST\" --json run show %s 2>&1 | perl -MJSON::PP -0777 -ne 'my $d = decode_json($_)->{data}; print eval q{%s}'",
	    run, expression);
}

void
is_state(const char *step, const char *state)
{
	char        expression[128];
	const char *got;

	snprintf(expression, sizeof(expression), "(map { $_->{state} } grep { $_->{id} eq \"%s\" } @{$d->{steps}})[0]", step);
	got = of_run(expression);
	ck_assert_msg(strcmp(got, state) == 0, "%s is %s, not %s", step, got, state);
}

int
entries(void)
{
	return atoi(of_run("scalar @{$d->{entries}}"));
}
