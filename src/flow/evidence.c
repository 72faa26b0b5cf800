#include "holdfast/evidence.h"

#include <string.h>

#include "holdfast/fs.h"
#include "holdfast/hash.h"
#include "holdfast/schema.h"
#include "holdfast/text.h"

#define NAME_LEN 255

enum hf_code
hf_evidence_check(const char *file_name, size_t len, struct hf_err *e)
{
	size_t n = strlen(file_name);

	if (n == 0 || n > NAME_LEN || strchr(file_name, '/') != NULL || !hf_text_is_clean(file_name, n, false) ||
	    strcmp(file_name, ".") == 0 || strcmp(file_name, "..") == 0) {
		hf_fail(e, HF_BAD, "\"%.80s\": not a name for a file", file_name);
		return hf_hint(e, "rename it: up to 255 bytes of UTF-8, without a slash or a character that nobody sees");
	}
	if (len == 0)
		return hf_fail(e, HF_BAD, "%s: the file is empty", file_name);
	if (len > HF_EVIDENCE_MAX) {
		hf_fail(e, HF_BAD, "%s: over %u MiB", file_name, HF_EVIDENCE_MAX / 1024 / 1024);
		return hf_hint(e, "cut it, or keep it elsewhere and write in source where it lies");
	}
	return HF_OK;
}

/* ---- media types ---- */

/* What a file starts with says more than its name. */
static const struct {
	size_t      at, len;
	const char *magic, *type;
} magics[] = {
	{ 0, 8, "\x89PNG\r\n\x1a\n", "image/png" },
	{ 0, 3, "\xff\xd8\xff", "image/jpeg" },
	{ 0, 6, "GIF87a", "image/gif" },
	{ 0, 6, "GIF89a", "image/gif" },
	{ 8, 4, "WEBP", "image/webp" },
	{ 4, 8, "ftypheic", "image/heic" },
	{ 4, 8, "ftypmif1", "image/heif" },
	{ 4, 8, "ftypavif", "image/avif" },
	{ 4, 6, "ftypqt", "video/quicktime" },
	{ 4, 4, "ftyp", "video/mp4" },
	{ 0, 4, "\x1a\x45\xdf\xa3", "video/webm" },
	{ 0, 4, "II*\0", "image/tiff" },
	{ 0, 4, "MM\0*", "image/tiff" },
	{ 0, 5, "%PDF-", "application/pdf" },
	{ 0, 3, "ID3", "audio/mpeg" },
	{ 0, 2, "\x1f\x8b", "application/gzip" },
	{ 0, 6, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed" },
	{ 0, 8, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage" },
	{ 0, 4, "PK\3\4", "application/zip" },
	{ 0, 27, "-----BEGIN PGP SIGNATURE---", "application/pgp-signature" },
	{ 0, 27, "-----BEGIN PGP MESSAGE-----", "application/pgp-encrypted" },
};

/* by: the type that the content must have had for the name to count; NULL: text. */
static const struct {
	const char *suffix, *by, *type;
} names[] = {
	{ ".docx", "application/zip", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
	{ ".xlsx", "application/zip", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	{ ".pptx", "application/zip", "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
	{ ".odt", "application/zip", "application/vnd.oasis.opendocument.text" },
	{ ".ods", "application/zip", "application/vnd.oasis.opendocument.spreadsheet" },
	{ ".doc", "application/x-ole-storage", "application/msword" },
	{ ".xls", "application/x-ole-storage", "application/vnd.ms-excel" },
	{ ".msg", "application/x-ole-storage", "application/vnd.ms-outlook" },
	{ ".eml", NULL, "message/rfc822" },
	{ ".csv", NULL, "text/csv" },
	{ ".json", NULL, "application/json" },
	{ ".html", NULL, "text/html" },
	{ ".htm", NULL, "text/html" },
	{ ".xml", NULL, "application/xml" },
	{ ".svg", NULL, "image/svg+xml" },
	{ ".md", NULL, "text/markdown" },
	{ ".ics", NULL, "text/calendar" },
	{ ".vcf", NULL, "text/vcard" },
};

static bool
has_suffix(const char *name, const char *suffix)
{
	size_t n = strlen(name), s = strlen(suffix);

	return n >= s && hf_text_equal_nocase(name + n - s, suffix);
}

static const char *
by_content(const char *data, size_t len)
{
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (len >= magics[i].at + magics[i].len && memcmp(data + magics[i].at, magics[i].magic, magics[i].len) == 0)
			return magics[i].type;
	return NULL;
}

const char *
hf_evidence_media_type(const char *file_name, const void *data, size_t len)
{
	const char *found = by_content(data, len);

	if (found == NULL && !hf_text_is_utf8(data, len))
		return "application/octet-stream";
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		bool fits = found == NULL ? names[i].by == NULL : names[i].by != NULL && strcmp(names[i].by, found) == 0;

		if (fits && has_suffix(file_name, names[i].suffix))
			return names[i].type;
	}
	return found != NULL ? found : "text/plain";
}

/* ---- records ---- */

static enum hf_code
set(struct hf_batch *b, const char *id, const char *field, struct hf_json *value, struct hf_err *e)
{
	enum hf_code rc = value == NULL ? hf_nomem(e) : hf_batch_set_json(b, id, field, value, e);

	hf_json_free(value);
	return rc;
}

enum hf_code
hf_evidence_add(
    char id[HF_ID_SIZE], struct hf_batch *b, const char *account, const char *path, const void *data, size_t len, struct hf_err *e)
{
	const char  *name = hf_fs_base(path);
	char         blob[HF_ID_SIZE], sum[HF_SHA256_SIZE];
	const char  *secret = hf_schema_secret_file(data, len);
	enum hf_code rc;

	if ((rc = hf_evidence_check(name, len, e)) != HF_OK || (rc = hf_batch_add(id, b, "evidence", e)) != HF_OK ||
	    (rc = hf_batch_blob(blob, b, data, len, e)) != HF_OK)
		return rc;
	hf_sha256(sum, data, len);
	if (account != NULL && (rc = set(b, id, "account", hf_json_string(account), e)) != HF_OK)
		return rc;
	if (secret != NULL && (rc = set(b, id, "looks_like", hf_json_string(secret), e)) != HF_OK)
		return rc;
	if ((rc = set(b, id, "blob", hf_json_string(blob), e)) != HF_OK ||
	    (rc = set(b, id, "file_name", hf_json_string(name), e)) != HF_OK ||
	    (rc = set(b, id, "sha256", hf_json_string(sum), e)) != HF_OK ||
	    (rc = set(b, id, "size", hf_json_int((int64_t)len), e)) != HF_OK)
		return rc;
	return set(b, id, "media_type", hf_json_string(hf_evidence_media_type(name, data, len)), e);
}

enum hf_code
hf_evidence_read(struct hf_buf *out, struct hf_register *r, const struct hf_json *record, struct hf_err *e)
{
	const char *blob = hf_json_get_str(record, "blob");

	if (blob == NULL) {
		hf_fail(e, HF_BAD, "%s: no file was attached to it", hf_json_get_str(record, "id"));
		return hf_hint(e, "holdfast show %s", hf_json_get_str(record, "id"));
	}
	return hf_register_blob(out, r, blob, hf_json_get_str(record, "sha256"), e);
}
