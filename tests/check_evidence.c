/* Which files are taken as evidence, and what they are taken for. */
#include "holdfast/evidence.h"
#include "test.h"

#define BYTES(s) s, sizeof(s) - 1

static const struct {
	const char *name, *data;
	size_t      len;
	const char *type;
} types[] = {
	{ "a.png", BYTES("\x89PNG\r\n\x1a\n...."), "image/png" },
	{ "a.txt", BYTES("\x89PNG\r\n\x1a\n...."), "image/png" }, /* the content counts */
	{ "photo", BYTES("\xff\xd8\xff\xe0...."), "image/jpeg" },
	{ "a.gif", BYTES("GIF89a...."), "image/gif" },
	{ "a.webp", BYTES("RIFF....WEBPVP8 "), "image/webp" },
	{ "a.heic", BYTES("....ftypheic...."), "image/heic" },
	{ "a.mov", BYTES("....ftypqt  "), "video/quicktime" },
	{ "a.mp4", BYTES("....ftypisom"), "video/mp4" },
	{ "letter.pdf", BYTES("%PDF-1.7\n"), "application/pdf" },
	{ "a.docx", BYTES("PK\3\4...."), "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
	{ "A.DOCX", BYTES("PK\3\4...."), "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
	{ "a.zip", BYTES("PK\3\4...."), "application/zip" },
	{ "a.docx", BYTES("just text"), "text/plain" }, /* the name alone does not make it one */
	{ "a.msg", BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "application/vnd.ms-outlook" },
	{ "mail.eml", BYTES("From: a@agency.example\n"), "message/rfc822" },
	{ "list.csv", BYTES("a,b\n"), "text/csv" },
	{ "page.HTML", BYTES("<p>"), "text/html" },
	{ "a.svg", BYTES("<svg/>"), "image/svg+xml" },
	{ "a.csv", BYTES("\xff\xfe\x00"), "application/octet-stream" },
	{ "a.asc", BYTES("-----BEGIN PGP SIGNATURE-----\n"), "application/pgp-signature" },
	{ "README", BYTES("hello"), "text/plain" },
	{ "blob", BYTES("\x00\x01\x02"), "application/octet-stream" },
	{ ".png", BYTES("x"), "text/plain" },
};

START_TEST(media_type)
{
	ck_assert_str_eq(hf_evidence_media_type(types[_i].name, types[_i].data, types[_i].len), types[_i].type);
}
END_TEST

static const struct {
	const char *name;
	size_t      len;
	const char *says; /* NULL: taken */
} files[] = {
	{ "letter.pdf", 1, NULL },
	{ "letter with blanks é.pdf", 1, NULL },
	{ "letter.pdf", HF_EVIDENCE_MAX, NULL },
	{ "letter.pdf", HF_EVIDENCE_MAX + 1u, "over 100 MiB" },
	{ "letter.pdf", 0, "the file is empty" },
	{ "", 1, "not a name" },
	{ ".", 1, "not a name" },
	{ "..", 1, "not a name" },
	{ "a/b", 1, "not a name" },
	{ "esc\033[2J.pdf", 1, "not a name" },
	{ "two\nlines", 1, "not a name" },
	{ "latin\351", 1, "not a name" },
};

START_TEST(check)
{
	if (files[_i].says == NULL)
		ck_ok(hf_evidence_check(files[_i].name, files[_i].len, &e));
	else
		ck_fails(HF_BAD, files[_i].says, hf_evidence_check(files[_i].name, files[_i].len, &e));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("evidence");
	TCase *t = tcase_create("evidence");

	tcase_add_loop_test(t, media_type, 0, N_OF(types));
	tcase_add_loop_test(t, check, 0, N_OF(files));
	suite_add_tcase(s, t);
	return run_suite(s);
}
