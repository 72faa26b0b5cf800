#include "holdfast/vault.h"

#include <errno.h>
#include <gpgme.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"
#include "holdfast/time.h"
#include "vault_parts.h"

#define GPG_OLDEST "2.2.36"    /* CVE-2022-34903 */
#define MANY       (64u << 10) /* bytes that are worth a larger buffer at the pipe */
#define SLACK      1024        /* with a thousandth, more than a ciphertext is longer than its plaintext */
#define STACK_USED (64u << 10) /* more than GPGME uses of it */

/*
 * Data into gpg and out of it. GPGME's own memory objects leave plaintext in the heap when they are released, so these hand it over in
 * pieces, and GPGME wipes the pieces.
 */
struct port {
	gpgme_data_t          data;
	struct gpgme_data_cbs cbs;
	struct {
		const char *p;
		size_t      left;
	} part[2];         /* what gpg reads: a head, and the rest */
	struct sink *sink; /* where it writes */
};

static ssize_t
give(void *arg, void *data, size_t size)
{
	struct port *p = arg;
	int          i = p->part[0].left > 0 ? 0 : 1;
	size_t       n = size < p->part[i].left ? size : p->part[i].left;

	if (n == 0)
		return 0;
	memcpy(data, p->part[i].p, n);
	p->part[i].p += n;
	p->part[i].left -= n;
	return (ssize_t)n;
}

static ssize_t
take(void *arg, const void *data, size_t size)
{
	struct port *p = arg;

	if (sink_put(p->sink, data, size))
		return (ssize_t)size;
	errno = EFBIG;
	return -1;
}

static gpgme_error_t
open_port(struct port *p, size_t expect)
{
	gpgme_error_t err;

	if ((err = gpgme_data_new_from_cbs(&p->data, &p->cbs, p)) == 0)
		err = gpgme_data_set_flag(p->data, "sensitive", "1");
	if (err == 0 && expect >= MANY)
		err = gpgme_data_set_flag(p->data, "io-buffer-size", "65536");
	return err;
}

static gpgme_error_t
open_source(struct port *p, const void *data, size_t len)
{
	p->cbs.read = give;
	p->part[1].p = data;
	p->part[1].left = len;
	return open_port(p, len);
}

static gpgme_error_t
open_sink(struct port *p, struct sink *sink, size_t expect)
{
	size_t room = expect + expect / 1024 + SLACK;

	p->cbs.write = take;
	p->sink = sink;
	if (expect >= MANY)
		hf_buf_reserve(sink->out, room < sink->room ? room : sink->room);
	return open_port(p, expect);
}

/* GPGME formats what it reads for a trace, even when there is none, and leaves the last of it on the stack. */
__attribute__((noinline)) static void
wipe_stack(void)
{
	char below[STACK_USED];

	explicit_bzero(below, sizeof(below));
}

/* gpgconf is asked three times for what we do not need. */
static void
set_up(void)
{
	gpgme_set_global_flag("disable-gpgconf", "1");
	gpgme_set_global_flag("require-gnupg", GPG_OLDEST);
	gpgme_check_version(NULL);
}

static void
need_gpgme(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, set_up);
}

static gpgme_engine_info_t
engine_of(gpgme_ctx_t ctx)
{
	gpgme_engine_info_t info = gpgme_ctx_get_engine_info(ctx);

	while (info != NULL && info->protocol != GPGME_PROTOCOL_OpenPGP)
		info = info->next;
	return info;
}

const char *
run_program(gpgme_ctx_t ctx)
{
	gpgme_engine_info_t info = engine_of(ctx);

	return info == NULL ? NULL : info->file_name;
}

/*
 * As gpgme_ctx_set_engine_info does it in GPGME 2; before that, it asks for gpg's version once more for every context.
 */
static gpgme_error_t
set_home(gpgme_ctx_t ctx, const char *home)
{
	gpgme_engine_info_t info = engine_of(ctx);
	char               *copy;

	if (info == NULL)
		return gpgme_error(GPG_ERR_INV_ENGINE);
	if ((copy = strdup(home)) == NULL)
		return gpgme_error(GPG_ERR_ENOMEM);
	free(info->home_dir);
	info->home_dir = copy;
	return 0;
}

enum hf_code
run_open(gpgme_ctx_t *out, const struct hf_vault *v, const char *home, struct hf_err *e)
{
	gpgme_ctx_t   ctx = NULL;
	gpgme_error_t err;

	need_gpgme();
	if ((err = gpgme_new(&ctx)) == 0 && (err = gpgme_set_protocol(ctx, GPGME_PROTOCOL_OpenPGP)) == 0 && home != NULL)
		err = set_home(ctx, home);
	if (err == 0 && (err = gpgme_set_ctx_flag(ctx, "full-status", "1")) == 0)
		err = gpgme_set_ctx_flag(ctx, "trust-model", "always");
	if (err == 0 && !v->may_prompt)
		err = gpgme_set_pinentry_mode(ctx, GPGME_PINENTRY_MODE_ERROR);
	if (err != 0) {
		gpgme_release(ctx);
		return vault_why(v, err, "gpg", e);
	}
	gpgme_set_offline(ctx, 1);
	*out = ctx;
	return HF_OK;
}

void
run_close(gpgme_ctx_t ctx)
{
	gpgme_release(ctx);
}

void
run_words(char *out, size_t size, unsigned error)
{
	gpgme_strerror_r(error, out, size);
}

enum hf_code
hf_vault_open(struct hf_vault **out, const struct hf_vault_opts *opts, struct hf_err *e)
{
	struct hf_vault *v;
	enum hf_code     rc;

	*out = NULL;
	if ((v = calloc(1, sizeof(*v))) == NULL)
		return hf_nomem(e);
	v->may_prompt = opts->may_prompt;
	v->env = opts->env;
	v->home.fd = -1;
	if (opts->user_home != NULL && (v->user_home = strdup(opts->user_home)) == NULL)
		rc = hf_nomem(e);
	else
		rc = home_open(&v->home, opts->private_home, e);
	if (rc == HF_OK)
		*out = v;
	else
		hf_vault_close(v);
	return rc;
}

enum hf_code
hf_vault_clone(struct hf_vault **out, const struct hf_vault *v, struct hf_err *e)
{
	struct hf_vault *c;
	enum hf_code     rc;

	*out = NULL;
	if ((c = calloc(1, sizeof(*c))) == NULL)
		return hf_nomem(e);
	c->may_prompt = v->may_prompt;
	c->env = v->env;
	c->opened = v->opened;
	c->alone = v->alone;
	c->singly = v->singly;
	c->looked = v->looked;
	c->asked = v->asked;
	c->home.fd = -1;
	if (v->user_home != NULL && (c->user_home = strdup(v->user_home)) == NULL)
		rc = hf_nomem(e);
	else if ((rc = home_copy(&c->home, &v->home, e)) == HF_OK)
		rc = ring_copy(&c->mine, &v->mine, e);
	if (rc == HF_OK)
		*out = c;
	else
		hf_vault_close(c);
	return rc;
}

void
hf_vault_close(struct hf_vault *v)
{
	if (v == NULL)
		return;
	gpgme_release(v->user);
	gpgme_release(v->private);
	home_close(&v->home);
	ring_clear(&v->mine);
	free(v->user_home);
	free(v->program);
	free(v);
}

static int64_t
moment(long seconds)
{
	return seconds > 0 ? seconds * HF_SECOND : 0;
}

static void
put_uid(char *out, size_t size, const char *uid)
{
	struct hf_buf clean = HF_BUF_INIT;
	size_t        n;

	hf_text_clean(&clean, uid, strlen(uid), false);
	n = hf_text_utf8_span(hf_buf_str(&clean), clean.len < size ? clean.len : size - 1);
	memcpy(out, hf_buf_str(&clean), n);
	out[n] = '\0';
	hf_buf_clear(&clean);
}

static bool
put_fpr(char out[HF_FPR_SIZE], const char *fpr)
{
	if (!hf_fpr_valid(fpr))
		return false;
	memcpy(out, fpr, HF_FPR_SIZE);
	return true;
}

/* One without a 40-digit fingerprint (of another version than 4) is passed over, key or subkey. */
static gpgme_error_t
add_key(struct ring *r, gpgme_key_t k)
{
	struct ring_key key = { .revoked = k->revoked, .disabled = k->disabled || k->invalid, .secret = k->secret };
	enum hf_code    rc;

	if (!put_fpr(key.fpr, k->subkeys == NULL ? NULL : k->subkeys->fpr))
		return 0;
	if (k->uids != NULL && k->uids->uid != NULL)
		put_uid(key.uid, sizeof(key.uid), k->uids->uid);
	rc = ring_add_key(r, &key, NULL);
	for (gpgme_subkey_t s = k->subkeys; rc == HF_OK && s != NULL; s = s->next) {
		struct ring_sub sub = {
			.revoked = s->revoked || s->disabled || s->invalid, .can_sign = s->can_sign, .can_encrypt = s->can_encrypt
		};

		sub.created = moment(s->timestamp);
		sub.expires = moment(s->expires);
		if (put_fpr(sub.fpr, s->fpr))
			rc = ring_add_sub(r, &sub, NULL);
	}
	return rc == HF_OK ? 0 : gpgme_error(GPG_ERR_ENOMEM);
}

/* What a listing gives that was started. */
static gpgme_error_t
read_list(struct ring *out, gpgme_ctx_t ctx)
{
	gpgme_key_t   key;
	gpgme_error_t err, wrong = 0;

	while (wrong == 0 && (err = gpgme_op_keylist_next(ctx, &key)) == 0) {
		wrong = add_key(out, key);
		gpgme_key_unref(key);
	}
	if (wrong == 0 && gpg_err_code(err) == GPG_ERR_EOF)
		return 0;
	gpgme_op_keylist_end(ctx);
	return wrong != 0 ? wrong : err;
}

static gpgme_error_t
note_status(void *arg, const char *word, const char *args)
{
	facts_note(arg, word, args);
	return 0;
}

unsigned
run_list(struct ring *out, struct facts *f, gpgme_ctx_t ctx, const char *pattern, bool secret)
{
	gpgme_error_t err;

	gpgme_set_status_cb(ctx, note_status, f);
	if ((err = gpgme_op_keylist_start(ctx, pattern, secret)) == 0)
		err = read_list(out, ctx);
	gpgme_set_status_cb(ctx, NULL, NULL);
	return err;
}

unsigned
run_inspect(struct ring *out, gpgme_ctx_t ctx, const void *data, size_t len)
{
	struct port   in = { 0 };
	gpgme_error_t err;

	if ((err = open_source(&in, data, len)) == 0 && (err = gpgme_op_keylist_from_data_start(ctx, in.data, 0)) == 0)
		err = read_list(out, ctx);
	gpgme_data_release(in.data);
	return err;
}

unsigned
run_import(gpgme_ctx_t ctx, const void *data, size_t len)
{
	struct port   in = { 0 };
	gpgme_error_t err;

	if ((err = open_source(&in, data, len)) == 0)
		err = gpgme_op_import(ctx, in.data);
	gpgme_data_release(in.data);
	return err;
}

unsigned
run_export(struct sink *out, gpgme_ctx_t ctx, const char *fpr)
{
	const char   *pattern[2] = { fpr, NULL };
	struct port   to = { 0 };
	gpgme_error_t err;

	gpgme_set_armor(ctx, 1);
	if ((err = open_sink(&to, out, 0)) == 0)
		err = gpgme_op_export_ext(ctx, pattern, GPGME_EXPORT_MODE_MINIMAL, to.data);
	gpgme_data_release(to.data);
	return err;
}

static void
note_decrypted(struct outcome *o, gpgme_decrypt_result_t res)
{
	if (res == NULL)
		return;
	if (res->symkey_algo != NULL && strlen(res->symkey_algo) < sizeof(o->algo))
		memcpy(o->algo, res->symkey_algo, strlen(res->symkey_algo) + 1);
	for (gpgme_recipient_t r = res->recipients; r != NULL; r = r->next, o->recipients++)
		o->sealed += gpg_err_code(r->status) == GPG_ERR_NO_SECKEY;
}

unsigned
run_decrypt(struct outcome *o, struct sink *out, gpgme_ctx_t ctx, const void *data, size_t len)
{
	struct port   in = { 0 }, to = { 0 };
	gpgme_error_t err;

	memset(o, 0, sizeof(*o));
	facts_init(&o->facts);
	gpgme_set_status_cb(ctx, note_status, &o->facts);
	if ((err = open_source(&in, data, len)) == 0 && (err = open_sink(&to, out, len)) == 0) {
		err = gpgme_op_decrypt(ctx, in.data, to.data);
		note_decrypted(o, gpgme_op_decrypt_result(ctx));
	}
	gpgme_set_status_cb(ctx, NULL, NULL);
	gpgme_data_release(in.data);
	gpgme_data_release(to.data);
	wipe_stack();
	return err;
}

/*
 * The head of a literal data packet (RFC 4880, 5.9): binary, no name, no date. Made here because gpg, reading from a pipe, writes one that
 * does not say how long it is, and then nobody could tell whether the whole of it came out again.
 */
void
vault_literal(char out[VAULT_LITERAL], size_t len)
{
	size_t n = len + VAULT_LITERAL - 6;

	memset(out, 0, VAULT_LITERAL);
	out[0] = (char)(0xc0 | HF_TAG_LITERAL);
	out[1] = (char)0xff;
	for (int i = 0; i < 4; i++)
		out[2 + i] = (char)(n >> (24 - 8 * i) & 0xff);
	out[6] = 'b';
}

unsigned
run_encrypt(struct outcome *o, struct sink *out, gpgme_ctx_t ctx, const char *to, const void *data, size_t len)
{
	const gpgme_encrypt_flags_t flags =
	    GPGME_ENCRYPT_ALWAYS_TRUST | GPGME_ENCRYPT_NO_ENCRYPT_TO | GPGME_ENCRYPT_NO_COMPRESS | GPGME_ENCRYPT_WRAP;
	char                   head[VAULT_LITERAL];
	struct port            in = { 0 }, cipher = { 0 };
	gpgme_encrypt_result_t res = NULL;
	gpgme_error_t          err;

	memset(o, 0, sizeof(*o));
	vault_literal(head, len);
	in.part[0].p = head;
	in.part[0].left = sizeof(head);
	gpgme_set_armor(ctx, 0);
	if ((err = open_source(&in, data, len)) == 0 && (err = open_sink(&cipher, out, len)) == 0) {
		err = gpgme_op_encrypt_ext(ctx, NULL, to, flags, in.data, cipher.data);
		res = gpgme_op_encrypt_result(ctx);
	}
	if (res != NULL && res->invalid_recipients != NULL)
		put_fpr(o->key, res->invalid_recipients->fpr);
	gpgme_data_release(in.data);
	gpgme_data_release(cipher.data);
	wipe_stack();
	return err;
}

/*
 * GPGME wants a key object, and getting one is a gpg process of its own, as dear as the signature. It looks only at the first subkey, and
 * gives gpg its key id, of 64 bits; an object of our own makes that the full fingerprint.
 */
static gpgme_error_t
set_signer(gpgme_ctx_t ctx, gpgme_key_t *key, struct _gpgme_subkey *sub, char fpr[HF_FPR_SIZE])
{
	gpgme_error_t err;

	sub->fpr = sub->keyid = fpr;
	if ((err = gpgme_key_from_uid(key, "")) != 0)
		return err;
	(*key)->subkeys = sub;
	return gpgme_signers_add(ctx, *key);
}

static void
unset_signer(gpgme_ctx_t ctx, gpgme_key_t key)
{
	gpgme_signers_clear(ctx);
	if (key == NULL)
		return;
	key->subkeys = NULL; /* ours, not GPGME's to free */
	gpgme_key_unref(key);
}

static void
note_signed(struct outcome *o, gpgme_sign_result_t res)
{
	for (gpgme_new_signature_t s = res == NULL ? NULL : res->signatures; s != NULL; s = s->next)
		if (o->signatures++ == 0)
			put_fpr(o->key, s->fpr);
}

unsigned
run_sign(struct outcome *o, struct sink *out, gpgme_ctx_t ctx, const char *fpr, const void *data, size_t len)
{
	struct _gpgme_subkey sub = { 0 };
	char                 signer[HF_FPR_SIZE];
	struct port          in = { 0 }, to = { 0 };
	gpgme_key_t          key = NULL;
	gpgme_error_t        err;

	memset(o, 0, sizeof(*o));
	memcpy(signer, fpr, sizeof(signer));
	gpgme_set_armor(ctx, 1);
	if ((err = open_source(&in, data, len)) == 0 && (err = open_sink(&to, out, 0)) == 0 &&
	    (err = set_signer(ctx, &key, &sub, signer)) == 0 &&
	    (err = gpgme_op_sign(ctx, in.data, to.data, GPGME_SIG_MODE_DETACH)) == 0)
		note_signed(o, gpgme_op_sign_result(ctx));
	unset_signer(ctx, key);
	gpgme_data_release(in.data);
	gpgme_data_release(to.data);
	return err;
}

static void
note_verified(struct outcome *o, gpgme_verify_result_t res)
{
	for (gpgme_signature_t s = res == NULL ? NULL : res->signatures; s != NULL; s = s->next) {
		if (o->signatures++ > 0)
			continue;
		put_fpr(o->key, s->fpr);
		o->status = s->status;
		o->made_at = moment((long)s->timestamp);
		o->lapses = s->exp_timestamp != 0;
	}
}

unsigned
run_verify(struct outcome *o, gpgme_ctx_t ctx, const void *sig, size_t sig_len, const void *data, size_t len)
{
	struct port   s = { 0 }, in = { 0 };
	gpgme_error_t err;

	memset(o, 0, sizeof(*o));
	if ((err = open_source(&s, sig, sig_len)) == 0 && (err = open_source(&in, data, len)) == 0 &&
	    (err = gpgme_op_verify(ctx, s.data, in.data, NULL)) == 0)
		note_verified(o, gpgme_op_verify_result(ctx));
	gpgme_data_release(s.data);
	gpgme_data_release(in.data);
	return err;
}
