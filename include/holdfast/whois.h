/*
 * Is this address one of ours? For anybody who saw an account and wants to know.
 */
#ifndef HOLDFAST_WHOIS_H
#define HOLDFAST_WHOIS_H

#include "holdfast/buf.h"
#include "holdfast/err.h"
#include "holdfast/json.h"
#include "holdfast/register.h"
#include "holdfast/shelf.h"

/*
 * asked: a web address, provider:handle, @handle, handle, e-mail address, telephone number or domain. The same account may be written in many
 * ways: hosts that are one (twitter.com and x.com, www., m.; more stand on the provider sheets of the shelf, which may be NULL), capitals, a
 * query, a slash at the end. *out is
 *
 *	{"official": bool, "accounts": [{"record", "ref", "state", "match"}], "because": text, "near": {"record", "ref"} or null}
 *
 * match is "exact", or "below" for an address under an account's own: that proves nothing, because services show anybody's posts there. official:
 * an account of ours that is neither closed nor only proposed is exactly there, or the address is at a domain or number of ours. near: what it
 * looks like, when it is none of ours.
 */
enum hf_code hf_whois(struct hf_json **out, struct hf_register *r, struct hf_shelf *shelf, const char *asked, struct hf_err *e);

/*
 * The one form of an address: "@x/agency" at a provider that is known, else "agency.example/path". Appends nothing and returns false when it is
 * no web address. (For tests.)
 */
bool hf_whois_normal(struct hf_buf *out, struct hf_shelf *shelf, const char *url);

#endif
