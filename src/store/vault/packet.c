#include "holdfast/packet.h"

#include <string.h>

#define FIRST_PART_MIN 512 /* RFC 4880, 4.2.2.4 */

struct reader {
	const unsigned char *p;
	size_t               left;
};

static bool
take_number(uint64_t *out, struct reader *r, size_t bytes)
{
	if (r->left < bytes)
		return false;
	*out = 0;
	for (size_t i = 0; i < bytes; i++)
		*out = *out << 8 | r->p[i];
	r->p += bytes;
	r->left -= bytes;
	return true;
}

/* RFC 4880, 4.2.2: one, two or five octets, or one that says how long this part is. */
static bool
take_length(uint64_t *out, bool *part, struct reader *r)
{
	uint64_t first, second;

	*part = false;
	if (!take_number(&first, r, 1))
		return false;
	if (first == 255)
		return take_number(out, r, 4);
	if (first >= 224) {
		*part = true;
		*out = UINT64_C(1) << (first & 31);
		return true;
	}
	if (first < 192) {
		*out = first;
		return true;
	}
	if (!take_number(&second, r, 1))
		return false;
	*out = ((first - 192) << 8) + second + 192;
	return true;
}

static bool
skip(struct reader *r, uint64_t n)
{
	if (n > r->left)
		return false;
	r->p += n;
	r->left -= (size_t)n;
	return true;
}

static bool
skip_parts(struct reader *r)
{
	uint64_t n;
	bool     more = true;

	while (more)
		if (!take_length(&n, &more, r) || !skip(r, n))
			return false;
	return true;
}

static enum hf_code
cut_short(struct hf_err *e)
{
	return hf_fail(e, HF_DAMAGED, "OpenPGP packet: cut short");
}

/* The tag of either format; of the old one the length, too. */
static enum hf_code
take_tag(struct hf_packet *out, uint64_t *len, struct reader *r, struct hf_err *e)
{
	uint64_t first = 0;

	if (!take_number(&first, r, 1))
		return cut_short(e);
	if ((first & 0x80) == 0)
		return hf_fail(e, HF_DAMAGED, "OpenPGP packet: none begins here");
	if ((first & 0x40) != 0) {
		out->tag = (unsigned)first & 0x3f;
		return take_length(len, &out->parts, r) ? HF_OK : cut_short(e);
	}
	out->tag = (unsigned)first >> 2 & 0xf;
	if ((first & 3) == 3)
		return hf_fail(e, HF_DAMAGED, "OpenPGP packet: it does not say how long it is");
	return take_number(len, r, (size_t)1 << (first & 3)) ? HF_OK : cut_short(e);
}

enum hf_code
hf_packet_next(struct hf_packet *out, const unsigned char **data, size_t *len, struct hf_err *e)
{
	struct reader r = { *data, *len };
	uint64_t      n = 0;
	enum hf_code  rc;

	memset(out, 0, sizeof(*out));
	if ((rc = take_tag(out, &n, &r, e)) != HF_OK)
		return rc;
	out->body = r.p;
	if (!skip(&r, n))
		return cut_short(e);
	out->len = (size_t)n;
	if (out->parts && n < FIRST_PART_MIN)
		return hf_fail(e, HF_DAMAGED, "OpenPGP packet: its first part is too short");
	if (out->parts && !skip_parts(&r))
		return cut_short(e);
	*data = r.p;
	*len = r.left;
	return HF_OK;
}

/* What stands where session keys or encrypted data should. */
static enum hf_code
out_of_place(unsigned tag, struct hf_err *e)
{
	switch (tag) {
	case HF_TAG_PASSWORD:
		return hf_fail(e, HF_DAMAGED, "message: a password opens it as well");
	case HF_TAG_SIGNATURE:
	case HF_TAG_ONE_PASS:
		return hf_fail(e, HF_DAMAGED, "message: signed, not encrypted");
	case HF_TAG_COMPRESSED:
		return hf_fail(e, HF_DAMAGED, "message: compressed, not encrypted");
	case HF_TAG_LITERAL:
		return hf_fail(e, HF_DAMAGED, "message: in the clear, not encrypted");
	case HF_TAG_OLD_DATA:
		return hf_fail(e, HF_DAMAGED, "message: encrypted without integrity protection");
	case HF_TAG_MARKER:
		return hf_fail(e, HF_DAMAGED, "message: it holds a marker packet");
	case HF_TAG_SECRET_KEY:
	case HF_TAG_PUBLIC_KEY:
		return hf_fail(e, HF_DAMAGED, "message: a key, not a message");
	default:
		return hf_fail(e, HF_DAMAGED, "message: a packet of type %u where none may be", tag);
	}
}

static enum hf_code
add_session_key(struct hf_packets *out, const struct hf_packet *p, struct hf_err *e)
{
	struct reader r = { p->body, p->len };
	uint64_t      version = 0, keyid = 0;

	if (p->parts || !take_number(&version, &r, 1) || !take_number(&keyid, &r, 8) || r.left < 2)
		return hf_fail(e, HF_DAMAGED, "message: a session key of the wrong length");
	if (version != 3)
		return hf_fail(e, HF_DAMAGED, "message: a session key of version %u, not 3", (unsigned)version);
	if (out->n == HF_PACKET_KEYS_MAX)
		return hf_fail(e, HF_DAMAGED, "message: over %d recipients", HF_PACKET_KEYS_MAX);
	out->keyid[out->n++] = keyid;
	return HF_OK;
}

/* The encrypted data, and that nothing follows it. */
static enum hf_code
check_data(const struct hf_packets *keys, const struct hf_packet *p, const unsigned char *rest, size_t left, struct hf_err *e)
{
	struct hf_packet next;

	if (keys->n == 0)
		return hf_fail(e, HF_DAMAGED, "message: without a recipient");
	if (p->len == 0 || p->body[0] != 1)
		return hf_fail(e, HF_DAMAGED, "message: encrypted data of an unknown version");
	if (left == 0)
		return HF_OK;
	if (hf_packet_next(&next, &rest, &left, NULL) == HF_OK && (next.tag == HF_TAG_SESSION || next.tag == HF_TAG_PASSWORD))
		return hf_fail(e, HF_DAMAGED, "message: a second one follows it");
	return hf_fail(e, HF_DAMAGED, "message: bytes after its end");
}

static bool
is_armored(const void *data, size_t len)
{
	static const char begin[] = "-----BEGIN PGP";

	return len >= sizeof(begin) - 1 && memcmp(data, begin, sizeof(begin) - 1) == 0;
}

enum hf_code
hf_packets_read(struct hf_packets *out, const void *data, size_t len, struct hf_err *e)
{
	const unsigned char *p = data;
	struct hf_packet     packet;
	enum hf_code         rc = HF_OK;

	out->n = 0;
	if (len == 0)
		return hf_fail(e, HF_DAMAGED, "message: empty");
	if (is_armored(data, len))
		return hf_fail(e, HF_DAMAGED, "message: armored text, not binary OpenPGP");
	while (rc == HF_OK && len > 0) {
		if ((rc = hf_packet_next(&packet, &p, &len, e)) != HF_OK) {
			hf_fail_in(e, "message");
			return rc;
		}
		if (packet.tag == HF_TAG_MDC_DATA || packet.tag == HF_TAG_AEAD_DATA)
			return check_data(out, &packet, p, len, e);
		rc = packet.tag == HF_TAG_SESSION ? add_session_key(out, &packet, e) : out_of_place(packet.tag, e);
	}
	return rc != HF_OK ? rc : hf_fail(e, HF_DAMAGED, "message: cut short before the encrypted data");
}
