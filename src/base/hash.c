#include "holdfast/hash.h"

#include <sha1.h>
#include <sha2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void
hex(char *out, const uint8_t *digest, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	size_t            i;

	for (i = 0; i < n; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
	out[2 * n] = '\0';
}

void
hf_sha256(char out[HF_SHA256_SIZE], const void *data, size_t len)
{
	SHA2_CTX c;
	uint8_t  digest[SHA256_DIGEST_LENGTH];

	SHA256Init(&c);
	SHA256Update(&c, data, len);
	SHA256Final(digest, &c);
	hex(out, digest, sizeof(digest));
}

/* head comes first, NUL and all. */
static void
sha1(char out[HF_SHA1_SIZE], const void *head, size_t n, const void *data, size_t len)
{
	SHA1_CTX c;
	uint8_t  digest[SHA1_DIGEST_LENGTH];

	SHA1Init(&c);
	SHA1Update(&c, head, n);
	SHA1Update(&c, data, len);
	SHA1Final(digest, &c);
	hex(out, digest, sizeof(digest));
}

void
hf_sha1(char out[HF_SHA1_SIZE], const void *data, size_t len)
{
	sha1(out, "", 0, data, len);
}

void
hf_sha1_git(char out[HF_SHA1_SIZE], const char *type, const void *data, size_t len)
{
	char head[32]; /* the longest is "commit" and a 64-bit number */

	snprintf(head, sizeof(head), "%s %zu", type, len);
	sha1(out, head, strlen(head) + 1, data, len);
}
