/* The vault: whatever gpg.conf says, and whatever the agent does. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "holdfast/fs.h"
#include "holdfast/packet.h"
#include "vault_world.h"

#define PLAIN     WORLD_PLAIN
#define PLAIN_LEN WORLD_PLAIN_LEN

/* ---- lines in the user's gpg.conf ---- */

static const struct {
	const char  *line;
	enum hf_code code;
	const char  *words;
} lines[] = {
	{ "dry-run", HF_OK, "" },
	{ "armor", HF_OK, "" },
	{ "textmode", HF_OK, "" },
	{ "ignore-mdc-error", HF_OK, "" },
	{ "trust-model always", HF_OK, "" },
	{ "output /nonexistent/file", HF_OK, "" },
	{ "status-file /dev/null", HF_OK, "" },
	{ "status-fd 1", HF_OK, "" },
	{ "logger-file /dev/null", HF_OK, "" },
	{ "log-file /dev/null", HF_OK, "" },
	{ "verbose", HF_OK, "" },
	{ "rfc2440", HF_OK, "" },
	{ "throw-keyids", HF_OK, "" },
	{ "show-session-key", HF_OK, "" },
	{ "no-literal", HF_OK, "" },
	{ "exit-on-status-write-error", HF_OK, "" },
	{ "skip-verify", HF_OK, "" },
	{ "use-embedded-filename", HF_OK, "" },
	{ "encrypt-to mal@example.org\nrecipient mal@example.org", HF_OK, "" },
	{ "local-user mal@example.org", HF_OK, "" },
	{ "list-only", HF_SYSTEM, "did not hand over" },
	{ "unwrap", HF_SYSTEM, "did not hand over" },
	{ "max-output 10", HF_SYSTEM, "did not hand over" },
	{ "list-keys", HF_SYSTEM, "did not hand over" },
	{ "encrypt", HF_SYSTEM, "did not hand over" },
	{ "no-keyring", HF_SYSTEM, "" },
	{ "override-session-key 9:00", HF_DAMAGED, "" },
};

START_TEST(decryption_whatever_gpg_conf_says)
{
	struct hf_vault *v = open_vault(w.ann);
	struct hf_buf    message = HF_BUF_INIT;

	encrypt_for(&message, ANN, PLAIN, PLAIN_LEN);
	with_conf(w.ann, lines[_i].line);
	if (lines[_i].code == HF_OK)
		must_give(v, &message, PLAIN, PLAIN_LEN);
	else
		must_fail(v, &message, lines[_i].code, lines[_i].words);
	with_conf(w.ann, "");
	must_give(v, &message, PLAIN, PLAIN_LEN);
	hf_vault_close(v);
	hf_buf_clear(&message);
}
END_TEST

/* A cut plaintext is gpg's quietest failure: GPGME says that all is well. */
START_TEST(max_output_is_noticed)
{
	static const char *const args[] = { "-r # --encrypt", "-r # --compress-algo none --encrypt", NULL };
	static const size_t      limits[] = { 1, 32768, 40000, 65536, 99999 };
	struct hf_vault         *v = open_vault(w.ann);
	struct hf_buf            data = HF_BUF_INIT, message = HF_BUF_INIT;
	char                     line[64];

	hf_buf_pad(&data, 'x', 100000);
	for (int i = 0; i < N_OF(args); i++) {
		hf_buf_clear(&message);
		if (args[i] != NULL)
			by_gpg(&message, args[i], data.data, data.len);
		else
			encrypt_for(&message, ANN, data.data, data.len);
		for (int j = 0; j < N_OF(limits); j++) {
			snprintf(line, sizeof(line), "max-output %zu", limits[j]);
			with_conf(w.ann, line);
			must_fail(v, &message, HF_SYSTEM, "did not hand over");
		}
		with_conf(w.ann, "");
		must_give(v, &message, data.data, data.len);
	}
	hf_vault_close(v);
	hf_buf_clear(&data);
	hf_buf_clear(&message);
}
END_TEST

START_TEST(encryption_whatever_gpg_conf_says)
{
	static const char *const confs[] = { "encrypt-to mal@example.org", "hidden-encrypt-to mal@example.org",
		"recipient mal@example.org", "hidden-recipient mal@example.org", "recipient-file /dev/null",
		"default-recipient mal@example.org", "default-recipient-self", "group ann@example.org=mal@example.org", "rfc2440",
		"dry-run", "throw-keyids", "armor", "local-user mal@example.org", "sign", "trust-model always",
		"status-file /dev/full", "output /dev/full", "symmetric", "cipher-algo IDEA", "max-output 1" };
	struct hf_vault         *v = open_vault(w.ann);
	struct hf_buf            message = HF_BUF_INIT;
	const char              *to[] = { w.fpr[ANN], w.fpr[BOB] };
	char(*fprs)[HF_FPR_SIZE] = NULL;
	size_t n;

	with_conf(w.ann, confs[_i]);
	ck_ok(hf_vault_encrypt(&message, v, to, 2, PLAIN, PLAIN_LEN, &e));
	with_conf(w.ann, "");
	ck_ok(hf_vault_recipients(&fprs, &n, v, message.data, message.len, &e));
	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(fprs[0], w.fpr[ANN]);
	ck_assert_str_eq(fprs[1], w.fpr[BOB]);
	must_give(v, &message, PLAIN, PLAIN_LEN);
	free(fprs);
	hf_vault_close(v);
	hf_buf_clear(&message);
}
END_TEST

#define N_CONFS 20

static enum hf_code
keep_name(void *arg, const char *name, struct hf_err *e)
{
	(void)e;
	if (strncmp(name, "keys-", 5) == 0)
		snprintf(arg, HF_FIXTURE_PATH, "%s", name);
	return HF_OK;
}

/* Even if our own gpg.conf is changed, no message leaves that is for somebody else. A is Ann's fingerprint, B is Bob's. */
static const struct {
	const char  *conf;
	enum hf_code code;
} sabotage[] = {
	{ "recipient B", HF_SYSTEM },
	{ "hidden-recipient B", HF_SYSTEM },
	{ "group A=B", HF_SYSTEM },
	{ "group A=A B", HF_SYSTEM },
	{ "throw-keyids", HF_SYSTEM },
	{ "armor", HF_DAMAGED },
	{ "symmetric", HF_CANCELLED },
	{ "encrypt-to B", HF_OK },
	{ "hidden-encrypt-to B", HF_OK },
};

START_TEST(a_changed_private_home_is_noticed)
{
	static const enum who who[] = { ANN, BOB };
	struct hf_vault      *v = open_empty(w.ann, "changed");
	struct hf_keyfile     files[2];
	struct hf_buf         out = HF_BUF_INIT, conf = HF_BUF_INIT;
	struct hf_packets     p;
	const char           *to = w.fpr[ANN], *at;
	char                  base[HF_FIXTURE_PATH], name[HF_FIXTURE_PATH], home[2 * HF_FIXTURE_PATH];

	fill_keyfiles(files, who, 2);
	ck_ok(hf_vault_members(v, "two", files, 2, &e));
	snprintf(base, sizeof(base), "%.200s/changed", w.dir);
	ck_ok(hf_fs_list(base, keep_name, name, &e));
	snprintf(home, sizeof(home), "%s/%s", base, name);
	hf_buf_adds(&conf, "no-autostart\ntrust-model always\n");
	for (at = sabotage[_i].conf; *at != '\0'; at++)
		if (*at == 'A' || *at == 'B')
			hf_buf_adds(&conf, w.fpr[*at == 'A' ? ANN : BOB]);
		else
			hf_buf_addc(&conf, *at);
	hf_fixture_file(home, "gpg.conf", conf.data);
	if (sabotage[_i].code != HF_OK) {
		ck_fails(sabotage[_i].code, "", hf_vault_encrypt(&out, v, &to, 1, PLAIN, PLAIN_LEN, &e));
		ck_assert_uint_eq(out.len, 0);
	} else {
		ck_ok(hf_vault_encrypt(&out, v, &to, 1, PLAIN, PLAIN_LEN, &e));
		ck_ok(hf_packets_read(&p, out.data, out.len, &e));
		ck_assert_uint_eq(p.n, 1);
	}
	hf_vault_close(v);
	hf_buf_clear(&conf);
	hf_buf_clear(&out);
}
END_TEST

/* ---- the agent and its prompt ---- */

static const struct {
	const char  *pinentry; /* what it does when asked for the passphrase; NULL: there is none */
	bool         may_prompt;
	enum hf_code code;
	const char  *words, *hint;
} prompts[] = {
	{ "echo 'D " HF_FIXTURE_PASS "'; echo OK", true, HF_OK, "", "" },
	{ "echo 'ERR 83886179 cancelled'", true, HF_CANCELLED, "prompt was cancelled", "" },
	{ "echo 'D nonsense'; echo OK", true, HF_NOKEY, "wrong passphrase", "" },
	{ "exit 0", true, HF_NOKEY, "prompt went away", "gpgconf" },
	{ "echo 'ERR 83886142 timeout'", true, HF_CANCELLED, "open too long", "" },
	{ "echo 'ERR 83918950 no terminal'", true, HF_NOKEY, "no terminal", "GPG_TTY" },
	{ "echo 'ERR 83886081 what'", true, HF_NOKEY, "gpg-agent says", "" },
	{ NULL, true, HF_NOKEY, "no prompt for it", "install a pinentry" },
	{ "echo 'D " HF_FIXTURE_PASS "'; echo OK", false, HF_NOKEY, "no prompt for it", "--no-input" },
};

static void
set_pinentry(const char *home, const char *does)
{
	char script[512], path[HF_FIXTURE_PATH], conf[512];

	snprintf(path, sizeof(path), "%.200s/pinentry", home);
	snprintf(script, sizeof(script),
	    "#!/bin/sh\necho OK\nwhile read -r c rest; do case $c in GETPIN) %s;; BYE) echo OK; exit;; *) echo OK;; esac; done\n",
	    does == NULL ? "" : does);
	hf_fixture_file(home, "pinentry", script);
	ck_assert_int_eq(chmod(path, 0700), 0);
	snprintf(conf, sizeof(conf), "pinentry-program %s\nallow-loopback-pinentry\n", does == NULL ? "/nonexistent" : path);
	hf_fixture_file(home, "gpg-agent.conf", conf);
	hf_fixture_kill(home);
}

START_TEST(the_prompt)
{
	struct hf_vault_opts opts = { w.pat, w.base, prompts[_i].may_prompt, NULL };
	struct hf_vault     *v = NULL;
	struct hf_buf        message = HF_BUF_INIT, sig = HF_BUF_INIT;
	struct hf_err        e = HF_ERR_INIT;

	encrypt_for(&message, PAT, PLAIN, PLAIN_LEN);
	set_pinentry(w.pat, prompts[_i].pinentry);
	ck_assert_int_eq(hf_vault_open(&v, &opts, &e), HF_OK);
	if (prompts[_i].code == HF_OK) {
		must_give(v, &message, PLAIN, PLAIN_LEN);
		ck_assert_int_eq(hf_vault_sign(&sig, v, w.fpr[PAT], PLAIN, PLAIN_LEN, &e), HF_OK);
	} else {
		must_fail(v, &message, prompts[_i].code, prompts[_i].words);
		ck_assert_int_eq(hf_vault_sign(&sig, v, w.fpr[PAT], PLAIN, PLAIN_LEN, &e), prompts[_i].code);
		ck_assert_msg(strstr(e.msg, prompts[_i].words) != NULL, "%s", e.msg);
		ck_assert_msg(strstr(e.hint, prompts[_i].hint) != NULL, "%s", e.hint);
		ck_assert_uint_eq(sig.len, 0);
	}
	hf_vault_close(v);
	hf_fixture_kill(w.pat);
	hf_buf_clear(&message);
	hf_buf_clear(&sig);
}
END_TEST

START_TEST(no_agent)
{
	struct hf_vault *v = open_vault(w.ann);
	struct hf_buf    message = HF_BUF_INIT, sig = HF_BUF_INIT;

	encrypt_for(&message, ANN, PLAIN, PLAIN_LEN);
	with_conf(w.ann, _i == 0 ? "no-autostart" : "agent-program /nonexistent");
	hf_fixture_kill(w.ann);
	must_fail(v, &message, HF_NOKEY, "no gpg-agent");
	ck_fails(HF_NOKEY, "no gpg-agent", hf_vault_sign(&sig, v, w.fpr[ANN], PLAIN, PLAIN_LEN, &e));
	with_conf(w.ann, "");
	must_give(v, &message, PLAIN, PLAIN_LEN);
	hf_vault_close(v);
	hf_buf_clear(&message);
}
END_TEST

START_TEST(no_secret_key_at_all)
{
	char             home[HF_FIXTURE_PATH];
	struct hf_vault *v;
	struct hf_buf    message = HF_BUF_INIT, sig = HF_BUF_INIT;

	hf_fixture_home(home, w.dir, "none");
	v = open_vault(home);
	encrypt_for(&message, ANN, PLAIN, PLAIN_LEN);
	must_fail(v, &message, HF_NOKEY, "no secret key on this computer");
	ck_fails(HF_NOKEY, "no secret key on this computer", hf_vault_sign(&sig, v, w.fpr[ANN], PLAIN, PLAIN_LEN, &e));
	hf_vault_close(v);
	hf_buf_clear(&message);
}
END_TEST

START_TEST(no_home)
{
	struct hf_vault *v = open_vault("/nonexistent/gnupg");
	struct hf_buf    message = HF_BUF_INIT, sig = HF_BUF_INIT;

	encrypt_for(&message, ANN, PLAIN, PLAIN_LEN);
	must_fail(v, &message, HF_SYSTEM, "home folder is not there");
	ck_fails(HF_SYSTEM, "home folder is not there", hf_vault_sign(&sig, v, w.fpr[ANN], PLAIN, PLAIN_LEN, &e));
	hf_vault_close(v);
	hf_buf_clear(&message);
}
END_TEST

/* What PATH finds: no gpg, an old one, one that fails. */
static const struct {
	const char *script, *words;
} programs[] = {
	{ NULL, "not installed" },
	{ "#!/bin/sh\necho 'gpg (GnuPG) 2.2.35'\n", "too old" },
	{ "#!/bin/sh\ntest \"$1\" != --version && exit 1\necho 'gpg (GnuPG) 2.2.40'\n", "did not hand over" },
};

START_TEST(another_gpg)
{
	static const char message[] = "\xc1\x0c\x03\x01\x23\x45\x67\x89\xab\xcd\xef\x12pq\xd2\x05\x01what";
	char              path[HF_FIXTURE_PATH], program[2 * HF_FIXTURE_PATH];
	struct hf_vault  *v = open_empty(w.ann, "path");
	struct hf_buf     out = HF_BUF_SECRET(0);

	snprintf(path, sizeof(path), "%.200s/path", w.dir);
	snprintf(program, sizeof(program), "%s/gpg", path);
	if (programs[_i].script != NULL) {
		hf_fixture_file(path, "gpg", programs[_i].script);
		ck_assert_int_eq(chmod(program, 0700), 0);
	}
	setenv("PATH", path, 1);
	ck_fails(HF_SYSTEM, programs[_i].words, hf_vault_decrypt(&out, v, message, sizeof(message) - 1, &e));
	ck_fails(HF_SYSTEM, "", hf_vault_sign(&out, v, w.fpr[ANN], PLAIN, PLAIN_LEN, &e));
	hf_vault_close(v);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("vault: gpg.conf");
	TCase *t = tcase_create("conf");

	tcase_add_unchecked_fixture(t, make_world, remove_world);
	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, decryption_whatever_gpg_conf_says, 0, N_OF(lines));
	tcase_add_test(t, max_output_is_noticed);
	tcase_add_loop_test(t, encryption_whatever_gpg_conf_says, 0, N_CONFS);
	tcase_add_loop_test(t, a_changed_private_home_is_noticed, 0, N_OF(sabotage));
	tcase_add_loop_test(t, the_prompt, 0, N_OF(prompts));
	tcase_add_loop_test(t, no_agent, 0, 2);
	tcase_add_test(t, no_secret_key_at_all);
	tcase_add_test(t, no_home);
	tcase_add_loop_test(t, another_gpg, 0, N_OF(programs));
	suite_add_tcase(s, t);
	return run_suite(s);
}
