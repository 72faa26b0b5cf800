/*
 * Between the files that judge books.
 */
#ifndef HOLDFAST_BOOK_LINT_IN_H
#define HOLDFAST_BOOK_LINT_IN_H

#include "book_in.h"
#include "holdfast/lint.h"
#include "holdfast/playbook.h"
#include "ids.h"

/* What the headings of other books define. */
enum defined { IS_STATEMENT = 1, IS_RULE = 2, IS_PART = 4 };

struct linter {
	struct hf_defects         *out;
	const char                *name; /* on the shelf */
	const struct hf_lint_opts *opts; /* never NULL here */
	struct pool                pool; /* for as long as one book is judged */
	struct hf_ids             *ids;  /* of headings on the shelf, read when first asked for */
	bool                       has_rules, has_statements, has_sheets;
	struct hf_buf              playbooks; /* the text of all playbooks, read when first asked for */
	enum hf_code               rc;        /* HF_OK until memory or a file fails */
	struct hf_err             *e;
};

/* lint.c */
struct hf_pos hf_lint_pos(
    const struct hf_section *s, const char *label); /* of the first field of that label; else of the section */
void hf_lint_reviewed(struct linter *l, const struct hf_section *doc, const char *reviewed);
void hf_lint_cautions(struct linter *l, const struct hf_block *blocks, size_t n);

/* lint_gone.c: ids that were here. Without a shelf nothing is judged. */
void hf_lint_gone(struct linter *l, const char *text, size_t len);

/* lint_shelf.c: what stands on other books. Without a shelf nothing is judged. */
bool hf_lint_shelf_begin(struct linter *l);
void hf_lint_statements(struct linter *l, struct hf_pos pos, const char *label, const struct hf_names *ids);
void hf_lint_links(struct linter *l, const struct hf_section *doc);
void hf_lint_playbook_links(struct linter *l, const struct hf_playbook *p);
bool hf_lint_template_text(struct linter *l, const char *name); /* is that template on the shelf? */
bool hf_lint_has_part(struct linter *l, const char *book, const char *part);
bool hf_lint_rule_elsewhere(struct linter *l, const char *rule); /* is a rule of that id in another book? */
bool hf_lint_written_somewhere(struct linter *l, const char *value);
void hf_lint_doubles(struct linter *l, const struct hf_section *doc, unsigned what);

/* lint_playbook.c */
const struct hf_section *hf_lint_section(const struct hf_playbook *p, const struct hf_step *s); /* where a step was read */

/* lint_names.c: names in a template that lead nowhere. Without a shelf nothing is judged. */
void hf_lint_template_names(struct linter *l, const char *text, size_t len);

/* lint_flow.c */
struct flow;
struct flow *hf_flow_new(struct linter *l, const struct hf_playbook *p);
void         hf_lint_flow(struct linter *l, const struct hf_playbook *p, struct flow *f);
/* May step a have been done before step b begins, on some path? */
bool hf_flow_may_precede(struct flow *f, size_t a, size_t b);

/* One file each. */
void hf_lint_playbook(struct linter *l, const char *text, size_t len);
void hf_lint_values(struct linter *l, const struct hf_playbook *p, struct flow *f);
void hf_lint_sheet(struct linter *l, const char *text, size_t len);
void hf_lint_policy(struct linter *l, const char *text, size_t len);
void hf_lint_profile(struct linter *l, const char *text, size_t len);
void hf_lint_guidance(struct linter *l, const char *text, size_t len);
void hf_lint_translation(struct linter *l, const char *text, size_t len, const char *dot);

#endif
