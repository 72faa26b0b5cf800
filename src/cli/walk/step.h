/*
 * A step as people see it, from its brief (holdfast/brief.h): in the walk, and for "run next".
 */
#ifndef HOLDFAST_CLI_STEP_H
#define HOLDFAST_CLI_STEP_H

#include "../app.h"
#include "../term/page.h"
#include "holdfast/brief.h"
#include "holdfast/run.h"

/* Columns of a page: the terminal's, but no longer than the eye follows. */
size_t step_width(const struct app *app);

/* "CAUTION" and "WARNING" of the step and of its sheet's sections; how many there are. */
size_t step_cautions(struct page *p, const struct hf_json *brief);

/* Title, by when, who, conditions, text, sheet, what to keep and write down, answers. */
void step_page(struct page *p, const struct hf_run *run, const struct hf_json *brief);

/* Is the reader one of those whose approval it waits for now, by their role? */
bool step_is_called(const struct hf_json *brief);

/* The text of a step (the brief's "text"), with the words for this provider behind its name (the brief's "provider"). */
void step_text(struct page *p, const struct hf_json *blocks, const char *provider);

/* The commands that do it, ready to be typed. */
void step_commands(struct page *p, const struct hf_run *run, const struct hf_json *brief);

/* "22:46", with its zone when named; on another day than today "20 Nov 22:46", in another year the whole date. Appended. */
void step_clock(struct hf_buf *out, const struct hf_run *run, int64_t t, bool named);

/* "by 22:46 GMT, 3 min left", "LATE by 4 min: it was due at 22:46 GMT"; appended. False, and nothing is appended, when there is no deadline of its own. */
bool step_due(struct hf_buf *out, const struct hf_run *run, const struct hf_instance *i, bool *late);

/* "Sam Okoro, +44 20 7946 0001, else sam@agency.example"; appended. Beside a number the address stands only when the line stays within width columns. */
void step_person(struct hf_buf *out, const struct hf_json *person, size_t width);

/* All time limits that run or are over (hf_run_windows), a line each. */
void step_limits(struct page *p, const struct hf_run *run, const struct hf_json *windows);

/* What a field to confirm is called (one of the brief's "confirm"): "registered email", of another kind than account "contact value". Appended. */
void step_field(struct hf_buf *out, const struct hf_json *confirm);

/* And what is recorded there. */
const char *step_now(const struct hf_json *confirm);

/* A run beside this one (of hf_run_children): "SIM swap, on sim:+4420…: open, since 22:50". Appended. */
void step_run(struct hf_buf *out, const struct hf_run *run, const struct hf_json *other);

#endif
