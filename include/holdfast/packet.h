/*
 * A walker over OpenPGP packets (RFC 4880, section 4), just enough to say what an encrypted message consists of.
 */
#ifndef HOLDFAST_PACKET_H
#define HOLDFAST_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdfast/err.h"

#define HF_PACKET_KEYS_MAX 256

struct hf_packets {
	uint64_t keyid[HF_PACKET_KEYS_MAX]; /* of the public-key session-key packets, in order; 0 = hidden */
	size_t   n;
};

/*
 * HF_OK when the message is: one to 256 public-key encrypted session-key packets (tag 1, version 3), then one integrity-protected
 * data packet (tag 18 version 1, or tag 20), then nothing. Anything else (armor, a password packet, marker, plain or compressed
 * data, data without integrity protection, trailing bytes, a truncated length) is HF_DAMAGED with the reason.
 */
enum hf_code hf_packets_read(struct hf_packets *out, const void *data, size_t len, struct hf_err *e);

enum hf_tag {
	HF_TAG_SESSION = 1,
	HF_TAG_SIGNATURE = 2,
	HF_TAG_PASSWORD = 3,
	HF_TAG_ONE_PASS = 4,
	HF_TAG_SECRET_KEY = 5,
	HF_TAG_PUBLIC_KEY = 6,
	HF_TAG_SECRET_SUBKEY = 7,
	HF_TAG_COMPRESSED = 8,
	HF_TAG_OLD_DATA = 9,
	HF_TAG_MARKER = 10,
	HF_TAG_LITERAL = 11,
	HF_TAG_TRUST = 12,
	HF_TAG_USER_ID = 13,
	HF_TAG_PUBLIC_SUBKEY = 14,
	HF_TAG_USER_ATTRIBUTE = 17,
	HF_TAG_MDC_DATA = 18,
	HF_TAG_AEAD_DATA = 20
};

/* One packet. It points into the caller's bytes. */
struct hf_packet {
	unsigned             tag;
	const unsigned char *body;
	size_t               len;   /* bytes at body: the whole of it, or its first part */
	bool                 parts; /* it goes on in further parts */
};

/* Take one packet off the front of *data, all its parts included. HF_DAMAGED: cut short, no length, or not OpenPGP. */
enum hf_code hf_packet_next(struct hf_packet *out, const unsigned char **data, size_t *len, struct hf_err *e);

#endif
