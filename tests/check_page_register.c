/*
 * The kinds and fields in holdfast-register(5) are those of the schema: nothing is written twice. With HOLDFAST_WRITE set, the page is made to
 * agree; without, it is compared.
 */
#include <ctype.h>
#include <sys/stat.h>

#include "holdfast/fs.h"
#include "holdfast/schema.h"
#include "holdfast/text.h"
#include "test.h"

#define PAGE  "man/holdfast-register.5"
#define BEGIN ".\\\" Kinds: written from the schema by check_page_register. Do not edit here.\n"
#define END   ".\\\" Kinds end.\n"

/* A sentence: a capital first, a full stop. */
static void
sentence(struct hf_buf *b, const char *s)
{
	hf_buf_addc(b, (char)toupper((unsigned char)*s));
	hf_buf_adds(b, s + 1);
	hf_buf_adds(b, ".\n");
}

static void
field(struct hf_buf *b, const struct hf_field *f)
{
	char words[512];

	hf_buf_addf(b, ".It Cm %s\n", f->name);
	sentence(b, f->help);
	hf_field_words(words, sizeof(words), f);
	hf_buf_addc(b, (char)toupper((unsigned char)words[0]));
	hf_buf_addf(b, "%s%s%s.\n", words + 1, f->flags & HF_FIELD_REQUIRED ? "; needed" : "",
	    f->flags & HF_FIELD_SET ? "; set by holdfast" : "");
}

static void
key(struct hf_buf *b, const struct hf_kind *k)
{
	const struct hf_field words = { .choices = k->key };
	char                  name[64];

	if (k->single)
		hf_buf_adds(b, "There is exactly one.\n");
	if (k->key == NULL)
		return;
	hf_buf_adds(b, "No two have the same\n");
	for (size_t i = 0; hf_field_choice(&words, i, name, sizeof(name)); i++)
		hf_buf_addf(b, "%s.Cm %s", i > 0 ? " ,\n" : "", name);
	hf_buf_adds(b, " .\n");
}

static void
kinds(struct hf_buf *b)
{
	for (size_t i = 0; i < hf_n_kinds; i++) {
		hf_buf_addf(b, ".Ss %s\n", hf_kinds[i].name);
		sentence(b, hf_kinds[i].help);
		key(b, &hf_kinds[i]);
		hf_buf_adds(b, ".Bl -tag -width Ds\n");
		for (size_t k = 0; k < hf_kinds[i].n_fields; k++)
			field(b, &hf_kinds[i].fields[k]);
		hf_buf_adds(b, ".El\n");
	}
}

START_TEST(the_page_has_the_schema)
{
	struct hf_buf page = HF_BUF_INIT, want = HF_BUF_INIT;
	const char   *begin, *end;

	ck_ok(hf_fs_read(&page, PAGE, 0, &e));
	begin = strstr(hf_buf_str(&page), BEGIN);
	end = strstr(hf_buf_str(&page), END);
	ck_assert_msg(begin != NULL && end != NULL && begin < end, PAGE ": the marks are not there");
	begin += strlen(BEGIN);
	hf_buf_add(&want, page.data, (size_t)(begin - page.data));
	kinds(&want);
	hf_buf_adds(&want, end);
	ck_ok(hf_buf_check(&want, &e));
	ck_assert_msg(hf_text_is_clean(want.data, want.len, true), "characters that a manual page cannot have");
	if (getenv("HOLDFAST_WRITE") != NULL) {
		ck_ok(hf_fs_write(PAGE, want.data, want.len, &e));
		ck_assert_int_eq(chmod(PAGE, 0644), 0);
	} else
		ck_assert_msg(strcmp(page.data, want.data) == 0, PAGE ": not what the schema says; run this with HOLDFAST_WRITE=1");
	hf_buf_clear(&page);
	hf_buf_clear(&want);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("page_register");
	TCase *t = tcase_create("page_register");

	tcase_add_test(t, the_page_has_the_schema);
	suite_add_tcase(s, t);
	return run_suite(s);
}
