/*
 * The same commits as people would meet them: pushed with plain git to a real server, then a real "holdfast sync" in another copy. Each is refused with 1,
 * for the right reason, and the branch stays; what is taken git takes too.
 */
#include <stdio.h>
#include <sys/wait.h>

#include "holdfast/fs.h"
#include "holdfast/text.h"
#include "hostile_aid.h"

static char env[4 * HF_FIXTURE_PATH];

/* A shell's exit status; what it says goes to the file "said". */
static int __attribute__((format(printf, 1, 2))) sh(const char *fmt, ...)
{
	struct hf_buf b = HF_BUF_INIT;
	va_list       ap;
	int           status;

	hf_buf_addf(&b, "{ ");
	va_start(ap, fmt);
	hf_buf_addv(&b, fmt, ap);
	va_end(ap);
	hf_buf_addf(&b, "; } >'%s/said' 2>&1 </dev/null", h.dir);
	status = system(hf_buf_str(&b));
	hf_buf_clear(&b);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void
said(struct hf_buf *out)
{
	char path[HF_FIXTURE_PATH + 8];

	snprintf(path, sizeof(path), "%s/said", h.dir);
	ck_ok(hf_fs_read(out, path, 0, &e));
}

static void
must(int status, const char *what)
{
	struct hf_buf b = HF_BUF_INIT;

	if (status == 0)
		return;
	said(&b);
	fprintf(stderr, "%s: %d: %s\n", what, status, hf_buf_str(&b));
	abort();
}

static int
holdfast(const char *args)
{
	return sh("%s '%s' --no-input %s", env, getenv("HOLDFAST"), args);
}

/* The branch of the copy; the server has what is pushed. */
static void
head(struct hf_oid *out)
{
	struct hf_buf b = HF_BUF_INIT;

	must(sh("git -C '%s/copy.git' rev-parse refs/heads/main", h.dir), "rev-parse");
	said(&b);
	b.data[40] = '\0';
	ck_assert(hf_oid_set(out, b.data));
	hf_buf_clear(&b);
}

static int
push(const struct hf_oid *oid)
{
	return sh("git -C '%s' push -q -f '%s/srv.git' %s:refs/heads/main", h.repo, h.dir, oid->hex);
}

static void
begin(void)
{
	char args[2 * HF_FIXTURE_PATH];

	hostile_make();
	snprintf(env, sizeof(env),
	    "env HOME='%s' GNUPGHOME='%s' HOLDFAST_KEY=%s HOLDFAST_REGISTER='%s/copy.git' GIT_CONFIG_GLOBAL=/dev/null", h.dir,
	    h.home, h.fpr[ANN], h.dir);
	must(sh("git init -q --bare '%s/srv.git'", h.dir), "init");
	must(push(&h.base), "push");
	snprintf(args, sizeof(args), "clone '%s/srv.git' --root %s", h.dir, h.fpr[ANN]);
	must(holdfast(args), "clone");
}

/* What sync says before it looks at any one commit; git's own checks come first, and it has to be git who says so. */
static bool
is_refused_whole(const char *text)
{
	static const char *const words[] = { "its history was replaced", "it went back behind", "another register" };

	for (int i = 0; i < N_OF(words); i++)
		if (strstr(text, words[i]) != NULL)
			return true;
	return strstr(text, "what git itself refuses") != NULL &&
	    sh("git -c fetch.fsckObjects=true clone -q --bare 'file://%s/srv.git' '%s/strict.git'", h.dir, h.dir) != 0;
}

/* Of several problems it names the first in the order of their paths, and paths are ids. check_hostile looks at them all. */
static bool
says_another(const char *text)
{
	return strstr(text, ": refused: ") != NULL && strstr(text, " problems; ") != NULL;
}

static void
meet(const struct hostile_row *row)
{
	struct hf_buf text = HF_BUF_INIT;
	struct hf_oid before, after;
	int           status;

	head(&before);
	status = push(&row->oid);
	said(&text);
	/* What git does not even send. */
	if (status != 0) {
		ck_assert_msg(strstr(hf_buf_str(&text), "Could not read") != NULL, "%s: %s", row->name, hf_buf_str(&text));
		hf_buf_clear(&text);
		return;
	}
	status = holdfast(row->words == NULL ? "sync --dry-run" : "sync");
	hf_buf_clear(&text);
	said(&text);
	head(&after);
	ck_assert_str_eq(before.hex, after.hex);
	if (row->words == NULL)
		ck_assert_msg(status == 0, "%s: %d: %s", row->name, status, hf_buf_str(&text));
	else
		ck_assert_msg(status == 1 &&
			(strstr(hf_buf_str(&text), row->words) != NULL || says_another(hf_buf_str(&text)) ||
			    is_refused_whole(hf_buf_str(&text))),
		    "%s: %d, not \"%s\": %s", row->name, status, row->words, hf_buf_str(&text));
	hf_buf_clear(&text);
}

/* Every other one; check_hostile has them all. */
START_TEST(commits)
{
	struct hostile_row row;

	ck_assert(hostile_commit(&row, 2 * _i));
	meet(&row);
}
END_TEST

START_TEST(contents)
{
	struct hostile_row row;

	ck_assert(hostile_content(&row, _i));
	meet(&row);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("hostile push");
	TCase *t = tcase_create("push");

	tcase_set_timeout(t, 120);
	tcase_add_unchecked_fixture(t, begin, hostile_remove);
	tcase_add_checked_fixture(t, hostile_open, hostile_close);
	tcase_add_loop_test(t, commits, 0, hostile_commits() / 2);
	tcase_add_loop_test(t, contents, 0, hostile_contents());
	suite_add_tcase(s, t);
	return run_suite(s);
}
