#include "holdfast/ical.h"

#include "holdfast/time.h"
#include "test.h"

static const struct hf_event events[] = {
	{ "a-1@r", "review: x:agency, or \"press\"; a\\b", "Jo Park\nholdfast review x:agency", "holdfast", "2027-03-28", 0, false,
	    0, 0 },
	{ "b-2@r", "step: look", "", "holdfast", NULL, 0, false, 0, 0 },
	{ "c-3@r",
	    "a line that is much longer than seventy-five bytes, with letters of more than one byte: \xc5\xb5\xc5\xb7\xc3\xb4\xc5\xb5\xc5\xb7\xc3\xb4\xc5\xb5\xc5\xb7\xc3\xb4",
	    "", "holdfast", "2026-12-31", 0, true, INT64_C(1795161600) * HF_SECOND, 9 },
};

static void
write(struct hf_buf *b, int64_t at)
{
	struct hf_event    list[3] = { events[0], events[1], events[2] };
	struct hf_calendar c = { "what is due", INT64_C(1795161600) * HF_SECOND, 7, list, 3 };

	list[1].at = at;
	ck_ok(hf_ical_write(b, &c, &e));
}

/* A moment is written in UTC, so that it is right on both sides of the change of clocks. */
START_TEST(moments)
{
	static const struct {
		const char *rfc, *line;
	} rows[] = {
		{ "2027-03-28T00:59:59Z", "DTSTART:20270328T005959Z\r\n" },
		{ "2027-03-28T02:00:00+01:00", "DTSTART:20270328T010000Z\r\n" },
		{ "2026-10-25T01:30:00+01:00", "DTSTART:20261025T003000Z\r\n" },
		{ "2026-10-25T01:30:00Z", "DTSTART:20261025T013000Z\r\n" },
	};
	struct hf_buf b = HF_BUF_INIT;
	int64_t       at;

	ck_ok(hf_time_parse(&at, NULL, rows[_i].rfc, &e));
	write(&b, at);
	ck_assert_msg(strstr(hf_buf_str(&b), rows[_i].line) != NULL, "%s", hf_buf_str(&b));
	hf_buf_clear(&b);
}
END_TEST

START_TEST(form)
{
	struct hf_buf b = HF_BUF_INIT, again = HF_BUF_INIT;
	const char   *p, *end;

	write(&b, 0);
	write(&again, 0);
	ck_assert_str_eq(hf_buf_str(&b), hf_buf_str(&again));
	for (p = hf_buf_str(&b); *p != '\0'; p = end + 2) {
		ck_assert_ptr_nonnull(end = strstr(p, "\r\n"));
		ck_assert_int_le(end - p, 75);
	}
	ck_assert_ptr_nonnull(strstr(hf_buf_str(&b), "DTSTART;VALUE=DATE:20270328\r\n"));
	ck_assert_ptr_nonnull(strstr(hf_buf_str(&b), "SUMMARY:review: x:agency\\, or \"press\"\\; a\\\\b\r\n"));
	ck_assert_ptr_nonnull(strstr(hf_buf_str(&b), "DESCRIPTION:Jo Park\\nholdfast review x:agency\r\n"));
	ck_assert_ptr_nonnull(strstr(hf_buf_str(&b), "SEQUENCE:7\r\n"));
	hf_buf_clear(&b);
	hf_buf_clear(&again);
}
END_TEST

/* What was written is read: the third is cancelled, with a sequence of its own. */
START_TEST(read_again)
{
	struct hf_buf         b = HF_BUF_INIT;
	struct hf_json       *o;
	const struct hf_json *list;

	write(&b, INT64_C(1795161600) * HF_SECOND);
	ck_assert_ptr_nonnull(strstr(hf_buf_str(&b), "STATUS:CANCELLED\r\n"));
	ck_ok(hf_ical_read(&o, hf_buf_str(&b), &e));
	list = hf_json_get(o, "events");
	ck_assert_str_eq(hf_json_text(o, "name"), "what is due");
	ck_assert_uint_eq(hf_json_len(list), 3);
	ck_assert_str_eq(hf_json_text(hf_json_at(list, 0), "summary"), events[0].summary);
	ck_assert_str_eq(hf_json_text(hf_json_at(list, 0), "day"), "2027-03-28");
	ck_assert_int_eq(hf_json_num(hf_json_get(hf_json_at(list, 0), "sequence")), 7);
	ck_assert_str_eq(hf_json_text(hf_json_at(list, 1), "at"), "2026-11-20T08:00:00Z");
	ck_assert_str_eq(hf_json_text(hf_json_at(list, 2), "uid"), "c-3@r");
	ck_assert(hf_json_true(hf_json_get(hf_json_at(list, 2), "cancelled")));
	ck_assert_int_eq(hf_json_num(hf_json_get(hf_json_at(list, 2), "sequence")), 9);
	hf_json_free(o);
	hf_buf_clear(&b);
}
END_TEST

START_TEST(read_wrong)
{
	static const char *const texts[] = { "", "hello", "BEGIN:VCALENDAR", "BEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\n",
		"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n" };
	struct hf_json          *o;
	struct hf_err            e = HF_ERR_INIT;
	enum hf_code             rc = hf_ical_read(&o, texts[_i], &e);

	ck_assert(rc == HF_OK || rc == HF_BAD);
	if (rc == HF_OK)
		ck_assert_uint_eq(hf_json_len(hf_json_get(o, "events")), 0);
	hf_json_free(o);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("ical");
	TCase *t = tcase_create("ical");

	tcase_add_loop_test(t, moments, 0, 4);
	tcase_add_test(t, form);
	tcase_add_test(t, read_again);
	tcase_add_loop_test(t, read_wrong, 0, 5);
	suite_add_tcase(s, t);
	return run_suite(s);
}
