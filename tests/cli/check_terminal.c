/* Prompts, progress, the pager and tables, on a real pseudo-terminal. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../src/cli/term/edit.h"
#include "../../src/cli/term/prompt.h"
#include "holdfast/text.h"
#include "holdfast/time.h"
#include "pty.h"
#include "test.h"

/* ---- the program at the other end ---- */

typedef enum hf_code scene(struct app *app, struct hf_err *e);

static int
play(void *arg)
{
	scene       **fn = arg;
	struct app    app = { .no_input = false };
	struct hf_err e = HF_ERR_INIT;
	enum hf_code  rc;
	int           status;

	app_signals();
	setlocale(LC_CTYPE, "");
	if (app_init(&app, NULL, &e) != HF_OK)
		return 99;
	rc = (*fn)(&app, &e);
	status = out_end(app.out, rc, &e, app_signal());
	app_clear(&app);
	edit_close();
	return status;
}

static struct pty *
run_scene(scene *fn)
{
	return pty_call(play, &fn, 24, 80);
}

#define EXPECT(p, text) ck_assert_msg(pty_expect(p, text), "no \"%s\" on the screen:\n%s", text, pty_screen(p, NULL))

static void
ends_with(struct pty *p, int status)
{
	int got = pty_wait(p);

	ck_assert_msg(got == status, "ended with %d, not %d:\n%s", got, status, pty_screen(p, NULL));
	ck_assert_msg(pty_is_cooked(p), "the terminal is not as it was:\n%s", pty_screen(p, NULL));
}

static void
on_a_terminal(void)
{
	setenv("TERM", "xterm", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("HOME", "/nonexistent", 0);
	unsetenv("NO_COLOR");
	unsetenv("COLUMNS");
	setenv("PAGER", "cat", 1);
}

/* ---- one line ---- */

static enum hf_code
not_bad(void *arg, const char *typed, struct hf_err *e)
{
	(void)arg;
	if (strcmp(typed, "bad") != 0)
		return HF_OK;
	hf_fail(e, HF_BAD, "owner: 'bad' is nobody");
	return hf_hint(e, "holdfast list person");
}

static void
people(void *arg, const char *typed, struct words *w)
{
	static const char *const names[] = { "Jo Park", "Jo Parker", "Zoë Ångström", "sam@agency.example", "evil\033[2Jname" };
	size_t                   i;

	(void)arg;
	(void)typed;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		words_add(w, names[i], NULL);
}

static enum hf_code
ask_owner(struct app *app, struct hf_err *e)
{
	struct prompt q = {
		.text = "Owner", .help = "who answers for it", .instead = "owner=PERSON", .check = not_bad, .complete = people
	};
	char        *s;
	enum hf_code rc;

	if ((rc = prompt_line(&s, app, &q, e)) != HF_OK)
		return rc;
	put_line(app->out, OUT_PLAIN, "got <%s>", s);
	free(s);
	return HF_OK;
}

static enum hf_code
ask_default(struct app *app, struct hf_err *e)
{
	struct prompt q = { .text = "Unit", .fallback = "Press office" };
	char         *s;
	enum hf_code  rc;

	if ((rc = prompt_line(&s, app, &q, e)) != HF_OK)
		return rc;
	put_line(app->out, OUT_PLAIN, "got <%s>", s);
	free(s);
	return HF_OK;
}

static const struct {
	scene      *fn;
	const char *keys, *shows;
} lines[] = {
	{ ask_owner, "jo" PTY_ENTER, "got <jo>" },
	{ ask_owner, "  jo  park " PTY_ENTER, "got <jo  park>" },
	{ ask_owner, "jx" PTY_BACK "o" PTY_ENTER, "got <jo>" },
	{ ask_owner, "o" PTY_LEFT "j" PTY_ENTER, "got <jo>" },
	{ ask_owner, "Zo\xc3\xab" PTY_ENTER, "got <Zo\xc3\xab>" },
	{ ask_owner, "sa" PTY_TAB PTY_ENTER, "got <sam@agency.example>" },
	{ ask_owner, "zo" PTY_TAB PTY_ENTER, "got <Zo\xc3\xab \xc3\x85ngstr\xc3\xb6m>" },
	{ ask_owner, "JO" PTY_TAB PTY_ENTER, "got <Jo Park>" },
	{ ask_owner, "jo" PTY_TAB PTY_TAB "er" PTY_ENTER, "got <Jo Parker>" },
	{ ask_owner, "xyz" PTY_TAB PTY_ENTER, "got <xyz>" },
	{ ask_owner, "evil" PTY_TAB PTY_ENTER, "got <evil>" },
	{ ask_default, PTY_ENTER, "got <Press office>" },
	{ ask_default, "Digital" PTY_ENTER, "got <Digital>" },
};

START_TEST(a_line_is_read)
{
	struct pty *p = run_scene(lines[_i].fn);

	EXPECT(p, lines[_i].fn == ask_default ? "Unit [Press office]: " : "Owner: ");
	pty_send(p, lines[_i].keys);
	EXPECT(p, lines[_i].shows);
	ends_with(p, 0);
	pty_free(p);
}
END_TEST

START_TEST(candidates_are_listed)
{
	struct pty *p = run_scene(ask_owner);

	EXPECT(p, "Owner: ");
	pty_send(p, "jo" PTY_TAB);
	EXPECT(p, "Jo Park");
	pty_send(p, PTY_TAB);
	EXPECT(p, "Jo Park");
	EXPECT(p, "Jo Parker");
	EXPECT(p, "Owner: ");
	pty_send(p, PTY_ENTER);
	EXPECT(p, "got <Jo Park>");
	ends_with(p, 0);
	pty_free(p);
}
END_TEST

static const struct {
	const char *keys, *shows;
} refused[] = {
	{ "bad" PTY_ENTER, "owner: 'bad' is nobody" },
	{ "bad" PTY_ENTER, "\r\n  holdfast list person\r\n" },
	{ PTY_ENTER, "an answer is needed" },
	{ "a\026\033[2Jb" PTY_ENTER, "a character in it that nobody can see" },
	{ "?" PTY_ENTER, "who answers for it" },
};

START_TEST(a_refused_answer_is_asked_again)
{
	struct pty *p = run_scene(ask_owner);

	EXPECT(p, "Owner: ");
	pty_send(p, refused[_i].keys);
	EXPECT(p, refused[_i].shows);
	EXPECT(p, "Owner: ");
	pty_send(p, "jo" PTY_ENTER);
	EXPECT(p, "got <jo>");
	ends_with(p, 0);
	pty_free(p);
}
END_TEST

START_TEST(utf8_is_read_in_any_locale)
{
	struct pty *p;

	setenv("LC_ALL", "C", 1);
	p = run_scene(ask_owner);
	EXPECT(p, "Owner: ");
	pty_send(p, "Zo\xc3\xab" PTY_ENTER);
	EXPECT(p, "got <Zo\xc3\xab>");
	ends_with(p, 0);
	pty_free(p);
}
END_TEST

START_TEST(a_dumb_terminal_gets_no_escapes)
{
	struct pty *p;
	size_t      len;
	const char *screen;

	setenv("TERM", "dumb", 1);
	p = run_scene(ask_owner);
	EXPECT(p, "Owner: ");
	pty_send(p, "bad\n");
	EXPECT(p, "is nobody");
	EXPECT(p, "Owner: ");
	pty_send(p, "jo\n");
	EXPECT(p, "got <jo>");
	ends_with(p, 0);
	screen = pty_screen(p, &len);
	ck_assert_ptr_null(memchr(screen, '\033', len));
	pty_free(p);
}
END_TEST

/* ---- how it ends ---- */

static const struct {
	const char *keys;
	int         sig, status;
	const char *shows;
} ends[] = {
	{ PTY_INT, 0, 130, "interrupted" },
	{ "half an ans" PTY_INT, 0, 130, "interrupted" },
	{ PTY_EOF, 0, 77, "Owner: cancelled" },
	{ "half", SIGTERM, 143, "interrupted" },
	{ "half", SIGHUP, 129, "interrupted" },
	{ "half", SIGINT, 130, "interrupted" },
};

START_TEST(leaving_puts_the_terminal_back)
{
	struct pty *p = run_scene(ask_owner);

	EXPECT(p, "Owner: ");
	ck_assert(!pty_is_cooked(p));
	pty_send(p, ends[_i].keys);
	if (ends[_i].sig != 0) {
		EXPECT(p, ends[_i].keys);
		pty_signal(p, ends[_i].sig);
	}
	EXPECT(p, ends[_i].shows);
	ends_with(p, ends[_i].status);
	pty_free(p);
}
END_TEST

/* Completion that takes its time, while Ctrl-C is pressed twice. */
static void
slow(void *arg, const char *typed, struct words *w)
{
	(void)arg;
	(void)typed;
	(void)w;
	fprintf(stderr, "[slow]");
	for (;;)
		pause();
}

static enum hf_code
ask_slowly(struct app *app, struct hf_err *e)
{
	struct prompt q = { .text = "Owner", .complete = slow };
	char         *s;

	return prompt_line(&s, app, &q, e);
}

START_TEST(a_second_interrupt_ends_even_slow_completion)
{
	struct pty *p = run_scene(ask_slowly);

	EXPECT(p, "Owner: ");
	pty_send(p, PTY_TAB);
	EXPECT(p, "[slow]");
	pty_send(p, PTY_INT);
	pty_pause(p, 100);
	pty_send(p, PTY_INT);
	ends_with(p, 130);
	pty_free(p);
}
END_TEST

/* A shell, as far as job control goes: it runs the scene, and continues it once after a stop. */
static int
shell(void *arg)
{
	pid_t pid;
	int   status;

	signal(SIGTTOU, SIG_IGN);
	if ((pid = fork()) == 0) {
		signal(SIGTTOU, SIG_DFL);
		setpgid(0, 0);
		tcsetpgrp(STDIN_FILENO, getpid());
		exit(play(arg));
	}
	setpgid(pid, pid);
	tcsetpgrp(STDIN_FILENO, pid);
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
		return 98;
	tcsetpgrp(STDIN_FILENO, getpgrp());
	printf("[stopped]\r\n");
	fflush(stdout);
	if (getchar() != 'f')
		return 97;
	tcsetpgrp(STDIN_FILENO, pid);
	kill(-pid, SIGCONT);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 96;
}

/* A shell that does nothing about the terminal when what it ran has been killed. */
static int
careless_shell(void *arg)
{
	pid_t pid;
	int   status;

	signal(SIGTTOU, SIG_IGN);
	if ((pid = fork()) == 0) {
		signal(SIGTTOU, SIG_DFL);
		setpgid(0, 0);
		tcsetpgrp(STDIN_FILENO, getpid());
		exit(play(arg));
	}
	setpgid(pid, pid);
	tcsetpgrp(STDIN_FILENO, pid);
	printf("[%ld]", (long)pid);
	fflush(stdout);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	tcsetpgrp(STDIN_FILENO, getpgrp());
	printf("[dead]\r\n");
	fflush(stdout);
	return getchar() == 'f' && WIFSIGNALED(status) ? 0 : 97;
}

START_TEST(killed_outright)
{
	scene      *fn = ask_owner;
	struct pty *p = pty_call(careless_shell, &fn, 24, 80);
	long        pid = 0;

	EXPECT(p, "Owner: ");
	pty_send(p, "Jo P");
	EXPECT(p, "Jo P");
	ck_assert(!pty_is_cooked(p));
	ck_assert_int_eq(sscanf(strchr(pty_screen(p, NULL), '['), "[%ld]", &pid), 1);
	kill((pid_t)pid, SIGKILL);
	EXPECT(p, "[dead]");
	for (int k = 0; k < 100 && !pty_is_cooked(p); k++)
		pty_pause(p, 20);
	ck_assert_msg(pty_is_cooked(p), "the terminal is not as it was after kill -9");
	pty_send(p, "f\n");
	ends_with(p, 0);
	pty_free(p);
}
END_TEST

START_TEST(stop_and_go_on)
{
	scene      *fn = ask_owner;
	struct pty *p = pty_call(shell, &fn, 24, 80);

	EXPECT(p, "Owner: ");
	pty_send(p, "Jo P");
	EXPECT(p, "Jo P");
	pty_send(p, PTY_STOP);
	EXPECT(p, "[stopped]");
	ck_assert(pty_is_cooked(p));
	pty_send(p, "f\n");
	EXPECT(p, "Owner: Jo P");
	pty_send(p, "ark" PTY_ENTER);
	EXPECT(p, "got <Jo Park>");
	ends_with(p, 0);
	pty_free(p);
}
END_TEST

START_TEST(the_window_may_change)
{
	struct pty *p = run_scene(ask_owner);

	EXPECT(p, "Owner: ");
	pty_send(p, "a rather long answer");
	EXPECT(p, "answer");
	pty_size(p, 10, 20);
	pty_pause(p, 100);
	pty_send(p, " indeed" PTY_ENTER);
	EXPECT(p, "got <a rather long answer indeed>");
	ends_with(p, 0);
	pty_free(p);
}
END_TEST

/* ---- menus ---- */

static enum hf_code
ask_state(struct app *app, struct hf_err *e)
{
	static const char *const states[] = { "proposed", "live", "parked", "hijacked", "closed" };
	struct prompt            q = { .text = "State", .fallback = "live" };
	size_t                   i;
	enum hf_code             rc;

	if ((rc = prompt_choice(&i, app, &q, states, 5, e)) != HF_OK)
		return rc;
	put_line(app->out, OUT_PLAIN, "chose <%s>", states[i]);
	return HF_OK;
}

static enum hf_code
ask_yes(struct app *app, struct hf_err *e)
{
	struct prompt q = { .text = "Is it yours?" };
	bool          yes;
	enum hf_code  rc;

	if ((rc = prompt_yes(&yes, app, &q, e)) == HF_OK)
		put_line(app->out, OUT_PLAIN, yes ? "chose <yes>" : "chose <no>");
	return rc;
}

static const struct {
	scene      *fn;
	const char *keys, *shows;
} menus[] = {
	{ ask_state, "4" PTY_ENTER, "chose <hijacked>" },
	{ ask_state, "closed" PTY_ENTER, "chose <closed>" },
	{ ask_state, "Closed" PTY_ENTER, "chose <closed>" },
	{ ask_state, "h" PTY_ENTER, "chose <hijacked>" },
	{ ask_state, PTY_ENTER, "chose <live>" },
	{ ask_state, "cl" PTY_TAB PTY_ENTER, "chose <closed>" },
	{ ask_state, "p" PTY_ENTER "3" PTY_ENTER, "chose <parked>" },
	{ ask_state, "6" PTY_ENTER "0" PTY_ENTER "1" PTY_ENTER, "chose <proposed>" },
	{ ask_yes, "y" PTY_ENTER, "chose <yes>" },
	{ ask_yes, "no" PTY_ENTER, "chose <no>" },
	{ ask_yes, PTY_ENTER "perhaps" PTY_ENTER "yes" PTY_ENTER, "chose <yes>" },
};

START_TEST(a_menu)
{
	struct pty *p = run_scene(menus[_i].fn);

	if (menus[_i].fn == ask_state) {
		EXPECT(p, " 4  hijacked\r\n");
		EXPECT(p, "State [live]: ");
	} else
		EXPECT(p, "Is it yours? (yes or no): ");
	pty_send(p, menus[_i].keys);
	EXPECT(p, menus[_i].shows);
	ends_with(p, 0);
	pty_free(p);
}
END_TEST

static enum hf_code
ask_text(struct app *app, struct hf_err *e)
{
	struct prompt q = { .text = "What happened" };
	char         *s;
	enum hf_code  rc;

	if ((rc = prompt_lines(&s, app, &q, e)) != HF_OK)
		return rc;
	put_line(app->out, OUT_PLAIN, "got <%s>", s);
	free(s);
	return HF_OK;
}

START_TEST(several_lines)
{
	struct pty *p = run_scene(ask_text);

	EXPECT(p, "What happened");
	pty_send(p, "one" PTY_ENTER "two" PTY_ENTER);
	pty_send(p, _i == 0 ? PTY_ENTER : PTY_EOF);
	EXPECT(p, "got <one\r\ntwo>");
	ends_with(p, 0);
	pty_free(p);
}
END_TEST

/* A mail has empty lines. */
START_TEST(several_lines_at_once)
{
	struct pty *p = run_scene(ask_text);

	EXPECT(p, "What happened");
	pty_send(p, "Dear all" PTY_ENTER PTY_ENTER "send coins" PTY_ENTER);
	pty_pause(p, 300);
	pty_send(p, PTY_ENTER);
	EXPECT(p, "got <Dear all\r\n\r\nsend coins>");
	ends_with(p, 0);
	pty_free(p);
}
END_TEST

static enum hf_code
ask_words(struct app *app, struct hf_err *e)
{
	struct prompt q = { .text = "What was it", .lines = true, .begun = true };
	char         *s;
	enum hf_code  rc;

	if ((rc = prompt_line(&s, app, &q, e)) != HF_OK)
		return rc;
	put_line(app->out, OUT_PLAIN, "got <%s>", s);
	free(s);
	return HF_OK;
}

/* What is pasted into a question for words is one answer, and does not answer the next question. */
START_TEST(a_paste_is_one_answer)
{
	struct pty *p = run_scene(ask_words);

	EXPECT(p, "What was it: ");
	pty_send(p, _i == 0 ? "send" PTY_ENTER "coins" PTY_ENTER "now" : "send" PTY_ENTER "coins" PTY_ENTER "now" PTY_ENTER);
	pty_pause(p, 300);
	if (_i == 0)
		pty_send(p, "!" PTY_ENTER);
	EXPECT(p, _i == 0 ? "got <send coins now!>" : "got <send coins now>");
	ends_with(p, 0);
	pty_free(p);
}
END_TEST

static enum hf_code
ask_late(struct app *app, struct hf_err *e)
{
	struct timespec half = { 0, 500000000 };

	put_line(app->out, OUT_PLAIN, "wait");
	out_flush(app->out);
	nanosleep(&half, NULL);
	return ask_words(app, e);
}

/* What was typed and ended before a question for words was there is no answer to it; what was begun goes on in it. */
static const struct {
	const char *before, *after, *got;
} early[] = {
	{ "3" PTY_ENTER, "Jo" PTY_ENTER, "got <Jo>" },
	{ "3" PTY_ENTER "Jo, by Fr\u00ef", "day" PTY_ENTER, "got <Jo, by Fr\u00efday>" },
	{ "Max" PTY_ENTER "ac" PTY_LEFT, "b" PTY_ENTER, "got <abc>" }, /* keys that are no letters, too */
	{ "q" PTY_ENTER PTY_EOF, "Max" PTY_ENTER, "got <Max>" },
};

START_TEST(what_is_typed_early)
{
	struct pty *p = run_scene(ask_late);

	EXPECT(p, "wait");
	pty_send(p, early[_i].before);
	EXPECT(p, "What was it: ");
	pty_send(p, early[_i].after);
	EXPECT(p, early[_i].got);
	ends_with(p, 0);
	pty_free(p);
}
END_TEST

static enum hf_code
remove_it(struct app *app, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = prompt_sure(app, false, "x:agency", "The account x:agency will be gone.", e)) == HF_OK)
		put_line(app->out, OUT_PLAIN, "removed");
	return rc;
}

START_TEST(the_word_has_to_be_typed)
{
	struct pty *p = run_scene(remove_it);

	EXPECT(p, "will be gone");
	EXPECT(p, "type x:agency: ");
	pty_send(p, _i == 0 ? "x:agency" PTY_ENTER : "yes" PTY_ENTER);
	EXPECT(p, _i == 0 ? "removed" : "nothing was done");
	ends_with(p, _i == 0 ? 0 : 1);
	pty_free(p);
}
END_TEST

/* ---- nobody there ---- */

START_TEST(nobody_is_asked_without_a_terminal)
{
	struct app    app = { .no_input = false };
	struct hf_err why = HF_ERR_INIT;

	ck_ok(app_init(&app, NULL, &e)); /* standard input is /dev/null */
	ck_assert(!prompt_possible(&app));
	ck_fails(HF_USAGE, "Owner: missing", ask_owner(&app, &e));
	ck_assert_int_eq(ask_owner(&app, &why), HF_USAGE);
	ck_assert_str_eq(why.hint, "give owner=PERSON");
	ck_fails(HF_USAGE, "x:agency", remove_it(&app, &e));
	ck_ok(prompt_sure(&app, true, "x:agency", "gone", &e));
	app_clear(&app);
}
END_TEST

static enum hf_code
ask_with_no_input(struct app *app, struct hf_err *e)
{
	app->no_input = true;
	return ask_owner(app, e);
}

START_TEST(no_input_is_obeyed)
{
	struct pty *p = run_scene(ask_with_no_input);

	EXPECT(p, "holdfast: Owner: missing, and --no-input was given\r\n  give owner=PERSON");
	ends_with(p, 2);
	pty_free(p);
}
END_TEST

/* ---- what is shown ---- */

static const char nasty[] = "\033]52;c;ZXZpbA==\a \033[2J \xc2\x9b"
			    "31m \xe2\x80\xae"
			    "abc \xe2\x80\x8b \r\b\177 \xff";

static enum hf_code
show_nasty(struct app *app, struct hf_err *e)
{
	static const struct out_column columns[] = { { "a", NULL, 0 }, OUT_END };
	struct hf_json                *row = hf_json_object(), *rows = hf_json_array();

	hf_json_set(row, "a",
	    hf_json_string("\033]52;c;ZXZpbA==\a \033[2J \xc2\x9b"
			   "31m \xe2\x80\xae"
			   "abc \xe2\x80\x8b \r\b\177"));
	hf_json_set(row, "a\033[1mb", hf_json_string("x"));
	hf_json_push(rows, hf_json_ref(row));
	put_table(app->out, rows, columns);
	put_table(app->out, rows, NULL);
	put_fields(app->out, row, NULL);
	put_para(app->out, 2, nasty);
	put_heading(app->out, "%s", nasty);
	out_note(app->out, "%s", nasty);
	out_warn(app->out, "%s", nasty);
	out_tell(app->out, OUT_BAD, "%s", nasty);
	out_document(app->out, "text", nasty, sizeof(nasty) - 1);
	hf_json_free(rows);
	hf_json_free(row);
	hf_fail(e, HF_BAD, "%s", nasty);
	return hf_hint(e, "%s", nasty);
}

START_TEST(nothing_from_a_record_is_obeyed)
{
	struct pty          *p;
	const unsigned char *s;
	size_t               len, i;

	setenv("NO_COLOR", "1", 1);
	p = run_scene(show_nasty);
	ends_with(p, 65);
	s = (const unsigned char *)pty_screen(p, &len);
	ck_assert_uint_gt(len, 500);
	for (i = 0; i < len; i++) {
		ck_assert_msg(
		    (s[i] >= 0x20 && s[i] != 0x7f) || s[i] == '\n' || (s[i] == '\r' && (s[i + 1] == '\n' || s[i + 1] == '\r')),
		    "byte %02x at %zu", s[i], i);
		ck_assert_msg(!(s[i] == 0xc2 && s[i + 1] < 0xa0), "C1 at %zu", i);
		ck_assert_msg(
		    !(s[i] == 0xe2 && s[i + 1] == 0x80 && (s[i + 2] == 0xae || s[i + 2] == 0x8b)), "bidi or zero width at %zu", i);
	}
	pty_free(p);
}
END_TEST

static enum hf_code
show_table(struct app *app, struct hf_err *e)
{
	static const struct out_column columns[] = { { "ref", NULL, OUT_KEEP }, { "title", NULL, 0 }, { "notes", NULL, 0 },
		{ "state", NULL, OUT_STATE }, OUT_END };
	struct hf_json                *row = hf_json_object(), *rows = hf_json_array();

	(void)e;
	hf_json_set(row, "ref", hf_json_string("x:agency"));
	hf_json_set(row, "title",
	    hf_json_string("A rather long title, with \xe6\xbc\xa2\xe5\xad\x97 in it, longer than the screen is wide"));
	hf_json_set(row, "notes", hf_json_string("And notes\nof two lines that are no shorter than the title was, and more"));
	hf_json_set(row, "state", hf_json_string("hijacked"));
	hf_json_push(rows, row);
	out_table(app->out, rows, columns);
	hf_json_free(rows);
	return HF_OK;
}

START_TEST(a_table_fits)
{
	scene      *fn = show_table;
	struct pty *p;
	char       *copy, *line, *save;

	setenv("NO_COLOR", "1", 1);
	p = pty_call(play, &fn, 24, 60);
	EXPECT(p, "REF");
	EXPECT(p, "x:agency");
	EXPECT(p, "\xe2\x80\xa6");
	EXPECT(p, "hijacked");
	ends_with(p, 0);
	copy = strdup(pty_screen(p, NULL));
	for (line = strtok_r(copy, "\r\n", &save); line != NULL; line = strtok_r(NULL, "\r\n", &save))
		ck_assert_msg(hf_text_width(line) <= 60, "%zu columns: %s", hf_text_width(line), line);
	free(copy);
	pty_free(p);
}
END_TEST

static const struct {
	const char *no_color, *term;
	bool        colored;
} colors[] = {
	{ NULL, "xterm", true },
	{ "", "xterm", true },
	{ "1", "xterm", false },
	{ NULL, "dumb", false },
	{ NULL, "", false },
};

START_TEST(colour_is_an_extra)
{
	struct pty *p;
	size_t      len;
	const char *s;

	if (colors[_i].no_color != NULL)
		setenv("NO_COLOR", colors[_i].no_color, 1);
	setenv("TERM", colors[_i].term, 1);
	p = run_scene(show_table);
	EXPECT(p, "hijacked");
	ends_with(p, 0);
	s = pty_screen(p, &len);
	ck_assert((memchr(s, '\033', len) != NULL) == colors[_i].colored);
	pty_free(p);
}
END_TEST

/* ---- the pager ---- */

static enum hf_code
show_pages(struct app *app, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	int           i;

	(void)e;
	for (i = 1; i <= 100; i++)
		hf_buf_addf(&b, "line %d\n", i);
	out_document(app->out, "text", hf_buf_str(&b), b.len);
	hf_buf_clear(&b);
	return HF_OK;
}

static const struct {
	const char *pager, *shows;
	bool        all; /* the last line too */
} pagers[] = {
	{ "sed 's/^/| /'", "| line 100", false },
	{ "head -n 3", "line 3", false },
	{ "cat", "line 100", true },
	{ "", "line 100", true },
	{ "/nonexistent/pager", "line 100", true },
};

START_TEST(long_text_goes_through_the_pager)
{
	struct pty *p;

	setenv("PAGER", pagers[_i].pager, 1);
	p = run_scene(show_pages);
	EXPECT(p, pagers[_i].shows);
	ends_with(p, 0);
	ck_assert((strstr(pty_screen(p, NULL), "\nline 100\r") != NULL) == pagers[_i].all);
	pty_free(p);
}
END_TEST

START_TEST(short_text_does_not)
{
	struct pty *p;

	setenv("PAGER", "sed 's/^/| /'", 1);
	p = run_scene(show_table);
	EXPECT(p, "hijacked");
	ends_with(p, 0);
	ck_assert_ptr_null(strstr(pty_screen(p, NULL), "| "));
	pty_free(p);
}
END_TEST

/* ---- progress ---- */

static void
work(struct app *app, int ms)
{
	const struct timespec     nap = { 0, 20000000 };
	const struct hf_progress *progress = term_progress(&app->term);
	int64_t                   until = hf_time_mono() + ms, left;

	while ((left = until - hf_time_mono()) > 0) {
		hf_progress_tick(progress, "decrypting", (size_t)(ms - left), (size_t)ms);
		nanosleep(&nap, NULL);
	}
	hf_progress_tick(progress, "decrypting", (size_t)ms, (size_t)ms);
}

static enum hf_code
work_long(struct app *app, struct hf_err *e)
{
	(void)e;
	work(app, 1400);
	put_line(app->out, OUT_PLAIN, "ready");
	return HF_OK;
}

static enum hf_code
work_short(struct app *app, struct hf_err *e)
{
	(void)e;
	work(app, 300);
	put_line(app->out, OUT_PLAIN, "ready");
	return HF_OK;
}

START_TEST(progress_after_a_second)
{
	struct pty *p = run_scene(work_long);

	EXPECT(p, "decrypting ");
	EXPECT(p, "\xe2\x96\x88\xe2\x96\x91"); /* the bar */
	EXPECT(p, "\r\033[K");
	EXPECT(p, "ready");
	ends_with(p, 0);
	pty_free(p);
	p = run_scene(work_short);
	EXPECT(p, "ready");
	ends_with(p, 0);
	ck_assert_ptr_null(strstr(pty_screen(p, NULL), "decrypting"));
	pty_free(p);
}
END_TEST

static void
add_prompts(Suite *s)
{
	TCase *tc = tcase_create("prompts");

	tcase_add_checked_fixture(tc, on_a_terminal, NULL);
	tcase_set_timeout(tc, 180);
	tcase_add_loop_test(tc, a_line_is_read, 0, N_OF(lines));
	tcase_add_test(tc, candidates_are_listed);
	tcase_add_loop_test(tc, a_refused_answer_is_asked_again, 0, N_OF(refused));
	tcase_add_test(tc, utf8_is_read_in_any_locale);
	tcase_add_test(tc, a_dumb_terminal_gets_no_escapes);
	tcase_add_loop_test(tc, leaving_puts_the_terminal_back, 0, N_OF(ends));
	tcase_add_test(tc, a_second_interrupt_ends_even_slow_completion);
	tcase_add_test(tc, killed_outright);
	tcase_add_test(tc, stop_and_go_on);
	tcase_add_test(tc, the_window_may_change);
	tcase_add_loop_test(tc, a_menu, 0, N_OF(menus));
	tcase_add_loop_test(tc, several_lines, 0, 2);
	tcase_add_test(tc, several_lines_at_once);
	tcase_add_loop_test(tc, what_is_typed_early, 0, N_OF(early));
	tcase_add_loop_test(tc, a_paste_is_one_answer, 0, 2);
	tcase_add_loop_test(tc, the_word_has_to_be_typed, 0, 2);
	tcase_add_test(tc, nobody_is_asked_without_a_terminal);
	tcase_add_test(tc, no_input_is_obeyed);
	suite_add_tcase(s, tc);
}

int
main(void)
{
	Suite *s = suite_create("terminal");
	TCase *tc = tcase_create("screen");

	add_prompts(s);
	tcase_add_checked_fixture(tc, on_a_terminal, NULL);
	tcase_set_timeout(tc, 180);
	tcase_add_test(tc, nothing_from_a_record_is_obeyed);
	tcase_add_test(tc, a_table_fits);
	tcase_add_loop_test(tc, colour_is_an_extra, 0, N_OF(colors));
	tcase_add_loop_test(tc, long_text_goes_through_the_pager, 0, N_OF(pagers));
	tcase_add_test(tc, short_text_does_not);
	tcase_add_test(tc, progress_after_a_second);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
