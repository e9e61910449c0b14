/* BigQuery schema files: what is read, and that each fault is told with its place. */
#include "base/buf.h"
#include "check.h"
#include "ndjson/schema.h"

#include <stdlib.h>

static struct schema *
parse(const char *text, struct err *e)
{
	e->text[0] = '\0';
	return schema_parse(text, strlen(text), "s.json", e);
}

static void
refused(const char *text, const char *expected)
{
	struct err e;
	struct schema *s = parse(text, &e);

	CHECK(s == NULL);
	CHECK(s != NULL || e.code == EX_CONFIG);
	CHECK_STR(e.text, expected);
	schema_free(s);
}

static void
test_fields(void)
{
	struct err e;
	struct schema *s =
	    parse("[{\"name\":\"Id\",\"type\":\"int64\",\"mode\":\"required\"},"
		  "{\"name\":\"r\",\"type\":\"STRUCT\",\"mode\":\"REPEATED\",\"fields\":["
		  "{\"name\":\"t\",\"type\":\"STRING\",\"maxLength\":\"7\"},"
		  "{\"name\":\"n\",\"type\":\"NUMERIC\",\"precision\":5,\"scale\":2}]},"
		  "{\"name\":\"w\",\"type\":\"RANGE\",\"rangeElementType\":{\"type\":\"DATE\"}}]",
		&e);
	const struct schema_field *f;

	CHECK_STR(e.text, "");
	CHECK(s != NULL && s->columns == 5 && s->tables == 2 && s->top->n == 3);
	f = schema_find(s->top, "iD", 2);
	CHECK(f != NULL && f->type == TYPE_INTEGER && f->mode == MODE_REQUIRED);
	CHECK_STR(f->name, "Id");
	CHECK(schema_find(s->top, "i", 1) == NULL && schema_find(s->top, "@d", 2) == NULL);
	f = schema_find(s->top, "r", 1);
	CHECK(f != NULL && f->type == TYPE_RECORD && f->mode == MODE_REPEATED && f->sub->n == 2);
	CHECK(f->sub->field[0].max_length == 7);
	CHECK(f->sub->field[1].whole_digits == 3 && f->sub->field[1].fraction_digits == 2);
	f = schema_find(s->top, "w", 1);
	CHECK(f != NULL && f->type == TYPE_RANGE && f->sub == NULL);
	schema_free(s);
}

static void
test_wrappings(void)
{
	static const char *const text[] = {"[{\"name\":\"a\",\"type\":\"STRING\"}]",
	    "{\"fields\":[{\"name\":\"a\",\"type\":\"STRING\"}]}",
	    ("{\"kind\":\"bigquery#table\",\"schema\":{\"fields\":"
	     "[{\"name\":\"a\",\"type\":\"STRING\"}]}}")};
	struct err e;

	for (size_t i = 0; i < 3; i++) {
		struct schema *s = parse(text[i], &e);

		CHECK(s != NULL && s->columns == 1);
		schema_free(s);
	}
}

static void
test_faults(void)
{
	refused("[{\"name\":\"a\",\"type\":\"STRING\"},\n  {\"name\":\"b\",\"type\":\"TEXT\"}]",
	    "s.json:2:22: column b: \"TEXT\" is no BigQuery type, expected STRING, INTEGER, "
	    "FLOAT, BOOLEAN, "
	    "TIMESTAMP, DATE, RECORD, JSON ...");
	refused("{}",
	    "s.json:1:1: expected an array of fields, {\"fields\": [...]} or {\"schema\": "
	    "{\"fields\": [...]}}");
	refused("[]", "s.json:1:1: a schema without columns");
	refused("[{\"type\":\"STRING\"}]", "s.json:1:2: expected a field with a \"name\" string");
	refused("[{\"name\":\"a\"}]", "s.json:1:2: a: expected a \"type\" string");
	refused("[{\"name\":\"a.b\",\"type\":\"STRING\"}]",
	    "s.json:1:10: column name \"a.b\" may hold only letters, digits, spaces, _ - & % = + : "
	    "' "
	    "< > # and |");
	refused("[{\"name\":\"_partitionTIME\",\"type\":\"STRING\"}]",
	    "s.json:1:10: column name \"_partitionTIME\" starts with a prefix that BigQuery "
	    "reserves");
	refused("[{\"name\":\"a\",\"type\":\"STRING\"},{\"name\":\"A\",\"type\":\"DATE\"}]",
	    "s.json:1:39: column \"A\" is there twice (as \"a\": case makes no difference)");
	refused("[{\"name\":\"x\",\"type\":\"DATE\"},{\"name\":\"\xc3\xa9\",\"type\":\"DATE\"},"
		"{\"name\":\"\xc3\x89\",\"type\":\"DATE\"}]",
	    "s.json:1:65: column \"\xc3\x89\" is there twice (as \"\xc3\xa9\": case makes no "
	    "difference)");
	refused("[{\"name\":\"a\",\"type\":\"RECORD\"}]",
	    "s.json:1:2: column a: a RECORD needs \"fields\"");
	refused("[{\"name\":\"a\",\"type\":\"RECORD\",\"fields\":[]}]",
	    "s.json:1:39: column a: a RECORD needs \"fields\"");
	refused(
	    "[{\"name\":\"a\",\"type\":\"DATE\",\"fields\":[{\"name\":\"b\",\"type\":\"DATE\"}]}]",
	    "s.json:1:37: column a: only a RECORD has \"fields\"");
	refused("[{\"name\":\"a\",\"type\":\"DATE\",\"mode\":\"OPTIONAL\"}]",
	    "s.json:1:35: column a: expected mode NULLABLE, REQUIRED or REPEATED");
	refused("[{\"name\":\"a\",\"type\":\"DATE\",\"mod\":\"REQUIRED\"}]",
	    "s.json:1:34: unknown property \"mod\", expected name, type, mode, fields, "
	    "description ...");
	refused("[{\"name\":\"a\",\"type\":\"DATE\",\"name\":\"b\"}]",
	    "s.json:1:35: property \"name\" is there twice");
	refused("[{\"name\":\"a\",\"type\":\"STRING\",\"maxLength\":0}]",
	    "s.json:1:2: column a: maxLength is at least 1");
	refused("[{\"name\":\"a\",\"type\":\"DATE\",\"maxLength\":3}]",
	    "s.json:1:40: \"maxLength\" does not go with this type");
	refused("[{\"name\":\"a\",\"type\":\"NUMERIC\",\"precision\":39}]",
	    "s.json:1:2: column a: NUMERIC(39, 0) is beyond the type");
	refused("[{\"name\":\"a\\\\\\u0000b\",\"type\":\"STRING\"}]",
	    "s.json:1:14: a NUL character in a string");
	refused("[{\"name\":\"a\",\"type\":\"RANGE\"}]",
	    "s.json:1:2: column a: RANGE needs \"rangeElementType\": {\"type\": ...}");
	refused("[{\"name\":\"a\",\"type\":\"RANGE\",\"rangeElementType\":{\"type\":\"TIME\"}}]",
	    "s.json:1:48: column a: a RANGE is of DATE, DATETIME or TIMESTAMP");
	refused("[{\"name\":\"a\",\"type\":\"DATE\",\"rangeElementType\":{\"type\":\"DATE\"}}]",
	    "s.json:1:47: \"rangeElementType\" does not go with this type");
	refused("[{\"name\":\"a\",\"type\":\"STRING\"},\n]",
	    "s.json:2:2: parse error: unallowed token at this point in JSON text");
}

/* depth RECORDs around one STRING. */
static char *
nested(int depth)
{
	struct buf b = {0};

	for (int i = 0; i < depth; i++)
		buf_adds(&b, "[{\"name\":\"r\",\"type\":\"RECORD\",\"fields\":");
	buf_adds(&b, "[{\"name\":\"s\",\"type\":\"STRING\"}]");
	for (int i = 0; i < depth; i++)
		buf_adds(&b, "}]");
	return buf_take(&b);
}

static char *
wide(int columns)
{
	struct buf b = {0};

	for (int i = 0; i < columns; i++)
		buf_addf(&b, "%s\n{\"name\":\"c%d\",\"type\":\"STRING\"}", i == 0 ? "[" : ",", i);
	buf_adds(&b, "]");
	return buf_take(&b);
}

static void
test_limits(void)
{
	struct err e;
	struct schema *s;
	char *text = nested(15);

	s = parse(text, &e);
	CHECK(s != NULL && s->tables == 16);
	schema_free(s);
	free(text);
	text = nested(16);
	CHECK(parse(text, &e) == NULL && strstr(e.text, "nested deeper than 15 levels") != NULL);
	free(text);
	text = wide(10000);
	s = parse(text, &e);
	CHECK(s != NULL && s->columns == 10000 && schema_find(s->top, "C9999", 5) != NULL);
	schema_free(s);
	free(text);
	text = wide(10001);
	refused(text, "s.json:10002:1: more than 10000 columns");
	free(text);
}

static void
test_names(void)
{
	static const char *const reserved[] = {"_TABLE_x", "_file_", "_PartitionTime",
	    "_ROW_TIMESTAMP", "__ROOT__x", "_colidentifier1", "_CHANGE_TYPE",
	    "_change_sequence_number"};
	char name[302];

	memset(name, 'a', sizeof name);
	CHECK(schema_name_fault(name, 300) == NULL);
	CHECK(schema_name_fault(name, 301) != NULL);
	CHECK(schema_name_fault("", 0) != NULL);
	CHECK(schema_name_fault("_timestamp", 10) == NULL);
	CHECK(schema_name_fault("_TABLE", 6) == NULL);
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		CHECK_STR(schema_name_fault(reserved[i], strlen(reserved[i])),
		    "starts with a prefix that BigQuery reserves");
	CHECK(schema_name_fault("__ROO", 5) == NULL);
	CHECK(schema_name_fault("a_TABLE_", 8) == NULL);
	CHECK_STR(schema_type_name(TYPE_BOOLEAN), "BOOLEAN");
	CHECK_STR(schema_mode_name(MODE_REPEATED), "REPEATED");
}

/* Flexible column names: letters, numbers, marks, connectors and dashes of any script, some signs.
 */
static void
test_flexible_names(void)
{
	static const char *const good[] = {"9a", "a-b", "a b", "caf\xc3\xa9", "e\xcc\x81",
	    "a\xe2\x83\x9d", "\xed\x95\x9c\xea\xb8\x80", "\xc2\xbd", "a\xe2\x80\x94z",
	    "a\xe2\x80\xbfz", "&%=+:'<>#|", "a\xc2\xa0z"};
	static const char *const bad[] = {"a!", "\"", "$a", "(a)", "a*", "a,b", "a.b", "a/b", "a;b",
	    "a?", "@a", "[a]", "a\\", "a^b", "`a`", "{a}", "~a", "a\tb", "a\nb", "a\x7f",
	    "\xe2\x82\xac", "\xf0\x9f\x98\x80", "a\xff", "a\xe2\x80\xa8", "\xc2\xab"};
	char name[901];

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		CHECK(schema_name_fault(good[i], strlen(good[i])) == NULL);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(schema_name_fault(bad[i], strlen(bad[i])) != NULL);
	for (size_t i = 0; i < 900; i += 3)
		memcpy(name + i, "\xea\xb0\x80", 3);
	CHECK(schema_name_fault(name, 900) == NULL); /* 300 characters */
	name[900] = 'a';
	CHECK_STR(schema_name_fault(name, 901), "is longer than 300 characters");
}

/* maxLength, precision, scale, timestampPrecision. */
static void
test_parameters(void)
{
	static const char *const good[] = {"NUMERIC\",\"precision\":\"38\",\"scale\":\"9",
	    "NUMERIC\",\"precision\":29,\"mode\":\"NULLABLE",
	    "NUMERIC\",\"precision\":9,\"scale\":\"9",
	    "BIGNUMERIC\",\"precision\":\"76\",\"scale\":\"38", "BIGNUMERIC\",\"precision\":\"38",
	    "BYTES\",\"maxLength\":\"1", "STRING\",\"maxLength\":\"9223372036854775807",
	    "TIMESTAMP\",\"timestampPrecision\":\"12"};
	static const char *const bad[][2] = {
	    {"NUMERIC\",\"precision\":\"30",
		"s.json:1:2: column a: NUMERIC(30, 0) is beyond the type"},
	    {"NUMERIC\",\"precision\":\"10\",\"scale\":\"10",
		"s.json:1:2: column a: NUMERIC(10, 10) is beyond the type"},
	    {"NUMERIC\",\"precision\":\"1\",\"scale\":\"2",
		"s.json:1:2: column a: NUMERIC(1, 2) is beyond the type"},
	    {"NUMERIC\",\"precision\":\"0",
		"s.json:1:2: column a: NUMERIC(0, 0) is beyond the type"},
	    {"NUMERIC\",\"scale\":\"2", "s.json:1:2: column a: \"scale\" needs \"precision\""},
	    {"BIGNUMERIC\",\"precision\":\"39",
		"s.json:1:2: column a: BIGNUMERIC(39, 0) is beyond the type"},
	    {"BIGNUMERIC\",\"precision\":\"77\",\"scale\":\"39",
		"s.json:1:2: column a: BIGNUMERIC(77, 39) is beyond the type"},
	    {"NUMERIC\",\"precision\":\"ten", "s.json:1:43: \"precision\" is not a number"},
	    {"STRING\",\"precision\":\"1", "s.json:1:42: \"precision\" does not go with this type"},
	    {"STRING\",\"maxLength\":\"-1", "s.json:1:42: \"maxLength\" is not a number"},
	    {"TIMESTAMP\",\"timestampPrecision\":\"9",
		"s.json:1:2: column a: timestampPrecision is 6 or 12"}};
	struct err e;
	char text[256];

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct schema *s;

		snprintf(text, sizeof text, "[{\"name\":\"a\",\"type\":\"%s\"}]", good[i]);
		s = parse(text, &e);
		CHECK_STR(e.text, "");
		CHECK(s != NULL);
		schema_free(s);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		snprintf(text, sizeof text, "[{\"name\":\"a\",\"type\":\"%s\"}]", bad[i][0]);
		refused(text, bad[i][1]);
	}
}

static void
test_descriptions(void)
{
	struct err e;
	struct buf b = {0};
	struct schema *s;

	buf_adds(&b, "[{\"name\":\"a\",\"type\":\"STRING\",\n\"description\":\"");
	for (int i = 0; i < 1024; i++)
		buf_adds(&b, "\xed\x95\x9c");
	buf_adds(&b, "\"}]");
	s = parse(b.data, &e);
	CHECK_STR(e.text, "");
	schema_free(s);
	b.len -= 3;
	buf_adds(&b, "x\"}]");
	refused(b.data, "s.json:2:15: a description of 1025 characters, at most 1024 are taken");
	buf_free(&b);
	refused("[{\"name\":\"a\",\"type\":\"STRING\",\"description\":7}]",
	    "s.json:1:44: expected a \"description\" string");
}

/* What tables.get answers beyond what a load looks at. */
static void
test_other_members(void)
{
	struct err e;
	struct schema *s =
	    parse("[{\"name\":\"a\",\"type\":\"STRING\",\"policyTags\":{\"names\":[\"x\"]},"
		  "\"dataPolicies\":[],\"dataPolicyList\":{},\"dataGovernanceTagsInfo\":{},"
		  "\"generatedColumn\":{\"generatedExpressionInfo\":{}},\"collation\":\"und:ci\","
		  "\"description\":\"\\\\u0000\","
		  "\"defaultValueExpression\":\"'x'\",\"nameAlternative\":[\"b\"]},"
		  "{\"name\":\"n\",\"type\":\"NUMERIC\",\"roundingMode\":\"ROUND_HALF_EVEN\"}]",
		&e);

	CHECK_STR(e.text, "");
	CHECK(s != NULL && s->columns == 2);
	schema_free(s);
}

static void
test_lookups(void)
{
	enum schema_type type = TYPE_RECORD;
	enum schema_mode mode = MODE_NULLABLE;

	CHECK(schema_type_of("float64", &type) && type == TYPE_FLOAT);
	CHECK(schema_type_of("Integer", &type) && type == TYPE_INTEGER);
	CHECK(!schema_type_of("DOUBLE", &type) && type == TYPE_INTEGER);
	CHECK(schema_mode_of("repeated", &mode) && mode == MODE_REPEATED);
	CHECK(!schema_mode_of("", &mode));
}

int
main(void)
{
	test_fields();
	test_wrappings();
	test_faults();
	test_limits();
	test_names();
	test_flexible_names();
	test_parameters();
	test_descriptions();
	test_other_members();
	test_lookups();
	return check_done();
}
