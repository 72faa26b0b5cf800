/*
 * What the files that make up repo.h share (repo.c, repo_tree.c, repo_commit.c, repo_walk.c).
 */
#ifndef HOLDFAST_STORE_REPO_IMPL_H
#define HOLDFAST_STORE_REPO_IMPL_H

#include "holdfast/repo.h"
#include "object.h"
#include "tree.h"

#define HF_REPO_BRANCH "refs/heads/main"

/* Append an object's content. HF_DAMAGED, also when it is missing. */
enum hf_code hf_repo_read(
    struct hf_buf *out, struct hf_repo *r, enum hf_object_type type, const struct hf_oid *oid, size_t max, struct hf_err *e);

/* A tree, read strictly. t is an initialised one. */
enum hf_code hf_repo_tree(struct hf_tree *t, struct hf_repo *r, const struct hf_oid *oid, struct hf_err *e);

/* A commit, read strictly. Clear it. raw is what it points into. */
enum hf_code hf_repo_commit_read(
    struct hf_commit *out, struct hf_buf *raw, struct hf_repo *r, const struct hf_oid *oid, struct hf_err *e);

const char *hf_repo_objects(const struct hf_repo *r);
bool        hf_repo_locked(const struct hf_repo *r);

#endif
