/*
 * A bundle: a report with the evidence that it names, in a folder that can be handed over and checked without holdfast.
 *
 *	report.html     the report (.txt, .md)
 *	evidence/…      the files that it names
 *	manifest.json   where each comes from, the run, the register's head, the playbook's hash
 *	signer.asc      the public key of who made it
 *	SHA256SUMS      of all of these: sha256sum -c SHA256SUMS
 *	SHA256SUMS.asc  a detached signature of it: gpg --verify SHA256SUMS.asc
 */
#ifndef HOLDFAST_BUNDLE_H
#define HOLDFAST_BUNDLE_H

#include "holdfast/err.h"
#include "holdfast/json.h"
#include "holdfast/report.h"
#include "holdfast/run.h"

struct hf_bundle {
	struct hf_report     report; /* with a run: what is taken out stands in its log */
	const struct hf_act *act;    /* for the log */
	const char          *dir;    /* must not exist */
};

/*
 * Make it: everything is written into a folder beside dir, the log of the run says so, and then the folder gets its name. When that fails there is
 * no folder. *out: {"bundle","template","run","sha256","files":[{"file_name","sha256","size","from"}],"left_out":[{"file_name","why"}],"sealed":N};
 * left_out: files that the report names and the user cannot have; sealed: records that are for others.
 * HF_EXISTS: dir is there. HF_UNSURE: it is made and logged, but the disk may not hold the log.
 */
enum hf_code hf_bundle_make(struct hf_json **out, const struct hf_bundle *bundle, struct hf_err *e);

#endif
