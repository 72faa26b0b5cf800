/* due */
#include <string.h>

#include "../ref.h"
#include "cmd.h"
#include "holdfast/due.h"
#include "holdfast/fs.h"
#include "holdfast/text.h"

#define DAYS     30
#define DAYS_MAX 3650

#define CALENDAR_MAX ((size_t)64 << 20) /* bytes */

static const struct opt due_opts[] = {
	{ 0, "days", "N", "look so many days ahead (30)", 0 },
	{ 0, "person", "REF", "only what this person has to see to", 0 },
	{ 0, "ics", "FILE", "write a calendar file; - is standard output", 0 },
	OPT_END,
};

/* ---- for people: by person, the most urgent first ---- */

/* "3 days late", "today", "in 12 days" */
static void
add_when(struct hf_buf *b, int64_t days)
{
	if (days == 0)
		hf_buf_adds(b, "today");
	else
		hf_buf_addf(b, days < 0 ? "%lld day%s late" : "in %lld day%s", (long long)(days < 0 ? -days : days),
		    days == 1 || days == -1 ? "" : "s");
}

static struct hf_json *
row_of(const struct hf_json *item)
{
	struct hf_json *row = hf_json_object();
	struct hf_buf   when = HF_BUF_INIT;

	add_when(&when, hf_json_num(hf_json_get(item, "days")));
	if (hf_json_set(row, "when", hf_json_string(hf_buf_str(&when))) != 0 ||
	    hf_json_set(row, "due", hf_json_ref(hf_json_get(item, "due"))) != 0 ||
	    hf_json_set(row, "what", hf_json_ref(hf_json_get(item, "what"))) != 0 ||
	    hf_json_set(row, "ref", hf_json_ref(hf_json_get(item, "ref"))) != 0) {
		hf_json_free(row);
		row = NULL;
	}
	hf_buf_clear(&when);
	return row;
}

/* ---- what to type ---- */

#define COMMANDS 8

static bool
is_review(const struct hf_json *item)
{
	return hf_text_prefix(hf_json_text(item, "do"), "holdfast review ");
}

/* Is the same typed for one of the items before it? */
static bool
is_told(const struct hf_json *items, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(hf_json_text(hf_json_at(items, i), "do"), hf_json_text(hf_json_at(items, n), "do")) == 0)
			return true;
	return false;
}

/* Of how many accounts something has to be reviewed. */
static size_t
reviews(const struct hf_json *items)
{
	size_t n = 0;

	for (size_t i = 0; i < hf_json_len(items); i++)
		n += is_review(hf_json_at(items, i)) && !is_told(items, i);
	return n;
}

/* The command of an item; above one that names an id what it is about. */
static void
put_command(struct out *o, const struct hf_json *item)
{
	const char *text = hf_json_text(item, "do"), *id = hf_json_text(item, "record");

	if (id[0] != '\0' && strstr(text, id) != NULL)
		put_line(o, OUT_DIM, "  # %s %s", hf_json_text(item, "what"), hf_json_text(item, "ref"));
	put_line(o, OUT_PLAIN, "  %s", text);
}

/* Each command once; the reviews of several accounts are one. name: of the person, "" when nobody is named. */
static void
put_commands(struct out *o, const struct hf_json *items, const char *name)
{
	bool   together = name[0] != '\0' && reviews(items) > 1;
	size_t n = together ? 1 : 0, more = 0;

	put_line(o, OUT_DIM, "To see to it:");
	if (together)
		put_line(o, OUT_PLAIN, "  holdfast review \"%s\"", name);
	for (size_t i = 0; i < hf_json_len(items); i++) {
		const struct hf_json *item = hf_json_at(items, i);

		if (hf_json_text(item, "do")[0] == '\0' || (together && is_review(item)) || is_told(items, i))
			continue;
		if (n++ < COMMANDS)
			put_command(o, item);
		else
			more++;
	}
	if (more > 0)
		put_line(o, OUT_DIM, "  and %zu more: --json has the command of each", more);
}

static void
put_person(struct out *o, struct app *app, const struct hf_json *items)
{
	static const struct out_column columns[] = { { "due", NULL, OUT_KEEP }, { "when", NULL, OUT_KEEP },
		{ "what", NULL, OUT_KEEP }, { "ref", "name", 0 }, OUT_END };
	const char                    *person = hf_json_text(hf_json_at(items, 0), "person");
	struct hf_json                *rows = hf_json_array(), *row;
	struct hf_buf                  name = HF_BUF_INIT;

	for (size_t i = 0; rows != NULL && i < hf_json_len(items); i++)
		if ((row = row_of(hf_json_at(items, i))) != NULL)
			hf_json_push(rows, row);
	if (person[0] == '\0')
		hf_buf_adds(&name, "Nobody is named");
	else
		hf_register_ref(&name, app->reg, person);
	put_heading(o, "%s", hf_buf_str(&name));
	put_table(o, rows, columns);
	put_commands(o, items, person[0] == '\0' ? "" : hf_buf_str(&name));
	hf_buf_clear(&name);
	hf_json_free(rows);
}

/* The items of each person, persons in the order of what is most urgent of theirs. NULL: out of memory. */
static struct hf_json *
by_person(const struct hf_json *items)
{
	struct hf_json *groups = hf_json_array(), *of = hf_json_object(), *group;
	int             bad = groups == NULL || of == NULL;

	for (size_t i = 0; !bad && i < hf_json_len(items); i++) {
		struct hf_json *item = hf_json_at(items, i);

		if ((group = hf_json_get(of, hf_json_text(item, "person"))) == NULL) {
			group = hf_json_array();
			bad = hf_json_push(groups, hf_json_ref(group)) != 0 ||
			    hf_json_set(of, hf_json_text(item, "person"), group) != 0;
		}
		bad = bad || hf_json_push(group, hf_json_ref(item)) != 0;
	}
	hf_json_free(of);
	return hf_json_built(groups, bad);
}

struct view {
	struct app     *app;
	struct hf_json *groups;
};

static void
render(struct out *o, const struct hf_json *items, void *arg)
{
	struct view *v = arg;

	(void)items;
	for (size_t i = 0; i < hf_json_len(v->groups); i++)
		put_person(o, v->app, hf_json_at(v->groups, i));
}

static enum hf_code
show(struct app *app, const struct hf_json *items, struct hf_err *e)
{
	struct view v = { app, by_person(items) };

	if (v.groups == NULL)
		return hf_nomem(e);
	out_paged(app->out);
	out_view(app->out, items, render, &v);
	hf_json_free(v.groups);
	return HF_OK;
}

/* ---- */

/* The file that is there: what it had is gone on with. Anything but a calendar is not written over. */
static enum hf_code
read_before(struct hf_due_file *file, struct hf_buf *text, const char *path, struct hf_err *e)
{
	enum hf_code rc;

	if (strcmp(path, "-") == 0)
		return HF_OK;
	if ((rc = hf_fs_read(text, path, CALENDAR_MAX, e)) == HF_NOTFOUND) {
		hf_err_clear(e);
		return HF_OK;
	}
	if (rc != HF_OK || text->len == 0)
		return rc;
	if (!hf_text_prefix(hf_buf_str(text), "BEGIN:VCALENDAR")) {
		hf_fail(e, HF_BAD, "%s: it is there, and is no calendar file", path);
		return hf_hint(e, "it was not written over: give another name");
	}
	file->before = hf_buf_str(text);
	return HF_OK;
}

struct written {
	const char *path;
	size_t      events;
};

/* Aside: what stands on standard output is mailed by cron. */
static void
note_written(struct out *o, const struct hf_json *items, void *arg)
{
	const struct written *w = arg;

	(void)items;
	out_note(o, "%zu event%s in %s", w->events, w->events == 1 ? "" : "s", w->path);
}

/* Those that are due within so many days. NULL: out of memory. */
static struct hf_json *
within(const struct hf_json *items, int days)
{
	struct hf_json *near = hf_json_array();
	int             bad = near == NULL;

	for (size_t i = 0; !bad && i < hf_json_len(items); i++)
		if (hf_json_num(hf_json_get(hf_json_at(items, i), "days")) <= days)
			bad = hf_json_push(near, hf_json_ref(hf_json_at(items, i))) != 0;
	return hf_json_built(near, bad);
}

static enum hf_code
write_file(struct app *app, const char *path, struct hf_due_file *file, struct hf_err *e)
{
	struct hf_buf   b = HF_BUF_INIT, before = HF_BUF_INIT;
	struct hf_json *near = NULL;
	struct written  w = { path, 0 };
	enum hf_code    rc;

	if ((rc = read_before(file, &before, path, e)) != HF_OK || (rc = hf_due_calendar(&b, app->reg, file, e)) != HF_OK)
		goto done;
	w.events = file->written;
	if ((near = within(file->items, file->opts->days)) == NULL)
		rc = hf_nomem(e);
	else if (strcmp(path, "-") == 0)
		rc = out_bytes(app->out, b.data, b.len, e);
	else if ((rc = hf_fs_write(path, b.data, b.len, e)) == HF_OK)
		out_view(app->out, near, note_written, &w);
	else
		hf_hint(e, "the calendar was not written: name a file in a folder that is there, and where you may write");
done:
	hf_json_free(near);
	hf_buf_clear(&before);
	hf_buf_clear(&b);
	return rc;
}

/* All that is due, however far: what the file had before is looked for there. */
static enum hf_code
write_calendar(struct hf_json **items, struct app *app, const char *path, const struct hf_due_opts *opts, struct hf_err *e)
{
	struct hf_due_opts all = *opts;
	enum hf_code       rc;

	if (path[0] == '\0')
		return hf_fail(e, HF_USAGE, "--ics: the name of the file is missing");
	all.days = HF_DUE_ALL;
	if ((rc = hf_due(items, app->reg, app->shelf, &all, e)) != HF_OK)
		return rc;
	return write_file(app, path, &(struct hf_due_file){ .items = *items, .opts = opts }, e);
}

static size_t
overdue(const struct hf_json *items)
{
	size_t n = 0;

	for (size_t i = 0; i < hf_json_len(items); i++)
		n += hf_json_num(hf_json_get(hf_json_at(items, i), "days")) < 0;
	return n;
}

static enum hf_code
due(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_due_opts opts = { .days = 0 };
	struct hf_json    *items = NULL;
	char               person[HF_ID_SIZE];
	enum hf_code       rc;

	if ((rc = opt_int(&opts.days, a, "days", DAYS, 0, DAYS_MAX, e)) != HF_OK)
		return rc;
	if (opt_str(a, "person") != NULL) {
		if ((rc = ref_pick(person, app, "person", opt_str(a, "person"), e)) != HF_OK)
			return rc;
		opts.person = person;
	}
	if (opt_str(a, "ics") != NULL)
		rc = write_calendar(&items, app, opt_str(a, "ics"), &opts, e);
	else if ((rc = hf_due(&items, app->reg, app->shelf, &opts, e)) == HF_OK)
		rc = show(app, items, e);
	if (rc == HF_OK && overdue(items) > 0)
		rc = HF_NO;
	hf_json_free(items);
	return rc;
}

extern const struct cmd due_cmds[];

const struct cmd due_cmds[] = {
	{
	    .name = "due",
	    .run = due,
	    .needs = NEED_REGISTER | NEED_BOOKS,
	    .options = due_opts,
	    .group = CMD_ROUTINE,
	    .summary = "what is due, and whose it is",
	    .about =
		"Reviews, recovery contacts, access lists, passwords, privacy settings, risk assessments, live tests, proof, members' keys, rights that "
		"end, exceptions, attestations, declarations, promised notices, farewells, books, contracts, exercises, routes, values that two people wrote at once, and the open steps of runs: what is overdue "
		"and what comes in the next days, by person. Nothing is printed when nothing is due, so that it may be run by cron; exit status 1 when "
		"something is overdue.\n\n"
		"The calendar file may be imported again: what it brought before is changed, not doubled. Written again under the same name, with the same "
		"--person, it says as well that what was due in it, and is no more, is cancelled.",
	    .examples = "holdfast due\nholdfast due --days 7 --person \"Jo Park\"\nholdfast due --days 90 --ics due.ics\n",
	},
	CMD_END,
};
