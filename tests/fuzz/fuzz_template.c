/*
 * The template renderer, and Markdown escaping against libcmark. The first byte chooses, texts are separated by lines of "%%":
 *
 *	bits 0-1 the escaping, 2 missing, 3 stands_for: template, data, partial (every name gets it, but n… is none and e… fails)
 *	bit 7: two values, put into the page that the other bits choose
 */
#include <stdint.h>

#include "holdfast/json.h"
#include "holdfast/template.h"
#include "md_shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PARTS 3

static enum hf_code
give_partial(void *arg, char **out, const char *name, struct hf_err *e)
{
	if (*name == 'e')
		return hf_fail(e, HF_BAD, "refused");
	if (*name != 'n' && (*out = strdup(arg)) == NULL)
		return hf_nomem(e);
	return HF_OK;
}

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static void
fuzz_render(uint8_t choice, const char *text, const char *json, const char *partial)
{
	static const char       any[] = "{\"a\": [1, 2.5, {\"b\": \"x\"}], \"b\": true, \"c\": {\"a\": \"*\\n#\"}, \"d\": \"\"}";
	struct hf_buf           copy = HF_BUF_INIT, out = HF_BUF_INIT;
	struct hf_err           e = HF_ERR_INIT;
	struct hf_json         *j = NULL;
	struct hf_template_opts opts = { .escape = (enum hf_escape)(choice & 3), .partial = give_partial, .name = "t" };

	hf_buf_adds(&copy, partial);
	opts.arg = copy.data;
	opts.missing = choice & 4 ? "not recorded" : NULL;
	opts.stands_for = choice & 8 ? "ref" : NULL;
	if (hf_json_parse(&j, json, strlen(json), NULL) != HF_OK)
		must(hf_json_parse(&j, any, strlen(any), NULL) == HF_OK);
	hf_buf_adds(&out, "kept");
	if (hf_template_render(&out, text, strlen(text), j, &opts, &e) != HF_OK)
		must(out.len == 4 && e.code != HF_OK && strchr(e.msg, ':') != NULL);
	must(out.len <= HF_TEMPLATE_OUT_MAX + 4 && memcmp(out.data, "kept", 4) == 0);
	hf_json_free(j);
	hf_buf_clear(&out);
	hf_buf_clear(&copy);
}

static void
fuzz_escape(size_t choice, const char *one, const char *two)
{
	if (strstr(one, "VALUE") != NULL || strstr(two, "VALUE") != NULL)
		return;
	must(md_is_text(&md_pages[choice % MD_PAGES], *one == '\0' ? "a" : one, *two == '\0' ? "b" : two));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char gap[] = "\n%%\n";
	char             *copy, *part[PARTS], *end;
	size_t            i;

	if (size == 0 || (copy = malloc(size)) == NULL)
		return 0;
	memcpy(copy, data + 1, size - 1);
	copy[size - 1] = '\0';
	part[0] = copy;
	for (i = 1; i < PARTS; i++) {
		if ((end = strstr(part[i - 1], gap)) != NULL)
			*end = '\0';
		part[i] = end == NULL ? copy + size - 1 : end + strlen(gap);
	}
	if (data[0] & 0x80)
		fuzz_escape(data[0] & 0x7fU, part[0], part[1]);
	else
		fuzz_render(data[0], part[0], part[1], part[2]);
	free(copy);
	return 0;
}
