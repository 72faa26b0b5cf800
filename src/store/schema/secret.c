/* What looks like a secret. The shapes are those that providers and password managers print; a pointer to a vault has none of them. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "holdfast/buf.h"
#include "holdfast/schema.h"
#include "holdfast/text.h"

#define WORD_MAX_LEN 128
#define FILE_MAX_LEN ((size_t)1 << 20)

struct shape {
	size_t len, upper, lower, digit, mark, other;
};

static struct shape
shape_of(const char *w, size_t len)
{
	struct shape s = { len, 0, 0, 0, 0, 0 };

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)w[i];

		if (c >= 'A' && c <= 'Z')
			s.upper++;
		else if (c >= 'a' && c <= 'z')
			s.lower++;
		else if (c >= '0' && c <= '9')
			s.digit++;
		else if (strchr("!#$%^&*?~+=<>|", c) != NULL)
			s.mark++;
		else
			s.other++;
	}
	return s;
}

static bool
starts(const char *w, size_t len, const char *prefix, size_t rest)
{
	size_t n = strlen(prefix);

	return len >= n + rest && strncmp(w, prefix, n) == 0;
}

static bool
is_token(const char *w, size_t len)
{
	static const struct {
		const char *prefix;
		size_t      rest;
	} known[] = { { "ghp_", 20 }, { "gho_", 20 }, { "ghs_", 20 }, { "github_pat_", 20 }, { "glpat-", 16 }, { "xoxb-", 10 },
		{ "xoxp-", 10 }, { "xoxa-", 10 }, { "AKIA", 16 }, { "ASIA", 16 }, { "AIza", 30 }, { "ya29.", 20 }, { "EAAC", 30 },
		{ "eyJ", 40 }, { "sk-", 20 }, { "sk_live_", 16 }, { "npm_", 30 }, { "dop_v1_", 30 } };

	for (size_t i = 0; len > 12 && i < sizeof(known) / sizeof(known[0]); i++)
		if (w[0] == known[i].prefix[0] && starts(w, len, known[i].prefix, known[i].rest))
			return true;
	return false;
}

/* A seed for one-time codes: base 32 in capitals with digits, as authenticators show it. */
static bool
is_seed(const char *w, size_t len)
{
	size_t digits = 0;

	if (len < 16 || len > 64 || len % 8 != 0)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (w[i] >= '2' && w[i] <= '7')
			digits++;
		else if (w[i] < 'A' || w[i] > 'Z')
			return false;
	}
	return digits > 0;
}

/* 1234567, 12345678, a1b2c-d3e4f */
static bool
is_code(const char *w, size_t len)
{
	struct shape s = shape_of(w, len);
	const char  *dash = memchr(w, '-', len);

	if (s.digit == len)
		return len >= 6 && len <= 8;
	return dash != NULL && s.other == 1 && s.digit > 0 && s.upper == 0 && s.mark == 0 && (len == 9 || len == 11) &&
	    (size_t)(dash - w) == len / 2;
}

static bool
is_password(const char *w, size_t len, bool eager)
{
	struct shape s = shape_of(w, len);
	bool         address = memchr(w, '/', len) != NULL || memchr(w, '@', len) != NULL || memchr(w, ':', len) != NULL;

	if (address || len < 8 || len > 64)
		return false;
	if (s.upper > 0 && s.lower > 0 && s.digit > 0 && s.mark > 0)
		return true;
	return eager && s.digit > 0 && s.mark > 0 && s.upper + s.lower > 0;
}

/* Of what follows "password: ", is the first word one? Only words without digits and marks are words of a sentence. */
static bool
tells(const char *w, size_t len)
{
	while (len > 0 && strchr(".)\"'", w[len - 1]) != NULL)
		len--;
	for (size_t i = 0; len >= 4 && i < len; i++)
		if (strchr("0123456789!#$%^&*?", w[i]) != NULL)
			return true;
	return false;
}

/* " is x", ": x", "=x": after the word, what it is */
static bool
tells_after(const char *q)
{
	if (strncmp(q, " is ", 4) == 0)
		q += 3;
	else if (*q == ':' || *q == '=')
		q++;
	else
		return false;
	q += strspn(q, " ");
	return tells(q, strcspn(q, " ,;\n"));
}

/* "password: x", "pin=1234": the word, then what it is */
static bool
is_told(const char *text)
{
	static const char *const names[] = { "password", "passwort", "passwd", "pwd", "passphrase", "pin", "secret", "backup code",
		"recovery code" };

	if (strpbrk(text, ":=") == NULL && strstr(text, " is ") == NULL)
		return false;
	for (const char *p = text; *p != '\0'; p++) {
		if (strchr("pPbBrRsS", *p) == NULL || (p > text && isalnum((unsigned char)p[-1])))
			continue;
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (strncasecmp(p, names[i], strlen(names[i])) == 0 && tells_after(p + strlen(names[i])))
				return true;
	}
	return false;
}

/* Words that sentences have and the lists of recovery phrases do not. */
static bool
is_of_a_sentence(const char *w, size_t len)
{
	static const char *const common[] = { "the", "and", "are", "for", "our", "not", "has", "was", "from", "with", "have" };

	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		if (strlen(common[i]) == len && strncmp(common[i], w, len) == 0)
			return true;
	return false;
}

/* Twelve or twenty-four short words in small letters and nothing else: a wallet's or key's recovery phrase. */
static bool
is_phrase(const char *text)
{
	size_t words = 0, len = 0;

	for (const char *p = text;; p++) {
		if (*p >= 'a' && *p <= 'z') {
			len++;
		} else if (*p == ' ' || *p == '\0') {
			if (len < 3 || len > 8 || is_of_a_sentence(p - len, len))
				return false;
			words++;
			len = 0;
			if (*p == '\0')
				break;
		} else {
			return false;
		}
	}
	return words == 12 || words == 15 || words == 18 || words == 24;
}

static bool
has_digit(const char *w, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (w[i] >= '0' && w[i] <= '9')
			return true;
	return false;
}

/* Tokens, seeds and passwords word by word; codes only in numbers. All but some tokens have a digit, and most words have none. */
static const char *
judge_words(const char *text, bool eager)
{
	size_t codes = 0, words = 0;

	for (const char *p = text; *p != '\0';) {
		size_t len = strcspn(p, " \t\n,;");

		if (len > 0) {
			words++;
			if (is_token(p, len))
				return "an access token";
			if (has_digit(p, len)) {
				if (is_seed(p, len))
					return "a seed for one-time codes";
				if (is_password(p, len, eager))
					return "a password";
				codes += is_code(p, len);
			}
		}
		p += len;
		p += strspn(p, " \t\n,;");
	}
	if (codes >= 3 || (eager && codes > 0 && codes == words))
		return "backup codes";
	return NULL;
}

const char *
hf_schema_secret(const char *text, bool eager)
{
	if (strstr(text, "PRIVATE KEY-----") != NULL || strstr(text, "BEGIN PGP PRIVATE") != NULL)
		return "a private key";
	if (strstr(text, "otpauth://") != NULL)
		return "a seed for one-time codes";
	if (is_told(text))
		return "a password";
	if (is_phrase(text))
		return "a recovery phrase";
	return judge_words(text, eager);
}

/* ---- files ---- */

static bool
is_four_digits(const char *w, size_t len)
{
	return len == 4 && strspn(w, "0123456789") >= 4;
}

static bool
speaks_of_codes(const char *text)
{
	for (const char *p = text; (p = strpbrk(p, "bBrR")) != NULL; p++) {
		size_t n = strncasecmp(p, "backup", 6) == 0 ? 6 : strncasecmp(p, "recovery", 8) == 0 ? 8 : 0;

		if (n > 0 && strncasecmp(p + n + 1, "code", 4) == 0)
			return true;
	}
	return false;
}

/* As providers give them to print: many, and nearly nothing else, or words that say what they are. */
static bool
has_codes(const char *text)
{
	size_t codes = 0, fours = 0, words = 0;

	for (const char *p = text; *p != '\0';) {
		size_t len = strcspn(p, " \t\r\n,;");

		words += len > 0;
		codes += len > 0 && is_code(p, len);
		fours += is_four_digits(p, len);
		p += len;
		p += strspn(p, " \t\r\n,;");
	}
	return (codes + fours / 2 >= 5 && speaks_of_codes(text)) || (codes >= 5 && codes * 2 >= words);
}

const char *
hf_schema_secret_file(const void *data, size_t len)
{
	struct hf_buf b = HF_BUF_SECRET(0);
	const char   *why = NULL;

	if (len > FILE_MAX_LEN || memchr(data, '\0', len) != NULL || !hf_text_is_utf8(data, len))
		return NULL;
	hf_buf_add(&b, data, len);
	while (b.len > 0 && isspace((unsigned char)b.data[b.len - 1]))
		hf_buf_cut(&b, b.len - 1);
	if (b.failed || b.len == 0)
		why = NULL;
	else if (strstr(b.data, "PRIVATE KEY-----") != NULL || strstr(b.data, "BEGIN PGP PRIVATE") != NULL)
		why = "a private key";
	else if (strstr(b.data, "otpauth://") != NULL)
		why = "a seed for one-time codes";
	else if (is_told(b.data))
		why = "a password";
	else if (has_codes(b.data))
		why = "backup codes";
	else if (strchr(b.data, ' ') != NULL ? is_phrase(b.data) : is_token(b.data, b.len))
		why = strchr(b.data, ' ') != NULL ? "a recovery phrase" : "an access token";
	hf_buf_clear(&b);
	return why;
}
