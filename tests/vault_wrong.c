#include "vault_wrong.h"

#include "holdfast/packet.h"
#include "vault_world.h"

#define PLAIN     WORLD_PLAIN
#define PLAIN_LEN WORLD_PLAIN_LEN

static void
make_for_bob(struct hf_buf *out)
{
	encrypt_for(out, BOB, PLAIN, PLAIN_LEN);
}

void
make_for_mallory(struct hf_buf *out)
{
	gpg(out, w.mallory, PLAIN, PLAIN_LEN, "-r %s --encrypt", w.fpr[MALLORY]);
}

static void
make_truncated(struct hf_buf *out)
{
	encrypt_for(out, ANN, PLAIN, PLAIN_LEN);
	hf_buf_cut(out, out->len - 10);
}

/* Cut, and the lengths mended: only the integrity check can tell. */
void
make_shorter(struct hf_buf *out)
{
	struct hf_packet     p = { 0 };
	const unsigned char *at;
	struct hf_buf        whole = HF_BUF_INIT;
	size_t               left, head, n;

	encrypt_for(&whole, ANN, PLAIN, PLAIN_LEN);
	at = (const unsigned char *)whole.data;
	left = whole.len;
	ck_ok(hf_packet_next(&p, &at, &left, &e));
	head = whole.len - left;
	ck_ok(hf_packet_next(&p, &at, &left, &e));
	n = p.len - 8;
	ck_assert(!p.parts && n < 192);
	hf_buf_add(out, whole.data, head);
	hf_buf_addc(out, '\xd2');
	hf_buf_addc(out, (char)n);
	hf_buf_add(out, p.body, n);
	hf_buf_clear(&whole);
}

void
make_flipped(struct hf_buf *out)
{
	encrypt_for(out, ANN, PLAIN, PLAIN_LEN);
	out->data[out->len - 30] = (char)(out->data[out->len - 30] ^ 4);
}

static void
make_flipped_session_key(struct hf_buf *out)
{
	encrypt_for(out, ANN, PLAIN, PLAIN_LEN);
	out->data[60] = (char)(out->data[60] ^ 1);
}

static void
make_flipped_key_id(struct hf_buf *out)
{
	encrypt_for(out, ANN, PLAIN, PLAIN_LEN);
	out->data[5] = (char)(out->data[5] ^ 1);
}

void
make_without_mdc(struct hf_buf *out)
{
	by_gpg(out, "--rfc2440 --cipher-algo AES256 -r # --encrypt", PLAIN, PLAIN_LEN);
}

static void
make_concatenated(struct hf_buf *out)
{
	encrypt_for(out, ANN, PLAIN, PLAIN_LEN);
	encrypt_for(out, ANN, PLAIN, PLAIN_LEN);
}

static void
make_signed(struct hf_buf *out)
{
	by_gpg(out, "--compress-algo none -u # --sign", PLAIN, PLAIN_LEN);
}

static void
make_literal(struct hf_buf *out)
{
	by_gpg(out, "--compress-algo none --store", PLAIN, PLAIN_LEN);
}

static void
make_compressed(struct hf_buf *out)
{
	hf_buf_add(out, "\xc8\x07\x01\x01\x02\x00\xfd\xff\xcb\x01", 10);
}

static void
make_armored(struct hf_buf *out)
{
	by_gpg(out, "--armor -r # --encrypt", PLAIN, PLAIN_LEN);
}

static void
make_with_password(struct hf_buf *out)
{
	by_gpg(out, "--pinentry-mode loopback --passphrase x -r # --encrypt --symmetric", PLAIN, PLAIN_LEN);
}

static void
make_password_only(struct hf_buf *out)
{
	by_gpg(out, "--pinentry-mode loopback --passphrase x --symmetric", PLAIN, PLAIN_LEN);
}

/* Two plaintexts inside one encryption. */
static void
make_double(struct hf_buf *out)
{
	static const char inside[] = "\xcb\x08"
				     "b\0\0\0\0\0hi"
				     "\xcb\x08"
				     "b\0\0\0\0\0yo";

	gpg(out, w.ann, inside, sizeof(inside) - 1, "--compress-algo none --no-literal -r %s --encrypt", w.fpr[ANN]);
}

static void
make_nested(struct hf_buf *out)
{
	struct hf_buf in = HF_BUF_INIT;

	encrypt_for(&in, BOB, PLAIN, PLAIN_LEN);
	gpg(out, w.ann, in.data, in.len, "--compress-algo none --no-literal -r %s --encrypt", w.fpr[ANN]);
	hf_buf_clear(&in);
}

static void
make_hollow(struct hf_buf *out)
{
	gpg(out, w.ann, "", 0, "--compress-algo none --no-literal -r %s --encrypt", w.fpr[ANN]);
}

static void
make_empty(struct hf_buf *out)
{
	(void)out;
}

const struct vault_wrong vault_wrong[N_VAULT_WRONG] = {
	{ make_for_bob, HF_SEALED, "to others, not to you" },
	{ make_for_mallory, HF_DAMAGED, "no member's key" },
	{ make_truncated, HF_DAMAGED, "cut short" },
	{ make_shorter, HF_DAMAGED, "not what was written" },
	{ make_flipped, HF_DAMAGED, "not what was written" },
	{ make_flipped_session_key, HF_DAMAGED, "not what was written" },
	{ make_flipped_key_id, HF_DAMAGED, "no member's key" },
	{ make_without_mdc, HF_DAMAGED, "without integrity protection" },
	{ make_concatenated, HF_DAMAGED, "a second one follows" },
	{ make_signed, HF_DAMAGED, "signed, not encrypted" },
	{ make_literal, HF_DAMAGED, "in the clear" },
	{ make_compressed, HF_DAMAGED, "compressed, not encrypted" },
	{ make_armored, HF_DAMAGED, "armored text" },
	{ make_with_password, HF_DAMAGED, "a password" },
	{ make_password_only, HF_DAMAGED, "a password" },
	{ make_double, HF_DAMAGED, "not what was written" },
	{ make_nested, HF_DAMAGED, "not what was written" },
	{ make_hollow, HF_DAMAGED, "not what was written" },
	{ make_empty, HF_DAMAGED, "empty" },
};
