/* The walk as a person meets it: on a terminal of three sizes, left and taken up again at every prompt, killed at every prompt. HOLDFAST is the program. */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "holdfast/text.h"
#include "pty.h"
#include "test.h"

static char dir[64], run[32];

static const char *sh(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A command of the shell; what it prints comes back, without the last newline. */
static const char *
sh(const char *fmt, ...)
{
	static char text[65536];
	char        command[4096];
	size_t      n;
	va_list     ap;
	FILE       *f;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	ck_assert_ptr_nonnull(f = popen(command, "r"));
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	if (n > 0 && text[n - 1] == '\n')
		text[n - 1] = '\0';
	ck_assert_msg(pclose(f) == 0, "%s: %s", command, text);
	return text;
}

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

static void
once_up(void)
{
	char  path[128];
	FILE *f;

	snprintf(dir, sizeof(dir), "/tmp/hfw.XXXXXX");
	if (mkdtemp(dir) == NULL || getenv("HOLDFAST") == NULL) {
		fprintf(stderr, "HOLDFAST names the program\n");
		exit(1);
	}
	snprintf(path, sizeof(path), "%s/gnupg", dir);
	setenv("HOME", dir, 1);
	setenv("GNUPGHOME", path, 1);
	setenv("TERM", "xterm", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("HOLDFAST_BOOKS", dir, 1);
	setenv("NO_COLOR", "1", 1);
	unsetenv("COLUMNS");
	unsetenv("XDG_DATA_HOME");
	unsetenv("XDG_STATE_HOME");
	unsetenv("XDG_CACHE_HOME");
	unsetenv("HOLDFAST_REGISTER");
	sh("mkdir -m 700 '%s' && gpg --batch --quiet --passphrase '' --quick-generate-key 'Ann <ann@agency.example>' future-default default never 2>&1",
	    path);
	sh("mkdir -p '%s/playbooks/incident' '%s/templates/provider'", dir, dir);
	snprintf(path, sizeof(path), "%s/playbooks/incident/walk-book.md", dir);
	ck_assert_ptr_nonnull(f = fopen(path, "w"));
	fputs(book, f);
	fclose(f);
	sh("printf '# Report\\n\\nHandle: {{account.handle}}\\n' >'%s/templates/provider/x.md'; echo pixels >'%s/screenshot.png'; echo other >'%s/screenplay.txt'",
	    dir, dir, dir);
	sh("\"$HOLDFAST\" init --name Agency 2>&1");
	sh("\"$HOLDFAST\" add person name='Ann Lee' phone='+44 7700 900105' 2>&1 && \"$HOLDFAST\" add person name='Max One' post=Clerk 2>&1 && "
	   "\"$HOLDFAST\" add person name='Max One' post=Head 2>&1");
	sh("\"$HOLDFAST\" add account provider=x handle=@agency state=live responder='Ann Lee' 2>&1");
}

static void
once_down(void)
{
	sh("gpgconf --kill all 2>&1; rm -rf '%s' 2>&1", dir);
}

/* A run of its own for each test, begun so that nothing but noticed_at is asked first. */
static void
up(void)
{
	snprintf(run, sizeof(run), "%s",
	    sh("\"$HOLDFAST\" --json --no-input respond x:agency --new --playbook incident/walk-book noticed_at=now 2>&1 | "
	       "perl -MJSON::PP -0777 -ne 'print decode_json($_)->{data}{run}'"));
	ck_assert_uint_eq(strlen(run), 26);
}

/* ---- the person ---- */

static struct pty *
resume_in(int rows, int columns, const char *option)
{
	char *argv[] = { getenv("HOLDFAST"), (char *)(uintptr_t) "run", (char *)(uintptr_t) "resume", run,
		(char *)(uintptr_t)option, NULL };

	return pty_run(argv, rows, columns);
}

static struct pty *
resume(void)
{
	return resume_in(50, 100, NULL);
}

#define EXPECT(p, text) ck_assert_msg(pty_expect(p, text), "no \"%s\" on the screen:\n%s", text, pty_screen(p, NULL))

/* Wait for a question, then type. */
static void
type(struct pty *p, const char *question, const char *keys)
{
	EXPECT(p, question);
	pty_send(p, keys);
	pty_send(p, PTY_ENTER);
}

static void
ends_with(struct pty *p, int status)
{
	int got = pty_wait(p);

	ck_assert_msg(got == status, "ended with %d, not %d:\n%s", got, status, pty_screen(p, NULL));
	ck_assert_msg(pty_is_cooked(p), "the terminal is not as it was");
	pty_free(p);
}

static void
leave(struct pty *p)
{
	type(p, "x:agency > ", "q");
	EXPECT(p, "Everything that was recorded is kept");
	ends_with(p, 0);
}

/* What Perl says of the run: $d is what run show gives. */
static const char *
of_run(const char *expression)
{
	return sh(
	    "\"$HOLDFAST\" --json run show %s 2>&1 | perl -MJSON::PP -0777 -ne 'my $d = decode_json($_)->{data}; print eval q{%s}'",
	    run, expression);
}

static void
is_state(const char *step, const char *state)
{
	char        expression[128];
	const char *got;

	snprintf(expression, sizeof(expression), "(map { $_->{state} } grep { $_->{id} eq \"%s\" } @{$d->{steps}})[0]", step);
	got = of_run(expression);
	ck_assert_msg(strcmp(got, state) == 0, "%s is %s, not %s", step, got, state);
}

static int
entries(void)
{
	return atoi(of_run("scalar @{$d->{entries}}"));
}

/* ---- the whole way ---- */

static const struct {
	int rows, columns;
} sizes[] = { { 24, 60 }, { 24, 80 }, { 60, 200 } };

/* No line that the program put is wider than the screen. Escapes have no width. */
static void
fits(const struct pty *p, int columns)
{
	size_t        len;
	const char   *s = pty_screen(p, &len);
	struct hf_buf line = HF_BUF_INIT;

	for (; *s != '\0'; s++) {
		if (*s == '\033') {
			s += strcspn(s, "ABCDEFGHJKmhlrPX@");
			if (*s == '\0')
				break;
			continue;
		}
		if (*s != '\n' && *s != '\r') {
			hf_buf_addc(&line, *s);
			continue;
		}
		ck_assert_msg(strstr(hf_buf_str(&line), " > ") != NULL || strchr(hf_buf_str(&line), ':') != NULL ||
			(int)hf_text_width(hf_buf_str(&line)) <= columns,
		    "wider than %d: %s", columns, hf_buf_str(&line));
		hf_buf_cut(&line, 0);
	}
	hf_buf_clear(&line);
}

START_TEST(from_first_screen_to_close)
{
	struct pty *p = resume_in(sizes[_i].rows, sizes[_i].columns, NULL);

	EXPECT(p, "In short: be quick, be calm.");
	EXPECT(p, "delete anything before it is saved.");
	type(p, "Enter: begin", "");
	EXPECT(p, "Triage");
	EXPECT(p, "Step 1 of");
	EXPECT(p, "Ring Ann Lee");
	EXPECT(p, "incident lead: Ann Lee, +447700900105");
	type(p, "x:agency > ", "");
	type(p, "who saw it: ", "Jo");
	EXPECT(p, "recorded: seen_by");
	type(p, "(a number): ", "many");
	EXPECT(p, "NOT recorded");
	type(p, "(a number): ", "1200");
	EXPECT(p, "1   red");
	type(p, "(one of red, green): ", "2");
	EXPECT(p, "recorded: colour");
	type(p, "(person): ", "Max One");
	EXPECT(p, "2 records are called Max One");
	type(p, "Which one: ", "1");
	EXPECT(p, "recorded: helper");
	EXPECT(p, "recorded: done, Ring Ann Lee");
	EXPECT(p, "CAUTION: use a clean device.");
	type(p, "I have read it > ", "");
	EXPECT(p, "Save the page as it is.");
	type(p, "x:agency > ", "");
	pty_send(p, dir);
	pty_send(p, "/screensh" PTY_TAB);
	pty_pause(p, 500); /* the line may break within the name */
	pty_send(p, PTY_ENTER);
	EXPECT(p, "recorded: screenshot.png, kept as page");
	EXPECT(p, "Ask everybody.");
	type(p, "x:agency > ", "2");
	EXPECT(p, "recorded: answered no");
	type(p, "which device: ", "none");
	EXPECT(p, "recorded: done, Still in?");
	EXPECT(p, "it is serious");
	type(p, "Does this apply? (y or n) > ", "n");
	EXPECT(p, "recorded: left out, Tell the board");
	EXPECT(p, "Nothing can be done right now.");
	EXPECT(p, "waits until they write");
	type(p, "q quit > ", "5");
	type(p, "x:agency > ", "");
	EXPECT(p, "recorded: done, Read the answer");
	type(p, "Close the run [yes]: ", "");
	EXPECT(p, "recorded: the run is closed");
	EXPECT(p, "holdfast timeline");
	fits(p, sizes[_i].columns);
	ends_with(p, 0);
	is_state("ring", "done");
	is_state("throw-out", "excluded");
	is_state("board", "skipped");
	ck_assert_str_eq(
	    of_run("$d->{values}{colour} . \" \" . $d->{values}{followers} . \" \" . $d->{state}"), "green 1200 closed");
	ck_assert_str_eq(of_run("(map { $_->{text} } grep { $_->{type} eq \"skip\" } @{$d->{entries}})[0]"),
	    "does not apply: it is not so that it is serious");
}
END_TEST

/* A caution stands alone: the text of the step comes after it was acknowledged. */
START_TEST(caution_alone)
{
	struct pty *p = resume();
	const char *screen, *caution;

	type(p, "Enter: begin", "j save");
	EXPECT(p, "CAUTION: use a clean device.");
	EXPECT(p, "I have read it > ");
	screen = pty_screen(p, NULL);
	caution = strstr(screen, "CAUTION: use a clean device.");
	ck_assert_ptr_null(strstr(screen, "Save the page as it is."));
	while (caution > screen && strncmp(caution, "\033[2J", 4) != 0)
		caution--;
	ck_assert_msg(caution > screen, "the screen was not cleared before it");
	pty_send(p, PTY_ENTER);
	EXPECT(p, "Save the page as it is.");
	type(p, "x:agency > ", "j ring");
	type(p, "x:agency > ", "b"); /* once is enough in one sitting */
	EXPECT(p, "Save the page as it is.");
	leave(p);
	p = resume();
	type(p, "Enter: begin", "j save"); /* another one sees it again */
	EXPECT(p, "CAUTION: use a clean device.");
	type(p, "I have read it > ", "q");
	EXPECT(p, "Everything that was recorded is kept");
	ends_with(p, 0);
}
END_TEST

START_TEST(keys_of_the_walk)
{
	struct pty *p = resume();

	type(p, "Enter: begin", "?");
	EXPECT(p, "an answer, by its number");
	EXPECT(p, "leave; it goes on here");
	type(p, "Enter: back > ", "");
	type(p, "x:agency > ", "l");
	EXPECT(p, "Tell the board");
	EXPECT(p, "waiting");
	type(p, "Enter goes back > ", "3");
	EXPECT(p, "Ask everybody.");
	type(p, "x:agency > ", "b");
	EXPECT(p, "Use the telephone");
	type(p, "x:agency > ", "jump still-in");
	EXPECT(p, "Ask everybody.");
	type(p, "x:agency > ", "j nowhere");
	EXPECT(p, "has no such step");
	type(p, "x:agency > ", "what on earth is this");
	EXPECT(p, "not recorded. To write it into the log, type n before it");
	EXPECT(p, "x:agency > ");
	pty_send(p, "\f");
	EXPECT(p, "Ask everybody."); /* Ctrl-L shows the step again */
	type(p, "x:agency > ", "n the press rang");
	EXPECT(p, "recorded: a note");
	type(p, "x:agency > ", "t 0429-118");
	EXPECT(p, "recorded: a ticket");
	type(p, "x:agency > ", "f");
	type(p, "What went wrong", "nobody answers");
	EXPECT(p, "recorded: failed, Still in?");
	type(p, "x:agency > ", "s");
	type(p, "Why is it left out: ", "");
	EXPECT(p, "that needs a reason");
	type(p, "x:agency > ", "skip she knows already");
	EXPECT(p, "recorded: left out, Ring Ann Lee");
	type(p, "I have read it > ", "");
	type(p, "x:agency > ", "r");
	type(p, "Which report [provider]: ", "");
	EXPECT(p, "Handle: @agency");
	EXPECT(p, "recorded: report made, provider/x");
	EXPECT(p, "Write it to a file");
	pty_send(p, dir);
	pty_send(p, "/out.html" PTY_ENTER);
	EXPECT(p, "written: ");
	type(p, "x:agency > ", "a");
	EXPECT(p, "File for page");
	pty_send(p, "-" PTY_ENTER);
	type(p, "> ", "pasted text");
	type(p, "> ", "");
	EXPECT(p, "recorded: page.txt, kept as page");
	leave(p);
	sh("grep -q '<!DOCTYPE html>' '%s/out.html' && rm '%s/out.html'", dir, dir);
	is_state("still-in", "failed");
	is_state("ring", "skipped");
	ck_assert_str_eq(
	    of_run("join \" \", map { $_->{type} } @{$d->{entries}}"), "start note ticket fail skip report report evidence");
}
END_TEST

START_TEST(a_note_at_any_question)
{
	struct pty *p = resume();

	type(p, "Enter: begin", ":n at the first screen");
	EXPECT(p, "recorded: a note");
	type(p, "Enter: begin", "v"); /* there is no step yet */
	type(p, "x:agency > ", "v");
	type(p, "who saw it: ", ":n at a value");
	EXPECT(p, "recorded: a note");
	type(p, "who saw it: ", "q"); /* hardly what was meant */
	EXPECT(p, "is not written down");
	type(p, "who saw it: ", ":?");
	EXPECT(p, "leave; nothing that was recorded is lost");
	type(p, "who saw it: ", "the password is hunter2hunter2!");
	EXPECT(p, "NOT recorded");
	EXPECT(p, "who saw it: ");
	pty_send(p, PTY_EOF); /* back to the step */
	type(p, "x:agency > ", "v");
	type(p, "who saw it: ", ":q");
	EXPECT(p, "Everything that was recorded is kept");
	ends_with(p, 0);
	ck_assert_int_eq(entries(), 3);
}
END_TEST

/* ---- leaving, being killed, and going on ---- */

/* The questions of the first step in their order: what is shown, what is typed, what is then in the log. */
static const struct {
	const char *question, *typed, *recorded;
} questions[] = {
	{ "Enter: begin", "", NULL },
	{ "x:agency > ", "", NULL },
	{ "who saw it: ", "Jo", "recorded: seen_by" },
	{ "(a number): ", "7", "recorded: followers" },
	{ "(one of red, green): ", "red", "recorded: colour" },
	{ "(person): ", "Ann Lee", "recorded: done" },
	{ "I have read it > ", "", NULL },
	{ "x:agency > ", "", NULL },
	{ "later): ", "", NULL },
};

/* Answer the first n questions and wait for the next; returns how many entries were acknowledged. */
static int
answer_some(struct pty *p, int n)
{
	int acknowledged = 0;

	for (int k = 0; k < n; k++) {
		type(p, questions[k].question, questions[k].typed);
		if (questions[k].recorded == NULL)
			continue;
		EXPECT(p, questions[k].recorded);
		acknowledged += 1 + (strcmp(questions[k].recorded, "recorded: done") == 0);
	}
	EXPECT(p, questions[n].question);
	return acknowledged;
}

START_TEST(interrupted_at_every_question)
{
	struct pty *p = resume();
	int         acknowledged = answer_some(p, _i);

	pty_send(p, PTY_INT);
	EXPECT(p, "Everything that was recorded is kept");
	ends_with(p, 130);
	ck_assert_int_eq(entries(), 1 + acknowledged);
}
END_TEST

START_TEST(killed_at_every_question)
{
	struct pty *p = resume();
	int         acknowledged = answer_some(p, _i);

	pty_signal(p, SIGKILL);
	ck_assert_int_eq(pty_wait(p), 256 + SIGKILL);
	pty_free(p);
	ck_assert_int_eq(entries(), 1 + acknowledged);
	/* It goes on with the first question that was not answered. */
	p = resume();
	type(p, "Enter: ", "");
	if (_i >= 6) {
		EXPECT(p, "I have read it > ");
		pty_send(p, "q" PTY_ENTER);
		ends_with(p, 0);
		return;
	}
	type(p, "x:agency > ", "");
	EXPECT(p, _i <= 2 ? "who saw it: " : questions[_i].question);
	pty_send(p, ":q" PTY_ENTER);
	ends_with(p, 0);
}
END_TEST

START_TEST(end_of_input_leaves)
{
	struct pty *p = resume();

	EXPECT(p, "Enter: begin");
	pty_send(p, PTY_EOF);
	EXPECT(p, "Everything that was recorded is kept");
	ends_with(p, 0);
}
END_TEST

static const int signals[] = { SIGTERM, SIGHUP };

START_TEST(signals_leave)
{
	struct pty *p = resume();

	type(p, "Enter: begin", "");
	EXPECT(p, "x:agency > ");
	pty_signal(p, signals[_i]);
	ends_with(p, 128 + signals[_i]);
	ck_assert_int_eq(entries(), 1);
}
END_TEST

START_TEST(a_run_is_offered_again)
{
	char       *argv[] = { getenv("HOLDFAST"), (char *)(uintptr_t) "respond", (char *)(uintptr_t) "x:agency",
		      (char *)(uintptr_t) "--playbook", (char *)(uintptr_t) "incident/walk-book", NULL };
	struct pty *p = pty_run(argv, 50, 100);

	type(p, "Go on with that run [yes]: ", "");
	EXPECT(p, "In short");
	type(p, "Enter: begin", "q");
	ends_with(p, 0);
	ck_assert_int_eq(entries(), 1);
}
END_TEST

START_TEST(asked_for_what_is_missing)
{
	char       *argv[] = { getenv("HOLDFAST"), (char *)(uintptr_t) "respond", (char *)(uintptr_t) "--playbook",
		      (char *)(uintptr_t) "incident/walk-book", (char *)(uintptr_t) "--new", NULL };
	struct pty *p = pty_run(argv, 50, 100);

	EXPECT(p, "Which account was taken: ");
	pty_send(p, "x:ag" PTY_TAB);
	EXPECT(p, "ency");
	pty_send(p, PTY_ENTER);
	type(p, "Enter: begin", "");
	type(p, "when did it begin? (a time): ", "sometime");
	EXPECT(p, "NOT recorded");
	type(p, "when did it begin? (a time): ", "10 min ago");
	EXPECT(p, "recorded: noticed_at");
	leave(p);
}
END_TEST

/* ---- terminals ---- */

static bool
shows(const struct pty *p, const char *bytes)
{
	return strstr(pty_screen(p, NULL), bytes) != NULL;
}

/* Colours where they are wanted, and none where they are not; the words are the same. */
START_TEST(colors)
{
	struct pty *p;
	int         n = 0;

	if (_i == 1)
		unsetenv("NO_COLOR");
	p = resume();
	type(p, "Enter: begin", "");
	type(p, "x:agency", "v");
	type(p, "who saw it", "");
	type(p, "(a number)", "x");
	EXPECT(p, "NOT recorded");
	pty_send(p, PTY_INT);
	pty_wait(p);
	for (const char *s = pty_screen(p, NULL); (s = strstr(s, "\033[")) != NULL; s++)
		n += s[2 + strspn(s + 2, "0123456789;")] == 'm';
	ck_assert_int_eq(n > 0, _i == 1);
	pty_free(p);
}
END_TEST

START_TEST(plain)
{
	struct pty *p = resume_in(24, 80, "--plain");

	type(p, "Enter: begin", "");
	type(p, "x:agency > ", "l");
	type(p, "Enter goes back > ", "");
	leave(p);
}
END_TEST

START_TEST(no_redrawing_when_plain)
{
	struct pty *p;

	if (_i == 1)
		setenv("TERM", "dumb", 1);
	p = resume_in(10, 80, _i == 0 ? "--plain" : NULL);
	type(p, "Enter: begin", "");
	EXPECT(p, "Use the telephone");
	type(p, "x:agency > ", "q"); /* and nothing waits for reading, however low the screen */
	EXPECT(p, "Everything that was recorded is kept");
	pty_wait(p);
	ck_assert(!shows(p, "\033[2J"));
	ck_assert(!shows(p, "read on"));
	if (_i == 1)
		ck_assert_msg(!shows(p, "\033"), "an escape on a dumb terminal");
	pty_free(p);
}
END_TEST

START_TEST(ascii_where_there_is_no_utf8)
{
	struct pty *p;

	setenv("LC_ALL", "C", 1);
	p = resume();
	type(p, "Enter: begin", "");
	EXPECT(p, "> Triage  - Later");
	EXPECT(p, "----------------");
	EXPECT(p, "Enter done | f fail");
	leave(p);
}
END_TEST

/* A low screen: nothing scrolls away unread, and what is typed while reading counts. */
START_TEST(a_low_screen_waits)
{
	struct pty *p = resume_in(10, 60, NULL);

	type(p, "Enter: begin", "");
	type(p, "read on > ", "");
	EXPECT(p, "Enter done");
	type(p, "x:agency > ", "j still-in");
	type(p, "read on > ", "n typed while reading");
	EXPECT(p, "recorded: a note");
	type(p, "read on > ", "q");
	EXPECT(p, "Everything that was recorded is kept");
	ends_with(p, 0);
}
END_TEST

START_TEST(help_fits_on_one_screen)
{
	struct pty *p = resume_in(24, 80, NULL);

	type(p, "Enter: begin", "?");
	EXPECT(p, "Enter: back > ");
	ck_assert(!shows(p, "read on"));
	pty_send(p, PTY_ENTER);
	leave(p);
}
END_TEST

START_TEST(another_size)
{
	struct pty *p = resume_in(24, 80, NULL);

	type(p, "Enter: begin", "");
	EXPECT(p, "x:agency > ");
	pty_size(p, 40, 132);
	pty_send(p, "l" PTY_ENTER);
	EXPECT(p, "Read the answer");
	type(p, "Enter goes back > ", "");
	leave(p);
}
END_TEST

/* ---- any keys at all ---- */

static unsigned long long seed;

static unsigned
roll(unsigned n)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned)(seed >> 33) % n;
}

static int
count(const char *s, const char *what)
{
	int n = 0;

	for (; (s = strstr(s, what)) != NULL; s++)
		n++;
	return n;
}

/* Nothing crashes, the terminal is left as it was, and every act that was acknowledged is in the log. WALK_KEYS=2500 for the long campaign. */
START_TEST(random_keys)
{
	static const char *const lines[] = { "", "", "", "d", "f", "s", "n", "n a note", ":n aside", "v", "a", "a /nowhere", "t 5",
		"l", "j 2", "j", "b", "?", "1", "2", "y", "n", "yes", "x", "words that are long enough", "red", "12", "Ann Lee",
		"-", "\001\013", "\033[A\033[D", "::", ":?", "r nothing", "99999999999999999999", "\303\251" };
	struct pty              *p;
	const char              *keys = getenv("WALK_KEYS");
	int                      left = keys == NULL ? 60 : atoi(keys), acknowledged = 0;

	seed = (unsigned long long)_i * 104729 + 11;
	while (left > 0) {
		p = resume_in(20 + (int)roll(20), 40 + (int)roll(120), NULL);
		EXPECT(p, "> ");
		for (; left > 0; left--) {
			pty_send(p, lines[roll(sizeof(lines) / sizeof(lines[0]))]);
			pty_send(p, roll(40) == 0 ? PTY_EOF : PTY_ENTER);
			pty_pause(p, 30);
			if (kill(pty_pid(p), 0) != 0)
				break;
		}
		pty_pause(p, 1000);
		pty_send(p, PTY_INT);
		if (pty_wait(p) > 255)
			ck_abort_msg("it crashed:\n%s", pty_screen(p, NULL));
		ck_assert(pty_is_cooked(p));
		acknowledged += count(pty_screen(p, NULL), "\nrecorded") + count(pty_screen(p, NULL), "mrecorded");
		pty_free(p);
		if (strcmp(of_run("$d->{state}"), "open") != 0)
			break;
	}
	/* Each is said when it happens, and once more at the top of the next screen. */
	ck_assert_msg(2 * (entries() - 1) >= acknowledged, "%d times recorded, but %d entries", acknowledged, entries());
	sh("\"$HOLDFAST\" verify >/dev/null 2>&1");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("walk");
	TCase *t = tcase_create("walk");

	tcase_add_unchecked_fixture(t, once_up, once_down);
	tcase_add_checked_fixture(t, up, NULL);
	tcase_set_timeout(t, 240);
	tcase_add_loop_test(t, from_first_screen_to_close, 0, N_OF(sizes));
	tcase_add_test(t, caution_alone);
	tcase_add_test(t, keys_of_the_walk);
	tcase_add_test(t, a_note_at_any_question);
	tcase_add_loop_test(t, interrupted_at_every_question, 0, N_OF(questions));
	tcase_add_loop_test(t, killed_at_every_question, 0, N_OF(questions));
	tcase_add_test(t, end_of_input_leaves);
	tcase_add_loop_test(t, signals_leave, 0, N_OF(signals));
	tcase_add_test(t, a_run_is_offered_again);
	tcase_add_test(t, asked_for_what_is_missing);
	tcase_add_loop_test(t, colors, 0, 2);
	tcase_add_test(t, plain);
	tcase_add_loop_test(t, no_redrawing_when_plain, 0, 2);
	tcase_add_test(t, ascii_where_there_is_no_utf8);
	tcase_add_test(t, a_low_screen_waits);
	tcase_add_test(t, help_fits_on_one_screen);
	tcase_add_test(t, another_size);
	tcase_add_loop_test(t, random_keys, 0, 4);
	suite_add_tcase(s, t);
	return run_suite(s);
}
