/*
 * An organisation made from a seed, and awkward: people with nothing and with everything, with one name, gone, rights that ended and that have not begun,
 * closed accounts. And a naive reader of its records, against which the steps of a leaver and what is left after them are held.
 *
 *	tcase_add_unchecked_fixture(t, agency_make, agency_remove);
 *
 * OFFBOARD_PEOPLE says how many people (300: five accounts and twenty rights for each).
 */
#ifndef HOLDFAST_AGENCY_AID_H
#define HOLDFAST_AGENCY_AID_H

#include "gpg_fixture.h"
#include "holdfast/register.h"
#include "holdfast/shelf.h"

#define AGENCY_MOST 1000

struct agency {
	struct hf_register *r;        /* as the second of the people has it, who is admin */
	struct hf_shelf    *shelf;    /* what is shipped */
	struct hf_json     *records;  /* of every kind, as they are exported, in the order of their ids */
	struct hf_json     *assigned; /* person → array of "run …" of the runs that are open */
	char                dir[HF_FIXTURE_PATH], fpr[HF_FPR_SIZE];
	int64_t             now;       /* for whom agency_open opens: a night does not pass in a test */
	char                today[16]; /* of the register that records were read from */
	size_t              n_people;
	size_t              accounts_each, grants_each; /* 5 and 20, unless it is said before agency_make */
	struct {
		char id[HF_ID_SIZE], fpr[HF_FPR_SIZE];
	} staying[2]; /* beside the people: admins with a key, here to stay */
	char people[AGENCY_MOST][HF_ID_SIZE], accounts[5 * AGENCY_MOST][HF_ID_SIZE];
};

extern struct agency agency;

void agency_make(void);
void agency_remove(void);
/* As the holder of another key has it. Close it. */
struct hf_register *agency_open(const char *fpr);
void                agency_read(struct hf_register *r); /* records, as they are now for whose register that is */
void                agency_read_printed(void);          /* the same from what the program prints as JSON */
unsigned            agency_below(size_t n);

/*
 * What bears this person's name and is so today, as the records say it: {"duty ID owner": true, …}. answers: also the passwords of which they are
 * supposed to know, as owner or deputy, and without the addresses of contacts that they hold, which have a step of their own.
 */
struct hf_json *agency_naive(const char *person, bool answers);
/* What a field that names a person means ("duty"), NULL: it tells of the past. A field that nobody judged ends the test. */
const char *agency_meaning(const char *kind, const char *field);
/* Put "what id detail" into such a set. */
void agency_note(struct hf_json *set, const char *what, const char *id, const char *detail);

#endif
