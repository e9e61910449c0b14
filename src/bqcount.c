/* bqcount: count the rows of an hour in BigQuery tables by a query. */
#include "base/io.h"
#include "base/msg.h"
#include "base/name.h"
#include "base/opt.h"
#include "base/tsv.h"
#include "gcp/bq.h"
#include "gcp/bq_count.h"
#include "gcp/bq_table.h"
#include "gcp/bq_types.h"

#include <stdlib.h>
#include <string.h>

struct options {
	const char *table, *hour, *type, *tables, *location, *column;
	uint64_t timeout_s;
};

/* The types of the load manifest on standard input, each with its table. */
static int
read_types(const struct options *o, const struct hour *hour, struct bq_types *ts, struct err *e)
{
	if (bq_types_read(ts, stdin, "standard input", e) != 0 ||
	    (o->tables != NULL && bq_types_map(ts, o->tables, e) != 0) ||
	    bq_types_place(ts, o->table, hour, bq_default_project(), e) != 0)
		return -1;
	return o->type != NULL ? bq_types_pick(ts, o->type, e) : 0;
}

/* The operands, each a type of its table's name. */
static int
take_operands(char **operand, struct bq_types *ts, struct err *e)
{
	for (; *operand != NULL; operand++) {
		struct bq_table t;

		if (bq_table_parse(*operand, bq_default_project(), &t, e) != 0)
			return -1;
		bq_types_add_table(ts, &t);
	}
	return 0;
}

static void
print_row(const struct bq_type *t, const struct hour *hour, const uint64_t *rows)
{
	struct buf line = {0}, table = {0};

	tsv_adds(&line, hour->path);
	if (rows != NULL)
		tsv_addu(&line, *rows);
	else
		tsv_adds(&line, "-");
	bq_table_text(&table, &t->table);
	tsv_adds(&line, table.data);
	(void)tsv_put(stdout, t->type, t->len, &line); /* msg_finish looks */
	buf_free(&line);
	buf_free(&table);
}

/* Which of the tables are there: found[i] for type i. */
static int
look_up(struct bq *b, struct bq_type **type, size_t n, int *found, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		yajl_val table;

		found[i] = type[i]->skip ? 0 : bq_table_get(b, &type[i]->table, &table, e);
		if (found[i] < 0)
			return -1;
		if (found[i] > 0)
			yajl_tree_free(table);
	}
	return 0;
}

/* Count and print at most BQ_COUNT_TABLES types. *missing is raised when a table is not there. */
static int
count_some(struct bq *b, const struct options *o, const struct hour *hour, struct bq_type **type,
    size_t n, int *missing, struct err *e)
{
	const struct bq_table *table[BQ_COUNT_TABLES];
	uint64_t rows[BQ_COUNT_TABLES];
	int found[BQ_COUNT_TABLES];
	size_t asked = 0, told = 0;

	if (look_up(b, type, n, found, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (found[i] > 0)
			table[asked++] = &type[i]->table;
	if (asked > 0 && bq_count(b, table, asked, o->column, hour, rows, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (type[i]->skip)
			continue;
		print_row(type[i], hour, found[i] > 0 ? &rows[told++] : NULL);
		if (found[i] == 0) {
			*missing = 1;
			msg_error("type %s: there is no table %s:%s.%s", type[i]->type,
			    type[i]->table.project, type[i]->table.dataset, type[i]->table.table);
		}
	}
	return 0;
}

static int
count_all(const struct options *o, const struct hour *hour, struct bq_types *ts)
{
	struct bq b = {0};
	struct err e;
	int missing = 0, rc = 0;

	if (ts->n > 0)
		rc = bq_open(&b, ts->type[0]->table.project, o->location, o->timeout_s, &e);
	if (rc == 0 && ts->n > 0)
		rc = bq_locate(&b, &ts->type[0]->table, &e);
	for (size_t i = 0; rc == 0 && i < ts->n; i += BQ_COUNT_TABLES)
		rc = count_some(&b, o, hour, ts->type + i,
		    ts->n - i < BQ_COUNT_TABLES ? ts->n - i : BQ_COUNT_TABLES, &missing, &e);
	bq_close(&b);
	if (rc != 0)
		return msg_fail(&e);
	return missing ? EX_NOINPUT : 0;
}

int
main(int argc, char **argv)
{
	static struct options o = {.timeout_s = 3600, .column = BQ_HOUR_COLUMN};
	static const struct opt table[] = {
	    {'t', "table", OPT_STRING, &o.table, "TABLE", "table of each type; {type} in it"},
	    {0, "hour", OPT_STRING, &o.hour, "HOUR", "the folder hour, YYYY/MM/DD/HH"},
	    {0, "type", OPT_STRING, &o.type, "TYPE", "only this type (its encoded name)"},
	    {0, "tables", OPT_STRING, &o.tables, "FILE", "type<TAB>part: {type} of some tables"},
	    {'c', "column", OPT_STRING, &o.column, "NAME", "of the folder hour; " BQ_HOUR_COLUMN},
	    {0, "location", OPT_STRING, &o.location, "PLACE", "of the job; the dataset's"},
	    {0, "timeout", OPT_NUMBER, &o.timeout_s, "SECONDS", "wait so long for the job; 3600"},
	};
	static const struct opt_program prog = {"count an hour's rows of BigQuery tables",
	    "--hour HOUR [TABLE ... | -t TABLE < load]", table, sizeof table / sizeof table[0]};
	int first, code, rc;
	struct bq_types ts = {0};
	struct hour hour;
	struct err e;

	io_hold_standard();
	first = opt_parse(&prog, argc, argv);
	if (o.hour == NULL)
		opt_usage(&prog, "--hour is required");
	if ((o.table == NULL) == (first == argc))
		opt_usage(
		    &prog, "give tables as operands, or -t and a load manifest on standard input");
	rc = hour_parse(o.hour, &hour, &e);
	if (rc == 0)
		rc = bq_column_check(o.column, &e);
	if (rc == 0)
		rc = o.table != NULL ? read_types(&o, &hour, &ts, &e)
				     : take_operands(argv + first, &ts, &e);
	code = rc == 0 ? count_all(&o, &hour, &ts) : msg_fail(&e);
	bq_types_free(&ts);
	return msg_finish(code);
}
