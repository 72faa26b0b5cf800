#include "holdfast/zone.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "holdfast/fs.h"
#include "holdfast/time.h"

#define ZONE_DIR   "/usr/share/zoneinfo/"
#define ZONE_BYTES 65536 /* the largest file we take */
#define ZONE_NAME  64
#define HEAD_SIZE  44
#define TYPE_SIZE  6
#define CACHED     4
#define LETTERS    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* "M3.5.0/1": the last Sunday (0) of March, 01:00 on the clocks before the change. */
struct change {
	int month, week, weekday, seconds;
};

/* The last line of a TZif file: how it goes on after the last change listed. */
struct rule {
	struct hf_offset std, dst;
	bool             has_dst;
	struct change    to_dst, to_std;
};

struct counts {
	size_t isut, isstd, leap, time, type, abbr;
};

struct zone {
	char                 name[ZONE_NAME]; /* "": this place in the cache is free */
	struct hf_buf        file;
	const unsigned char *times, *type_at, *types; /* in file */
	const char          *abbrs;
	struct counts        n;
	struct rule          rule;
	bool                 has_rule;
};

static struct {
	pthread_mutex_t lock;
	struct zone     zone[CACHED];
	size_t          next; /* the one to give up */
} cache = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* A number of at most three digits; -1 when there is none or it is over max. */
static int
number(const char **p, int max)
{
	int n = 0, digits = 0;

	for (; **p >= '0' && **p <= '9' && digits < 3; (*p)++, digits++)
		n = n * 10 + (**p - '0');
	return digits > 0 && n <= max ? n : -1;
}

/* [+-]h[:mm[:ss]] */
static bool
read_clock(int *out, const char **p)
{
	static const int unit[] = { 3600, 60, 1 }, max[] = { 167, 59, 59 };
	int              sign = 1, i, n;

	if (**p == '+' || **p == '-')
		sign = *(*p)++ == '-' ? -1 : 1;
	for (*out = 0, i = 0; i < 3; i++) {
		if (i > 0 && **p != ':')
			break;
		if (i > 0)
			(*p)++;
		if ((n = number(p, max[i])) < 0)
			return false;
		*out += n * unit[i];
	}
	*out *= sign;
	return true;
}

/* "BST" or "<+0330>" */
static bool
read_abbr(char out[HF_ZONE_ABBR], const char **p)
{
	bool   quoted = **p == '<';
	size_t n;

	if (quoted)
		(*p)++;
	n = strspn(*p, quoted ? LETTERS "0123456789+-" : LETTERS);
	if (n < 3 || n >= HF_ZONE_ABBR || (quoted && (*p)[n] != '>'))
		return false;
	memcpy(out, *p, n);
	out[n] = '\0';
	*p += n + (quoted ? 1 : 0);
	return true;
}

static bool
read_change(struct change *c, const char **p)
{
	if (strncmp(*p, ",M", 2) != 0)
		return false;
	*p += 2;
	if ((c->month = number(p, 12)) < 1 || *(*p)++ != '.')
		return false;
	if ((c->week = number(p, 5)) < 1 || *(*p)++ != '.')
		return false;
	if ((c->weekday = number(p, 6)) < 0)
		return false;
	c->seconds = 2 * 3600;
	if (**p != '/')
		return true;
	(*p)++;
	return read_clock(&c->seconds, p);
}

/* "GMT0BST,M3.5.0/1,M10.5.0": west counts up there, and the second clock is one hour on unless it is given. */
static bool
read_rule(struct rule *r, const char *p)
{
	if (!read_abbr(r->std.abbr, &p) || !read_clock(&r->std.seconds, &p))
		return false;
	r->std.seconds = -r->std.seconds;
	r->has_dst = *p != '\0';
	if (!r->has_dst)
		return true;
	if (!read_abbr(r->dst.abbr, &p))
		return false;
	r->dst.seconds = r->std.seconds + 3600;
	if (*p != ',') {
		if (!read_clock(&r->dst.seconds, &p))
			return false;
		r->dst.seconds = -r->dst.seconds;
	}
	return read_change(&r->to_dst, &p) && read_change(&r->to_std, &p) && *p == '\0';
}

static const unsigned char *
take(const unsigned char **p, const unsigned char *end, size_t n)
{
	const unsigned char *from = *p;

	if ((size_t)(end - from) < n)
		return NULL;
	*p += n;
	return from;
}

static uint32_t
big32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t
big64(const unsigned char *p)
{
	return (int64_t)((uint64_t)big32(p) << 32 | big32(p + 4));
}

static bool
read_head(struct counts *n, const unsigned char **p, const unsigned char *end)
{
	const unsigned char *head = take(p, end, HEAD_SIZE);

	if (head == NULL || memcmp(head, "TZif", 4) != 0 || head[4] < '2')
		return false;
	n->isut = big32(head + 20);
	n->isstd = big32(head + 24);
	n->leap = big32(head + 28);
	n->time = big32(head + 32);
	n->type = big32(head + 36);
	n->abbr = big32(head + 40);
	return n->isut <= ZONE_BYTES && n->isstd <= ZONE_BYTES && n->leap <= ZONE_BYTES && n->time <= ZONE_BYTES &&
	    n->type <= ZONE_BYTES && n->abbr <= ZONE_BYTES;
}

/* Each number in the file points into it. */
static bool
is_sound(const struct zone *z)
{
	size_t i;

	for (i = 0; i < z->n.time; i++)
		if (z->type_at[i] >= z->n.type || (i > 0 && big64(z->times + 8 * i) <= big64(z->times + 8 * (i - 1))))
			return false;
	for (i = 0; i < z->n.type; i++)
		if (z->types[TYPE_SIZE * i + 5] >= z->n.abbr)
			return false;
	return z->n.type > 0 && z->n.abbr > 0 && z->abbrs[z->n.abbr - 1] == '\0';
}

/* A first block in 32 bits, which we skip, and the same again in 64. Leap seconds would be another time scale than ours. */
static bool
read_zone(struct zone *z)
{
	const unsigned char *p = (const unsigned char *)hf_buf_str(&z->file), *end = p + z->file.len;
	const char          *rule;
	struct counts       *n = &z->n;

	if (!read_head(n, &p, end) ||
	    take(&p, end, n->time * 5 + n->type * TYPE_SIZE + n->abbr + n->leap * 8 + n->isstd + n->isut) == NULL)
		return false;
	if (!read_head(n, &p, end) || n->leap != 0)
		return false;
	if ((z->times = take(&p, end, n->time * 8)) == NULL || (z->type_at = take(&p, end, n->time)) == NULL ||
	    (z->types = take(&p, end, n->type * TYPE_SIZE)) == NULL || (z->abbrs = (const char *)take(&p, end, n->abbr)) == NULL)
		return false;
	if (take(&p, end, n->isstd + n->isut + 1) == NULL || p[-1] != '\n' || p >= end || end[-1] != '\n')
		return false;
	z->file.data[z->file.len - 1] = '\0';
	rule = (const char *)p;
	z->has_rule = *rule != '\0';
	return is_sound(z) && (!z->has_rule || read_rule(&z->rule, rule));
}

/* No dot and no slash at the start: nothing outside the folder has such a name. */
static bool
is_name(const char *name)
{
	size_t n = strspn(name, LETTERS "0123456789_+-/");

	return n < ZONE_NAME && name[n] == '\0' && name[0] != '/';
}

static void
forget(struct zone *z)
{
	hf_buf_clear(&z->file);
	memset(z, 0, sizeof(*z));
}

static bool
load(struct zone *z, const char *name)
{
	char path[sizeof(ZONE_DIR) + ZONE_NAME] = ZONE_DIR;

	forget(z);
	if (!is_name(name))
		return false;
	strncat(path, name, ZONE_NAME);
	if (hf_fs_read(&z->file, path, ZONE_BYTES, NULL) != HF_OK || !read_zone(z)) {
		forget(z);
		return false;
	}
	strncat(z->name, name, ZONE_NAME - 1);
	return true;
}

/* The zone of that name, with the lock held; NULL when it is not known. */
static const struct zone *
find(const char *name)
{
	size_t i;

	for (i = 0; i < CACHED; i++)
		if (strcmp(cache.zone[i].name, name) == 0)
			return &cache.zone[i];
	i = cache.next;
	if (!load(&cache.zone[i], name))
		return NULL;
	cache.next = (i + 1) % CACHED;
	return &cache.zone[i];
}

/* The clocks' reading at which they change in that year, in seconds. */
static int64_t
change_at(const struct change *c, int year)
{
	struct tm first = { .tm_year = year, .tm_mon = c->month - 1, .tm_mday = 1 };
	struct tm next = { .tm_year = year, .tm_mon = c->month, .tm_mday = 1 };
	int64_t   day = timegm(&first) / 86400, end = timegm(&next) / 86400;

	day += (c->weekday - first.tm_wday + 7) % 7 + 7 * (c->week - 1);
	while (day >= end)
		day -= 7;
	return day * 86400 + c->seconds;
}

static const struct hf_offset *
by_rule(const struct rule *r, int64_t t)
{
	struct tm tm;
	time_t    std = t + r->std.seconds;
	int64_t   on, off;

	if (!r->has_dst || gmtime_r(&std, &tm) == NULL)
		return &r->std;
	on = change_at(&r->to_dst, tm.tm_year) - r->std.seconds;
	off = change_at(&r->to_std, tm.tm_year) - r->dst.seconds;
	if (on < off)
		return t >= on && t < off ? &r->dst : &r->std;
	return t >= on || t < off ? &r->dst : &r->std;
}

static void
by_type(struct hf_offset *out, const struct zone *z, size_t type)
{
	const unsigned char *p = z->types + TYPE_SIZE * type;

	out->seconds = (int)(int32_t)big32(p);
	out->abbr[0] = '\0';
	strncat(out->abbr, z->abbrs + p[5], HF_ZONE_ABBR - 1);
}

static void
look_up(struct hf_offset *out, const struct zone *z, int64_t t)
{
	size_t low = 0, high = z->n.time, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (big64(z->times + 8 * mid) <= t)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == z->n.time && z->has_rule)
		*out = *by_rule(&z->rule, t);
	else
		by_type(out, z, low == 0 ? 0 : z->type_at[low - 1]);
}

bool
hf_zone_at(struct hf_offset *out, const char *zone, int64_t t)
{
	static const struct hf_offset utc = { 0, "UTC" };
	const struct zone            *z;

	*out = utc;
	if (zone == NULL || zone[0] == '\0')
		return true;
	pthread_mutex_lock(&cache.lock);
	if ((z = find(zone)) != NULL)
		look_up(out, z, t >= 0 ? t / HF_SECOND : -((HF_SECOND - 1 - t) / HF_SECOND));
	pthread_mutex_unlock(&cache.lock);
	return z != NULL;
}

bool
hf_zone_known(const char *zone)
{
	struct hf_offset any;

	return hf_zone_at(&any, zone, 0);
}

static int64_t
offset(const char *zone, int64_t t)
{
	struct hf_offset o;

	hf_zone_at(&o, zone, t);
	return o.seconds * HF_SECOND;
}

int64_t
hf_zone_wall(int64_t t, const char *zone)
{
	return t + offset(zone, t);
}

size_t
hf_zone_moments(int64_t out[2], int64_t wall, const char *zone)
{
	int64_t a = wall - offset(zone, wall - HF_DAY), b = wall - offset(zone, wall + HF_DAY);
	int64_t low = a < b ? a : b, high = a < b ? b : a, mid;
	size_t  n = 0;

	if (hf_zone_wall(low, zone) == wall)
		out[n++] = low;
	if (high != low && hf_zone_wall(high, zone) == wall)
		out[n++] = high;
	if (n > 0)
		return n;
	while (high - low > 1) {
		mid = low + (high - low) / 2;
		if (hf_zone_wall(mid, zone) < wall)
			low = mid;
		else
			high = mid;
	}
	out[0] = high;
	return 0;
}
