/* The members of a column in a schema file, other than its name and type. */
#include "base/buf.h"
#include "schema_told.h"

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

int
main(void)
{
	test_parameters();
	test_descriptions();
	test_other_members();
	return check_done();
}
