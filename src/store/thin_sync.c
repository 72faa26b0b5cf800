#include "holdfast/share.h"
#include "merge.h"
#include "proof.h"
#define WEAK __attribute__((weak))
WEAK enum hf_code merge_theirs(struct merge_count *out, struct hf_register *r, const struct hf_oid *theirs, struct hf_err *e)
{ enum hf_code rc; bool ff; out->records = out->conflicts = 0;
 if ((rc = hf_repo_descends(&ff, r->repo, theirs, &r->head, e)) != HF_OK) return rc;
 if (!ff) return hf_fail(e, HF_INTERNAL, "merge: not here yet");
 if ((rc = hf_repo_move(r->repo, &r->head, theirs, e)) != HF_OK) return rc;
 return register_refresh(r, e); }
WEAK enum hf_code hf_member_refresh(struct hf_json **out, struct hf_register *r, const char *fpr, const void *key, size_t len, struct hf_err *e)
{ (void)r;(void)fpr;(void)key;(void)len;(void)e; *out = NULL; return HF_OK; }
