/* Inside src/flow: what all acts on a run have in common. */
#ifndef FLOW_ACT_H
#define FLOW_ACT_H

#include "run_impl.h"

enum hf_code act_open(const struct hf_run *run, struct hf_err *e);                             /* HF_NO when the run is closed */
enum hf_code act_moment(const struct hf_run *run, const struct hf_act *act, struct hf_err *e); /* HF_BAD when it has not come yet */
/* What people typed goes through the same judge as the register's fields: clean, UTF-8, no secret. NULL and "" are fine. */
enum hf_code act_text(const char *what, const char *text, struct hf_err *e);

/* The instance that an act is about, when the run is open and its moment and text are right. */
enum hf_code act_target(const struct hf_instance **out, const struct hf_run *run, const struct hf_act *act, struct hf_err *e);
/* The same where the run may be closed, and the step may be left out (*out is NULL then). */
enum hf_code act_aside(const struct hf_instance **out, const struct hf_run *run, const struct hf_act *act, struct hf_err *e);

/*
 * HF_NO when the step does not apply, or needs what is not there; or a second person has to agree first, which HF_DENIED says of one who agreed himself.
 * With act->anyway a closed gate is passed: *passed is then what it needed, NULL else. passed NULL: it cannot be.
 */
enum hf_code act_gate(
    struct hf_json **passed, const struct hf_run *run, const struct hf_instance *i, const struct hf_act *act, struct hf_err *e);
/* Say in an entry (NULL-safe; given back on failure) that it went through a closed gate. passed (taken over) may be NULL. */
struct hf_json *act_passed(struct hf_json *entry, struct hf_json *passed, const struct hf_act *act, struct hf_err *e);
/* HF_NO with what is missing before it can be done. */
enum hf_code act_complete(const struct hf_run *run, const struct hf_instance *i, struct hf_err *e);
/* HF_NO when it is in that state already; a second person may still say so. */
enum hf_code act_fresh(const struct hf_run *run, const struct hf_instance *i, enum hf_state want, struct hf_err *e);

/* The keys of its answers, ", " between them; appended. */
void act_answers(struct hf_buf *out, const struct hf_step *s);

/* The id of the record that a path leads to. */
enum hf_code act_record_at(
    char id[HF_ID_SIZE], const struct hf_run *run, const struct hf_instance *i, const char *path, struct hf_err *e);
/* Put what the step's Updates and Adds come to into a batch; in a drill into the entry ("not_applied"), in words. */
enum hf_code act_changes(
    struct hf_batch *b, struct hf_json *entry, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e);
/* Put what the step confirms into an entry ("confirmed"). */
enum hf_code act_confirmed(struct hf_json *entry, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e);

/*
 * Put act->values into a batch, as hf_run_value would log them, and into the run as it stands in memory: what follows in the batch sees them. Until the
 * batch has landed they are not so: run_fold forgets them.
 */
enum hf_code act_give(
    struct hf_batch *b, struct hf_run *run, const struct hf_instance *i, const struct hf_act *act, struct hf_err *e);

/* One member more; entry (NULL-safe) is given back when that fails. value is taken over. */
struct hf_json *act_with(struct hf_json *entry, const char *key, struct hf_json *value, struct hf_err *e);

/* ---- act_rule.c ---- */

/* HF_BAD when what was just captured is not what the step needs of the values that it writes down. */
enum hf_code act_rules(const struct hf_run *run, const struct hf_instance *i, const struct hf_json *captured, struct hf_err *e);

/* ---- act_route.c ---- */

/* An act on a step that a route may follow. */
struct act_way {
	struct hf_run            *run;
	const struct hf_instance *i;
	const struct hf_act      *act;
	const struct hf_route    *route;    /* NULL: it leads nowhere, or not yet */
	bool                      finishes; /* it changes the register as the step says */
};

/* The route of an answer, or of "it-fails"; NULL. */
const struct hf_route *act_route_of(const struct hf_step *s, const char *key);
/* Log the entry (taken over; NULL: e says why), begin what the route names, and end the run where it stops. *started (may be NULL): ids. */
enum hf_code act_routed(const struct act_way *way, struct hf_json *entry, struct hf_json **started, struct hf_err *e);

/*
 * A second person agreed: log the entry (taken over), and where it was about what is done, change the register, follow the answer, start books, end the
 * run. Of a phase all steps that wait for it change the register.
 */
enum hf_code act_approved(struct hf_run *run, const struct hf_instance *i, const struct hf_act *act, struct hf_json *entry,
    struct hf_json **started, struct hf_err *e);

/* An entry of a type, with the moment, the step (i may be NULL) and who wrote for whom. NULL: e says why. */
struct hf_json *act_entry(
    const struct hf_run *run, const char *type, const struct hf_act *act, const struct hf_instance *i, struct hf_err *e);

/* Commit what is in the batch and read the run again. */
enum hf_code act_land(struct hf_run *run, struct hf_batch *b, struct hf_err *e);
/* The same with one entry (taken over; NULL: e says why) more in it. */
enum hf_code act_put(struct hf_run *run, struct hf_batch *b, struct hf_json *entry, struct hf_err *e);
/* One entry (taken over; NULL: e says why) in a commit of its own. */
enum hf_code act_log(struct hf_run *run, struct hf_json *entry, struct hf_err *e);

#endif
