/* Inside src/flow: one form for all the ways to write an address. */
#ifndef FLOW_WHOIS_NORMAL_H
#define FLOW_WHOIS_NORMAL_H

#include <stdbool.h>

#include "holdfast/buf.h"
#include "holdfast/json.h"

/* "host" → provider, for the hosts that we know without any book. A new object; NULL: out of memory. */
struct hf_json *hosts_known(void);

/* "https://m.facebook.com/Agency/?x=1" → "@facebook/agency". False: no web address. */
bool normal_url(struct hf_buf *out, const struct hf_json *hosts, const char *url);
/* provider "x", handle "@Agency" → "@x/agency" */
void normal_handle(struct hf_buf *out, const char *provider, const char *handle);

#endif
