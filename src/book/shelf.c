#include "holdfast/shelf.h"

#include <stdlib.h>
#include <string.h>

#include "headings.h"
#include "holdfast/doc.h"
#include "holdfast/fs.h"
#include "holdfast/text.h"
#include "pool.h"

struct entry {
	struct hf_shelf_book book;
	char                *text; /* of a document of the register; NULL: it lies at book.path */
	size_t               len;
	const char          *below;  /* the file under a document; NULL: there is none */
	bool                 titled; /* the title was read */
};

struct hf_shelf {
	struct pool           pool;
	struct entry        **entries; /* sorted by name */
	size_t                n, cap;
	struct hf_buf         released;
	struct hf_shelf_book *list; /* what hf_shelf_list hands out; NULL: not made yet */
};

/* Where files lie, and how their names begin. */
static const struct {
	const char *folder, *prefix;
} places[] = {
	{ "playbooks/incident", "incident/" },
	{ "playbooks/routine", "routine/" },
	{ "playbooks/provider", "provider/" },
	{ "playbooks/policy", "policy/" },
	{ "playbooks/profile", "profile/" },
	{ "playbooks/guidance", "guidance/" },
	{ "playbooks/words", "words/" },
	{ "templates/provider", "template/provider/" },
	{ "templates/internal", "template/internal/" },
	{ "templates/public", "template/public/" },
	{ "templates/page", "template/page/" },
};

#define N_PLACES (sizeof(places) / sizeof(places[0]))

/* hijacked-account, or hijacked-account.cy */
static bool
is_base(const char *s, size_t len)
{
	size_t i, dots = 0;

	for (i = 0; i < len; i++) {
		if (s[i] == '.' && i > 0 && ++dots == 1)
			continue;
		if ((s[i] < 'a' || s[i] > 'z') && (s[i] < '0' || s[i] > '9') && (s[i] != '-' || i == 0))
			return false;
	}
	return len > 0 && len <= 64 && s[len - 1] != '.';
}

static bool
is_name(const char *name)
{
	size_t i, n;

	for (i = 0; i < N_PLACES; i++) {
		n = strlen(places[i].prefix);
		if (strncmp(name, places[i].prefix, n) == 0)
			return is_base(name + n, strlen(name + n));
	}
	return false;
}

/* Where a name is, or would be. */
static size_t
search(const struct hf_shelf *s, const char *name)
{
	size_t low = 0, high = s->n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (strcmp(s->entries[mid]->book.name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct entry *
find(const struct hf_shelf *s, const char *name)
{
	size_t i = search(s, name);

	return i < s->n && strcmp(s->entries[i]->book.name, name) == 0 ? s->entries[i] : NULL;
}

static struct entry *
insert(struct hf_shelf *s, const char *name)
{
	struct entry **bigger, *en;
	size_t         at = search(s, name), cap = s->cap == 0 ? 64 : s->cap * 2;

	if (s->n == s->cap) {
		if ((bigger = realloc(s->entries, cap * sizeof(*bigger))) == NULL)
			return NULL;
		s->entries = bigger;
		s->cap = cap;
	}
	if ((en = hf_pool_alloc(&s->pool, sizeof(*en))) == NULL)
		return NULL;
	en->book.name = hf_pool_str(&s->pool, name);
	en->book.title = en->book.path = en->book.from = s->pool.nothing;
	memmove(s->entries + at + 1, s->entries + at, (s->n - at) * sizeof(*s->entries));
	s->entries[at] = en;
	s->n++;
	return en;
}

struct walk {
	struct hf_shelf *shelf;
	const char      *from, *path, *prefix;
	unsigned         place;
};

/* What is no book (README.md, a backup of an editor) is passed over; so is what an earlier folder has. */
static enum hf_code
add_file(void *arg, const char *name, struct hf_err *e)
{
	struct walk  *w = arg;
	struct hf_buf full = HF_BUF_INIT;
	struct entry *en = NULL;
	enum hf_code  rc = HF_OK;
	char         *path;

	if (!hf_text_suffix(name, ".md") || !is_base(name, strlen(name) - 3))
		return HF_OK;
	hf_buf_addf(&full, "%s%.*s", w->prefix, (int)strlen(name) - 3, name);
	if ((path = hf_fs_join(w->path, name)) == NULL || full.failed) {
		rc = hf_nomem(e);
	} else if (find(w->shelf, full.data) == NULL && !hf_fs_is_dir(path)) {
		if ((en = insert(w->shelf, full.data)) == NULL)
			rc = hf_nomem(e);
		else {
			en->book.from = w->from;
			en->book.place = w->place;
			en->book.path = hf_pool_str(&w->shelf->pool, path);
		}
	}
	free(path);
	hf_buf_clear(&full);
	return rc;
}

static enum hf_code
add_dir(struct hf_shelf *s, const char *dir, unsigned place, struct hf_err *e)
{
	struct walk  w = { s, hf_pool_str(&s->pool, dir), NULL, NULL, place };
	enum hf_code rc = HF_OK;
	char        *path;
	size_t       i;

	for (i = 0; rc == HF_OK && i < N_PLACES; i++) {
		if ((path = hf_fs_join(dir, places[i].folder)) == NULL)
			return hf_nomem(e);
		w.path = path;
		w.prefix = places[i].prefix;
		if (hf_fs_is_dir(path))
			rc = hf_fs_list(path, add_file, &w, e);
		free(path);
	}
	return rc;
}

static enum hf_code
read_released(struct hf_shelf *s, const char *dir, struct hf_err *e)
{
	char        *path = hf_fs_join(dir, "playbooks/released.txt");
	enum hf_code rc = HF_OK;

	if (path == NULL)
		return hf_nomem(e);
	if (s->released.len == 0 && hf_fs_exists(path))
		rc = hf_fs_read(&s->released, path, HF_DOC_MAX, e);
	free(path);
	return rc;
}

const char *
hf_shelf_released(struct hf_shelf *s)
{
	return hf_buf_str(&s->released);
}

enum hf_code
hf_shelf_open(struct hf_shelf **out, const char *const *dirs, size_t n, struct hf_err *e)
{
	struct hf_shelf *s;
	enum hf_code     rc = HF_OK;
	size_t           i;

	*out = NULL;
	if ((s = calloc(1, sizeof(*s))) == NULL)
		return hf_nomem(e);
	for (i = 0; rc == HF_OK && i < n; i++)
		if ((rc = add_dir(s, dirs[i], (unsigned)i + 1, e)) == HF_OK)
			rc = read_released(s, dirs[i], e);
	if (rc == HF_OK && s->pool.failed)
		rc = hf_nomem(e);
	if (rc == HF_OK)
		*out = s;
	else
		hf_shelf_close(s);
	return rc;
}

void
hf_shelf_close(struct hf_shelf *s)
{
	if (s == NULL)
		return;
	hf_pool_clear(&s->pool);
	hf_buf_clear(&s->released);
	free(s->entries);
	free(s->list);
	free(s);
}

enum hf_code
hf_shelf_add(struct hf_shelf *s, const char *name, const char *text, size_t len, struct hf_err *e)
{
	struct entry *en;
	char         *copy;
	bool          ended;

	if (!is_name(name)) {
		hf_fail(e, HF_BAD, "%s: no name of a book", name);
		return hf_hint(e, "such as incident/hijacked-account, provider/x or template/internal/siro-first");
	}
	free(s->list);
	s->list = NULL;
	if ((en = find(s, name)) == NULL && (en = insert(s, name)) == NULL)
		return hf_nomem(e);
	if (en->book.path[0] != '\0')
		en->below = en->book.path;
	en->book.from = "register";
	en->book.place = 0;
	en->book.path = en->book.title = s->pool.nothing;
	en->titled = false;
	ended = len == 0 || text[len - 1] == '\n';
	if ((copy = hf_pool_alloc(&s->pool, len + 2)) == NULL)
		return hf_nomem(e);
	memcpy(copy, text, len);
	if (!ended)
		copy[len] = '\n';
	en->text = copy;
	en->len = len + !ended;
	return s->pool.failed ? hf_nomem(e) : HF_OK;
}

static void
read_title(struct hf_shelf *s, struct entry *en, const char *text, size_t len)
{
	struct heading h = hf_heading_start(text, len);

	en->titled = true;
	if (hf_heading_next(&h) && hf_text_is_clean(h.title, h.title_len, false))
		en->book.title = hf_pool_strn(&s->pool, h.title, h.title_len);
}

static enum hf_code
read_entry(struct hf_buf *out, struct hf_shelf *s, struct entry *en, struct hf_err *e)
{
	size_t       from = out->len;
	enum hf_code rc;

	if (en->text != NULL)
		hf_buf_add(out, en->text, en->len);
	else if ((rc = hf_fs_read(out, en->book.path, HF_DOC_MAX, e)) != HF_OK)
		return rc;
	if ((rc = hf_buf_check(out, e)) != HF_OK)
		return rc;
	if (!en->titled)
		read_title(s, en, out->data == NULL ? "" : out->data + from, out->len - from);
	return s->pool.failed ? hf_nomem(e) : HF_OK;
}

static bool
is_bare(const struct hf_shelf *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->entries[i]->book.place > 0 || s->entries[i]->below != NULL)
			return false;
	return true;
}

enum hf_code
hf_shelf_lacks(struct hf_shelf *s, const char *what, struct hf_err *e)
{
	const char *near = hf_shelf_nearest(s, what);

	hf_fail(e, HF_NOTFOUND, "%s: not on the shelf", what);
	if (is_bare(s))
		return hf_hint(
		    e, "no playbooks are installed: sudo make install, or name the folder that holds them: HOLDFAST_BOOKS=FOLDER");
	if (near != NULL)
		return hf_hint(e, "did you mean %s?", near);
	return hf_hint(e, "holdfast book list");
}

enum hf_code
hf_shelf_read(struct hf_buf *out, const struct hf_shelf_book **where, struct hf_shelf *s, const char *name, struct hf_err *e)
{
	struct entry *en = find(s, name);
	enum hf_code  rc;

	if (where != NULL)
		*where = NULL;
	if (en == NULL)
		return hf_shelf_lacks(s, name, e);
	rc = read_entry(out, s, en, e);
	if (rc == HF_OK && where != NULL)
		*where = &en->book;
	return rc;
}

enum hf_code
hf_shelf_below(struct hf_buf *out, struct hf_shelf *s, const char *name, struct hf_err *e)
{
	struct entry *en = find(s, name);

	if (en == NULL || en->below == NULL)
		return hf_fail(e, HF_NOTFOUND, "%s: nothing lies under it", name);
	return hf_fs_read(out, en->below, HF_DOC_MAX, e);
}

bool
hf_shelf_has(struct hf_shelf *s, const char *name)
{
	return find(s, name) != NULL;
}

static enum hf_code
make_list(struct hf_shelf *s, struct hf_err *e)
{
	struct hf_shelf_book *list;
	struct hf_buf         text = HF_BUF_INIT;
	enum hf_code          rc = HF_OK;
	size_t                i;

	if ((list = calloc(s->n + 1, sizeof(*list))) == NULL)
		return hf_nomem(e);
	for (i = 0; rc == HF_OK && i < s->n; i++) {
		hf_buf_cut(&text, 0);
		if (!s->entries[i]->titled && (rc = read_entry(&text, s, s->entries[i], e)) != HF_NOMEM)
			rc = HF_OK; /* one file that cannot be read does not hide the others; it is listed without a title */
		list[i] = s->entries[i]->book;
	}
	hf_buf_clear(&text);
	if (rc != HF_OK) {
		free(list);
		return rc;
	}
	s->list = list;
	return HF_OK;
}

enum hf_code
hf_shelf_list(const struct hf_shelf_book **out, size_t *n, struct hf_shelf *s, struct hf_err *e)
{
	enum hf_code rc;

	*out = NULL;
	*n = 0;
	if (s->list == NULL && (rc = make_list(s, e)) != HF_OK)
		return rc;
	*out = s->list;
	*n = s->n;
	return HF_OK;
}
