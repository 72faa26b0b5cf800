#include "odb.h"

#include <stdlib.h>
#include <string.h>

#include "delta.h"
#include "holdfast/fs.h"
#include "holdfast/repo.h"
#include "holdfast/text.h"
#include "loose.h"
#include "pack.h"

struct known {
	char            *name;
	struct hf_pack  *pack;  /* NULL: it could not be opened */
	struct hf_delta *delta; /* NULL: no delta was met in it yet */
};

struct hf_odb {
	char         *objects, *pack_dir;
	struct known *packs;
	size_t        n;
	bool          scanned;
	struct hf_err broken; /* why a pack could not be opened: an object may be in it */
};

enum hf_code
hf_odb_open(struct hf_odb **out, const char *objects, struct hf_err *e)
{
	struct hf_odb *o;

	*out = NULL;
	if ((o = calloc(1, sizeof(*o))) == NULL)
		return hf_nomem(e);
	o->objects = strdup(objects);
	o->pack_dir = hf_fs_join(objects, "pack");
	if (o->objects == NULL || o->pack_dir == NULL) {
		hf_odb_close(o);
		return hf_nomem(e);
	}
	*out = o;
	return HF_OK;
}

static void
forget_packs(struct hf_odb *o)
{
	size_t i;

	for (i = 0; i < o->n; i++) {
		hf_delta_close(o->packs[i].delta);
		hf_pack_free(o->packs[i].pack);
		free(o->packs[i].name);
	}
	free(o->packs);
	o->packs = NULL;
	o->n = 0;
	o->scanned = false;
	hf_err_clear(&o->broken);
}

void
hf_odb_close(struct hf_odb *o)
{
	if (o == NULL)
		return;
	forget_packs(o);
	free(o->pack_dir);
	free(o->objects);
	free(o);
}

static bool
is_index(const char *name)
{
	return strlen(name) == strlen("pack-.idx") + HF_OID_SIZE - 1 && hf_text_prefix(name, "pack-") &&
	    hf_text_suffix(name, ".idx");
}

/* One that is damaged, or goes while we look, takes none of the others along. */
static enum hf_code
add_pack(void *arg, const char *name, struct hf_err *e)
{
	struct hf_odb *o = arg;
	struct known  *more;
	struct hf_err  why = HF_ERR_INIT;
	enum hf_code   rc;

	if (!is_index(name))
		return HF_OK;
	if ((more = realloc(o->packs, (o->n + 1) * sizeof(*more))) == NULL)
		return hf_nomem(e);
	o->packs = more;
	o->packs[o->n] = (struct known){ strdup(name), NULL, NULL };
	if (o->packs[o->n].name == NULL)
		return hf_nomem(e);
	rc = hf_pack_open(&o->packs[o->n].pack, o->pack_dir, name, &why);
	o->n++;
	if (rc != HF_OK && rc != HF_NOTFOUND)
		o->broken = why;
	return rc == HF_NOMEM ? hf_nomem(e) : HF_OK;
}

static enum hf_code
scan(struct hf_odb *o, struct hf_err *e)
{
	enum hf_code rc;

	if (o->scanned)
		return HF_OK;
	o->scanned = true;
	rc = hf_fs_list(o->pack_dir, add_pack, o, e);
	return rc == HF_NOTFOUND ? HF_OK : rc;
}

/* Counts how many of the known packs are as they were; anything new makes it differ. */
struct comparison {
	const struct hf_odb *o;
	size_t               same;
	bool                 differs;
};

static enum hf_code
compare_pack(void *arg, const char *name, struct hf_err *e)
{
	struct comparison *c = arg;
	size_t             i;

	(void)e;
	if (!is_index(name))
		return HF_OK;
	for (i = 0; i < c->o->n && strcmp(c->o->packs[i].name, name) != 0; i++)
		continue;
	if (i < c->o->n && c->o->packs[i].pack != NULL && hf_pack_same(c->o->packs[i].pack, c->o->pack_dir, name))
		c->same++;
	else
		c->differs = true;
	return HF_OK;
}

/* Has git packed again since we looked? */
static bool
packs_changed(const struct hf_odb *o)
{
	struct comparison c = { o, 0, false };

	if (hf_fs_list(o->pack_dir, compare_pack, &c, NULL) != HF_OK)
		return o->n > 0;
	return c.differs || c.same != o->n;
}

static enum hf_code
read_delta(struct hf_get *get, struct known *k, size_t place, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = hf_pack_vet(k->pack, place, HF_REPO_BLOB_MAX, e)) != HF_OK)
		return rc;
	if (k->delta == NULL && (rc = hf_delta_open(&k->delta, hf_pack_index(k->pack), e)) != HF_OK)
		return rc;
	return hf_delta_read(get, k->delta, e);
}

static enum hf_code
read_packed(struct hf_get *get, struct hf_odb *o, struct hf_err *e)
{
	unsigned char id[HF_OID_BYTES];
	enum hf_code  rc;
	size_t        i, place;
	bool          delta;

	if ((rc = scan(o, e)) != HF_OK)
		return rc;
	if (!hf_oid_to_bytes(id, get->oid))
		return hf_fail(e, HF_INTERNAL, "object %s: that is no name", get->oid->hex);
	rc = hf_fail(e, HF_NOTFOUND, "object %s: not there", get->oid->hex);
	for (i = 0; i < o->n && rc != HF_OK; i++) {
		if (o->packs[i].pack == NULL || !hf_pack_find(&place, o->packs[i].pack, id))
			continue;
		rc = hf_pack_read(get, &delta, o->packs[i].pack, place, e);
		if (rc == HF_OK && delta)
			rc = read_delta(get, &o->packs[i], place, e);
	}
	if (rc != HF_NOTFOUND || o->broken.code == HF_OK)
		return rc;
	if (e != NULL)
		*e = o->broken;
	return o->broken.code;
}

/* A loose object that is damaged may still be whole in a pack. */
static enum hf_code
read_any(struct hf_get *get, struct hf_odb *o, struct hf_err *e)
{
	struct hf_err loose = HF_ERR_INIT;
	enum hf_code  rc;

	if ((rc = hf_loose_read(get, o->objects, &loose)) == HF_OK)
		return HF_OK;
	if ((rc = read_packed(get, o, e)) != HF_NOTFOUND)
		return rc;
	if (e != NULL)
		*e = loose;
	return loose.code;
}

enum hf_code
hf_odb_read(struct hf_buf *out, struct hf_odb *o, enum hf_object_type type, const struct hf_oid *oid, size_t max, struct hf_err *e)
{
	struct hf_get get = { .oid = oid, .max = max, .out = out, .type = type };
	size_t        start = out->len;
	enum hf_code  rc;

	rc = read_any(&get, o, e);
	if (rc != HF_OK && rc != HF_NOMEM && packs_changed(o)) {
		forget_packs(o);
		rc = read_any(&get, o, e);
	}
	if (rc != HF_OK || get.type == type)
		return rc;
	hf_buf_cut(out, start);
	return hf_fail(e, HF_DAMAGED, "object %s: a %s, not a %s", oid->hex, hf_object_word(get.type), hf_object_word(type));
}

static bool
packed(struct hf_odb *o, const struct hf_oid *oid)
{
	unsigned char id[HF_OID_BYTES];
	size_t        place;

	if (scan(o, NULL) != HF_OK || !hf_oid_to_bytes(id, oid))
		return false;
	for (size_t i = 0; i < o->n; i++)
		if (o->packs[i].pack != NULL && hf_pack_find(&place, o->packs[i].pack, id))
			return true;
	return false;
}

bool
hf_odb_has(struct hf_odb *o, const struct hf_oid *oid)
{
	if (packed(o, oid) || hf_loose_has(o->objects, oid))
		return true;
	if (!packs_changed(o))
		return false;
	forget_packs(o);
	return packed(o, oid);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct hf_oid *)a)->hex, ((const struct hf_oid *)b)->hex);
}

/* What is neither in a pack nor listed may have gone from one to the other meanwhile: it is asked for by itself. */
enum hf_code
hf_odb_lacks(size_t *out, struct hf_odb *o, struct hf_oid *list, size_t n, struct hf_err *e)
{
	size_t i, left = 0;
	bool  *there;

	*out = 0;
	for (i = 0; i < n; i++)
		if (!packed(o, &list[i]))
			list[left++] = list[i];
	if ((there = calloc(left + 1, sizeof(*there))) == NULL)
		return hf_nomem(e);
	qsort(list, left, sizeof(*list), by_name);
	hf_loose_list(there, o->objects, list, left);
	for (i = 0; i < left; i++)
		*out += !there[i] && !hf_odb_has(o, &list[i]);
	free(there);
	return HF_OK;
}
