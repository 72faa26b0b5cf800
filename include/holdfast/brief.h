/*
 * A step as it is put before the person who has to do it: the text of the book for this provider, filled from the register; who acts and how to reach
 * them; what to keep, what to write down, which answers there are. For the walk, "run next" and whatever else shows a step.
 */
#ifndef HOLDFAST_BRIEF_H
#define HOLDFAST_BRIEF_H

#include "holdfast/err.h"
#include "holdfast/json.h"
#include "holdfast/run.h"

/*
 * {"step","address","title","phase","state","visit","by","late","number","of",     address: to be typed; by: RFC 3339 or null; step number of so many that apply
 *  "phase_title","by_text","ready",
 *  "who": [{"role","words","people":[{"id","name","phone","email"}]}], "who_text",
 *  "cautions": [{"warning","text"}],
 *  "only_if": [text],                                                      conditions that a person has to judge
 *  "text": [{"type","number","depth","text"}],                             type: para, item, bullet, quote, code; on: said for this provider
 *  "provider",                                                             how it is called; "" where nothing here is its own
 *  "sheets": [{"id","title","cautions","text":[as above]}],
 *  "keep": [{"id","text","files":[name]}],
 *  "write": [{"name","type","prompt","kind","choices": hf_brief_choices,"value"}],
 *  "answers": [{"key","label","text"}], "answer", "if_it_fails",
 *  "reports": [template], "changes": [text], "why",
 *  "second" (words), "approval": null, or {"when": done, before or skip, "pending": begin, done, skip or null, "asked_by","asked_name","asked_at","asked_text",
 *      "approved_by","approved_name","rejected_by","rejected_name","rejected","people": hf_run_approvers,
 *      "mine": true when the reader may give it, "my_role": in which role, or null; then "no_role": why none, in words; "not_mine": why the reader
 *      may not, or null},
 *  "wait" (words of the book), "waits": null, or {"for","until"}: why it waits now; until RFC 3339 or null; an approval is not told here,
 *  "repeat" (words), "rounds": how often it was done, "until" (the next round is due; null),
 *  "confirm": [{"name","field","record","ref","kind","type","choices":[word],"value","now"}]  value as JSON, now in words; record null: not known;
 *      "given": true when it was changed in this visit, "left": true when one of those people has left,
 *  "claim": null, or {"by","name","mine"}, "windows": hf_run_windows, "children": hf_run_children (those that this step began),
 *  "anyway": why it went through a closed gate, or null, "inherited": [{"kept_as","file_name","run"}] evidence of the run that began this one,
 *  "missing": [name], "needs": [{"name","words"}]}  hf_run_missing, hf_run_blocked
 */
enum hf_code hf_brief_make(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e);

/* What may be chosen for a value: [{"value","words"}] ("name": what several are called, each of whose values is its id), from its list, yes and no, or its query; an empty array when anything goes. */
enum hf_code hf_brief_choices(
    struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, const struct hf_value *v, struct hf_err *e);

/* A value as people read it: records by what they are called, moments in the organisation's zone. Appended. */
void hf_brief_value(struct hf_buf *out, const struct hf_run *run, const struct hf_json *v);

/* How the type of a value is called: "a time", "one of 1, 2, 3". Appended. */
void hf_brief_type(struct hf_buf *out, const struct hf_value *v);

#endif
