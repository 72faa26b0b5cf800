/* Between the files of the walk. */
#ifndef HOLDFAST_CLI_WALK_IN_H
#define HOLDFAST_CLI_WALK_IN_H

#include "../term/background.h"
#include "../term/page.h"
#include "../term/prompt.h"
#include "holdfast/run.h"
#include "walk.h"

#define TRAIL 32 /* steps that "back" remembers */

struct walk {
	struct app         *app;
	struct hf_run      *run;
	struct hf_act       act;                 /* who writes for whom; what every act begins with */
	bool                plain;               /* read aloud, or kept: nothing is drawn, cleared or drawn again */
	char                at[HF_ADDRESS_SIZE]; /* the step on the screen; "" when there is none */
	bool                chosen;              /* the person chose it: it stays, whatever comes next */
	char                trail[TRAIL][HF_ADDRESS_SIZE];
	size_t              n_trail;
	struct hf_json     *seen; /* what was acknowledged in this sitting */
	struct hf_buf       said; /* told again at the top of the next screen */
	enum out_style      said_in;
	size_t              numbers; /* so many things could be chosen by their number on the screen that was shown last */
	bool                again;   /* the same screen is shown once more: what is typed meanwhile is meant for it */
	char               *ahead;   /* typed while a page was read: the answer to the next question; NULL */
	struct background   sync;
	char               *anyway;             /* why this step is done although its gate is closed; NULL */
	struct walk_series *series;             /* NULL: the run is on its own */
	bool                leave;              /* the person is going */
	bool                passed;             /* of a series: what is open waits for others, and the next one comes */
	char                follow[HF_ID_SIZE]; /* a run that took the place of this one; "" */
	char                go[HF_ID_SIZE];     /* a run beside this one that the person goes to; "" */
};

/*
 * Functions that ask return HF_OK, or a failure that ends the walk: HF_CANCELLED when the person leaves (w->leave is set). What the library refuses is
 * told, and does not end it.
 */

/* ---- walk_head.c ---- */

/* The phase bar, step n of m, elapsed time, approvals that are asked of the person. i may be NULL. */
void walk_head(struct walk *w, struct page *p, const struct hf_instance *i);
/* "12 min": since it began. Appended. */
void walk_elapsed(struct hf_buf *b, const struct walk *w);

/* ---- walk_screen.c ---- */

/* Begin a screen: clear it, say again what was said last. */
struct page *walk_page(struct walk *w);
/* What stands between two things on a line. */
const char *walk_gap(const struct walk *w);
/*
 * Show a page, waiting where it is longer than the screen; rows are kept free for what follows. What is typed there answers the next question, and
 * the rest of the page is passed over. Frees it.
 */
enum hf_code walk_show(struct walk *w, struct page *p, size_t rows, struct hf_err *e);
enum hf_code walk_intro(struct walk *w, struct hf_err *e);
/* The same for whoever comes back: a line, where they did something in this run before. */
enum hf_code walk_resumed(struct walk *w, struct hf_err *e);
enum hf_code walk_list(struct walk *w, struct hf_err *e);
/* A long text to read, and then Enter. */
enum hf_code walk_read(struct walk *w, const char *text, struct hf_err *e);
/* The number in the list, from 1, of an instance; and the instance of a number, NULL when there is none. */
size_t                    walk_number(const struct walk *w, const struct hf_instance *i);
const struct hf_instance *walk_numbered(const struct walk *w, size_t number);

/* Say it now, and again on the next screen. */
void walk_say(struct walk *w, enum out_style style, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* ---- walk_ask.c ---- */

/*
 * One line; "" is taken. Where Enter alone records something, or leads on from a screen, the question is fresh; to all others what was ended before they
 * were there is no answer either (begun, prompt.h). ":n TEXT" makes a note and asks again, ":?" and "?" show the help line, ":q" leaves. On Ctrl-D *typed
 * is NULL and the question is given up; Ctrl-C leaves.
 */
enum hf_code walk_ask(char **typed, struct walk *w, const struct prompt *q, struct hf_err *e);
/*
 * The same for words that are written down as they are. A key of the walk, or a number that chose something on the screen before, is hardly meant: it was
 * typed too late for that. Typed again, it is.
 */
enum hf_code walk_ask_words(char **typed, struct walk *w, const struct prompt *q, struct hf_err *e);
enum hf_code walk_yes(bool *yes, struct walk *w, const char *text, bool fallback, struct hf_err *e);
/* Say what became of an act. False: it is not recorded, and why has been said. */
bool walk_recorded(struct walk *w, enum hf_code rc, const struct hf_err *why, const char *what);
/* An act on the step on the screen. */
struct hf_act walk_act(struct walk *w, const char *text);
enum hf_code  walk_note(struct walk *w, const char *text, struct hf_err *e);

/* The step on the screen as it is now; NULL when there is none. It moves with every act. */
const struct hf_instance *walk_step(const struct walk *w);

/* ---- walk_values.c ---- */

/* Ask for the values of the step on the screen (or, without one, for those asked first): those that are missing, or all. */
enum hf_code walk_values(struct walk *w, bool all, struct hf_err *e);

/* ---- walk_keep.c ---- */

/* Keep a file: word is its path, "-" to paste, "" to be asked for what is missing. */
enum hf_code walk_attach(struct walk *w, const char *path, struct hf_err *e);
enum hf_code walk_keeps(struct walk *w, struct hf_err *e);
/* Offer paths that begin as typed, each with before in front. */
void walk_offer_files(struct words *words, const char *before, const char *typed);

/* ---- walk_step.c: what finishes a step ---- */

enum hf_code walk_done(struct walk *w, const char *when, struct hf_err *e);
enum hf_code walk_enter(struct walk *w, struct hf_err *e); /* Enter alone */
/* Does Enter alone finish it? Routine books, and steps that ask to confirm; never one of an incident that does not. */
bool walk_is_quick(const struct walk *w);
/* Are values, files or an answer missing? */
bool walk_lacks(const struct walk *w);
/* The reason why a gate was passed is for that step alone. */
void walk_gate_shut(struct walk *w);
/* Tell of runs that began: beside this one, or in its place. */
void         walk_started(struct walk *w, const struct hf_json *started);
enum hf_code walk_fail(struct walk *w, const char *text, struct hf_err *e);
enum hf_code walk_skip(struct walk *w, const char *text, struct hf_err *e);
enum hf_code walk_answer(struct walk *w, const char *key, struct hf_err *e);
/* The answer that was typed: its number, its key or label, or the beginning of only one. NULL: none. */
const struct hf_route *walk_find_answer(const struct walk *w, const char *typed);

/* ---- walk_turn.c ---- */

enum hf_code walk_approve(struct walk *w, const char *text, struct hf_err *e);
enum hf_code walk_reject(struct walk *w, const char *text, struct hf_err *e);
/* "account owner has to agree: Jo Park, +44 20 7946 0001, else jo@agency.example": of a step that wants a second person. Appended. */
void walk_second(struct hf_buf *b, const struct walk *w, const struct hf_instance *i);
/* Whoever has to approve what was just said of the step on the screen, and how, is told. */
void         walk_awaits(struct walk *w);
enum hf_code walk_wait(struct walk *w, const char *text, struct hf_err *e);
enum hf_code walk_claim(struct walk *w, const char *text, struct hf_err *e);

/* ---- walk_confirm.c ---- */

/* Change one of the fields that the step asks to confirm: its number, from 1. */
enum hf_code walk_change(struct walk *w, size_t number, struct hf_err *e);

/* ---- walk_rows.c ---- */

/*
 * Rows that only ask whether something is still right, all on one screen; in a series all of a phase that Enter alone finishes, and rows that all ask for
 * the same words. *shown false: there are not several, and nothing was shown. */
enum hf_code walk_rows(bool *shown, struct walk *w, struct hf_err *e);

/* ---- walk_row.c ---- */

/* The kth of these rows, [{"brief"}]: its number, its title, its values, and its text, unless the next one has the same. Where words are asked for, the title is enough. */
void walk_row(struct page *p, struct walk *w, const struct hf_json *rows, size_t k);

/* ---- walk_like.c: what one of a series can take from another ---- */

/* What is recorded on the record before (walk_series.like) in a field to confirm that is empty here, as it would be typed. Appended. False: nothing to offer. */
bool walk_like(struct hf_buf *out, const struct walk *w, const struct hf_json *confirm);
/* In a series: the words that were last given for a value of that name; NULL. And what is given now is kept for the next. */
const char  *walk_said(const struct walk *w, const struct hf_value *v);
enum hf_code walk_say_same(struct walk *w, const struct hf_value *v, const char *typed, struct hf_err *e);
/* The words that the step on the screen asks for, once for n rows: {"name": text}; what was last said is offered. *values NULL: given up. */
enum hf_code walk_same(struct hf_json **values, struct walk *w, size_t n, struct hf_err *e);

/* ---- walk_over.c ---- */

/* A role to somebody else; a finished step open again; the person to another run: one that this began, or that began this. */
enum hf_code walk_hand(struct walk *w, const char *role, struct hf_err *e);
enum hf_code walk_open(struct walk *w, const char *why, struct hf_err *e);
enum hf_code walk_go_run(struct walk *w, const char *number, struct hf_err *e);
/* After the end: the runs beside it that are open yet, and how to go on with them. */
void            walk_still_open(const struct walk *w);
struct hf_json *walk_others(const struct walk *w); /* these runs, as hf_run_children has them; NULL: not known */

/* ---- walk_report.c ---- */

enum hf_code walk_report(struct walk *w, const char *name, struct hf_err *e);
void         walk_papers(const struct walk *w); /* after the end: how its reports are made */

/* ---- walk_keys.c ---- */

/* What was typed at the prompt of a step; finishing: it may be finished here. */
enum hf_code walk_press(struct walk *w, const char *typed, bool finishing, struct hf_err *e);
/* A key of the walk alone, by letter or word; or a jump to a step by its number. */
bool walk_is_key(const char *typed);
/* The keys that make sense here, in one line. */
void walk_keys(const struct walk *w, struct page *p, const struct hf_json *brief);
/* One more hint on that line, as long as there is room in width columns. Appended. */
void walk_hint(struct hf_buf *b, const struct walk *w, size_t width, const char *hint);
void walk_complete(void *arg, const char *typed, struct words *words);

/* ---- walk_idle.c ---- */

/* Nothing is ready: say what waits, and for what; or offer to close the run. */
enum hf_code walk_idle(struct walk *w, struct hf_err *e);

/* ---- walk.c ---- */

/* Open, or waiting: something has to be done about it yet. */
bool walk_is_open(const struct hf_instance *i);
/* Show this step next, whatever comes next. */
void walk_go(struct walk *w, const char *address);
void walk_back(struct walk *w);

#endif
