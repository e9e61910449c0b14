/* Schemas compared: each word that is told. */
#include "ndjson/schema_diff.h"
#include "check.h"
#include "columns_text.h"

/* Compare two schemas; what is printed must be expected. */
static void
differ(const char *from, const char *to, int expected_fails, const char *expected)
{
	struct columns old = parse(from), new = parse(to);
	int fails;
	char *text = printed(&old, &new, 0, &fails);

	CHECK_STR(text, expected);
	CHECK(fails == expected_fails);
	free(text);
	columns_free(&old);
	columns_free(&new);
}

static void
test_columns(void)
{
	differ(A("\"INT64\""), A("\"INTEGER\",\"description\":\"x\""), 0, "");
	differ("[" F("a", "\"DATE\"") "]",
	    "[" F("b", "\"DATE\"" REPEATED) "," F("A", "\"DATE\"") "]", 1,
	    "b: added, DATE REPEATED: a load would fail: ADD COLUMN `b` ARRAY<DATE>\n");
	differ("[" F("b", "\"DATE\"") "," F("c", "\"DATE\"" REQUIRED) "," F("a", "\"DATE\"") "]",
	    A("\"DATE\""), 1,
	    "b: missing, was DATE NULLABLE: loads\n"
	    "c: missing, was DATE REQUIRED: a load would fail: DROP NOT NULL\n");
	differ("[" F("r", REC(F("x", "\"DATE\"") "," F("z", "\"DATE\"" REQUIRED))) "]",
	    "[" F("R", REC(F("y", "\"STRING\"") "," F("X", "\"DATE\""))) "]", 2,
	    "r.y: added, STRING NULLABLE: a load would fail: add the field to the schema of the "
	    "table "
	    "(bq update)\n"
	    "r.z: missing, was DATE REQUIRED: a load would fail: needs a copy\n");
	differ(A("\"DATE\""),
	    "[" F("a", "\"DATE\"") "," F(
		"r", REC(F("x", "\"INT64\"") "," F("y",
			 REC(F("z", "\"NUMERIC\",\"precision\":5,\"scale\":2")) REPEATED))) "]",
	    1,
	    "r: added, RECORD NULLABLE: a load would fail: ADD COLUMN `r` STRUCT<`x` INT64, `y` "
	    "ARRAY<STRUCT<`z` NUMERIC(5, 2)>>>\n");
}

static void
test_types(void)
{
	differ(A("\"INTEGER\""), A("\"FLOAT\""), 1,
	    "a: widened from INTEGER to FLOAT: a load would fail: SET DATA TYPE FLOAT64\n");
	differ(A("\"FLOAT\""), A("\"INTEGER\""), 0, "a: narrowed from FLOAT to INTEGER: loads\n");
	differ(A("\"INTEGER\""), A("\"STRING\""), 1,
	    "a: widened from INTEGER to STRING: a load would fail: needs a copy\n");
	differ(A("\"STRING\""), A("\"INTEGER\""), 0,
	    "a: narrowed from STRING to INTEGER: loads, its values as their text\n");
	differ(A("\"STRING\""), A(REC(F("x", "\"DATE\""))), 0,
	    "a: narrowed from STRING to RECORD: loads, its values as their text\n");
	differ(A("\"STRING\""), A("\"JSON\""), 0,
	    "a: changed from STRING to JSON: loads, its values as their text\n");
	differ(A("\"BOOLEAN\""), A("\"INTEGER\""), 1,
	    "a: changed from BOOLEAN to INTEGER: a load would fail: needs a copy\n");
	differ(A("\"DATE\""), A("\"DATETIME\""), 1,
	    "a: changed from DATE to DATETIME: a load would fail: SET DATA TYPE DATETIME\n");
	differ(A("\"TIMESTAMP\""), A("\"DATETIME\""), 0,
	    "a: narrowed from TIMESTAMP to DATETIME: loads, read as UTC\n");
	differ(A("\"JSON\""), A("\"BYTES\""), 0, "a: narrowed from JSON to BYTES: loads\n");
	differ(A("\"INTEGER\"" REPEATED), A("\"FLOAT\"" REPEATED), 1,
	    "a: widened from INTEGER to FLOAT: a load would fail: needs a copy\n");
	differ("[" F("r", REC(F("x", "\"INTEGER\""))) "]", "[" F("r", REC(F("x", "\"FLOAT\""))) "]",
	    1, "r.x: widened from INTEGER to FLOAT: a load would fail: needs a copy\n");
}

static void
test_parameters(void)
{
	differ(A("\"STRING\",\"maxLength\":\"10\""), A("\"STRING\",\"maxLength\":20"), 1,
	    "a: widened from STRING(10) to STRING(20): a load would fail: SET DATA TYPE "
	    "STRING(20)\n");
	differ(A("\"STRING\",\"maxLength\":20"), A("\"STRING\",\"maxLength\":\"20\""), 0, "");
	differ(A("\"STRING\""), A("\"STRING\",\"maxLength\":20"), 0,
	    "a: narrowed from STRING to STRING(20): loads\n");
	differ(A("\"STRING\",\"maxLength\":5"), A("\"BOOLEAN\""), 1,
	    "a: changed from STRING(5) to BOOLEAN: a load would fail: needs a copy\n");
	differ(A("\"NUMERIC\",\"precision\":5,\"scale\":2"),
	    A("\"NUMERIC\",\"precision\":10,\"scale\":2"), 1,
	    "a: widened from NUMERIC(5, 2) to NUMERIC(10, 2): a load would fail: SET DATA TYPE "
	    "NUMERIC(10, 2)\n");
	differ(A("\"NUMERIC\",\"precision\":5,\"scale\":2"), A("\"NUMERIC\",\"precision\":5"), 1,
	    "a: changed from NUMERIC(5, 2) to NUMERIC(5): a load would fail: needs a copy\n");
	differ(A("\"NUMERIC\""), A("\"NUMERIC\",\"precision\":38,\"scale\":9"), 0, "");
	differ(A("\"NUMERIC\",\"precision\":18"), A("\"INTEGER\""), 1,
	    "a: changed from NUMERIC(18) to INTEGER: a load would fail: needs a copy\n");
	differ(A("\"INTEGER\""), A("\"NUMERIC\""), 1,
	    "a: widened from INTEGER to NUMERIC: a load would fail: SET DATA TYPE NUMERIC\n");
	differ(A("\"TIMESTAMP\""), A("\"TIMESTAMP\",\"timestampPrecision\":\"12\""), 1,
	    "a: widened from TIMESTAMP to TIMESTAMP(12): a load would fail: SET DATA TYPE "
	    "TIMESTAMP(12)\n");
}

static void
test_modes(void)
{
	differ(A("\"DATE\"" REQUIRED), A("\"DATE\""), 1,
	    "a: mode from REQUIRED to NULLABLE: a load would fail: DROP NOT NULL\n");
	differ(
	    A("\"DATE\""), A("\"DATE\"" REQUIRED), 0, "a: mode from NULLABLE to REQUIRED: loads\n");
	differ(A("\"DATE\""), A("\"DATE\"" REPEATED), 1,
	    "a: mode from NULLABLE to REPEATED: a load would fail: needs a copy\n");
	differ(A("\"STRING\"" REPEATED), A("\"INTEGER\""), 1,
	    "a: narrowed from STRING to INTEGER: loads, its values as their text\n"
	    "a: mode from REPEATED to NULLABLE: a load would fail: needs a copy\n");
	differ(A("\"STRING\""), A("\"STRING\"" REPEATED), 0,
	    "a: mode from NULLABLE to REPEATED: loads, arrays as their text\n");
	differ(A("\"STRING\"" REQUIRED), A("\"STRING\"" REPEATED), 1,
	    "a: mode from REQUIRED to REPEATED: a load would fail: needs a copy\n");
	differ(
	    A("\"JSON\""), A("\"JSON\"" REPEATED), 0, "a: mode from NULLABLE to REPEATED: loads\n");
}

static void
test_tsv(void)
{
	struct columns old = parse("[" F("a", "\"INTEGER\"") "," F("b", "\"DATE\"") "]");
	struct columns new = parse("[" F("c", "\"STRING\"") "," F("a", "\"FLOAT\"" REQUIRED) "]");
	int fails;
	char *text = printed(&old, &new, 1, &fails);

	CHECK_STR(text, "a\twidened\tINTEGER\tFLOAT\tfails\tSET DATA TYPE FLOAT64\n"
			"a\tmode\tNULLABLE\tREQUIRED\tloads\t-\n"
			"b\tmissing\tDATE NULLABLE\t-\tloads\t-\n"
			"c\tadded\t-\tSTRING NULLABLE\tfails\tADD COLUMN `c` STRING\n");
	CHECK(fails == 2);
	free(text);
	columns_free(&old);
	columns_free(&new);
}

int
main(void)
{
	test_columns();
	test_types();
	test_parameters();
	test_modes();
	test_tsv();
	return check_done();
}
