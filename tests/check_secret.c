/* What looks like a secret and what does not. Nothing here ever was one: each is made up in the shape of such a thing. */
#include "holdfast/schema.h"
#include "test.h"

/* Shapes are put together here, so that no scanner of source takes them for leaked ones. */
#define GH   \
	"gh" \
	"p_"
#define SLACK \
	"xo"  \
	"xb-"
#define AWS  \
	"AK" \
	"IA"
#define PEM           \
	"-----BEGIN " \
	"PRIVATE KEY-----"

static const struct {
	const char *text;
	const char *why; /* NULL: it is none */
	bool        eager;
} rows[] = {
	/* passwords */
	{ "Tr0ub4dor&3x", "a password", false },
	{ "hT7#kq9!Lm2", "a password", false },
	{ "correct8Horse!", "a password", false },
	{ "it is Xk9$mmQ2 now", "a password", false },
	{ "password: hunter22", "a password", false },
	{ "Password=winter2026", "a password", false },
	{ "pwd:s3same", "a password", false },
	{ "the passphrase is open5esame.", "a password", false },
	{ "PIN: 4711", "a password", false },
	{ "pin=0000", "a password", false },
	{ "passwort: geheim1", "a password", false },
	{ "secret: abc123", "a password", false },
	{ "abc!1234", "a password", true },
	{ "summer#2026", "a password", true },
	/* tokens */
	{ GH "0123456789abcdefghij", "an access token", false },
	{ SLACK "1234567890-abcdef", "an access token", false },
	{ AWS "0123456789ABCDEF", "an access token", false },
	{ "github_pat_"
	  "0123456789abcdefghij",
	    "an access token", false },
	{ "glpat-"
	  "0123456789abcdef",
	    "an access token", false },
	{ "AIza"
	  "0123456789abcdefghijklmnopqrstuv",
	    "an access token", false },
	{ "EAAC"
	  "0123456789abcdefghijklmnopqrstuv",
	    "an access token", false },
	{ "the key: sk_live_"
	  "0123456789abcdef",
	    "an access token", false },
	{ "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0", "an access token", false },
	/* seeds */
	{ "otpauth://totp/X:agency?secret=JBSWY3DPEHPK3PXP", "a seed for one-time codes", false },
	{ "JBSWY3DPEHPK3PXP", "a seed for one-time codes", false },
	{ "seed JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "a seed for one-time codes", false },
	/* backup codes */
	{ "12345678 23456789 34567890", "backup codes", false },
	{ "1234567, 2345678, 3456789, 4567890", "backup codes", false },
	{ "a1b2c-d3e4f b2c3d-e4f5a c3d4e-f5a6b", "backup codes", false },
	{ "12345678", "backup codes", true },
	{ "123456", "backup codes", true },
	{ "a1b2c-d3e4f", "backup codes", true },
	/* keys and phrases */
	{ PEM, "a private key", false },
	{ "-----BEGIN PGP "
	  "PRIVATE KEY BLOCK-----",
	    "a private key", false },
	{ "abandon ability able about above absent absorb abstract absurd abuse access accident", "a recovery phrase", false },
	{ "abandon ability able about above absent absorb abstract absurd abuse access accident acid acoustic acquire across act action actor "
	  "actress actual adapt add addict",
	    "a recovery phrase", false },
	/* pointers */
	{ "vault: Social media / X / agency", NULL, true },
	{ "1Password: Press/Agency X", NULL, true },
	{ "Bitwarden, collection Press, item 12", NULL, true },
	{ "https://vault.agency.example/#/item/42", NULL, true },
	{ "sealed envelope 7 in the press office safe", NULL, true },
	{ "keepass:press.kdbx#agency-x", NULL, true },
	{ "KeePass entry X-Agency", NULL, true },
	{ "safe 3, shelf B", NULL, true },
	{ "+44 20 7946 0001", NULL, true },
	{ "+442079460001", NULL, true },
	{ "press@agency.example", NULL, true },
	{ "recovery+x@agency.example", NULL, true },
	{ "agency.example", NULL, true },
	/* what people write */
	{ "Office of the Regulator", NULL, false },
	{ "Password is changed every 90 days", NULL, false },
	{ "The password is kept in the vault, entry 12", NULL, false },
	{ "password: stored in the vault since 2026", NULL, false },
	{ "PIN: see envelope 3", NULL, false },
	{ "backup codes: printed on 2026-11-20", NULL, false },
	{ "secret ballot results", NULL, false },
	{ "spinning 4 plates", NULL, false },
	{ "2026-11-20", NULL, true },
	{ "call 02079460001 or 02079460002", NULL, false },
	{ "budget 2026: 12345678", NULL, false },
	{ "C3-PO & R2-D2!", NULL, false },
	{ "HTML5/CSS3 (Level 4)", NULL, false },
	{ "UCGdrLQbt1PYDTPsampx4t1A", NULL, false },
	{ "channel/UC-Y9pFmW4PYGZHkC8lcqSkQ", NULL, false },
	{ "urn:li:organization:12345678", NULL, false },
	{ "8037068318", NULL, false },
	{ "REPUBLICANSTUDYCOMMITTEE", NULL, false },
	{ "Q4 results: +12% vs. Q3", NULL, false },
	{ "#StaySafe #COVID19", NULL, false },
	{ "the account is for news and the team will not answer there", NULL, false },
	{ "abandon ability able about", NULL, false },
	{ "Wir sind für Sie da – Montag bis Freitag, 9–17 Uhr", NULL, false },
	{ "", NULL, true },
};

START_TEST(secret)
{
	const char *why = hf_schema_secret(rows[_i].text, rows[_i].eager);

	if (rows[_i].why == NULL)
		ck_assert_msg(why == NULL, "\"%s\" is taken for %s", rows[_i].text, why);
	else
		ck_assert_msg(why != NULL && strcmp(why, rows[_i].why) == 0, "\"%s\" is taken for %s", rows[_i].text,
		    why == NULL ? "nothing" : why);
}
END_TEST

/* The refusal does not repeat the secret: messages are logged and shown. */
START_TEST(the_refusal_keeps_quiet)
{
	const struct hf_kind *account = hf_schema_kind("account");
	struct hf_json       *v;
	struct hf_err         e = HF_ERR_INIT;

	ck_assert_int_eq(hf_schema_value(&v, hf_schema_field(account, "vault_ref"), "Tr0ub4dor&3x", &e), HF_BAD);
	ck_assert_ptr_null(strstr(e.msg, "Tr0ub4dor"));
	ck_assert_ptr_null(strstr(e.hint, "Tr0ub4dor"));
	ck_assert_ptr_nonnull(strstr(e.msg, "vault_ref: this looks like a password"));
	ck_assert_ptr_nonnull(strstr(e.hint, "where it lies"));
}
END_TEST

/* Files: what is made to be printed or copied, and not every word of a page that has marks and digits in it. */
START_TEST(test_files)
{
	static const struct {
		const char *text, *why;
	} files[] = {
		{ "a1b2c-d3e4f\nb2c3d-e4f5a\nc3d4e-f5a6b\nd4e5f-a6b7c\ne5f6a-b7c8d\n", "backup codes" },
		{ "SAVE YOUR BACKUP CODES\n1. 1234 5678  6. 2345 6789\n2. 3456 7890  7. 4567 8901\n3. 5678 9012\n",
		    "backup codes" },
		{ "Dear Sam,\r\nthe password: Winter2026!\r\n", "a password" },
		{ "otpauth:"
		  "//totp/x?secret=ABC",
		    "a seed for one-time codes" },
		{ PEM "\nMIIE\n", "a private key" },
		{ GH "0123456789abcdefghij\n", "an access token" },
		{ "abandon ability able about above absent absorb abstract absurd abuse access accident\n", "a recovery phrase" },
		{ "Certificate 20260115 of 12345678: our numbers are 1234567 and 7654321.\n", NULL },
		{ "<p class=\"Ab1!\" style='Zz9#kk2=x'>It is Xk9$mmQ2 now</p>", NULL },
		{ "We never ask for your password: tell nobody.\n", NULL },
		{ "", NULL },
		{ " \n", NULL },
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const char *why = hf_schema_secret_file(files[i].text, strlen(files[i].text));

		ck_assert_msg(why == files[i].why || (why && files[i].why && strcmp(why, files[i].why) == 0), "%s: %s, not %s",
		    files[i].text, why ? why : "nothing", files[i].why ? files[i].why : "nothing");
	}
	ck_assert_ptr_null(hf_schema_secret_file("password: abc123\0", 17));
	ck_assert_ptr_null(hf_schema_secret_file("password: abc123\xff", 17));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("secret");
	TCase *t = tcase_create("secret");

	tcase_add_loop_test(t, secret, 0, N_OF(rows));
	tcase_add_test(t, the_refusal_keeps_quiet);
	tcase_add_test(t, test_files);
	suite_add_tcase(s, t);
	return run_suite(s);
}
