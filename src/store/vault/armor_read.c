/* What a key file and a signature consist of. */
#include "armor.h"

#include <stdio.h>
#include <string.h>

#include "holdfast/packet.h"
#include "holdfast/time.h"

static uint32_t
number(const unsigned char *p, size_t bytes)
{
	uint32_t n = 0;

	while (bytes-- > 0)
		n = n << 8 | *p++;
	return n;
}

static void
take_issuer(struct armor_sig *out, const unsigned char *p, size_t len)
{
	if (len != 21 || p[0] != 4)
		return;
	for (size_t i = 0; i < 20; i++)
		snprintf(out->issuer + 2 * i, 3, "%02X", (unsigned)p[1 + i]);
}

/* One subpacket (RFC 4880, 5.2.3.1) of the part that the signature covers: its type, then what it holds. */
static void
take_subpacket(struct armor_sig *out, const unsigned char *p, size_t len)
{
	unsigned type = p[0] & 0x7fU;

	if (type == 2 && len == 5)
		out->made_at = (int64_t)number(p + 1, 4) * HF_SECOND;
	else if (type == 3 && len == 5)
		out->expires = number(p + 1, 4) != 0;
	else if (type == 33)
		take_issuer(out, p + 1, len - 1);
	else if ((p[0] & 0x80U) != 0 && type != 16)
		out->strange = true;
}

static bool
take_subpackets(struct armor_sig *out, const unsigned char *p, size_t left)
{
	size_t n, head;

	while (left > 0) {
		head = p[0] < 192 ? 1 : p[0] < 255 ? 2 : 5;
		if (left < head)
			return false;
		n = head == 1 ? p[0] : head == 2 ? number(p, 2) - (192U << 8) + 192U : number(p + 1, 4);
		if (n == 0 || n > left - head)
			return false;
		take_subpacket(out, p + head, n);
		p += head + n;
		left -= head + n;
	}
	return true;
}

static enum hf_code
read_sig_packet(struct armor_sig *out, const unsigned char *p, size_t len, struct hf_err *e)
{
	struct hf_packet sig;
	enum hf_code     rc;
	size_t           covered;

	if ((rc = hf_packet_next(&sig, &p, &len, e)) != HF_OK)
		return rc;
	if (sig.tag != HF_TAG_SIGNATURE || sig.parts)
		return hf_fail(e, HF_DAMAGED, "it holds something else");
	if (len > 0)
		return hf_fail(e, HF_DAMAGED, "more than one");
	if (sig.len < 10 || sig.body[0] != 4)
		return hf_fail(e, HF_DAMAGED, "not of version 4");
	covered = number(sig.body + 4, 2);
	if (covered > sig.len - 6 || !take_subpackets(out, sig.body + 6, covered))
		return hf_fail(e, HF_DAMAGED, "its fields do not fit");
	out->type = sig.body[1];
	out->hash = sig.body[3];
	return HF_OK;
}

enum hf_code
armor_read_sig(struct armor_sig *out, const void *text, size_t len, struct hf_err *e)
{
	struct hf_buf bytes = HF_BUF_INIT;
	enum hf_code  rc;

	memset(out, 0, sizeof(*out));
	if ((rc = armor_decode(&bytes, "SIGNATURE", text, len, e)) == HF_OK)
		rc = read_sig_packet(out, (const unsigned char *)bytes.data, bytes.len, e);
	hf_buf_clear(&bytes);
	if (rc != HF_OK)
		hf_fail_in(e, "signature");
	return rc;
}

bool
armor_hash_strong(unsigned hash)
{
	return hash >= 8 && hash <= 11;
}

/* What may follow the primary key. */
static bool
belongs_to_key(const struct hf_packet *p)
{
	static const unsigned tags[] = { HF_TAG_SIGNATURE, HF_TAG_TRUST, HF_TAG_USER_ID, HF_TAG_PUBLIC_SUBKEY,
		HF_TAG_USER_ATTRIBUTE };

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (tags[i] == p->tag)
			return !p->parts;
	return false;
}

static enum hf_code
check_primary(const struct hf_packet *p, struct hf_err *e)
{
	if (p->tag != HF_TAG_PUBLIC_KEY || p->parts || p->len == 0)
		return hf_fail(e, HF_BAD, "not a key");
	if (p->body[0] != 4)
		return hf_fail(e, HF_BAD, "a key of version %u, not 4", (unsigned)p->body[0]);
	return HF_OK;
}

static enum hf_code
check_key_packets(const unsigned char *p, size_t len, struct hf_err *e)
{
	struct hf_packet packet;
	enum hf_code     rc = HF_OK;
	bool             first;

	for (first = true; rc == HF_OK && len > 0; first = false) {
		if ((rc = hf_packet_next(&packet, &p, &len, e)) != HF_OK)
			return rc;
		if (packet.tag == HF_TAG_SECRET_KEY || packet.tag == HF_TAG_SECRET_SUBKEY)
			rc = hf_fail(e, HF_BAD, "it holds a secret key");
		else if (first)
			rc = check_primary(&packet, e);
		else if (packet.tag == HF_TAG_PUBLIC_KEY)
			rc = hf_fail(e, HF_BAD, "it holds more than one key");
		else if (!belongs_to_key(&packet))
			rc = hf_fail(e, HF_BAD, "it holds a packet of type %u, which no key has", packet.tag);
	}
	return first ? hf_fail(e, HF_BAD, "empty") : rc;
}

static bool
is_armored_secret(const void *data, size_t len)
{
	return armor_begins("PRIVATE KEY BLOCK", data, len);
}

enum hf_code
armor_read_key(struct hf_buf *out, const void *data, size_t len, struct hf_err *e)
{
	const unsigned char *p = data;
	size_t               start = out->len;
	enum hf_code         rc;

	if (len > 0 && (p[0] & 0x80) != 0) {
		hf_buf_add(out, data, len);
		rc = hf_buf_check(out, e);
	} else if (is_armored_secret(data, len))
		rc = hf_fail(e, HF_BAD, "it holds a secret key");
	else
		rc = armor_decode(out, "PUBLIC KEY BLOCK", data, len, e);
	if (rc == HF_OK)
		rc = check_key_packets((const unsigned char *)out->data + start, out->len - start, e);
	if (rc == HF_OK)
		return rc;
	hf_buf_cut(out, start);
	if (e != NULL && e->code == HF_DAMAGED)
		e->code = HF_BAD;
	hf_fail_in(e, "key file");
	return rc == HF_DAMAGED ? HF_BAD : rc;
}
