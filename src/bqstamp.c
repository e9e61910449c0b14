/* bqstamp: move the rows of TEMP tables into their origin tables under the folder hour, one
 * transaction each. */
#include "base/io.h"
#include "base/msg.h"
#include "base/name.h"
#include "base/opt.h"
#include "base/tsv.h"
#include "gcp/bq.h"
#include "gcp/bq_stamp.h"
#include "gcp/bq_types.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_SELECT = 1 << 20 };

struct options {
	const char *origin, *temp, *hour, *type, *tables, *location, *zone, *select, *column;
	struct opt_list epochs;
	uint64_t timeout_s;
};

/* The options in the form the work wants them: checked, read. */
struct settings {
	struct hour hour;
	struct bq_epoch *epoch;
	size_t n_epochs;
	struct buf select; /* text of -q */
};

static int
settle(const struct options *o, struct settings *s, struct err *e)
{
	if (hour_parse(o->hour, &s->hour, e) != 0 || bq_column_check(o->column, e) != 0 ||
	    (o->zone != NULL && bq_zone_check(o->zone, e) != 0))
		return -1;
	s->epoch = xcalloc(o->epochs.n + 1, sizeof *s->epoch);
	for (; s->n_epochs < o->epochs.n; s->n_epochs++)
		if (bq_epoch_parse(o->epochs.item[s->n_epochs], &s->epoch[s->n_epochs], e) != 0)
			return -1;
	if (o->select == NULL)
		return 0;
	if (io_slurp(o->select, LONGEST_SELECT, &s->select, e) == 0) {
		if (memchr(s->select.data, '\0', s->select.len) == NULL)
			return 0;
		err_set(e, EX_CONFIG, "%s: found a NUL byte in SQL", o->select);
	}
	e->code = EX_CONFIG;
	return -1;
}

static void
settings_free(struct settings *s)
{
	for (size_t i = 0; i < s->n_epochs; i++)
		free(s->epoch[i].column);
	free(s->epoch);
	buf_free(&s->select);
}

static int
print_row(const struct bq_type *t, const struct hour *hour, const struct bq_stamped *done)
{
	struct buf line = {0}, table = {0};
	int rc;

	tsv_adds(&line, hour->path);
	tsv_addu(&line, done->deleted);
	tsv_addu(&line, done->inserted);
	bq_table_text(&table, &t->table);
	tsv_adds(&line, table.data);
	rc = tsv_put(stdout, t->type, t->len, &line) == 0 && fflush(stdout) == 0 ? 0 : EX_IOERR;
	buf_free(&line);
	buf_free(&table);
	return rc;
}

/* Stamp one type; rows is UINT64_MAX when no manifest told them. The code for the program's end. */
static int
stamp_type(struct bq *b, const struct options *o, const struct settings *s, const struct bq_type *t,
    const struct bq_table *temp, uint64_t rows)
{
	struct bq_stamp stamp = {.temp = temp,
	    .origin = &t->table,
	    .hour = &s->hour,
	    .type = t->type,
	    .len = t->len,
	    .column = o->column,
	    .zone = o->zone,
	    .epoch = s->epoch,
	    .n_epochs = s->n_epochs,
	    .user_select = s->select.data,
	    .user_name = o->select,
	    .rows = rows};
	struct bq_stamped done;
	struct err e;

	if (bq_table_compare(temp, &t->table) == 0) {
		msg_error("type %s: table %s.%s is both TEMP and origin; expected two", t->type,
		    temp->dataset, temp->table);
		return EX_USAGE;
	}
	if (bq_stamp(b, &stamp, &done, &e) != 0) {
		err_prefix(&e, "type %s", t->type);
		return msg_fail(&e);
	}
	return print_row(t, &s->hour, &done);
}

/* TEMP of a type is what its one line of the load manifest says. */
static int
stamp_line(struct bq *b, const struct options *o, const struct settings *s, const struct bq_type *t)
{
	struct bq_table temp;
	struct err e;
	int code;

	if (bq_table_parse(t->item[0].fourth, bq_default_project(), &temp, &e) != 0) {
		e.code = EX_CONFIG;
		err_prefix(&e, "load manifest");
		return msg_fail(&e);
	}
	code = stamp_type(b, o, s, t, &temp, t->rows);
	bq_table_free(&temp);
	return code;
}

/* One type that fails does not stop the others; the first failure's code is the program's, and
 * EX_DIFFER gives way to any. */
static int
stamp_manifest(
    struct bq *b, const struct options *o, const struct settings *s, const struct bq_types *ts)
{
	int code = 0;

	for (size_t i = 0; i < ts->n; i++) {
		int bad = ts->type[i]->skip ? 0 : stamp_line(b, o, s, ts->type[i]);

		if (code == 0 || (code == EX_DIFFER && bad != 0))
			code = bad;
	}
	return code;
}

static int
refuse_repeated(const struct bq_types *ts, struct err *e)
{
	for (size_t i = 0; i < ts->n; i++)
		if (ts->type[i]->n != 1)
			return err_set(e, EX_CONFIG,
			    "standard input: type '%s' has %zu lines, expected "
			    "one load a type",
			    ts->type[i]->type, ts->type[i]->n);
	return 0;
}

/* The types of the load manifest on standard input, each with its origin table. */
static int
read_types(const struct options *o, const struct settings *s, struct bq_types *ts, struct err *e)
{
	if (bq_types_read(ts, stdin, "standard input", e) != 0 || refuse_repeated(ts, e) != 0 ||
	    (o->tables != NULL && bq_types_map(ts, o->tables, e) != 0) ||
	    bq_types_place(ts, o->origin, &s->hour, bq_default_project(), e) != 0)
		return -1;
	return o->type != NULL ? bq_types_pick(ts, o->type, e) : 0;
}

/* The one type of -T: --type's text, or the origin table's name. */
static int
one_type(const struct options *o, const struct settings *s, struct bq_types *ts,
    struct bq_table *temp, struct err *e)
{
	const char *dot = strrchr(o->origin, '.');
	const char *type = o->type != NULL ? o->type : dot != NULL ? dot + 1 : o->origin;

	if (o->type == NULL && strstr(o->origin, "{type}") != NULL)
		return err_set(
		    e, EX_USAGE, "-t %s: -T has no type; name it with --type", o->origin);
	bq_types_add(ts, type, strlen(type));
	if (bq_types_place(ts, o->origin, &s->hour, bq_default_project(), e) != 0)
		return -1;
	return bq_table_parse(o->temp, bq_default_project(), temp, e);
}

static int
work(const struct options *o, const struct settings *s)
{
	struct bq_types ts = {0};
	struct bq_table temp = {0};
	struct bq b = {0};
	struct err e;
	int code, rc;

	rc = o->temp != NULL ? one_type(o, s, &ts, &temp, &e) : read_types(o, s, &ts, &e);
	if (rc == 0 && ts.n > 0)
		rc = bq_open(&b, ts.type[0]->table.project, o->location, o->timeout_s, &e);
	if (rc != 0)
		code = msg_fail(&e);
	else if (o->temp != NULL)
		code = stamp_type(&b, o, s, ts.type[0], &temp, UINT64_MAX);
	else
		code = stamp_manifest(&b, o, s, &ts);
	bq_close(&b);
	bq_table_free(&temp);
	bq_types_free(&ts);
	return code;
}

int
main(int argc, char **argv)
{
	static struct options o = {.timeout_s = 3600, .column = BQ_HOUR_COLUMN};
	static const struct opt table[] = {
	    {'t', "origin", OPT_STRING, &o.origin, "TABLE", "origin table; {type} in it"},
	    {'T', "temp", OPT_STRING, &o.temp, "TABLE", "TEMP table, instead of a load manifest"},
	    {0, "hour", OPT_STRING, &o.hour, "HOUR", "the folder hour, YYYY/MM/DD/HH"},
	    {0, "type", OPT_STRING, &o.type, "TYPE", "only this type (its encoded name)"},
	    {0, "tables", OPT_STRING, &o.tables, "FILE", "type<TAB>part: {type} of some tables"},
	    {'z', "zone", OPT_STRING, &o.zone, "ZONE", "TIMESTAMP columns as DATETIME there"},
	    {'e', "epoch", OPT_LIST, &o.epochs, "COL=UNIT", "numbers since 1970 in s, ms or us"},
	    {'q', "select", OPT_STRING, &o.select, "FILE",
		"a SELECT over {temp} instead of all of it"},
	    {'c', "column", OPT_STRING, &o.column, "NAME", "of the folder hour; " BQ_HOUR_COLUMN},
	    {0, "location", OPT_STRING, &o.location, "PLACE", "of the jobs; the dataset's"},
	    {0, "timeout", OPT_NUMBER, &o.timeout_s, "SECONDS", "wait so long for a job; 3600"},
	};
	static const struct opt_program prog = {"replace an hour of origin tables by TEMP's rows",
	    "-t ORIGIN --hour HOUR [-T TEMP | < load]", table, sizeof table / sizeof table[0]};
	int first, code;
	struct settings s = {0};
	struct err e;

	io_hold_standard();
	first = opt_parse(&prog, argc, argv);
	if (o.origin == NULL || o.hour == NULL)
		opt_usage(&prog, "%s is required", o.origin == NULL ? "-t" : "--hour");
	if (first < argc)
		opt_usage(&prog, "unexpected operand '%s'", argv[first]);
	if (settle(&o, &s, &e) != 0)
		code = msg_fail(&e);
	else
		code = work(&o, &s);
	settings_free(&s);
	return msg_finish(code);
}
