/* Addresses, what git says, and what a computer remembers of a register; whole syncs are in cli/sync.sh. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../src/store/proof/pin.h"
#include "../src/store/sync/transport.h"
#include "git_aid.h"
#include "holdfast/fs.h"
#include "test.h"

/* ---- addresses ---- */

static const char *const good[] = { "https://git.agency.example/register.git", "https://me@git.agency.example:8443/a/b",
	"ssh://host/x", "ssh://git@host:2222/~/x.git", "git@host:x.git", "host:/srv/x.git", "git@git.agency.example:team/register",
	"ssh://[::1]:22/x" };

START_TEST(address_taken)
{
	char *out = NULL;

	ck_ok(transport_address(&out, good[_i], &e));
	ck_assert_str_eq(out, good[_i]);
	free(out);
}
END_TEST

static const char *const bad[] = { "", "-x", "--upload-pack=touch x", "ext::sh -c touch% x", "fd::7", "http://host/x",
	"git://host/x", "ftp://host/x", "ssh://-oProxyCommand=touch/x", "ssh://host/-x", "ssh://host", "ssh:///x", "ssh://a b/x",
	"ssh://host;touch/x", "ssh://$(touch)/x", "user@-host:x", "-user@host:x", "host:-x", "host:", "https:///x", "https://host",
	"https://host/\033[0m", "ssh://host/a\nb", "https://me:word@host/x", "file://host/x", "ssh://-@host/x", "ssh://h\xc3/x",
	"ssh://host/\xe2\x80\xaex" };

START_TEST(address_refused)
{
	char *out = NULL;

	ck_fails(HF_BAD, "", transport_address(&out, bad[_i], &e));
	ck_assert_ptr_null(out);
}
END_TEST

START_TEST(a_folder_is_its_real_path)
{
	char *out = NULL, *again = NULL;

	aid_must(NULL, "mkdir -p a/b && ln -s a link && touch file");
	ck_ok(transport_address(&out, aid_path("link/b/.."), &e));
	ck_ok(transport_address(&again, aid_path("a"), &e));
	ck_assert_str_eq(out, again);
	free(out);
	free(again);
	ck_fails(HF_NOTFOUND, "none", transport_address(&out, aid_path("none"), &e));
	ck_fails(HF_BAD, "not a folder", transport_address(&out, aid_path("file"), &e));
}
END_TEST

/* ---- what git says ---- */

static const struct {
	const char  *said;
	enum hf_code code;
	const char  *words;
} sayings[] = {
	{ "ssh: Could not resolve hostname x: Name or service not known\nfatal: Could not read from remote repository.", HF_SYSTEM,
	    "no such host" },
	{ "ssh: connect to host x port 22: Connection refused\r\nfatal: Could not read", HF_SYSTEM, "nothing answers" },
	{ "ssh: connect to host x port 22: Connection timed out", HF_SYSTEM, "in time" },
	{ "fatal: unable to access 'https://x/': Operation too slow.", HF_SYSTEM, "in time" },
	{ "No ED25519 host key is known for x.\r\nHost key verification failed.", HF_DENIED, "not known here" },
	{ "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.", HF_DENIED, "has changed" },
	{ "git@x: Permission denied (publickey).", HF_DENIED, "let you in" },
	{ "fatal: could not read Username for 'https://x': terminal prompts disabled", HF_DENIED, "name and a password" },
	{ "fatal: '/x' does not appear to be a git repository", HF_NOTFOUND, "no repository" },
	{ "error: insufficient permission for adding an object to repository database", HF_DENIED, "let you do" },
	{ "error: file write error: No space left on device", HF_WRITE, "is full" },
	{ "!\tabc:refs/heads/main\t[rejected] (stale info)", HF_LOCKED, "faster" },
	{ "!\tabc:refs/heads/main\t[remote rejected] (pre-receive hook declined)", HF_DENIED, "a rule" },
	{ "fatal: the remote end hung up unexpectedly", HF_SYSTEM, "broke" },
	{ "fatal: transport 'ext' not allowed", HF_DENIED, "another way" },
	{ "error: something \033]52;c;x\007new\nfatal: gone", HF_SYSTEM, "something \\x1b]52;c;x\\x07new" },
	{ "", HF_SYSTEM, "did not say why" },
};

START_TEST(said_in_one_line)
{
	struct hf_err e = HF_ERR_INIT;

	ck_assert_int_eq(transport_why(&e, "there", NULL, sayings[_i].said, 128), sayings[_i].code);
	ck_assert_msg(strstr(e.msg, sayings[_i].words) != NULL, "%s", e.msg);
	ck_assert_int_eq(strncmp(e.msg, "there: ", 7), 0);
	ck_assert_ptr_null(strchr(e.msg, '\n'));
	ck_assert_ptr_null(strchr(e.msg, '\033'));
}
END_TEST

/* ---- the pin ---- */

static struct hf_register
a_register(void)
{
	return (struct hf_register){
		.path = (char *)(uintptr_t)hf_repo_path(aid_repo), .state = (char *)(uintptr_t)aid_path("state"), .repo = aid_repo
	};
}

START_TEST(pin_round)
{
	struct hf_register r = a_register();
	struct pin         p, q;
	char               url[] = "ssh://host/x";

	ck_ok(pin_read(&p, &r, &e));
	ck_assert(p.root.hex[0] == '\0' && p.seen.hex[0] == '\0' && p.synced.hex[0] == '\0' && p.url == NULL);
	ck_assert(hf_oid_set(&p.root, "00112233445566778899aabbccddeeff00112233"));
	ck_assert(hf_oid_set(&p.seen, "10112233445566778899aabbccddeeff00112233"));
	strcpy(p.root_by, AID_FPR);
	p.membership = 7;
	p.url = url;
	ck_ok(pin_write(&p, &r, &e));
	ck_ok(pin_read(&q, &r, &e));
	ck_assert_str_eq(q.root.hex, p.root.hex);
	ck_assert_str_eq(q.seen.hex, p.seen.hex);
	ck_assert_str_eq(q.synced.hex, "");
	ck_assert_str_eq(q.root_by, AID_FPR);
	ck_assert_uint_eq(q.membership, 7);
	ck_assert_str_eq(q.url, url);
	pin_clear(&q);
	/* Another place has another. */
	aid_must(NULL, "mkdir elsewhere");
	r.path = (char *)(uintptr_t)aid_path("elsewhere");
	ck_ok(pin_read(&q, &r, &e));
	ck_assert_ptr_null(q.url);
}
END_TEST

static const char *const damages[] = { "", "{", "[]", "{}", "{\"format\": 2}",
	"{\"format\":1,\"root\":\"x\",\"root_by\":\"\",\"seen\":\"\",\"synced\":\"\",\"membership\":0}",
	"{\"format\":1,\"root\":\"\",\"root_by\":\"x\",\"seen\":\"\",\"synced\":\"\",\"membership\":0}",
	"{\"format\":1,\"root\":\"\",\"root_by\":\"\",\"seen\":\"\",\"synced\":\"\",\"membership\":-1}" };

START_TEST(pin_damaged)
{
	struct hf_register r = a_register();
	struct pin         p;

	memset(&p, 0, sizeof(p));
	ck_ok(pin_write(&p, &r, &e));
	aid_must(NULL, "for f in state/pin-*; do printf '%%s' '%s' >\"$f\"; done", damages[_i]);
	ck_fails(HF_DAMAGED, "cannot be read", pin_read(&p, &r, &e));
}
END_TEST

/* The branch goes on, goes back, or elsewhere; and each commit that changed the members counts once. */
START_TEST(pin_and_the_branch)
{
	struct hf_register r = a_register();
	struct hf_oid      one, two, three;
	struct pin         p;
	bool               behind;

	memset(&p, 0, sizeof(p));
	one = aid_put("members/" AID_FPR ".json", "1");
	two = aid_put("records/0/x.gpg", "2");
	three = aid_put("members/" AID_FPR ".json", "3");
	ck_ok(pin_judge(&behind, &p, &r, &one, &e));
	ck_assert(!behind);
	ck_ok(pin_advance(&p, &r, &two, &e));
	ck_assert_uint_eq(p.membership, 1);
	ck_ok(pin_judge(&behind, &p, &r, &three, &e));
	ck_assert(!behind);
	ck_ok(pin_advance(&p, &r, &three, &e));
	ck_assert_uint_eq(p.membership, 2);
	ck_assert_str_eq(p.seen.hex, three.hex);
	ck_ok(pin_judge(&behind, &p, &r, &two, &e));
	ck_assert(behind);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sync");
	TCase *t = tcase_create("address"), *pin = tcase_create("pin");

	tcase_add_checked_fixture(t, aid_begin, aid_end);
	tcase_add_loop_test(t, address_taken, 0, N_OF(good));
	tcase_add_loop_test(t, address_refused, 0, N_OF(bad));
	tcase_add_test(t, a_folder_is_its_real_path);
	tcase_add_loop_test(t, said_in_one_line, 0, N_OF(sayings));
	suite_add_tcase(s, t);
	tcase_add_checked_fixture(pin, aid_repo_begin, aid_repo_end);
	tcase_add_test(pin, pin_round);
	tcase_add_loop_test(pin, pin_damaged, 0, N_OF(damages));
	tcase_add_test(pin, pin_and_the_branch);
	suite_add_tcase(s, pin);
	return run_suite(s);
}
