/*
 * What a run's log says, from strangers: each line is the plaintext of one entry, as it comes out of a decrypted file. Whatever they say, they are
 * taken or refused, the run is folded from them or not, and what is shown of it can be shown.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/store/register/impl.h"
#include "holdfast/run.h"

#define RUN     "01M2JZ0000000000000000RVN0"
#define ACCOUNT "01M2JZ0000000000000000ACC0"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static const char account[] = "{\"register\":\"01M2JZ0000000000000000REG0\",\"id\":\"" ACCOUNT
			      "\",\"kind\":\"account\",\"version\":1,\"provider\":\"x\",\"handle\":\"@agency\",\"state\":\"live\"}";

/* An open register, as far as reading needs one: no repository, no keys. */
static struct hf_register *
make_register(void)
{
	static struct hf_register r = {
		.id = "01M2JZ0000000000000000REG0", .today = "2026-11-21", .now = 1795219200000, .have_members = true
	};
	char path[PATH_SIZE];

	if (r.db != NULL)
		return &r;
	must(hf_db_open(&r.db, NULL) == HF_OK && index_create(&r.index, r.db, NULL) == HF_OK &&
	    index_today(r.index, r.today, NULL) == HF_OK);
	path_record(path, ACCOUNT);
	must(register_take(&r, path, "", account, sizeof(account) - 1, NULL) == HF_OK);
	return &r;
}

/* Where the entry would lie that calls itself so; any place when it does not say. */
static void
take_line(struct hf_register *r, const char *line, size_t len)
{
	char            id[HF_ID_SIZE] = "01M2JZ0000000000000000000Z", path[PATH_SIZE];
	struct hf_json *j = NULL;
	const char     *own;

	if (hf_json_parse(&j, line, len, NULL) == HF_OK && (own = hf_json_get_str(j, "id")) != NULL && hf_id_valid(own))
		memcpy(id, own, HF_ID_SIZE);
	hf_json_free(j);
	path_entry(path, RUN, id);
	must(register_take(r, path, "", line, len, NULL) == HF_OK);
}

/* What the walk asks of each step. */
static void
look(const struct hf_run *run, const struct hf_instance *i)
{
	struct hf_json *list = NULL;

	if (hf_run_missing(&list, run, i, NULL) == HF_OK)
		must(hf_json_is(list, HF_JSON_ARRAY));
	hf_json_free(list);
	list = NULL;
	if (hf_run_blocked(&list, run, i, NULL) == HF_OK)
		must(hf_json_is(list, HF_JSON_ARRAY));
	hf_json_free(list);
}

static void
fold(struct hf_register *r)
{
	struct hf_run *run = NULL;
	struct hf_err  e = HF_ERR_INIT;
	size_t         i, finished, all, late;

	if (hf_run_open(&run, r, NULL, RUN, &e) != HF_OK) {
		must(run == NULL && e.msg[0] != '\0');
		return;
	}
	must(hf_run_playbook(run) != NULL && strcmp(hf_run_id(run), RUN) == 0);
	hf_run_progress(run, &finished, &all, &late);
	must(finished <= all);
	for (i = 0; i < hf_run_count(run); i++)
		look(run, hf_run_at(run, i));
	must(!hf_run_is_open(run) || hf_run_ended(run) == 0);
	hf_run_close(run);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hf_register *r = make_register();
	const char         *p = (const char *)data, *end = p + size, *nl;

	must(index_begin(r->index, NULL) == HF_OK);
	for (; p < end; p = nl + 1) {
		if ((nl = memchr(p, '\n', (size_t)(end - p))) == NULL)
			nl = end;
		take_line(r, p, (size_t)(nl - p));
		if (nl == end)
			break;
	}
	fold(r);
	index_undo(r->index);
	hf_json_free(r->recent);
	r->recent = NULL;
	r->unsaved = 0;
	return 0;
}
