#include <stdio.h>
#include <string.h>

#include "impl.h"

#define PAD 512

void
path_record(char out[PATH_SIZE], const char *id)
{
	snprintf(out, PATH_SIZE, "records/%c/%s.gpg", id[HF_ID_SIZE - 2], id);
}

void
path_blob(char out[PATH_SIZE], const char *id)
{
	snprintf(out, PATH_SIZE, "blobs/%c/%s.gpg", id[HF_ID_SIZE - 2], id);
}

void
path_entry(char out[PATH_SIZE], const char *run, const char *id)
{
	snprintf(out, PATH_SIZE, "runs/%s/%s.gpg", run, id);
}

/* "<id>.gpg" */
static bool
id_file(const char *s, char id[HF_ID_SIZE])
{
	if (strlen(s) != HF_ID_SIZE - 1 + 4 || strcmp(s + HF_ID_SIZE - 1, ".gpg") != 0)
		return false;
	memcpy(id, s, HF_ID_SIZE - 1);
	id[HF_ID_SIZE - 1] = '\0';
	return hf_id_valid(id);
}

/* "<x>/<id>.gpg", x being the id's last character */
static bool
fanned(const char *s, char id[HF_ID_SIZE])
{
	return s[0] != '\0' && s[1] == '/' && id_file(s + 2, id) && id[HF_ID_SIZE - 2] == s[0];
}

static enum path_kind
member_file(const char *s)
{
	char fpr[HF_FPR_SIZE];

	snprintf(fpr, sizeof(fpr), "%.40s", s);
	if (!hf_fpr_valid(fpr))
		return PATH_BAD;
	if (strcmp(s + 40, ".json") == 0)
		return PATH_MEMBER;
	return strcmp(s + 40, ".asc") == 0 ? PATH_KEY : PATH_BAD;
}

enum path_kind
path_read(const char *path, char id[HF_ID_SIZE], char run[HF_ID_SIZE])
{
	id[0] = run[0] = '\0';
	if (strcmp(path, "holdfast.json") == 0)
		return PATH_META;
	if (strncmp(path, "members/", 8) == 0)
		return member_file(path + 8);
	if (strncmp(path, "records/", 8) == 0)
		return fanned(path + 8, id) ? PATH_RECORD : PATH_BAD;
	if (strncmp(path, "blobs/", 6) == 0)
		return fanned(path + 6, id) ? PATH_BLOB : PATH_BAD;
	if (strncmp(path, "runs/", 5) != 0 || strlen(path) < 5 + HF_ID_SIZE || path[5 + HF_ID_SIZE - 1] != '/')
		return PATH_BAD;
	memcpy(run, path + 5, HF_ID_SIZE - 1);
	run[HF_ID_SIZE - 1] = '\0';
	return hf_id_valid(run) && id_file(path + 5 + HF_ID_SIZE, id) ? PATH_ENTRY : PATH_BAD;
}

enum hf_code
plain_write(struct hf_buf *out, const struct hf_json *j, struct hf_err *e)
{
	hf_json_dump(out, j, HF_JSON_PRETTY);
	hf_buf_addc(out, '\n');
	hf_buf_pad(out, '\n', (PAD - out->len % PAD) % PAD);
	return hf_buf_check(out, e);
}

size_t
plain_len(const void *data, size_t len)
{
	const char *p = data;

	while (len > 0 && p[len - 1] == '\n')
		len--;
	return len;
}
