/* Profiles of trees made by hand: what people and programs are told. */
#include "paths.h"

/* Field i of that line of tab-separated text, by the name in the header. */
static const char *
field_of(const char *tsv, const char *start, const char *name)
{
	static char field[512];
	const char *head = tsv, *line = line_of(tsv, start);
	size_t len = strlen(name);

	while (strncmp(head, name, len) != 0 || (head[len] != '\t' && head[len] != '\n')) {
		head += strcspn(head, "\t\n");
		line += strcspn(line, "\t");
		if (*head++ != '\t' || *line++ != '\t')
			return "(none)";
	}
	snprintf(field, sizeof field, "%.*s", (int)strcspn(line, "\t"), line);
	return field;
}

static void
test_table(void)
{
	char *s;

	make();
	s = printed(profile_table);
	CHECK_STR(line_of(s, ""), "1,000 records in 2 files, 6 paths");
	CHECK_STR(line_of(s, "1 path"), "1 path is of mixed types:");
	CHECK_STR(line_of(s, "  /size"),
	    "  /size: STRING 3 (first b\\n.ndjson:77), INTEGER 997 (first a.ndjson:1)");
	CHECK_STR(line_of(s, "/id"),
	    "/id           1,000 records  INTEGER                           "
	    "-     -    -  0.1%      -    -   -      ~987  0              "
	    "         99999                           7");
	CHECK_STR(line_of(s, "/user/since"),
	    "/user/since      10 objects  STRING                          10%   10%  20%     -     "
	    " "
	    "-    -   -         2  \"2021-01-01T00:00:00Z\"  \"2021-12-31T00:00:00Z\"       4  "
	    "\"2021-01-01T00:00:00Z\"  (all strings but \"\" parse as TIMESTAMP)");
	CHECK(strstr(s, "sample") == NULL);
	free(s);
}

/* CJK characters are two columns wide, marks none; a path that is wider than its column has a line
 * of its own. */
static void
test_alignment(void)
{
	static char longest[200];
	const char *names[] = {"한글", "e\xcc\x81", "x"};
	char *s;
	const char *at;

	make();
	memset(longest, 'l', sizeof longest - 1);
	for (int i = 0; i < 3; i++)
		key(&paths[6 + i], &top, names[i], VALUE_BOOLEAN, 1);
	key(&paths[9], &top, longest, VALUE_BOOLEAN, 1);
	s = printed(profile_table);
	CHECK(strncmp(line_of(s, "/한글 "), "/한글         1,000 records", 28) == 0);
	CHECK(strncmp(line_of(s, "/e\xcc\x81 "), "/e\xcc\x81            1,000 records", 29) == 0);
	CHECK(strncmp(line_of(s, "/x "), "/x            1,000 records", 27) == 0);
	at = strstr(s, longest);
	CHECK(at != NULL &&
	      strncmp(at + sizeof longest - 1, "\n              1,000 records", 28) == 0);
	free(s);
}

static void
test_tsv(void)
{
	char *s;

	make();
	s = printed(profile_tsv);
	CHECK(strncmp(s, "path\ttype\t", 10) == 0);
	CHECK(strncmp(strchr(s, '\n'), "\n/size\tMIXED\t", 13) == 0); /* conflicts first */
	CHECK_STR(field_of(s, "\t", "present"), "1000");
	CHECK_STR(field_of(s, "/size", "first_string"), "b\\n.ndjson:77");
	CHECK_STR(field_of(s, "/size", "integer"), "997");
	CHECK_STR(field_of(s, "/tags\t", "type"), "STRING");
	CHECK_STR(field_of(s, "/tags\t", "repeated"), "yes");
	CHECK_STR(field_of(s, "/tags\t", "empty_array"), "100");
	CHECK_STR(field_of(s, "/tags/*", "base"), "1200");
	CHECK_STR(field_of(s, "/tags/*", "null"), "1");
	CHECK_STR(field_of(s, "/user\t", "missing"), "990");
	CHECK_STR(field_of(s, "/user/since", "suggested"), "TIMESTAMP");
	CHECK_STR(field_of(s, "/user/since", "empty_string"), "2");
	CHECK_STR(field_of(s, "/user/since", "min_string"), "\"2021-01-01T00:00:00Z\"");
	CHECK_STR(field_of(s, "/user/since", "distinct_exact"), "yes");
	CHECK_STR(field_of(s, "/id", "distinct_exact"), "no");
	CHECK_STR(field_of(s, "/id", "sample"), "");
	in.sample = "10% of the records";
	free(s);
	s = printed(profile_tsv);
	CHECK_STR(field_of(s, "/id", "sample"), "10% of the records");
	free(s);
}

static void
test_sample(void)
{
	char *s;

	make();
	in.sample = "10% of the records";
	in.passed_over = 9000;
	s = printed(profile_table);
	CHECK_STR(line_of(s, "from"), "from a sample: 10% of the records, 9,000 passed over");
	free(s);
	s = printed(profile_html);
	CHECK_STR(line_of(s, "<p class=\"sample\">"),
	    "<p class=\"sample\">from a sample: 10% of the records, 9,000 passed over</p>");
	free(s);
}

static void
test_full(void)
{
	int (*const print[])(FILE *, const struct infer *, struct err *) = {
	    profile_table, profile_tsv, profile_html};
	struct err e;

	make();
	for (int i = 0; i < 3; i++) {
		FILE *out = fopen("/dev/full", "w");

		setvbuf(out, NULL, _IONBF, 0);
		CHECK(print[i](out, &in, &e) == -1 && e.code == EX_IOERR);
		fclose(out);
	}
}

int
main(void)
{
	test_table();
	test_alignment();
	test_tsv();
	test_sample();
	test_full();
	return check_done();
}
