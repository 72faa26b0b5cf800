/*
 * OpenPGP from strangers, before gpg sees it. The first byte chooses:
 *
 *	'm' a message   's' a detached signature, armored   'k' a key file, armored or not
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/store/vault/armor.h"
#include "holdfast/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

/* A failure is of that code, and says why. */
static void
must_say(enum hf_code rc, const struct hf_err *e, enum hf_code code)
{
	must(rc == code && e->code == rc && strchr(e->msg, ':') != NULL);
}

/* What is a message is none any more when a byte is missing, or one more is there. */
static void
fuzz_message(const char *data, size_t len)
{
	struct hf_packets p;
	struct hf_err     e = HF_ERR_INIT;
	struct hf_buf     more = HF_BUF_INIT;
	enum hf_code      rc = hf_packets_read(&p, data, len, &e);

	must(p.n <= HF_PACKET_KEYS_MAX);
	if (rc != HF_OK) {
		must_say(rc, &e, HF_DAMAGED);
		return;
	}
	must(p.n > 0);
	must(hf_packets_read(&p, data, len - 1, NULL) == HF_DAMAGED);
	must(hf_packets_read(&p, data, len / 2, NULL) == HF_DAMAGED);
	hf_buf_add(&more, data, len);
	hf_buf_addc(&more, '\0');
	must(hf_packets_read(&p, more.data, more.len, NULL) == HF_DAMAGED);
	hf_buf_clear(&more);
}

static void
fuzz_sig(const char *data, size_t len)
{
	struct armor_sig sig;
	struct hf_err    e = HF_ERR_INIT;
	enum hf_code     rc = armor_read_sig(&sig, data, len, &e);

	if (rc != HF_OK)
		must_say(rc, &e, HF_DAMAGED);
	else
		must(sig.type < 256 && sig.hash < 256 && sig.made_at >= 0 && (sig.issuer[0] == '\0' || strlen(sig.issuer) == 40));
}

/* The bytes of a key are a key file, too, and the same one. */
static void
fuzz_key(const char *data, size_t len)
{
	struct hf_buf one = HF_BUF_INIT, two = HF_BUF_INIT;
	struct hf_err e = HF_ERR_INIT;
	enum hf_code  rc;

	hf_buf_adds(&one, "kept");
	if ((rc = armor_read_key(&one, data, len, &e)) != HF_OK) {
		must_say(rc, &e, HF_BAD);
		must(one.len == 4);
	} else {
		must(armor_read_key(&two, one.data + 4, one.len - 4, NULL) == HF_OK);
		must(two.len == one.len - 4 && memcmp(two.data, one.data + 4, two.len) == 0);
		hf_buf_clear(&two);
		hf_buf_add(&two, one.data + 4, one.len - 4);
		hf_buf_add(&two, one.data + 4, one.len - 4);
		must(armor_read_key(&one, two.data, two.len, NULL) == HF_BAD);
	}
	hf_buf_clear(&one);
	hf_buf_clear(&two);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy;

	if (size == 0 || (copy = malloc(size)) == NULL) /* of its own, so that a read past the end is seen */
		return 0;
	memcpy(copy, data + 1, size - 1);
	if (data[0] == 'm')
		fuzz_message(copy, size - 1);
	else if (data[0] == 's')
		fuzz_sig(copy, size - 1);
	else if (data[0] == 'k')
		fuzz_key(copy, size - 1);
	free(copy);
	return 0;
}
