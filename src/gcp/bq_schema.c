#include "gcp/bq_schema.h"
#include "base/json.h"
#include "base/msg.h"
#include "gcp/bq_query.h"
#include "gcp/bq_tables.h"

#include <string.h>

/* Table.type as people call it; all but a TABLE take no load job. */
static const struct {
	const char *type, *words;
} kinds[] = {
    {"VIEW", "a view"},
    {"MATERIALIZED_VIEW", "a materialized view"},
    {"SNAPSHOT", "a snapshot"},
    {"EXTERNAL", "an external table"},
};

/* The array of fields at path of an answer as columns. */
static int
parse_fields(
    yajl_val answer, const char *path, const char *name, struct columns *out, struct err *e)
{
	yajl_val fields = json_get(answer, path);
	struct buf text = {0};
	size_t n;
	int rc;

	if (json_array(answer, path, &n) == NULL)
		return err_set(e, EX_DATAERR, "%s: a table without columns has no schema", name);
	json_write(&text, fields, 0);
	rc = columns_parse(text.data, text.len, name, out, e);
	if (rc != 0)
		e->code = EX_DATAERR; /* no file to mend */
	buf_free(&text);
	return rc;
}

/* The hour column and the like are columns; what is told is what the array of columns can't say. */
static void
tell_partitions(yajl_val table, const char *name)
{
	const char *type = json_string(table, "timePartitioning.type");
	const char *field = json_string(table, "timePartitioning.field");
	const char *range = json_string(table, "rangePartitioning.field");
	size_t n;
	yajl_val *keys =
	    json_array(table, "externalDataConfiguration.hivePartitioningOptions.fields", &n);

	if (type != NULL && field != NULL)
		msg_info("%s: partitioned by %s of column %s", name, type, field);
	else if (type != NULL)
		msg_info(
		    "%s: partitioned by %s of arrival: _PARTITIONTIME is no column of a schema",
		    name, type);
	if (range != NULL)
		msg_info("%s: partitioned by ranges of column %s", name, range);
	for (size_t i = 0; i < n; i++)
		msg_info("%s: column %s is of the names of folders, not in the files", name,
		    YAJL_IS_STRING(keys[i]) ? YAJL_GET_STRING(keys[i]) : "?");
}

static void
tell_kind(const char *type, const char *name)
{
	for (size_t i = 0; type != NULL && i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(type, kinds[i].type) == 0)
			msg_info("%s is %s: nothing can be loaded into it", name, kinds[i].words);
}

/* What is said of columns stays, where the query's have none. */
static void
keep_descriptions(struct columns *now, const struct columns *stored)
{
	for (size_t i = 0; i < now->n; i++) {
		const struct column *old = columns_find(stored, now->column[i].name);

		if (old == NULL)
			continue;
		if (now->column[i].description == NULL)
			column_describe(&now->column[i], old->description);
		keep_descriptions(&now->column[i].fields, &old->fields);
	}
}

/* The columns that a query of the view gives now. */
static int
query_view(
    struct bq *b, const struct bq_table *t, const char *name, struct columns *now, struct err *e)
{
	struct buf sql = {0};
	yajl_val answer = NULL;
	int rc = bq_locate(b, t, e);

	buf_adds(&sql, "SELECT * FROM ");
	bq_table_quote(&sql, t);
	if (rc == 0)
		rc = bq_query_columns(b, sql.data, name, &answer, e);
	if (rc == 0)
		rc = parse_fields(answer, "statistics.query.schema.fields", name, now, e);
	yajl_tree_free(answer);
	buf_free(&sql);
	return rc;
}

/* Replace a view's stored columns by its present ones, when they can be had. */
static int
refresh_view(struct bq *b, const struct bq_table *t, yajl_val table, const char *name,
    struct columns *out, struct err *e)
{
	struct columns now = {0};

	if (YAJL_IS_TRUE(json_get(table, "view.useLegacySql"))) {
		msg_warn(
		    "%s: a view in legacy SQL: its columns are those of when it was made", name);
		return 0;
	}
	if (query_view(b, t, name, &now, e) != 0) {
		if (e->code == EX_TEMPFAIL)
			return -1;
		msg_warn("%s; its columns are those of when it was made", e->text);
		return 0;
	}
	keep_descriptions(&now, out);
	columns_free(out);
	*out = now;
	return 0;
}

int
bq_schema_read(struct bq *b, const struct bq_table *t, struct columns *out, struct err *e)
{
	struct buf name = {0};
	const char *type;
	yajl_val table;
	int rc = bq_tables_get(b, t, &table, e);

	*out = (struct columns){0};
	if (rc != 1)
		return rc;
	bq_table_text(&name, t);
	type = json_string(table, "type");
	rc = parse_fields(table, "schema.fields", name.data, out, e);
	if (rc == 0 && type != NULL && strcmp(type, "VIEW") == 0)
		rc = refresh_view(b, t, table, name.data, out, e);
	if (rc == 0) {
		tell_kind(type, name.data);
		tell_partitions(table, name.data);
	} else {
		columns_free(out);
	}
	yajl_tree_free(table);
	buf_free(&name);
	return rc == 0 ? 1 : -1;
}
