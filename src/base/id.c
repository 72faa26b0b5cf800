#include "holdfast/id.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "holdfast/time.h"

#define ID_LEN   26
#define TIME_LEN 10 /* characters of the moment */
#define RANDOM   10 /* bytes after it */
#define TIME_MAX ((INT64_C(1) << 48) - 1)

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* The id given last, so that the next one is greater. */
static struct {
	pthread_mutex_t lock;
	pid_t           pid; /* a child has to draw anew: its parent counts on from the same number */
	int64_t         time;
	unsigned char   random[RANDOM];
} last = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* Plus one; false when it wrapped round to nothing. */
static bool
step(unsigned char n[RANDOM])
{
	size_t i;

	for (i = RANDOM; i > 0; i--)
		if (++n[i - 1] != 0)
			return true;
	return false;
}

static enum hf_code
draw(unsigned char out[RANDOM], struct hf_err *e)
{
	ssize_t n;

	do
		n = getrandom(out, RANDOM, 0);
	while (n < 0 && errno == EINTR);
	if (n != RANDOM)
		return hf_fail_errno(e, HF_SYSTEM, errno, "no random numbers");
	return HF_OK;
}

/* Called with the lock held. */
static enum hf_code
advance(struct hf_err *e)
{
	int64_t now = hf_time_now();

	if (last.pid == getpid() && now <= last.time) {
		if (step(last.random))
			return HF_OK;
		now = last.time + 1;
	}
	if (now < 0 || now > TIME_MAX)
		return hf_fail(e, HF_SYSTEM, "the clock of this computer is wrong");
	last.time = now;
	last.pid = getpid();
	return draw(last.random, e);
}

/* The i-th five bits; the last ones end with the last byte. */
static unsigned
five_bits(const unsigned char random[RANDOM], size_t i)
{
	size_t   bit = i * 5, byte = bit / 8;
	unsigned two = (unsigned)random[byte] << 8;

	if (byte + 1 < RANDOM)
		two |= random[byte + 1];
	return two >> (11 - bit % 8) & 31;
}

static void
encode(char out[HF_ID_SIZE], int64_t time, const unsigned char random[RANDOM])
{
	size_t i;

	for (i = TIME_LEN; i > 0; i--, time >>= 5)
		out[i - 1] = digits[time & 31];
	for (i = 0; i < ID_LEN - TIME_LEN; i++)
		out[TIME_LEN + i] = digits[five_bits(random, i)];
	out[ID_LEN] = '\0';
}

enum hf_code
hf_id_new(char out[HF_ID_SIZE], struct hf_err *e)
{
	enum hf_code rc;

	out[0] = '\0';
	pthread_mutex_lock(&last.lock);
	if ((rc = advance(e)) == HF_OK)
		encode(out, last.time, last.random);
	pthread_mutex_unlock(&last.lock);
	return rc;
}

bool
hf_id_of(char out[HF_ID_SIZE], int64_t time, const char *sum)
{
	unsigned char bytes[RANDOM];
	unsigned      byte;

	out[0] = '\0';
	if (time < 0 || time > TIME_MAX)
		return false;
	for (size_t i = 0; i < RANDOM; i++) {
		if (sscanf(sum + 2 * i, "%2x", &byte) != 1)
			return false;
		bytes[i] = (unsigned char)byte;
	}
	encode(out, time, bytes);
	return true;
}

bool
hf_id_valid(const char *s)
{
	return strspn(s, digits) == ID_LEN && s[ID_LEN] == '\0' && s[0] <= '7';
}

int64_t
hf_id_time(const char *id)
{
	int64_t t = 0;
	size_t  i;

	if (!hf_id_valid(id))
		return -1;
	for (i = 0; i < TIME_LEN; i++)
		t = t << 5 | (strchr(digits, id[i]) - digits);
	return t;
}
