/*
 * Inside src/store: what a key file and a detached signature consist of, told from their bytes before gpg sees them. gpg takes several
 * keys from one file, several signatures from one block, and skips what it does not know: here anything but the one thing is refused.
 */
#ifndef STORE_ARMOR_H
#define STORE_ARMOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdfast/buf.h"
#include "holdfast/err.h"
#include "holdfast/vault.h"

#define ARMOR_SIG_BINARY 0x00 /* a signature over the bytes as they are */

struct armor_sig {
	unsigned type, hash;          /* RFC 4880, 5.2.1 and 9.4 */
	int64_t  made_at;             /* ms; 0 when it does not say */
	bool     expires;             /* the signature itself does */
	bool     strange;             /* it demands to be understood in ways that we do not know */
	char     issuer[HF_FPR_SIZE]; /* the key or subkey that it names, "" when none */
};

/*
 * Append the bytes of the one armored block "-----BEGIN PGP <title>-----" in text, which has only white space around it. HF_DAMAGED: there
 * is another one, or text, or a wrong checksum.
 */
enum hf_code armor_decode(struct hf_buf *out, const char *title, const void *text, size_t len, struct hf_err *e);

/* After white space, does "-----BEGIN PGP <title>-----" come first? */
bool armor_begins(const char *title, const void *text, size_t len);

/*
 * Is it one such block as gpg writes it, to the byte: no headers, full lines, a checksum, nothing around it? NULL: yes; else why not ("its signature …").
 * The checksum is not computed.
 */
const char *armor_untidy(const char *title, const char *text, size_t len);

/* armor_read.c. A detached signature, armored: exactly one, of version 4. HF_DAMAGED. */
enum hf_code armor_read_sig(struct armor_sig *out, const void *text, size_t len, struct hf_err *e);

/* SHA-224 or longer. */
bool armor_hash_strong(unsigned hash);

/* Append the bytes of a key file, binary or armored: exactly one public key of version 4 and nothing secret. HF_BAD. */
enum hf_code armor_read_key(struct hf_buf *out, const void *data, size_t len, struct hf_err *e);

/* Take the headers out of the armor that begins at start, and was decoded before: "Comment: …", "Version: …". */
void armor_strip(struct hf_buf *b, size_t start);

#endif
