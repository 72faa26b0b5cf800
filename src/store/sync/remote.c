/* Where the other copy is. */
#include <stdlib.h>

#include "../proof/pin.h"
#include "holdfast/fs.h"
#include "holdfast/share.h"
#include "sync.h"

#define SYNC_FILE "holdfast.sync"

enum hf_code
sync_lock(int *fd, const struct hf_register *r, struct hf_err *e)
{
	char        *path = hf_fs_join(hf_repo_path(r->repo), SYNC_FILE);
	enum hf_code rc;

	if (path == NULL)
		return hf_nomem(e);
	if ((rc = hf_fs_lock(fd, path, LOCK_WAIT, e)) == HF_LOCKED) {
		hf_fail(e, HF_LOCKED, "sync: another one is at work");
		rc = hf_hint(e, "try again when it has finished");
	}
	free(path);
	return rc;
}

enum hf_code
hf_remote_set(struct hf_register *r, const char *url, struct hf_err *e)
{
	struct pin   p;
	char        *address = NULL;
	int          fd = -1;
	enum hf_code rc;

	if ((rc = sync_lock(&fd, r, e)) != HF_OK)
		return rc;
	if ((rc = pin_read(&p, r, e)) == HF_OK && (url == NULL || (rc = transport_address(&address, url, e)) == HF_OK) &&
	    (rc = pin_set_url(&p, address, e)) == HF_OK)
		rc = pin_write(&p, r, e);
	hf_fs_unlock(fd);
	free(address);
	pin_clear(&p);
	return rc;
}

enum hf_code
hf_remote_get(char **out, struct hf_register *r, struct hf_err *e)
{
	struct pin   p;
	enum hf_code rc;

	*out = NULL;
	if ((rc = pin_read(&p, r, e)) == HF_OK) {
		*out = p.url;
		p.url = NULL;
	}
	pin_clear(&p);
	return rc;
}
