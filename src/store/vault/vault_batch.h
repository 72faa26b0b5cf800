/*
 * Inside src/store: one gpg for many messages. Starting gpg costs ten times what it then does for a signature, and two times what it does for an
 * encrypted record; GPGME starts one for each. Here each message lies in a file without a name (memfd_create(2)) that gpg is handed, and what it says is
 * heard message by message: gpg tells of each between a FILE_START and a FILE_DONE, in their order.
 *
 * Nothing is judged here, and nothing that went wrong is explained: what does not come out plainly right is given to GPGME, one by one.
 */
#ifndef STORE_VAULT_BATCH_H
#define STORE_VAULT_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdfast/child.h"

/* One message on its way. */
struct course {
	const char *name; /* what gpg is told to open; NULL: it does not go this way */
	bool        begun, done;
	bool        odd; /* gpg said something of it that was not expected */
};

/* A status line about the i-th of them, without its beginning and the word apart. False: it is not expected. */
typedef bool course_fn(void *arg, size_t i, const char *word, const char *args);

struct batch {
	const char *const *options; /* of gpg, its path first, up to and with the command; ends with NULL */
	char *const       *env;
	const int         *fds; /* it has them as HF_CHILD_FD and so on */
	size_t             n_fds;
	uint64_t           file_max; /* bytes of what it makes of one */
	course_fn         *heard;
	void              *arg;
};

/* Run gpg over those that have a name. What it did not come to stays not done. */
void batch_run(struct course *list, size_t n, const struct batch *b);

#define BATCH_PAIRS 32

/* Messages of which gpg makes a file beside their own. All zero at first. */
struct batch_pairs {
	struct course list[BATCH_PAIRS];
	char         *names[BATCH_PAIRS];
	int           fds[2 * BATCH_PAIRS];
	size_t        n_fds;
};

/* A file without a name that holds head and data, to be read from its start; close(2) it. -1: there are none on this system, or no memory. */
int batch_file(const void *head, size_t head_len, const void *data, size_t len);

/*
 * Of a file gpg makes another one beside it. In the folder base/name the k-th of n messages has both: "k.gpg" is a link to the descriptor that gpg is
 * handed as HF_CHILD_FD + 2k, "k" to the one after that. Two threads do this at once, and see the same. The path of the folder, free(3) it; NULL: it
 * cannot be made.
 */
char *batch_folder(const char *base, const char *name, size_t n);
/*
 * The i-th message goes this way: from the file in, which is taken over, under its name in the folder (sealed: the one with ".gpg") to the file that is
 * returned, under the other name. -1: it does not.
 */
int  batch_pair(struct batch_pairs *p, size_t i, const char *folder, bool sealed, int in);
void batch_drop(struct batch_pairs *p);

#endif
