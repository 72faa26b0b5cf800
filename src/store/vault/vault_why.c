/* What an error code of GnuPG means for the person in front of the computer. Only the numbers of libgpg-error are needed here. */
#include <gpg-error.h>

#include "holdfast/time.h"
#include "vault_parts.h"

static const struct reason {
	unsigned     code;
	enum hf_code hf;
	const char  *text, *hint;
} reasons[] = {
	{ GPG_ERR_CANCELED, HF_CANCELLED, "the passphrase prompt was cancelled", "" },
	{ GPG_ERR_FULLY_CANCELED, HF_CANCELLED, "the passphrase prompt was cancelled", "" },
	{ GPG_ERR_TIMEOUT, HF_CANCELLED, "the passphrase prompt was left open too long", "" },
	{ GPG_ERR_BAD_PASSPHRASE, HF_NOKEY, "wrong passphrase", "" },
	{ GPG_ERR_BAD_PIN, HF_NOKEY, "wrong PIN", "" },
	{ GPG_ERR_PIN_BLOCKED, HF_NOKEY, "the smart card is blocked: too many wrong PINs", "gpg --card-status" },
	{ GPG_ERR_NO_PIN_ENTRY, HF_NOKEY, "the passphrase is needed, and there is no prompt for it", "" },
	{ GPG_ERR_EOF, HF_NOKEY, "the passphrase prompt went away", "gpgconf --check-programs" },
	{ GPG_ERR_ENOTTY, HF_NOKEY, "the passphrase prompt has no terminal", "export GPG_TTY=$(tty)" },
	{ GPG_ERR_NO_AGENT, HF_NOKEY, "no gpg-agent runs and none can be started", "gpgconf --launch gpg-agent" },
	{ GPG_ERR_AGENT, HF_NOKEY, "gpg-agent does not answer as it should", "gpgconf --kill gpg-agent" },
	{ GPG_ERR_ASS_CONNECT_FAILED, HF_NOKEY, "gpg-agent cannot be reached", "gpgconf --kill gpg-agent" },
	{ GPG_ERR_NO_SCDAEMON, HF_NOKEY, "the program for smart cards (scdaemon) is not installed", "" },
	{ GPG_ERR_SCDAEMON, HF_NOKEY, "the program for smart cards (scdaemon) does not answer", "gpgconf --kill scdaemon" },
	{ GPG_ERR_CARD, HF_NOKEY, "the smart card does not answer", "gpg --card-status" },
	{ GPG_ERR_CARD_REMOVED, HF_NOKEY, "the smart card was taken out", "gpg --card-status" },
	{ GPG_ERR_CARD_NOT_PRESENT, HF_NOKEY, "the smart card is not there", "gpg --card-status" },
	{ GPG_ERR_CARD_RESET, HF_NOKEY, "the smart card was reset", "gpg --card-status" },
	{ GPG_ERR_WRONG_CARD, HF_NOKEY, "another smart card is needed", "gpg --card-status" },
	{ GPG_ERR_ENODEV, HF_NOKEY, "no smart card reader", "gpg --card-status" },
	{ GPG_ERR_LOCKED, HF_NOKEY, "the key is locked", "" },
	{ GPG_ERR_NO_SECKEY, HF_NOKEY, "no secret key on this computer", "gpg --list-secret-keys" },
	{ GPG_ERR_UNUSABLE_SECKEY, HF_NOKEY, "the secret key cannot be used", "gpg --list-secret-keys" },
	{ GPG_ERR_INV_ENGINE, HF_SYSTEM, "gpg is not installed, or does not run", "install gnupg" },
	{ GPG_ERR_UNSUPPORTED_PROTOCOL, HF_SYSTEM, "gpg is not installed, or does not run", "install gnupg" },
	{ GPG_ERR_NO_ENGINE, HF_SYSTEM, "gpg is not installed, or does not run", "install gnupg" },
	{ GPG_ERR_ENGINE_TOO_OLD, HF_SYSTEM, "this gpg is too old", "install a newer gnupg" },
	{ GPG_ERR_ENOENT, HF_SYSTEM, "gpg's home folder is not there", "" },
	{ GPG_ERR_KEYRING_OPEN, HF_SYSTEM, "gpg's home folder is not there, or not ours to read", "" },
	{ GPG_ERR_EACCES, HF_SYSTEM, "gpg's home folder is not ours to read", "" },
	{ GPG_ERR_ENOMEM, HF_NOMEM, "out of memory", "" },
};

static const struct reason *
find(unsigned error)
{
	unsigned code = gpg_err_code(error);

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].code == code)
			return &reasons[i];
	return NULL;
}

/* Errors that damaged data makes come from elsewhere (measured: every bit of a session key, ECDH and RSA). */
static bool
is_from_agent(unsigned error)
{
	switch (gpg_err_source(error)) {
	case GPG_ERR_SOURCE_GPGAGENT:
	case GPG_ERR_SOURCE_PINENTRY:
	case GPG_ERR_SOURCE_SCD:
	case GPG_ERR_SOURCE_ASSUAN:
		return true;
	default:
		return false;
	}
}

enum vault_trouble
vault_trouble(unsigned error)
{
	const struct reason *r = find(error);

	switch (gpg_err_code(error)) {
	case GPG_ERR_NO_ERROR:
		return TROUBLE_NONE;
	case GPG_ERR_NO_SECKEY:
	case GPG_ERR_UNUSABLE_SECKEY:
		return TROUBLE_NO_SECRET;
	case GPG_ERR_NO_DATA:
		return TROUBLE_NO_DATA;
	case GPG_ERR_EOF:
		break;
	default:
		if (r != NULL && (r->hf == HF_NOKEY || r->hf == HF_CANCELLED))
			return TROUBLE_KEY;
	}
	return is_from_agent(error) ? TROUBLE_KEY : TROUBLE_OTHER;
}

enum hf_sig_status
vault_sig_status(unsigned error)
{
	switch (gpg_err_code(error)) {
	case GPG_ERR_NO_ERROR:
		return HF_SIG_GOOD;
	case GPG_ERR_KEY_EXPIRED:
		return HF_SIG_EXPIRED_KEY;
	case GPG_ERR_CERT_REVOKED:
		return HF_SIG_REVOKED_KEY;
	case GPG_ERR_NO_PUBKEY:
		return HF_SIG_UNKNOWN_KEY;
	default:
		return HF_SIG_BAD;
	}
}

bool
vault_is_no_agent(unsigned error)
{
	return gpg_err_code(error) == GPG_ERR_NO_AGENT;
}

enum hf_code
vault_why(const struct hf_vault *v, unsigned error, const char *subject, struct hf_err *e)
{
	const struct reason *r = find(error);
	char                 text[128] = "";

	if (r == NULL) {
		run_words(text, sizeof(text), error);
		return hf_fail(e, is_from_agent(error) ? HF_NOKEY : HF_SYSTEM, "%s: gpg%s says: %s", subject,
		    is_from_agent(error) ? "-agent" : "", text);
	}
	hf_fail(e, r->hf, "%s: %s", subject, r->text);
	if (r->code == GPG_ERR_NO_PIN_ENTRY)
		hf_hint(e, v->may_prompt ? "install a pinentry program" : "leave out --no-input, or unlock the key first");
	else if (r->hint[0] != '\0')
		hf_hint(e, "%s", r->hint);
	return r->hf;
}

enum hf_code
vault_no_secret(const struct hf_vault *v, bool no_agent, const char *subject, struct hf_err *e)
{
	return vault_why(v, no_agent ? GPG_ERR_NO_AGENT : GPG_ERR_NO_SECKEY, subject, e);
}

enum hf_code
vault_check_usable(const struct hf_key *key, bool to_encrypt, struct hf_err *e)
{
	int64_t      now = hf_time_now();
	bool         can = to_encrypt ? key->can_encrypt : key->can_sign;
	char         day[HF_DAY_SIZE], today[HF_DAY_SIZE];
	enum hf_code rc;

	if (key->created > now) {
		hf_day_of(day, key->created, NULL);
		hf_day_of(today, now, NULL);
		rc = hf_fail(e, HF_NOKEY, "%s: your clock says %s, but this key was made on %s", key->fpr, today, day);
		hf_hint(e, "set the clock of this computer");
		return rc;
	}
	if (key->revoked)
		return hf_fail(e, HF_NOKEY, "%s: this key is revoked", key->fpr);
	if (key->disabled)
		return hf_fail(e, HF_NOKEY, "%s: this key is disabled", key->fpr);
	if (key->expired && !can) {
		hf_day_of(day, key->expires, NULL);
		return hf_fail(e, HF_NOKEY, "%s: this key expired on %s", key->fpr, day);
	}
	return can ? HF_OK : hf_fail(e, HF_NOKEY, "%s: this key cannot %s", key->fpr, to_encrypt ? "encrypt" : "sign");
}
