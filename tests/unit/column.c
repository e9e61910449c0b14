/* Schemas as their files have them: every member kept, one stable form. */
#include "ndjson/column.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

/* The schema text as it is written again. */
static char *
again(const char *text, int sorted)
{
	struct columns c;
	struct buf out = {0};
	struct err e;

	CHECK(columns_parse(text, strlen(text), "s.json", &c, &e) == 0);
	if (sorted)
		columns_sort(&c);
	columns_write(&out, &c);
	columns_free(&c);
	return buf_take(&out);
}

static const char stable[] =
    "[\n"
    "  {\"name\": \"b\", \"type\": \"STRING\", \"mode\": \"NULLABLE\", \"description\": "
    "\"caf\303\251 "
    "\\\"x\\\"\", \"maxLength\": \"10\", \"policyTags\": {\"names\": [\"p\", \"q\"]}},\n"
    "  {\"name\": \"r\", \"type\": \"RECORD\", \"mode\": \"REPEATED\", \"fields\": [\n"
    "    {\"name\": \"in\", \"type\": \"RECORD\", \"mode\": \"NULLABLE\", \"fields\": [\n"
    "      {\"name\": \"x\", \"type\": \"INTEGER\", \"mode\": \"REQUIRED\"}\n"
    "    ]},\n"
    "    {\"name\": \"B\", \"type\": \"BOOLEAN\", \"mode\": \"NULLABLE\"}\n"
    "  ]},\n"
    "  {\"name\": \"n\", \"type\": \"NUMERIC\", \"mode\": \"NULLABLE\", \"precision\": 5, "
    "\"scale\": 2}\n"
    "]\n";

static void
test_forms(void)
{
	static const char loose[] =
	    "{\"schema\":{\"fields\":[{\"maxLength\":\"10\",\"description\":\"caf\\u00e9 "
	    "\\\"x\\\"\",\"type\":\"string\",\"name\":\"b\",\"policyTags\":{\"names\":[\"p\",\"q\"]"
	    "}},"
	    "{\"fields\":[{\"name\":\"in\",\"type\":\"STRUCT\",\"fields\":[{\"mode\":\"required\","
	    "\"name\":\"x\",\"type\":\"int64\"}]},{\"name\":\"B\",\"type\":\"bool\"}],"
	    "\"mode\":\"Repeated\",\"name\":\"r\",\"type\":\"RECORD\"},"
	    "{\"name\":\"n\",\"type\":\"NUMERIC\",\"precision\":5,\"scale\":2,\"description\":\"\"}"
	    "]}}";
	char *once = again(loose, 0), *twice = again(once, 0);

	CHECK_STR(once, stable);
	CHECK_STR(twice, stable);
	free(once);
	free(twice);
}

static void
test_sort(void)
{
	char *s = again(
	    "[{\"name\":\"b\",\"type\":\"DATE\"},{\"name\":\"_z\",\"type\":\"DATE\"},"
	    "{\"name\":\"A\",\"type\":\"RECORD\",\"fields\":[{\"name\":\"d\",\"type\":\"DATE\"},"
	    "{\"name\":\"C\",\"type\":\"DATE\"}]}]",
	    1);

	CHECK_STR(s,
	    "[\n  {\"name\": \"_z\", \"type\": \"DATE\", \"mode\": \"NULLABLE\"},\n"
	    "  {\"name\": \"A\", \"type\": \"RECORD\", \"mode\": \"NULLABLE\", \"fields\": [\n"
	    "    {\"name\": \"C\", \"type\": \"DATE\", \"mode\": \"NULLABLE\"},\n"
	    "    {\"name\": \"d\", \"type\": \"DATE\", \"mode\": \"NULLABLE\"}\n  ]},\n"
	    "  {\"name\": \"b\", \"type\": \"DATE\", \"mode\": \"NULLABLE\"}\n]\n");
	free(s);
	CHECK(column_name_compare("a", "A") > 0);
	CHECK(column_name_compare("A", "b") < 0);
	CHECK(column_name_compare("ab", "a") > 0);
	CHECK(column_name_compare("x", "x") == 0);
}

static void
test_made(void)
{
	struct columns c = {0}, d = {0};
	struct column *r;
	struct buf out = {0}, long_text = {0};

	r = columns_add(&c, "r-rest", 1, "RECORD", "NULLABLE");
	for (int i = 0; i < 20; i++) {
		char name[8];

		snprintf(name, sizeof name, "c%d", i);
		columns_add(&r->fields, name, strlen(name), "STRING", "NULLABLE");
	}
	CHECK(columns_find(&c, "R") == &c.column[0]);
	CHECK(columns_find(&c, "q") == NULL);
	CHECK(columns_find(&r->fields, "C19") == &r->fields.column[19]);
	columns_copy(&d, r);
	CHECK(d.column[0].fields.n == 20);
	CHECK_STR(d.column[0].name, "r");
	for (int i = 0; i < 1024; i++)
		buf_adds(&long_text, "\303\251");
	column_describe(r, long_text.data);
	CHECK(strlen(r->description) == 2048);
	buf_adds(&long_text, "\303\251");
	column_describe(r, long_text.data);
	CHECK(strlen(r->description) == 2 * 1021 + 3);
	CHECK_STR(r->description + 2 * 1021, "...");
	column_describe(r, "");
	CHECK(r->description == NULL);
	columns_free(&c);
	columns_write(&out, &c);
	CHECK_STR(out.data, "[\n]\n");
	columns_free(&d);
	buf_free(&out);
	buf_free(&long_text);
}

static void
test_refused(void)
{
	struct columns c;
	struct err e;

	CHECK(columns_parse("[{\"name\":\"a\"}]", 14, "s.json", &c, &e) == -1);
	CHECK(e.code == EX_CONFIG && c.n == 0);
	CHECK(columns_load("no such file", &c, &e) == -1);
	CHECK(e.code == EX_NOINPUT && c.n == 0);
}

int
main(void)
{
	test_forms();
	test_sort();
	test_made();
	test_refused();
	return check_done();
}
