/* Schemas merged, and what must hold for any two. */
#include "ndjson/schema_merge.h"
#include "check.h"
#include "columns_text.h"

#include <stdint.h>

static char *
written(const struct columns *c)
{
	struct buf out = {0};

	columns_write(&out, c);
	return buf_take(&out);
}

/* The merged schema, and it must be the expected one. */
static void
merges(const char *a, const char *b, const char *expected)
{
	struct columns x = parse(a), y = parse(b), z = {0}, want = parse(expected);
	struct err e;
	char *found, *wanted;

	CHECK(schema_merge(&x, &y, &z, &e) == 0);
	found = written(&z);
	wanted = written(&want);
	CHECK_STR(found, wanted);
	free(found);
	free(wanted);
	columns_free(&x);
	columns_free(&y);
	columns_free(&z);
	columns_free(&want);
}

#define BECAUSE(text) ",\"description\":\"STRING because one schema has " text "\""

static void
test_merge(void)
{
	merges("[" F("b", "\"DATE\"" REQUIRED) "," F("a", "\"DATE\"" REQUIRED) "]",
	    "[" F("c", "\"TIME\"" REQUIRED) "," F(
		"A", "\"DATE\"" REQUIRED ",\"description\":\"d\"") "]",
	    "[" F("b", "\"DATE\"") "," F("a", "\"DATE\"" REQUIRED ",\"description\":\"d\"") "," F(
		"c", "\"TIME\"") "]");
	merges(A("\"INTEGER\""), A("\"FLOAT\""), A("\"FLOAT\""));
	merges(A("\"NUMERIC\""), A("\"INTEGER\""), A("\"NUMERIC\""));
	merges(A("\"INTEGER\""), A("\"NUMERIC\",\"precision\":5,\"scale\":2"),
	    A("\"NUMERIC\",\"precision\":21,\"scale\":2"));
	merges(A("\"NUMERIC\""), A("\"BIGNUMERIC\",\"precision\":20,\"scale\":15"),
	    A("\"BIGNUMERIC\",\"precision\":44,\"scale\":15"));
	merges(A("\"NUMERIC\",\"precision\":29"), A("\"NUMERIC\",\"precision\":9,\"scale\":9"),
	    A("\"NUMERIC\""));
	merges(A("\"STRING\",\"maxLength\":\"10\""), A("\"STRING\",\"maxLength\":\"20\""),
	    A("\"STRING\",\"maxLength\":\"20\""));
	merges(A("\"STRING\",\"maxLength\":\"10\""), A("\"STRING\""), A("\"STRING\""));
	merges(A("\"STRING\",\"maxLength\":9"), A("\"INTEGER\""),
	    A("\"STRING\"" BECAUSE("STRING(9) and another INTEGER")));
	merges(A("\"DATE\",\"description\":\"x\""), A("\"DATETIME\""),
	    A("\"STRING\",\"description\":\"x; STRING because one schema has DATE and another "
	      "DATETIME\""));
	merges(A("\"TIMESTAMP\""), A("\"DATETIME\""),
	    A("\"STRING\"" BECAUSE("TIMESTAMP and another DATETIME")));
	merges(A("\"INTEGER\"" REPEATED), A("\"INTEGER\"" REQUIRED),
	    A("\"STRING\"" BECAUSE("REPEATED INTEGER and another INTEGER")));
	merges(A("\"INTEGER\"" REPEATED), A("\"JSON\""), A("\"JSON\""));
	merges(A("\"INTEGER\"" REPEATED), A("\"FLOAT\"" REPEATED), A("\"FLOAT\"" REPEATED));
	merges(A(REC(F("x", "\"DATE\"") "," F("y", "\"INT64\"" REQUIRED))),
	    A(REC(F("z", "\"DATE\"") "," F("Y", "\"FLOAT\"" REQUIRED))),
	    A(REC(F("x", "\"DATE\"") "," F("y", "\"FLOAT\"" REQUIRED) "," F("z", "\"DATE\""))));
	merges(A(REC(F("x", "\"DATE\""))), A("\"STRING\""),
	    A("\"STRING\"" BECAUSE("RECORD and another STRING")));
	merges(A("\"INTEGER\",\"policyTags\":{\"names\":[\"p\"]},\"defaultValueExpression\":\"1\""),
	    A("\"BOOLEAN\""),
	    A("\"STRING\"" BECAUSE(
		"INTEGER and another BOOLEAN") ",\"policyTags\":{\"names\":[\"p\"]}"));
	merges(A("\"STRING\",\"collation\":\"und:ci\""),
	    A("\"STRING\",\"policyTags\":{\"names\":[\"p\"]}"),
	    A("\"STRING\",\"collation\":\"und:ci\",\"policyTags\":{\"names\":[\"p\"]}"));
	merges(A("\"RANGE\",\"rangeElementType\":{\"type\":\"DATE\"}"),
	    A("\"RANGE\",\"rangeElementType\":{\"type\":\"DATE\"}"),
	    A("\"RANGE\",\"rangeElementType\":{\"type\":\"DATE\"}"));
	merges(A("\"RANGE\",\"rangeElementType\":{\"type\":\"DATE\"}"),
	    A("\"RANGE\",\"rangeElementType\":{\"type\":\"DATETIME\"}"),
	    A("\"STRING\"" BECAUSE("RANGE<DATE> and another RANGE<DATETIME>")));
}

static void
test_too_many(void)
{
	struct columns a = {0}, b = {0}, c = {0};
	struct err e;
	char name[16];

	for (int i = 0; i < 6000; i++) {
		snprintf(name, sizeof name, "a%d", i);
		columns_add(&a, name, strlen(name), "DATE", "NULLABLE");
		name[0] = i < 2000 ? 'A' : 'b';
		columns_add(&b, name, strlen(name), "DATE", "NULLABLE");
	}
	CHECK(schema_merge(&a, &b, &c, &e) == 0);
	CHECK(c.n == 10000);
	columns_free(&c);
	columns_add(&b, "one more", 8, "DATE", "NULLABLE");
	CHECK(schema_merge(&a, &b, &c, &e) == -1);
	CHECK(e.code == EX_CONFIG && c.n == 0);
	CHECK_STR(e.text, "the merged schema has 10001 columns, BigQuery takes 10000 at most");
	columns_free(&a);
	columns_free(&b);
}

static uint64_t seed = 1;

static unsigned
below(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((seed >> 33) % n);
}

/* A schema of a few columns of the same few names, each with any type, parameters and mode. */
static void
make(struct columns *c, int depth)
{
	static const char *const types[] = {"STRING", "BYTES", "INTEGER", "FLOAT", "NUMERIC",
	    "BIGNUMERIC", "BOOLEAN", "TIMESTAMP", "DATE", "TIME", "DATETIME", "JSON", "RECORD"};
	static const char *const modes[] = {"NULLABLE", "REQUIRED", "REPEATED"};
	static const char *const rest[] = {"\"maxLength\": 7", "\"maxLength\": \"9\"",
	    "\"precision\": \"7\", \"scale\": 3", "\"precision\": 8"};

	for (char name = 'a'; name < 'e'; name++) {
		const char *type = types[below(depth < 3 ? 13 : 12)];
		int decimal = strstr(type, "NUMERIC") != NULL;
		struct column *f;
		char cased = below(2) ? name : (char)(name - 'a' + 'A');

		if (below(4) == 0 && name != 'd')
			continue;
		f = columns_add(c, &cased, 1, type, modes[below(3)]);
		if ((decimal || strcmp(type, "STRING") == 0 || strcmp(type, "BYTES") == 0) &&
		    below(2))
			f->rest = xstrdup(rest[below(2) + 2 * (unsigned)decimal]);
		if (strcmp(type, "RECORD") == 0)
			make(&f->fields, depth + 1);
	}
}

static void
fits(const struct columns *whole, const struct columns *part)
{
	int fails;
	char *text = printed(whole, part, 0, &fails);

	CHECK(fails == 0);
	if (fails > 0)
		printf("%s", text);
	free(text);
}

/* For any two schemas: the merged one takes the data of both, merging again changes nothing, and a
 * schema does not differ from itself. */
static void
test_any(void)
{
	for (int i = 0; i < 2000; i++) {
		struct columns a = {0}, b = {0}, m = {0}, again = {0};
		struct err e;
		char *once, *twice, *none;
		int fails;

		make(&a, 0);
		make(&b, 0);
		CHECK(schema_merge(&a, &b, &m, &e) == 0);
		fits(&m, &a);
		fits(&m, &b);
		once = written(&m);
		CHECK(columns_parse(once, strlen(once), "m", &again, &e) == 0);
		columns_free(&again);
		again = (struct columns){0};
		CHECK(schema_merge(&m, i % 2 ? &a : &b, &again, &e) == 0);
		twice = written(&again);
		CHECK_STR(twice, once);
		none = printed(&a, &a, 0, &fails);
		CHECK_STR(none, "");
		free(once);
		free(twice);
		free(none);
		columns_free(&a);
		columns_free(&b);
		columns_free(&m);
		columns_free(&again);
	}
}

int
main(void)
{
	test_merge();
	test_too_many();
	test_any();
	return check_done();
}
