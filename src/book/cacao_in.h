/*
 * Between the files that write CACAO. Failures stick in `bad`: callers do not check each call.
 */
#ifndef HOLDFAST_BOOK_CACAO_IN_H
#define HOLDFAST_BOOK_CACAO_IN_H

#include "holdfast/cacao.h"
#include "ids.h"

#define CACAO_ID 80 /* "switch-condition--" and a UUID */

struct cacao {
	const struct hf_playbook *p;
	const char               *name;
	bool                      soarca;
	bool                      bad; /* out of memory */
	struct hf_json           *workflow, *variables;
	char                      extension[CACAO_ID];
	bool                      ifs, whiles, switches, runs, waits; /* what is in it */
	/* of jumps (cacao_flow.c) */
	bool *jumped_over, *jumped_to; /* by step */
	bool  back, ends;              /* some answer leads back; some answer ends the run */
};

/* "type--uuid" of a thing of the book, "" of the book itself. */
void hf_cacao_id(char out[CACAO_ID], const char *type, const char *book, const char *thing);
void hf_cacao_idf(char out[CACAO_ID], struct cacao *c, const char *type, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Set a member, taking it over; NULL: out of memory. */
void hf_cacao_set(struct cacao *c, struct hf_json *o, const char *key, struct hf_json *value);
void hf_cacao_str(struct cacao *c, struct hf_json *o, const char *key, const char *value); /* not when it is empty */
void hf_cacao_names(struct cacao *c, struct hf_json *o, const char *key, const struct hf_names *list);
/* A variable of the playbook, once. */
void hf_cacao_variable(struct cacao *c, const char *name, const char *type, const char *value, const char *about);
/* "role" as the id of its agent or target. */
void hf_cacao_role(char out[CACAO_ID], struct cacao *c, const char *role);

/* The workflow; start and stopped are the ids of its first step and of the one for exceptions. */
void hf_cacao_flow(struct cacao *c, char start[CACAO_ID], char stopped[CACAO_ID]);

/* What there is to do, as one text. (cacao_text.c) */
void            hf_cacao_command(struct hf_buf *b, const struct cacao *c, const struct hf_step *s);
struct hf_json *hf_cacao_extension(struct cacao *c, const struct hf_step *s);

#endif
