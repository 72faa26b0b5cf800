/*
 * SHA-256 and SHA-1 (the door to libmd), as lower-case hexadecimal. SHA-1 only where git's format asks for it.
 */
#ifndef HOLDFAST_HASH_H
#define HOLDFAST_HASH_H

#include <stddef.h>

#define HF_SHA256_SIZE 65 /* 64 digits and a NUL */
#define HF_SHA1_SIZE   41

void hf_sha256(char out[HF_SHA256_SIZE], const void *data, size_t len);
void hf_sha1(char out[HF_SHA1_SIZE], const void *data, size_t len);
/* SHA-1 of a git object: "<type> <len>\0" and then data. */
void hf_sha1_git(char out[HF_SHA1_SIZE], const char *type, const void *data, size_t len);

#endif
