/*
 * What every check_*.c uses: Check, and assertions that print the library's own message.
 */
#ifndef HOLDFAST_TEST_H
#define HOLDFAST_TEST_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/err.h"

#define N_OF(rows) ((int)(sizeof(rows) / sizeof(*(rows))))

/* A call that has to succeed; it hands &e to the library. */
#define ck_ok(call)                                                                            \
	do {                                                                                   \
		struct hf_err e = HF_ERR_INIT;                                                 \
		enum hf_code  rc_ = (call);                                                    \
		ck_assert_msg(rc_ == HF_OK, "%s: HF_%s: %s", #call, hf_code_name(rc_), e.msg); \
	} while (0)

/* A call that has to fail with that code, and with a message that has words in it. */
#define ck_fails(code_, words, call)                                                                                  \
	do {                                                                                                          \
		struct hf_err e = HF_ERR_INIT;                                                                        \
		enum hf_code  rc_ = (call);                                                                           \
		ck_assert_msg(rc_ == (code_), "%s: HF_%s, not %s: %s", #call, hf_code_name(rc_), #code_, e.msg);      \
		ck_assert_msg(e.code == rc_, "%s: the error holds HF_%s", #call, hf_code_name(e.code));               \
		ck_assert_msg(strstr(e.msg, words) != NULL, "%s: message without \"%s\": %s", #call, (words), e.msg); \
	} while (0)

/* The rest of a check_*.c: one suite, run. */
static inline int
run_suite(Suite *s)
{
	SRunner *r = srunner_create(s);
	int      failed;

	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}

#endif
