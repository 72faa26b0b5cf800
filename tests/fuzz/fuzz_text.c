/*
 * Text from strangers: cleaned, it is UTF-8 and has nothing in it that a terminal obeys; cut and wrapped, it keeps within its width; folded
 * twice it is as folded once. The first byte is the width.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

/* The rule in its own words, not those of text.c. */
static void
must_be_tame(const struct hf_buf *b)
{
	const unsigned char *p = (const unsigned char *)hf_buf_str(b);
	size_t               i;

	must(hf_text_is_clean((const char *)p, b->len, true));
	for (i = 0; i < b->len; i++) {
		must((p[i] >= 0x20 || p[i] == '\n') && p[i] != 0x7f);
		must(!(p[i] == 0xc2 && p[i + 1] < 0xa0));
		must(!(
		    p[i] == 0xe2 && p[i + 1] == 0x80 && p[i + 2] >= 0x8b && p[i + 2] <= 0x8f)); /* zero width, marks of direction */
		must(!(p[i] == 0xe2 && p[i + 1] == 0x80 && p[i + 2] >= 0xaa && p[i + 2] <= 0xae)); /* embeddings */
		must(!(p[i] == 0xe2 && p[i + 1] == 0x81 && p[i + 2] >= 0xa6 && p[i + 2] <= 0xa9)); /* isolates */
		must(!(p[i] == 0xf3 && p[i + 1] == 0xa0));                                         /* tags */
	}
}

static void
fit(const char *s, size_t width)
{
	struct hf_buf b = HF_BUF_INIT;

	must(hf_text_fit(&b, s, width, false) == hf_text_width(hf_buf_str(&b)));
	must(hf_text_width(hf_buf_str(&b)) <= width);
	hf_buf_cut(&b, 0);
	must(hf_text_fit(&b, s, width, true) <= width);
	hf_buf_clear(&b);
}

static void
fold(const char *s)
{
	struct hf_buf once = HF_BUF_INIT, twice = HF_BUF_INIT;

	hf_text_fold(&once, s);
	hf_text_fold(&twice, hf_buf_str(&once));
	must(strcmp(hf_buf_str(&once), hf_buf_str(&twice)) == 0);
	hf_buf_clear(&once);
	hf_buf_clear(&twice);
}

/* Only white space is changed. */
static void
wrap(const char *s, size_t width)
{
	struct hf_buf b = HF_BUF_INIT;
	const char   *p;

	hf_text_wrap(&b, s, width, width / 4);
	for (p = hf_buf_str(&b); *p != '\0'; p++) {
		if (*p == ' ' || *p == '\n')
			continue;
		while (*s == ' ' || *s == '\n')
			s++;
		must(*s++ == *p);
	}
	must(strspn(s, " \n") == strlen(s));
	hf_buf_clear(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hf_buf b = HF_BUF_INIT, s = HF_BUF_INIT;
	size_t        width = size > 0 ? data[0] : 0;

	hf_text_clean(&b, (const char *)data, size, true);
	must_be_tame(&b);
	must((b.len == size && size > 0 && memcmp(b.data, data, size) == 0) <= hf_text_is_utf8((const char *)data, size));
	hf_buf_add(&s, data, size);
	fit(hf_buf_str(&s), width);
	fold(hf_buf_str(&s));
	wrap(hf_buf_str(&s), width);
	hf_text_nearest(hf_buf_str(&s), (const char *const[]){ "list", hf_buf_str(&b) }, 2);
	hf_buf_clear(&b);
	hf_buf_clear(&s);
	return 0;
}
