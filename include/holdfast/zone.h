/*
 * The system's time zones (TZif, RFC 9636), read straight from /usr/share/zoneinfo.
 *
 * Not through TZ and tzset(3): those need setenv(3), which pulls the environment from under any other thread that reads it, as
 * GPGME's do. zone is an IANA name; NULL and "" mean UTC, and so does a zone that is not known. Safe in threads.
 */
#ifndef HOLDFAST_ZONE_H
#define HOLDFAST_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HF_ZONE_ABBR 16

struct hf_offset {
	int  seconds;            /* east of UTC */
	char abbr[HF_ZONE_ABBR]; /* "GMT", "BST", "-03" */
};

/* What holds in zone at the moment t. False when the zone is not known. */
bool hf_zone_at(struct hf_offset *out, const char *zone, int64_t t);

/* What the clocks in zone show at t, as if it were a moment in UTC. */
int64_t hf_zone_wall(int64_t t, const char *zone);

/*
 * The moments at which the clocks in zone show wall, earliest first. Returns how many: 2 where clocks went back; 0 where they went
 * forward over it, and then out[0] is the moment they did so.
 */
size_t hf_zone_moments(int64_t out[2], int64_t wall, const char *zone);

#endif
