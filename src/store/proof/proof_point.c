/* Verify: how far this copy was verified. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/fs.h"
#include "proof.h"

#define FORMAT    1
#define POINT_MAX (64u * 1024 * 1024)

/* verified-<16 digits>: of the place the copy lies in, and whose key it is. */
static enum hf_code
path_of(char **out, const struct hf_register *r, struct hf_err *e)
{
	struct hf_buf name = HF_BUF_INIT;
	char         *real = realpath(r->path, NULL), sum[HF_SHA256_SIZE];

	*out = NULL;
	hf_buf_addf(&name, "%s\n%s", real == NULL ? r->path : real, r->key);
	free(real);
	hf_sha256(sum, hf_buf_str(&name), name.len);
	hf_buf_clear(&name);
	hf_buf_addf(&name, "verified-%.16s", sum);
	*out = hf_fs_join(r->state, hf_buf_str(&name));
	hf_buf_clear(&name);
	return *out == NULL ? hf_nomem(e) : HF_OK;
}

/* ---- reading ---- */

static bool
take_oid(struct hf_oid *out, const struct hf_json *j, const char *key)
{
	const char *hex = hf_json_get_str(j, key);

	return hex != NULL && hf_oid_set(out, hex);
}

static bool
is(const struct hf_json *j, const char *key, const char *want)
{
	const char *v = hf_json_get_str(j, key);

	return v != NULL && strcmp(v, want) == 0;
}

static bool
take_keys(struct proof_keys *out, const struct hf_json *list)
{
	size_t n = hf_json_len(list);

	memset(out, 0, sizeof(*out));
	if (n == 0 || (out->list = calloc(n, sizeof(*out->list))) == NULL)
		return false;
	out->cap = n;
	for (size_t i = 0; i < n; i++) {
		const char *text = hf_json_str(hf_json_at(list, i));

		if (text == NULL || strlen(text) != 81 || text[40] != ' ' || !hf_oid_set(&out->list[i].file, text + 41))
			return false;
		memcpy(out->list[i].fpr, text, 40);
		if (!hf_fpr_valid(out->list[i].fpr))
			return false;
		out->n++;
	}
	return true;
}

static bool
take(struct proof_point *out, struct proof_keys *keys, const struct hf_json *j, const struct hf_register *r)
{
	out->commits = (size_t)hf_json_num(hf_json_get(j, "commits"));
	out->records = (size_t)hf_json_num(hf_json_get(j, "records"));
	out->entries = (size_t)hf_json_num(hf_json_get(j, "entries"));
	return hf_json_num(hf_json_get(j, "format")) == FORMAT && is(j, "register", r->id) && is(j, "key", r->key) &&
	    take_oid(&out->commit, j, "commit") && take_oid(&out->tree, j, "tree") && take_keys(keys, hf_json_get(j, "keys")) &&
	    hf_json_is(hf_json_get(j, "sealed"), HF_JSON_OBJECT);
}

/* The first line is the sum of the rest. */
static bool
is_whole(const struct hf_buf *b)
{
	char sum[HF_SHA256_SIZE];

	if (b->len <= HF_SHA256_SIZE || b->data[HF_SHA256_SIZE - 1] != '\n')
		return false;
	hf_sha256(sum, b->data + HF_SHA256_SIZE, b->len - HF_SHA256_SIZE);
	return memcmp(sum, b->data, HF_SHA256_SIZE - 1) == 0;
}

enum hf_code
proof_point_read(struct proof_point *out, struct proof *p, struct hf_err *e)
{
	struct proof_keys keys = { NULL, 0, 0, 0 };
	struct hf_buf     b = HF_BUF_INIT;
	struct hf_json   *j = NULL;
	char             *path;
	enum hf_code      rc;

	memset(out, 0, sizeof(*out));
	if ((rc = path_of(&path, p->r, e)) != HF_OK)
		return rc;
	rc = HF_NOTFOUND;
	if (hf_fs_read(&b, path, POINT_MAX, NULL) == HF_OK && is_whole(&b) &&
	    hf_json_parse(&j, b.data + HF_SHA256_SIZE, b.len - HF_SHA256_SIZE, NULL) == HF_OK && take(out, &keys, j, p->r)) {
		free(p->keys.list);
		p->keys = keys;
		keys.list = NULL;
		hf_json_free(p->authors);
		p->authors = hf_json_ref(hf_json_get(j, "sealed"));
		rc = HF_OK;
	}
	free(keys.list);
	free(path);
	hf_json_free(j);
	hf_buf_clear(&b);
	return rc;
}

/* ---- writing ---- */

static struct hf_json *
keys_json(const struct proof_keys *k)
{
	struct hf_json *list = hf_json_array();
	char            line[96];

	for (size_t i = 0; list != NULL && i < k->n; i++) {
		snprintf(line, sizeof(line), "%s %s", k->list[i].fpr, k->list[i].file.hex);
		if (hf_json_push(list, hf_json_string(line)) != 0) {
			hf_json_free(list);
			return NULL;
		}
	}
	return list;
}

static int
fill(struct hf_json *o, const struct proof_point *pt, const struct proof *p)
{
	return hf_json_set(o, "format", hf_json_int(FORMAT)) | hf_json_set(o, "register", hf_json_string(p->r->id)) |
	    hf_json_set(o, "key", hf_json_string(p->r->key)) | hf_json_set(o, "commit", hf_json_string(pt->commit.hex)) |
	    hf_json_set(o, "tree", hf_json_string(pt->tree.hex)) | hf_json_set(o, "commits", hf_json_int((int64_t)pt->commits)) |
	    hf_json_set(o, "records", hf_json_int((int64_t)pt->records)) |
	    hf_json_set(o, "entries", hf_json_int((int64_t)pt->entries)) | hf_json_set(o, "keys", keys_json(&p->keys)) |
	    hf_json_set(o, "sealed", hf_json_ref(p->authors));
}

enum hf_code
proof_point_write(const struct proof_point *pt, const struct proof *p, struct hf_err *e)
{
	struct hf_json *o = hf_json_object();
	struct hf_buf   text = HF_BUF_INIT, all = HF_BUF_INIT;
	char            sum[HF_SHA256_SIZE], *path = NULL;
	enum hf_code    rc;

	if (o == NULL || fill(o, pt, p) != 0) {
		rc = hf_nomem(e);
		goto done;
	}
	hf_json_dump(&text, o, HF_JSON_COMPACT);
	hf_sha256(sum, hf_buf_str(&text), text.len);
	hf_buf_addf(&all, "%s\n", sum);
	hf_buf_add(&all, hf_buf_str(&text), text.len);
	if ((rc = hf_buf_check(&all, e)) == HF_OK && (rc = path_of(&path, p->r, e)) == HF_OK)
		rc = hf_fs_write(path, all.data, all.len, e);
done:
	free(path);
	hf_json_free(o);
	hf_buf_clear(&text);
	hf_buf_clear(&all);
	return rc;
}
