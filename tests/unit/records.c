/* Records: framing, and that neither the size of the pieces nor their alignment changes anything.
 */
#include "check.h"
#include "ndjson/records.h"

#include <stdlib.h>

/* One line a record: line, offset, column, reason, bytes; the parts of a long record are joined. */
static int
note(void *arg, const struct record *rec, struct err *e)
{
	struct buf *out = arg;

	(void)e;
	if (rec->part == LINE_WHOLE || rec->part == LINE_BEGINS)
		buf_addf(out, "%d:%d:%d %s <", (int)rec->line, (int)rec->offset, (int)rec->column,
		    reject_name(rec->fault.reason));
	buf_add(out, rec->p, rec->len);
	if (rec->part == LINE_WHOLE || rec->part == LINE_ENDS)
		buf_adds(out, ">\n");
	return 0;
}

/* What the records of text are when it comes in pieces: the first of `first` bytes, then of `step`
 * bytes. */
static const char *
read_in_pieces(
    const struct record_rules *rules, const char *text, size_t len, size_t first, size_t step)
{
	static struct buf out;
	struct records *r;
	struct err e = {0};
	size_t n = first;

	buf_clear(&out);
	buf_adds(&out, "");
	r = records_new(rules, note, &out);
	records_begin(r, "x");
	for (size_t i = 0; i < len; i += n, n = step) {
		if (n > len - i)
			n = len - i;
		if (n > 0)
			CHECK(records_feed(r, text + i, n, &e) == 0);
	}
	CHECK(records_end(r, &e) == 0);
	records_free(r);
	return out.data;
}

static const char *
records_of(const char *text)
{
	static const struct record_rules rules = {.max_line = 40, .max_depth = 10};

	return read_in_pieces(&rules, text, strlen(text), strlen(text), 1);
}

static void
lines_are_framed(void)
{
	CHECK_STR(records_of(""), "");
	CHECK_STR(records_of("\n\r\n \t\n\xef\xbb\xbf"), "");
	CHECK_STR(records_of("\xef\xbb\xbf"), "");
	CHECK_STR(records_of("\xef\xbb\xbf{}"), "1:3:4 none <{}>\n");
	CHECK_STR(records_of("{}\r\n\xef\xbb\xbf{}\n{}"),
	    "1:0:1 none <{}>\n2:7:4 none <{}>\n3:10:1 none <{}>\n");
	CHECK_STR(records_of("{}\xef\xbb\xbf{}\n"), "1:0:1 not-json <{}\xef\xbb\xbf{}>\n");
	CHECK_STR(records_of("{}\r\n{}\n\n {} \n{}"),
	    "1:0:1 none <{}>\n2:4:1 none <{}>\n4:8:1 none < {} >\n5:13:1 none <{}>\n");
	CHECK_STR(records_of("{}{} {}\r\n"), "1:0:1 none <{}>\n1:2:3 none <{}>\n1:5:6 none <{}>\n");
	CHECK_STR(records_of("{}\r{}"), "1:0:1 none <{}>\n1:3:4 none <{}>\n");
	CHECK_STR(records_of("{}{x}{\"}{\":1}\n{}"),
	    "1:0:1 none <{}>\n1:2:3 not-json <{x}>\n1:5:6 none <{\"}{\":1}>\n2:14:1 none <{}>\n");
	CHECK_STR(records_of("{}}{}\n{}"), "1:0:1 not-json <{}}{}>\n2:6:1 none <{}>\n");
	CHECK_STR(records_of("{\"a\n{}"), "1:0:1 not-json <{\"a>\n2:4:1 none <{}>\n");
	CHECK_STR(records_of("[1]\n{}"), "1:0:1 not-object <[1]>\n2:4:1 none <{}>\n");
}

static void
long_records_are_too_long(void)
{
	static const char longer[] =
	    "{\"a\":\"0123456789012345678901234567890123\"}",        /* 42 bytes */
	    fits[] = "{\"a\":\"01234567890123456789012345678901\"}"; /* 40 bytes */
	struct buf text = {0}, expected = {0};

	buf_addf(&text, "%s\r\n%s{}%s\n%s", longer, longer, fits, longer);
	buf_addf(&expected,
	    "1:0:1 too-long <%s>\n2:44:1 too-long <%s>\n2:86:43 none <{}>\n2:88:45 none <%s>\n"
	    "3:129:1 too-long <%s>\n",
	    longer, longer, fits, longer);
	CHECK_STR(records_of(text.data), expected.data);
	buf_free(&text);
	buf_free(&expected);
}

/* Documents of random good and bad fragments: every first piece of 0 to 130 bytes, several steps.
 */
static void
pieces_change_nothing(void)
{
	static const char *const fragment[] = {"{}", "{\"a\":\"}{\"}",
	    "{\"a\":[{},{\"b\":\"\\\"{\"}]}", "\n", "\n", "\r\n", "\r", " ", "{\"a\":", "}", "]",
	    "\"", "\\", "x", "\xef\xbb\xbf", "\xc3", "{}{}",
	    "{\"long\":\"0123456789012345678901234567890123456789\"}", "{x}", "[1]"};
	static const size_t steps[] = {1, 2, 3, 7, 64, 1000};
	unsigned seed = 1;
	int differ = 0;

	for (int round = 0; round < 100; round++) {
		struct record_rules rules = {.max_line = round % 3 == 0 ? 20 : 1000,
		    .max_depth = 5,
		    .trust = round % 2,
		    .scan = bitscan_choose(NULL)};
		struct buf text = {0};
		char *whole;

		while (text.len < 300) {
			seed = seed * 1103515245 + 12345;
			buf_adds(
			    &text, fragment[(seed >> 16) % (sizeof fragment / sizeof fragment[0])]);
		}
		whole = xstrdup(read_in_pieces(&rules, text.data, text.len, text.len, 1));
		for (size_t first = 0; first <= 130; first++)
			for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++)
				if (strcmp(read_in_pieces(
					       &rules, text.data, text.len, first, steps[s]),
					whole) != 0 &&
				    differ++ == 0)
					printf("round %d first %zu step %zu: %s\n---\n%s---\n%s",
					    round, first, steps[s], text.data, whole,
					    read_in_pieces(
						&rules, text.data, text.len, first, steps[s]));
		free(whole);
		buf_free(&text);
	}
	CHECK(differ == 0);
}

/* A line of 3 MB of glued objects passes in pieces though the cap is 1 KB: the line is cut where
 * objects part. */
static void
endless_lines_pass(void)
{
	struct record_rules rules = {
	    .max_line = 1000, .max_depth = 5, .scan = bitscan_choose(NULL)};
	struct buf text = {0};
	const char *said;
	size_t n = 0;

	while (text.len < 3000000)
		buf_addf(&text, "{\"n\":%zu,\"s\":\"}{\\\"}{\"}", n++);
	said = read_in_pieces(&rules, text.data, text.len, 100000, 70000);
	for (; *said != '\0'; said++)
		n -= strncmp(said, "none <", 6) == 0;
	CHECK(n == 0);
	buf_free(&text);
}

int
main(void)
{
	lines_are_framed();
	long_records_are_too_long();
	pieces_change_nothing();
	endless_lines_pass();
	return check_done();
}
