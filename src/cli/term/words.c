#include "words.h"

#include <stdlib.h>
#include <string.h>

#include "holdfast/buf.h"
#include "holdfast/text.h"

#define MAX_WORDS 4096

struct word {
	char *text, *help;
};

struct words {
	struct hf_buf typed; /* folded */
	struct word  *list;
	size_t        n, cap;
	bool          sorted;
};

struct words *
words_new(const char *typed)
{
	struct words *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	hf_text_fold(&w->typed, typed);
	w->sorted = true;
	return w;
}

void
words_free(struct words *w)
{
	size_t i;

	if (w == NULL)
		return;
	for (i = 0; i < w->n; i++) {
		free(w->list[i].text);
		free(w->list[i].help);
	}
	free(w->list);
	hf_buf_clear(&w->typed);
	free(w);
}

static bool
fits(const struct words *w, const char *word)
{
	struct hf_buf b = HF_BUF_INIT;
	bool          yes;

	if (!hf_text_is_clean(word, strlen(word), false))
		return false;
	hf_text_fold(&b, word);
	yes = hf_text_prefix(hf_buf_str(&b), hf_buf_str(&w->typed));
	hf_buf_clear(&b);
	return yes;
}

void
words_add(struct words *w, const char *word, const char *help)
{
	struct word *list;
	size_t       cap;

	if (*word == '\0' || w->n >= MAX_WORDS || !fits(w, word))
		return;
	if (w->n == w->cap) {
		cap = w->cap == 0 ? 32 : w->cap * 2;
		if ((list = realloc(w->list, cap * sizeof(*list))) == NULL)
			return;
		w->list = list;
		w->cap = cap;
	}
	w->list[w->n].text = strdup(word);
	w->list[w->n].help = strdup(help == NULL || !hf_text_is_clean(help, strlen(help), false) ? "" : help);
	if (w->list[w->n].text == NULL || w->list[w->n].help == NULL) {
		free(w->list[w->n].text);
		free(w->list[w->n].help);
		return;
	}
	w->n++;
	w->sorted = false;
}

void
words_add_list(struct words *w, const char *list)
{
	char   word[64];
	size_t len;

	for (; list != NULL && *list != '\0'; list += len + (list[len] != '\0')) {
		len = strcspn(list, " |");
		if (len == 0 || len >= sizeof(word))
			continue;
		memcpy(word, list, len);
		word[len] = '\0';
		words_add(w, word, NULL);
	}
}

static int
by_text(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return strcmp(x->text, y->text);
}

size_t
words_count(struct words *w)
{
	size_t i, n = 0;

	if (w->sorted)
		return w->n;
	qsort(w->list, w->n, sizeof(*w->list), by_text);
	for (i = 0; i < w->n; i++) {
		if (n > 0 && strcmp(w->list[n - 1].text, w->list[i].text) == 0) {
			free(w->list[i].text);
			free(w->list[i].help);
		} else
			w->list[n++] = w->list[i];
	}
	w->n = n;
	w->sorted = true;
	return n;
}

const char *
words_at(const struct words *w, size_t i)
{
	return w->list[i].text;
}

const char *
words_help(const struct words *w, size_t i)
{
	return w->list[i].help;
}

size_t
words_common(struct words *w)
{
	size_t n = words_count(w), len, i;

	if (n == 0)
		return 0;
	len = strlen(w->list[0].text);
	for (i = 1; i < n; i++)
		while (strncmp(w->list[0].text, w->list[i].text, len) != 0)
			len--;
	while (len > 0 && ((unsigned char)w->list[0].text[len] & 0xc0) == 0x80)
		len--;
	return len;
}
