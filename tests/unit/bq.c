/* BigQuery's pure parts: names, SQL text, fields compared, job ids, polling. */
#include "check.h"
#include "base/json.h"
#include "base/tsv.h"
#include "gcp/bq.h"
#include "gcp/bq_fields.h"
#include "gcp/bq_job.h"
#include "gcp/bq_load.h"
#include "gcp/bq_query.h"
#include "gcp/bq_script.h"
#include "gcp/bq_types.h"

#include <stdlib.h>

static struct hour hour = {"2021/01/01/00", "2021010100", "2021-01-01 00:00:00+00"};
static struct bq_table origin = {(char[]){"p-1"}, (char[]){"d"}, (char[]){"origin"}};
static struct bq_table temp = {(char[]){"p-1"}, (char[]){"d"}, (char[]){"t_TEMP"}};
static struct bq_table audit = {(char[]){"p-1"}, (char[]){"d"}, (char[]){"_etl_audit"}};

static yajl_val
tree(const char *text)
{
	struct err e;
	yajl_val v = json_parse(text, strlen(text), 1 << 20, "test", &e);

	if (v == NULL)
		printf("%s\n", e.text);
	return v;
}

static const char *
table_text(const char *spec, const char *project)
{
	static struct buf b;
	struct bq_table t;
	struct err e;

	buf_clear(&b);
	if (bq_table_parse(spec, project, &t, &e) != 0)
		return e.code == EX_USAGE ? "refused" : "wrong code";
	bq_table_text(&b, &t);
	bq_table_free(&t);
	return b.data;
}

static void
table_names_are_parsed_and_checked(void)
{
	static const char *const wrong[] = {"t", "", ".", "d.", ".t", "p:", "p:d", "a b.c", "d.t`x",
	    "d.t;x", "P:d.t", "1p:d.t", "d-x.t", "p:d.t:x", "p.d.t$20210101", ":d.t", "d.t\n"};

	CHECK_STR(table_text("p-1:d_2.t-3", NULL), "p-1:d_2.t-3");
	CHECK_STR(table_text("p-1.d.t", NULL), "p-1:d.t");
	CHECK_STR(table_text("d.t", "own"), "own:d.t");
	CHECK_STR(table_text("example.com:p:d.t", NULL), "example.com:p:d.t");
	CHECK_STR(table_text("example.com:p.d.t", NULL), "example.com:p:d.t");
	CHECK_STR(table_text("d.t", NULL), "refused");
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		CHECK_STR(table_text(wrong[i], "own"), "refused");
}

static void
columns_zones_and_places_are_checked(void)
{
	struct buf b = {0};
	struct err e;

	CHECK(bq_column_check("folder_hour", &e) == 0 && bq_column_check("_a1", &e) == 0);
	CHECK(bq_column_check("1a", &e) == -1 && bq_column_check("", &e) == -1);
	CHECK(bq_column_check("a b", &e) == -1 && bq_column_check("a`", &e) == -1);
	CHECK(bq_zone_check("Asia/Seoul", &e) == 0 && bq_zone_check("Etc/GMT+9", &e) == 0);
	CHECK(bq_zone_check("Asia/Seoul'); DROP TABLE x --", &e) == -1 &&
	      bq_zone_check("", &e) == -1);
	CHECK(bq_zone_check("+09:00", &e) == -1);
	CHECK(
	    bq_location_check("asia-northeast3", &e) == 0 && bq_location_check("US&x=1", &e) == -1);
	CHECK(bq_column_quote(&b, "\xed\x95\x9c", &e) == 0);
	CHECK_STR(b.data, "`\xed\x95\x9c`");
	CHECK(bq_column_quote(&b, "a`b", &e) == -1 && e.code == EX_DATAERR);
	CHECK(bq_column_quote(&b, "a\\", &e) == -1 && bq_column_quote(&b, "", &e) == -1);
	buf_free(&b);
}

static const char *
select_text(
    const char *fields, const char *zone, const struct bq_epoch *epoch, size_t n, struct err *e)
{
	static struct buf b;
	yajl_val v = tree(fields);
	struct bq_fields f = bq_fields_at(v, "f");
	struct bq_select s = {.source = "`p-1.d.t_TEMP`",
	    .field = f.field,
	    .n = f.n,
	    .zone = zone,
	    .epoch = epoch,
	    .n_epochs = n};
	int rc;

	buf_clear(&b);
	rc = bq_select_text(&b, &s, e);
	yajl_tree_free(v);
	return rc == 0 ? b.data : NULL;
}

static void
selects_name_every_column(void)
{
	static const char fields[] =
	    "{\"f\":[{\"name\":\"a\",\"type\":\"STRING\"},"
	    "{\"name\":\"at\",\"type\":\"TIMESTAMP\"},{\"name\":\"ms\",\"type\":\"INTEGER\"},"
	    "{\"name\":\"many\",\"type\":\"TIMESTAMP\",\"mode\":\"REPEATED\"}]}";
	struct bq_epoch ms = {(char[]){"MS"}, "ms"}, wrong = {(char[]){"a"}, "s"};
	struct bq_epoch none = {(char[]){"zz"}, "s"};
	struct err e;

	CHECK_STR(select_text(fields, NULL, NULL, 0, &e),
	    "SELECT `a`, `at`, `ms`, `many` FROM `p-1.d.t_TEMP`");
	CHECK_STR(select_text(fields, "Asia/Seoul", NULL, 0, &e),
	    "SELECT `a`, DATETIME(`at`, 'Asia/Seoul') "
	    "AS `at`, `ms`, `many` FROM `p-1.d.t_TEMP`");
	CHECK_STR(select_text(fields, NULL, &ms, 1, &e),
	    "SELECT `a`, `at`, TIMESTAMP_MILLIS(`ms`) AS `ms`, "
	    "`many` FROM `p-1.d.t_TEMP`");
	CHECK_STR(select_text(fields, "UTC", &ms, 1, &e),
	    "SELECT `a`, DATETIME(`at`, 'UTC') AS `at`, "
	    "DATETIME(TIMESTAMP_MILLIS(`ms`), 'UTC') AS `ms`, `many` FROM `p-1.d.t_TEMP`");
	CHECK(select_text(fields, NULL, &wrong, 1, &e) == NULL && e.code == EX_CONFIG);
	CHECK_STR(e.text, "-e a=s: found STRING, expected INTEGER");
	CHECK(select_text(fields, NULL, &none, 1, &e) == NULL && e.code == EX_CONFIG);
	CHECK(select_text("{\"f\":[{\"name\":\"a`b\",\"type\":\"STRING\"}]}", NULL, NULL, 0, &e) ==
	      NULL);
}

static void
epochs_are_parsed(void)
{
	static const char *const wrong[] = {"a", "a=", "a=ns", "=ms", "a b=ms", "a=MS"};
	struct bq_epoch epoch;
	struct err e;

	CHECK(bq_epoch_parse("created=us", &epoch, &e) == 0);
	CHECK_STR(epoch.column, "created");
	CHECK_STR(epoch.unit, "us");
	free(epoch.column);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		CHECK(bq_epoch_parse(wrong[i], &epoch, &e) == -1 && e.code == EX_USAGE);
}

static void
the_script_is_one_transaction(void)
{
	yajl_val v = tree("{\"f\":[{\"name\":\"a\"},{\"name\":\"b\"}]}");
	struct bq_fields f = bq_fields_at(v, "f");
	struct bq_stamp_text text = {.origin = &origin,
	    .temp = &temp,
	    .audit = &audit,
	    .hour = &hour,
	    .column = "folder_hour",
	    .select = "SELECT `a`, `b` FROM `p-1.d.t_TEMP`",
	    .field = f.field,
	    .n = f.n};
	struct buf b = {0};
	struct err e;

	CHECK(bq_stamp_script(&b, &text, &e) == 0);
	CHECK_STR(b.data,
	    "DECLARE deleted INT64;\nDECLARE inserted INT64;\nDECLARE expected INT64;\n"
	    "BEGIN TRANSACTION;\n"
	    "DELETE FROM `p-1.d.origin` WHERE `folder_hour` = TIMESTAMP '2021-01-01 00:00:00+00';\n"
	    "SET deleted = @@row_count;\n"
	    "INSERT INTO `p-1.d.origin` (`a`, `b`, `folder_hour`)\n"
	    "SELECT `a`, `b`, TIMESTAMP '2021-01-01 00:00:00+00'\n"
	    "FROM (SELECT `a`, `b` FROM `p-1.d.t_TEMP`\n);\n"
	    "SET inserted = @@row_count;\n"
	    "SET expected = (SELECT COUNT(*) FROM `p-1.d.t_TEMP`);\n"
	    "ASSERT inserted = expected AS 'rows inserted differ from rows of TEMP';\n"
	    "INSERT INTO `p-1.d._etl_audit` (`hour`, `type`, `rows`, `job`, `at`)\n"
	    "VALUES (TIMESTAMP '2021-01-01 00:00:00+00', @type, inserted, @job, "
	    "CURRENT_TIMESTAMP());\n"
	    "COMMIT TRANSACTION;\nSELECT deleted, inserted;\n");
	buf_clear(&b);
	bq_user_select(
	    &b, "SELECT * FROM {temp} WHERE at < {hour} -- {other}\n ;\n\n", &temp, &hour);
	CHECK_STR(b.data,
	    "SELECT * FROM `p-1.d.t_TEMP` WHERE at < TIMESTAMP '2021-01-01 00:00:00+00' -- "
	    "{other}\n ");
	buf_free(&b);
	yajl_tree_free(v);
}

static void
a_select_ends_where_its_statement_does(void)
{
	static const struct end {
		const char *text, *statement;
	} ends[] = {
	    {"SELECT 1", "SELECT 1"},
	    {"SELECT 1 ; ", "SELECT 1 "},
	    {"SELECT 1; -- x\n# y\n/* ; */ ", "SELECT 1"},
	    {"SELECT 1 -- x", "SELECT 1"},
	    {"SELECT ';' AS a, \"\\\";\", `b;`, '''c'; ''';",
		"SELECT ';' AS a, \"\\\";\", `b;`, '''c'; '''"},
	    {"SELECT 1; SELECT 2;", "SELECT 1; SELECT 2;"},
	    {"SELECT 1 /* ;", "SELECT 1 /* "},
	    {"SELECT 'a;", "SELECT 'a"},
	    {"", ""},
	    {" ;\n-- x", ""},
	    {"# x", ""},
	};
	struct buf b = {0};

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		buf_clear(&b);
		bq_user_select(&b, ends[i].text, &temp, &hour);
		CHECK_STR(b.len > 0 ? b.data : "", ends[i].statement);
	}
	buf_free(&b);
}

static void
counts_ask_for_every_table(void)
{
	const struct bq_table *const tables[] = {&origin, &temp};
	struct buf b = {0};

	bq_count_query(&b, tables, 2, "folder_hour", &hour);
	CHECK_STR(b.data,
	    "SELECT 0 AS place, COUNT(*) AS n FROM `p-1.d.origin` WHERE `folder_hour` = "
	    "TIMESTAMP '2021-01-01 00:00:00+00'\nUNION ALL\nSELECT 1 AS place, COUNT(*) AS n FROM "
	    "`p-1.d.t_TEMP` WHERE `folder_hour` = TIMESTAMP '2021-01-01 00:00:00+00'\nORDER BY "
	    "place");
	buf_free(&b);
}

/* The widened schema, "same" when nothing is missing, or the obstacles. */
static const char *
widened(const char *table, const char *rows)
{
	static struct buf b;
	static struct err e;
	struct buf text = {0};
	yajl_val v;
	struct bq_fields have, want;
	int rc;

	buf_addf(&text, "{\"t\":[%s],\"r\":[%s]}", table, rows);
	v = tree(text.data);
	have = bq_fields_at(v, "t");
	want = bq_fields_at(v, "r");
	buf_clear(&b);
	rc = bq_fields_widen(&b, &have, &want, "h", &e);
	yajl_tree_free(v);
	buf_free(&text);
	if (rc < 0)
		return e.code == EX_CONFIG ? e.text : "wrong code";
	return rc == 0 ? "same" : b.data;
}

#define HOUR "{\"name\":\"h\",\"type\":\"TIMESTAMP\"}"
#define REC(fields) "{\"name\":\"r\",\"type\":\"RECORD\",\"fields\":[" fields "]}"
#define COL(name, type) "{\"name\":\"" name "\",\"type\":\"" type "\"}"
#define NEW(name, type) "{\"name\":\"" name "\",\"type\":\"" type "\",\"mode\":\"NULLABLE\"}"

static void
tables_are_widened_never_narrowed(void)
{
	CHECK_STR(widened(COL("a", "INTEGER") "," HOUR, COL("A", "INT64")), "same");
	CHECK_STR(widened(COL("a", "NUMERIC") "," HOUR, COL("a", "INT64")), "same");
	CHECK_STR(widened(COL("a", "STRING") "," COL("gone", "DATE") "," HOUR, COL("a", "STRING")),
	    "same");
	CHECK_STR(widened(COL("a", "STRING") "," HOUR, COL("b", "BOOL")),
	    "[" COL("a", "STRING") "," HOUR "," NEW("b", "BOOLEAN") "]");
	CHECK_STR(widened(COL("a", "INTEGER") "," HOUR, COL("a", "STRING")),
	    "column a is INTEGER, the new rows have STRING");
	CHECK_STR(widened(COL("a", "FLOAT") "," COL("b", "DATE") "," HOUR,
		      COL("a", "INTEGER") "," COL("b", "STRING")),
	    "column a is FLOAT, the new rows have INTEGER; column b is DATE, the new rows have "
	    "STRING");
	CHECK_STR(widened(COL("a", "STRING") "," HOUR,
		      "{\"name\":\"a\",\"type\":\"STRING\",\"mode\":\"REPEATED\"}"),
	    "column a is not REPEATED, the new rows have REPEATED");
	CHECK_STR(widened("{\"name\":\"q\",\"type\":\"DATE\",\"mode\":\"REQUIRED\"}," HOUR,
		      COL("a", "DATE")),
	    "column q is REQUIRED, the new rows lack it");
	CHECK_STR(widened(COL("h", "STRING"), COL("a", "DATE")),
	    "column h is STRING, the new rows have the folder hour, a TIMESTAMP");
	CHECK(strstr(widened(COL("a", "DATE"), COL("a", "DATE")), "\"name\":\"h\"") != NULL);
	CHECK(strstr(widened("", COL("a", "DATE")), "[{\"name\":\"a\"") != NULL);
}

static void
records_are_compared_by_position(void)
{
	CHECK_STR(widened(REC(COL("x", "DATE")) "," HOUR, REC(COL("x", "DATE"))), "same");
	CHECK_STR(
	    widened(REC(COL("x", "DATE")) "," HOUR, REC(COL("x", "DATE") "," COL("y", "INT64"))),
	    "[" REC(COL("x", "DATE") "," NEW("y", "INTEGER")) "," HOUR "]");
	CHECK_STR(widened(REC(COL("x", "DATE") "," COL("y", "DATE")) "," HOUR,
		      REC(COL("y", "DATE") "," COL("x", "DATE"))),
	    "column r.x stands where the new rows have y; column r.y stands where the new rows "
	    "have x");
	CHECK_STR(
	    widened(REC(COL("x", "DATE") "," COL("y", "DATE")) "," HOUR, REC(COL("x", "DATE"))),
	    "column r.y is in the table, the new rows lack it");
	CHECK_STR(widened(REC(COL("x", "NUMERIC")) "," HOUR, REC(COL("x", "INTEGER"))),
	    "column r.x is NUMERIC, the new rows have INTEGER");
}

static const char *
load_id(const char *hour_path, const char *fields, const char *generation, unsigned attempt)
{
	static struct buf b;
	struct bq_source source = {"gs://b/o", generation};
	struct bq_load l = {
	    .table = &temp, .hour = hour_path, .source = &source, .n = 1, .attempt = attempt};

	buf_clear(&b);
	buf_adds(&l.fields, fields);
	bq_load_id(&b, &l);
	buf_free(&l.fields);
	return b.data;
}

static void
the_same_load_is_the_same_job(void)
{
	char *first = xstrdup(load_id("2021/01/01/00", "[]", "7", 1));

	CHECK(strlen(first) == strlen("hourtools_load_") + 32 + strlen("_1"));
	CHECK_STR(load_id("2021/01/01/00", "[]", "7", 1), first);
	CHECK(strcmp(load_id("2021/01/01/00", "[]", "8", 1), first) != 0);
	CHECK(strcmp(load_id("2021/01/01/01", "[]", "7", 1), first) != 0);
	CHECK(strcmp(load_id("2021/01/01/00", "[1]", "7", 1), first) != 0);
	CHECK(strncmp(load_id("2021/01/01/00", "[]", "7", 2), first, strlen(first) - 1) == 0);
	free(first);
}

static void
configurations_are_json(void)
{
	struct bq_source source[] = {{"gs://b/a\"b", "1"}, {"gs://b/c", "2"}};
	struct bq_load l = {.table = &temp, .hour = "", .source = source, .n = 2};
	struct bq_param param = {"type", "a\"\0b", 4};
	struct buf b = {0};
	yajl_val v;
	size_t n;

	buf_adds(&l.fields, "[{\"name\":\"a\",\"type\":\"STRING\"}]");
	bq_load_config(&b, &l);
	v = tree(b.data);
	CHECK_STR(json_string(v, "load.writeDisposition"), "WRITE_TRUNCATE");
	CHECK_STR(json_string(v, "load.destinationTable.tableId"), "t_TEMP");
	CHECK(json_get(v, "load.maxBadRecords") == NULL);
	CHECK_STR(json_string(json_array(v, "load.sourceUris", &n)[0], ""), "gs://b/a\"b");
	CHECK(n == 2);
	yajl_tree_free(v);
	buf_free(&l.fields);
	buf_clear(&b);
	bq_query_config(&b, "SELECT \"a\"", &param, 1, 1);
	v = tree(b.data);
	CHECK_STR(json_string(v, "query.query"), "SELECT \"a\"");
	CHECK_STR(json_string(v, "query.parameterMode"), "NAMED");
	CHECK(YAJL_IS_FALSE(json_get(v, "query.useLegacySql")) &&
	      YAJL_IS_TRUE(json_get(v, "dryRun")));
	yajl_tree_free(v);
	buf_free(&b);
}

static void
every_error_of_a_job_is_told(void)
{
	yajl_val job = tree(
	    "{\"status\":{\"state\":\"DONE\",\"errorResult\":{\"reason\":\"invalid\","
	    "\"message\":\"too "
	    "many\"},\"errors\":[{\"reason\":\"invalid\",\"location\":\"gs://b/o\","
	    "\"message\":\"row 1\\nfield a\"},{\"reason\":\"invalid\",\"message\":\"row 2\"}]}}");
	struct buf b = {0};

	CHECK(bq_job_done(job));
	CHECK_STR(bq_job_reason(job), "invalid");
	CHECK(bq_job_error(job, 0, &b) == 0);
	CHECK_STR(b.data, "invalid: too many");
	CHECK(bq_job_error(job, 1, &b) == 0);
	CHECK_STR(b.data, "invalid: gs://b/o: row 1 field a");
	CHECK(bq_job_error(job, 2, &b) == 0 && bq_job_error(job, 3, &b) == -1);
	yajl_tree_free(job);
	job = tree("{\"status\":{\"state\":\"RUNNING\"}}");
	CHECK(!bq_job_done(job) && bq_job_reason(job) == NULL && bq_job_error(job, 0, &b) == -1);
	yajl_tree_free(job);
	buf_free(&b);
}

static void
polls_back_off(void)
{
	CHECK(
	    bq_poll_delay_ms(0) == 200 && bq_poll_delay_ms(1) == 300 && bq_poll_delay_ms(2) == 450);
	CHECK(bq_poll_delay_ms(20) == 10000 && bq_poll_delay_ms(4000000000u) == 10000);
}

static void
reasons_have_exit_codes(void)
{
	CHECK(bq_code("backendError", 0) == EX_TEMPFAIL && bq_transient("backendError"));
	CHECK(bq_code("accessDenied", 403) == EX_NOPERM && !bq_transient("accessDenied"));
	CHECK(
	    bq_code("rateLimitExceeded", 403) == EX_TEMPFAIL && bq_transient("rateLimitExceeded"));
	CHECK(bq_code("quotaExceeded", 403) == EX_TEMPFAIL && !bq_transient("quotaExceeded"));
	CHECK(bq_code("responseTooLarge", 403) == EX_UNAVAILABLE &&
	      bq_code("notImplemented", 501) == EX_UNAVAILABLE);
	CHECK(bq_code("somethingNew", 0) == EX_UNAVAILABLE && !bq_transient(NULL));
}

static int
place(struct bq_types *ts, const char *manifest, const char *template, struct err *e)
{
	FILE *in = fmemopen((void *)(uintptr_t)manifest, strlen(manifest), "r");
	int rc = bq_types_read(ts, in, "manifest", e);

	fclose(in);
	return rc == 0 ? bq_types_place(ts, template, &hour, "p-1", e) : rc;
}

static void
types_find_their_tables(void)
{
	struct bq_types ts = {0};
	struct err e;

	CHECK(place(&ts,
		  "a/b\t3\tgs://b/1\t1\t9\n_rejected\t1\tx\t1\nc\t1\tgs://b/2\t1\na/b\t4\tgs://b/"
		  "3\t1\n",
		  "d.{type}_{hour}", &e) == 0);
	CHECK(ts.n == 2 && ts.type[0]->n == 2 && ts.type[0]->rows == 7);
	CHECK_STR(ts.type[0]->table.table, "a_b_2021010100");
	CHECK_STR(ts.type[0]->name, "a%2Fb");
	CHECK(bq_types_pick(&ts, "c", &e) == 0 && ts.type[0]->skip && !ts.type[1]->skip);
	CHECK(bq_types_pick(&ts, "z", &e) == -1 && e.code == EX_NOINPUT);
	bq_types_free(&ts);
	CHECK(place(&ts, "a/b\t3\tx\t1\na.b\t3\tx\t1\n", "d.{type}", &e) == -1 &&
	      e.code == EX_CONFIG);
	CHECK(strstr(e.text, "'a/b'") != NULL && strstr(e.text, "'a.b'") != NULL);
	bq_types_free(&ts);
	CHECK(place(&ts, "", "d.{type}", &e) == -1 && e.code == EX_NOINPUT);
	bq_types_free(&ts);
	CHECK(place(&ts, "a\tmany\tx\t1\n", "d.{type}", &e) == -1 && e.code == EX_CONFIG);
	bq_types_free(&ts);
}

int
main(void)
{
	table_names_are_parsed_and_checked();
	columns_zones_and_places_are_checked();
	selects_name_every_column();
	epochs_are_parsed();
	the_script_is_one_transaction();
	a_select_ends_where_its_statement_does();
	counts_ask_for_every_table();
	tables_are_widened_never_narrowed();
	records_are_compared_by_position();
	the_same_load_is_the_same_job();
	configurations_are_json();
	every_error_of_a_job_is_told();
	polls_back_off();
	reasons_have_exit_codes();
	types_find_their_tables();
	return check_done();
}
