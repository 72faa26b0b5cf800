#include "db_text.h"

#include <string.h>

#include "holdfast/text.h"

/* At one of the domains, or at a host below one of them. */
static bool
at_domain(const char *address, const struct hf_json *domains)
{
	const char *host = strrchr(address, '@');
	size_t      hl, dl;

	host = host == NULL ? address : host + 1;
	hl = strlen(host);
	for (size_t i = 0; i < hf_json_len(domains); i++) {
		const char *d = hf_json_str(hf_json_at(domains, i));

		if (d == NULL || (dl = strlen(d)) > hl)
			continue;
		if (hf_text_equal_nocase(host + (hl - dl), d) && (hl == dl || host[hl - dl - 1] == '.'))
			return true;
	}
	return false;
}

static bool
at_number(const char *address, const struct hf_json *numbers)
{
	for (size_t i = 0; i < hf_json_len(numbers); i++) {
		const char *d = hf_json_str(hf_json_at(numbers, i));

		if (d != NULL && strcmp(d, address) == 0)
			return true;
	}
	return false;
}

bool
db_ours_address(const char *address, const struct hf_json *domains, const struct hf_json *numbers)
{
	return at_domain(address, domains) || at_number(address, numbers);
}

bool
db_only_space(const char *s)
{
	for (;;) {
		s += strspn(s, " \t\r\n;");
		if (s[0] == '-' && s[1] == '-') {
			s += strcspn(s, "\n");
		} else if (s[0] == '/' && s[1] == '*') {
			const char *end = strstr(s + 2, "*/");

			if (end == NULL)
				return true;
			s = end + 2;
		} else {
			return *s == '\0';
		}
	}
}

bool
db_has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (; *words != '\0'; words += strcspn(words, " "), words += strspn(words, " "))
		if (strncmp(words, word, n) == 0 && (words[n] == ' ' || words[n] == '\0'))
			return true;
	return false;
}
