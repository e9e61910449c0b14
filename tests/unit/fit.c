/* Records against schemas: what passes, what is changed, what is refused and how that is told. */
#include "check.h"
#include "ndjson/fit.h"

#include <stdlib.h>
#include <unistd.h>

static const char schema_text[] =
    "[{\"name\":\"id\",\"type\":\"INTEGER\",\"mode\":\"REQUIRED\"},"
    "{\"name\":\"text\",\"type\":\"STRING\"},{\"name\":\"short\",\"type\":\"STRING\",\"maxLength\":"
    "5},"
    "{\"name\":\"_timestamp\",\"type\":\"TIMESTAMP\"},{\"name\":\"_1st\",\"type\":\"STRING\"},"
    "{\"name\":\"a_b\",\"type\":\"STRING\"},{\"name\":\"tags\",\"type\":\"STRING\",\"mode\":"
    "\"REPEATED\"},"
    "{\"name\":\"raw\",\"type\":\"JSON\"},{\"name\":\"span\",\"type\":\"RANGE\","
    "\"rangeElementType\":"
    "{\"type\":\"DATE\"}},{\"name\":\"user\",\"type\":\"RECORD\",\"fields\":["
    "{\"name\":\"name\",\"type\":\"STRING\",\"mode\":\"REQUIRED\"},{\"name\":\"age\",\"type\":"
    "\"INTEGER\"}]},"
    "{\"name\":\"items\",\"type\":\"RECORD\",\"mode\":\"REPEATED\",\"fields\":["
    "{\"name\":\"sku\",\"type\":\"STRING\"},{\"name\":\"n\",\"type\":\"INTEGER\"}]}]";

static struct schema *schema;
static struct fit *plain;

/* The record after fitting, the word "same", or its problems one a line. */
static const char *
outcome(const struct fit *f, const char *record)
{
	static char text[8192];
	struct fit_state *s = fit_state_new(f);
	enum fit_result r = fit_record(s, record, strlen(record));
	const struct fit_problem *b;
	size_t n, more, used = 0;

	text[0] = '\0';
	if (r == FIT_SAME)
		snprintf(text, sizeof text, "same");
	else if (r == FIT_CHANGED)
		snprintf(text, sizeof text, "%s", fit_text(s, &n));
	b = fit_problems(s, &n, &more);
	for (size_t i = 0; i < n; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %s: %s",
		    i > 0 ? "\n" : "", b[i].reason, b[i].path, b[i].what);
	if (more > 0)
		snprintf(text + used, sizeof text - used, "\n%zu more", more);
	fit_state_free(s);
	return text;
}

#define OUTCOME(record, expected) CHECK_STR(outcome(plain, record), expected)

static void
test_passes(void)
{
	OUTCOME("{\"id\":1}", "same");
	OUTCOME(" { \"id\" : 1 , \"text\" : null , \"tags\" : [] , \"items\" : [ ] } ", "same");
	OUTCOME("{\"ID\":1,\"Text\":\"12.50\",\"raw\":{\"a\":[1,{}]},\"tags\":[\"x\"]}", "same");
	OUTCOME(
	    "{\"id\":\"7\",\"user\":{\"name\":\"\\\"}\"},\"items\":[{\"sku\":\"a\"},{}]}", "same");
	OUTCOME("{\"\\u0069d\":1}", "same");
	OUTCOME("{\"id\":1,\"span\":{\"start\":\"2021-01-01\",\"end\":null}}", "same");
	OUTCOME("{\"id\":1,\"raw\":null}", "same");
}

static void
test_changes(void)
{
	OUTCOME("{\"id\":1,\"text\":{\"a\": [1, \"x\\n\"]}}",
	    "{\"id\":1,\"text\":\"{\\\"a\\\": [1, \\\"x\\\\n\\\"]}\"}");
	OUTCOME("{\"id\":1,\"text\":[],\"tags\":[[1],{\"a\":2},\"b\"]}",
	    "{\"id\":1,\"text\":\"[]\",\"tags\":[\"[1]\",\"{\\\"a\\\":2}\",\"b\"]}");
	OUTCOME("{\"@timestamp\":\"2021-01-01T00:00:00Z\",\"id\":1}",
	    "{\"_timestamp\":\"2021-01-01T00:00:00Z\",\"id\":1}");
	OUTCOME(
	    "{\"id\":1,\"1st\":\"x\",\"a-b\":\"y\"}", "{\"id\":1,\"_1st\":\"x\",\"a_b\":\"y\"}");
	OUTCOME("{\"id\":1,\"A\xc3\xa9"
		"B\":\"y\"}",
	    "{\"id\":1,\"a_b\":\"y\"}");
	OUTCOME("{\"id\":1,\"a\\u002eb\":{}}", "{\"id\":1,\"a_b\":\"{}\"}");
	OUTCOME("{\"id\":1,\"short\":[12]}", "{\"id\":1,\"short\":\"[12]\"}");
	OUTCOME("{\"id\":9007199254740993,\"text\":1.50,\"a-b\": true ,\"tags\":[\"x\",-0e1 ,2]}",
	    "{\"id\":\"9007199254740993\",\"text\":\"1.50\",\"a_b\": \"true\" "
	    ",\"tags\":[\"x\",\"-0e1\" ,"
	    "\"2\"]}");
	OUTCOME("{\"id\":1e3,\"user\":{\"name\":\"x\",\"age\":1.0}}",
	    "{\"id\":1000,\"user\":{\"name\":\"x\",\"age\":1}}");
}

/* BigQuery reads both as an array of nothing where it reads null there at all. */
static void
test_null_arrays(void)
{
	OUTCOME(
	    "{\"id\":1,\"tags\": null ,\"items\":null}", "{\"id\":1,\"tags\": [] ,\"items\":[]}");
}

static void
test_refusals(void)
{
	OUTCOME("{\"id\":\"12kB\"}", "type /id: expected INTEGER, found STRING \"12kB\"");
	OUTCOME("{\"text\":\"x\"}", "missing /id: expected INTEGER (REQUIRED), found nothing");
	OUTCOME("{\"id\":null}", "null /id: expected INTEGER (REQUIRED), found null");
	OUTCOME("{\"id\":1,\"x/y\":1}", "unknown /x~1y: not in the schema");
	OUTCOME("{\"id\":1,\"id\":1}", "duplicate /id: the key is there twice");
	OUTCOME(
	    "{\"id\":1,\"Id\":1}", "collision /Id: goes to column id, where \"id\" went already");
	OUTCOME("{\"id\":1,\"a-b\":1,\"a.b\":2}",
	    "collision /a.b: goes to column a_b, where \"a-b\" went already");
	OUTCOME("{\"id\":{}}", "type /id: expected INTEGER, found OBJECT");
	OUTCOME("{\"id\":1,\"tags\":\"x\"}",
	    "type /tags: expected ARRAY of STRING, found STRING \"x\"");
	OUTCOME("{\"id\":1,\"tags\":[\"x\",null]}",
	    "null /tags/1: expected STRING (REPEATED), found null");
	OUTCOME("{\"id\":1,\"user\":[]}", "type /user: expected RECORD, found ARRAY");
	OUTCOME("{\"id\":1,\"user\":{}}",
	    "missing /user/name: expected STRING (REQUIRED), found nothing");
	OUTCOME("{\"id\":1,\"items\":[{\"n\":1},{\"n\":1.5,\"q\":0}]}",
	    "type /items/1/n: expected INTEGER, found FLOAT 1.5\nunknown /items/1/q: not in "
	    "the schema");
	OUTCOME("{\"id\":1,\"items\":{\"n\":1}}",
	    "type /items: expected ARRAY of RECORD, found OBJECT");
	OUTCOME("{\"id\":1,\"short\":\"123456\"}",
	    "type /short: expected STRING of at most 5 characters, found STRING \"123456\"");
	OUTCOME("{\"id\":1,\"short\":[123456]}",
	    "type /short: expected STRING of at most 5 characters, found ARRAY");
	OUTCOME("{\"id\":1,\"span\":{\"start\":\"x\"}}",
	    "type /span/start: expected DATE (YYYY-MM-DD), found STRING \"x\"");
	OUTCOME("{\"id\":1,\"raw\":[1e999]}",
	    "type /raw: expected JSON (each number an integer of 64 bits or of double precision), "
	    "found ARRAY");
	OUTCOME("[1]", "type : expected an OBJECT, found ARRAY");
	OUTCOME("{\"id\":\"0123456789012345678901234567890123456789012345678901234567\xe2\x82\xac "
		"xy\"}",
	    "type /id: expected INTEGER, found STRING "
	    "\"0123456789012345678901234567890123456789012345678901234567...\"");
}

/* A path is cut between characters, however long its keys. */
static void
test_long_paths(void)
{
	char key[120] = "", record[600];
	const char *told;

	for (size_t i = 0; i < 39; i++)
		memcpy(key + 3 * i, "\xe2\x82\xac", 4);
	for (size_t shift = 0; shift < 4; shift++) {
		snprintf(record, sizeof record, "{\"id\":1,\"%.*s%s%s%s\":1}", (int)shift, "abc",
		    key, key, key);
		told = outcome(plain, record);
		CHECK(strncmp(told, "unknown /", 9) == 0);
		CHECK(strstr(told, "\xac...: not in the schema") != NULL);
	}
	CHECK(strstr(outcome(plain, "{\"id\":1,\"\\u0000\":1}"), "unknown /") != NULL);
}

static void
test_cap(void)
{
	char record[512] = "{\"id\":1";
	const char *told;

	for (int i = 0; i < 25; i++)
		snprintf(
		    record + strlen(record), sizeof record - strlen(record), ",\"x%d\":%d", i, i);
	snprintf(record + strlen(record), sizeof record - strlen(record), "}");
	told = outcome(plain, record);
	CHECK(strstr(told, "unknown /x19: ") != NULL && strstr(told, "/x20") == NULL);
	CHECK(strstr(told, "\n5 more") != NULL);
}

/* The error of a MAP with this text, or "" when it is taken; the compiled schema into *f. */
static const char *
map(const char *text, struct fit **f)
{
	static struct err e;
	char path[] = "/tmp/unit-fit-XXXXXX";
	int fd = mkstemp(path);
	const char *colon;

	e.text[0] = '\0';
	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	*f = fit_new(schema, path, &e);
	unlink(path);
	CHECK((*f == NULL) == (e.text[0] != '\0') && (*f != NULL || e.code == EX_CONFIG));
	colon = strchr(e.text, ':');
	return colon != NULL ? colon + 1 : e.text;
}

static void
test_map(void)
{
	struct fit *f;

	CHECK_STR(map("/id\ttext\n/user-info\tuser\n/user-info/full name\tname\n", &f), "");
	CHECK_STR(outcome(f, "{\"ID\":1,\"id\":2,\"user-info\":{\"full name\":\"x\"}}"),
	    "{\"ID\":1,\"text\":\"2\",\"user\":{\"name\":\"x\"}}");
	fit_free(f);
	CHECK_STR(map("/items/stock~1unit\tsku\n", &f), "");
	CHECK_STR(outcome(f, "{\"id\":1,\"items\":[{\"stock/unit\":\"q\"}]}"),
	    "{\"id\":1,\"items\":[{\"sku\":\"q\"}]}");
	fit_free(f);
	CHECK_STR(map("/\x01\tuser\n/\x01/n\tname\n", &f), "");
	CHECK_STR(outcome(f, "{\"id\":1,\"\\u0001\":{\"n\":\"x\"}}"),
	    "{\"id\":1,\"user\":{\"name\":\"x\"}}");
	fit_free(f);
	CHECK_STR(
	    map("/a\ttext\n/b\ttext\n", &f), "2: /b: another key already goes to column text");
	CHECK_STR(map("/a\ttext\n/a\tid\n", &f), "2: /a: the key is mapped twice");
	CHECK_STR(map("/a\tnone\n", &f), "1: /a: no such column in this place of the schema: none");
	CHECK_STR(map("/text/x\tid\n", &f), "1: /text/x: no RECORD in the schema for text");
	CHECK_STR(map("a\tid\n", &f), "1: a: expected a pointer that starts with '/'");
	CHECK_STR(map("/a~2\tid\n", &f), "1: /a~2: '~' stands only in ~0 (for ~) and ~1 (for /)");
	CHECK_STR(map("/a\n", &f), "1: found 1 tab-separated columns, expected 2");
}

int
main(void)
{
	struct err e;

	schema = schema_parse(schema_text, strlen(schema_text), "s.json", &e);
	plain = schema != NULL ? fit_new(schema, NULL, &e) : NULL;
	CHECK(plain != NULL);
	if (plain == NULL)
		return check_done();
	test_passes();
	test_changes();
	test_null_arrays();
	test_refusals();
	test_long_paths();
	test_cap();
	test_map();
	fit_free(plain);
	schema_free(schema);
	return check_done();
}
