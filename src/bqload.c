/* bqload: load the objects of a put manifest into TEMP tables, one job a type, exactly once. */
#include "base/io.h"
#include "base/msg.h"
#include "base/name.h"
#include "base/opt.h"
#include "base/tsv.h"
#include "gcp/bq.h"
#include "gcp/bq_explain.h"
#include "gcp/bq_job.h"
#include "gcp/bq_load.h"
#include "gcp/bq_objects.h"
#include "gcp/bq_types.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MS_A_DAY (86400 * (uint64_t)1000)
#define MOST_DAYS 36500

struct options {
	const char *schema, *table, *hour, *type, *tables, *location;
	uint64_t timeout_s, expire_days;
};

/* One type's load: its place among the types, and whether it was started. */
struct task {
	struct bq_type *type;
	struct bq_load load;
	int started;
};

/* The schema file of a type, to be freed; NULL with e. */
static char *
schema_path(
    const struct options *o, const struct bq_type *t, const struct hour *hour, struct err *e)
{
	struct name_values v = {
	    .type = t->name, .part = UINT64_MAX, .hour = hour != NULL ? hour->path : NULL};
	struct buf path = {0};

	if (name_expand(&path, o->schema, &v, e) == 0 && path.len > 0)
		return buf_take(&path);
	if (path.len == 0)
		err_set(e, EX_USAGE, "-s: the name of the schema file is empty");
	buf_free(&path);
	return NULL;
}

/* Leave out the types without a schema, with a notice for those that were asked for. */
static int
skip_unknown(const struct options *o, struct bq_types *ts, const struct hour *hour, struct err *e)
{
	for (size_t i = 0; i < ts->n; i++) {
		struct bq_type *t = ts->type[i];
		char *path = schema_path(o, t, hour, e);

		if (path == NULL)
			return -1;
		t->skip = access(path, F_OK) != 0;
		if (t->skip && (o->type == NULL || strcmp(o->type, t->name) == 0))
			msg_warn(
			    "type %s: no schema at %s; its objects stay in GCS", t->type, path);
		free(path);
	}
	return 0;
}

static int
prepare(const struct options *o, struct task *task, const struct hour *hour, struct err *e)
{
	struct bq_type *t = task->type;
	char *path = schema_path(o, t, hour, e);
	int rc = path != NULL ? bq_load_fields(&task->load, path, e) : -1;

	task->load.table = &t->table;
	task->load.hour = hour != NULL ? hour->path : "";
	task->load.n = t->n;
	task->load.source = xcalloc(t->n, sizeof *task->load.source);
	for (size_t i = 0; rc == 0 && i < t->n; i++) {
		task->load.source[i] = (struct bq_source){t->item[i].third, t->item[i].fourth};
		/* BigQuery would read a '*' as a pattern. */
		if (strncmp(t->item[i].third, "gs://", 5) != 0 ||
		    strchr(t->item[i].third, '*') != NULL)
			rc = err_set(e, EX_CONFIG,
			    "type %s: '%s': expected the gs:// URL of one object", t->type,
			    t->item[i].third);
	}
	if (o->expire_days > 0)
		task->load.expires_ms = ((uint64_t)time(NULL) * 1000) + o->expire_days * MS_A_DAY;
	free(path);
	return rc;
}

static void
tell_line(void *place, const char *line)
{
	const struct buf *table = place;

	msg_error("%s: %s", table->data, line);
}

/* What is wrong with the records that the job names, as far as they can be read. */
static void
explain(const struct bq_load *l, struct buf *place)
{
	struct err e;

	if (bq_explain(l, tell_line, place, &e) != 0)
		msg_warn("%s: the records cannot be looked at: %s", place->data, e.text);
}

/* Tell e, and what else the job said; the code for the program's end. */
static int
tell_failure(const struct task *task, const struct err *e)
{
	struct buf line = {0}, place = {0};

	bq_table_text(&place, &task->type->table);
	msg_error("%s: %s", place.data, e->text);
	if (task->load.job != NULL && bq_job_reason(task->load.job) != NULL)
		for (size_t i = 1; bq_job_error(task->load.job, i, &line) == 0; i++)
			msg_error("%s: %s", place.data, line.data);
	if (e->code == EX_DATAERR && task->load.job != NULL)
		explain(&task->load, &place);
	buf_free(&line);
	buf_free(&place);
	return e->code;
}

static int
print_row(const struct task *task)
{
	struct buf line = {0}, text = {0};
	int rc;

	tsv_addu(&line, task->load.rows);
	tsv_adds(&line, bq_job_id(task->load.job));
	bq_table_text(&text, &task->type->table);
	tsv_adds(&line, text.data);
	buf_clear(&text);
	buf_addf(&text, "%.1f", bq_job_seconds(task->load.job));
	tsv_adds(&line, text.data);
	rc = tsv_put(stdout, task->type->type, task->type->len, &line);
	if (rc == 0 && fflush(stdout) != 0)
		rc = -1;
	buf_free(&line);
	buf_free(&text);
	return rc;
}

/* Wait for one load, compare the rows, print its line: the code for the program's end. */
static int
finish(struct bq *b, struct task *task)
{
	const struct bq_type *t = task->type;
	struct err e;

	if (bq_load_finish(b, &task->load, &e) != 0)
		return tell_failure(task, &e);
	if (!t->rows_unknown && t->rows != task->load.rows) {
		msg_error("type %s: job %s loaded %llu rows into %s, the manifest says %llu",
		    t->type, bq_job_id(task->load.job), (unsigned long long)task->load.rows,
		    t->table.table, (unsigned long long)t->rows);
		return EX_DIFFER;
	}
	return print_row(task) == 0 ? 0 : EX_IOERR;
}

/* Start every job, then wait for each: BigQuery works on all of them at once. One that fails does
 * not stop the others; the first failure's code is the program's, and EX_DIFFER gives way to any.
 */
static int
run(struct bq *b, struct task *task, size_t n)
{
	struct err e;
	int code = 0;

	for (size_t i = 0; i < n; i++) {
		task[i].started = bq_load_start(b, &task[i].load, &e) == 0;
		if (!task[i].started) {
			int bad = tell_failure(&task[i], &e);

			code = code == 0 ? bad : code;
		}
	}
	for (size_t i = 0; i < n; i++) {
		int bad = task[i].started ? finish(b, &task[i]) : 0;

		if (code == 0 || (code == EX_DIFFER && bad != 0))
			code = bad;
	}
	return code;
}

static int
load_types(const struct options *o, struct bq_types *ts, const struct hour *hour)
{
	struct task *task = xcalloc(ts->n + 1, sizeof *task);
	struct bq b = {0};
	struct err e;
	size_t n = 0;
	int code = 0, rc = 0;

	for (size_t i = 0; rc == 0 && i < ts->n; i++)
		if (!ts->type[i]->skip) {
			task[n].type = ts->type[i];
			rc = prepare(o, &task[n++], hour, &e);
		}
	if (rc == 0 && n > 0)
		rc = bq_open(&b, task[0].type->table.project, o->location, o->timeout_s, &e);
	if (rc != 0)
		code = msg_fail(&e);
	else if (n > 0)
		code = run(&b, task, n);
	bq_close(&b);
	for (size_t i = 0; i < n; i++)
		bq_load_free(&task[i].load);
	free(task);
	return code;
}

/* The one type of the operands: --type's text, or the TEMP table's name. */
static int
take_operands(const struct options *o, char **operand, struct bq_types *ts, struct err *e)
{
	const char *dot = strrchr(o->table, '.');
	const char *type = o->type != NULL ? o->type : dot != NULL ? dot + 1 : o->table;

	if (o->type == NULL && strstr(o->table, "{type}") != NULL)
		return err_set(
		    e, EX_USAGE, "-t %s: operands have no type; name it with --type", o->table);
	return bq_objects_add(bq_types_add(ts, type, strlen(type)), operand, e);
}

/* The types of the operands, or of the manifest on standard input, placed in their tables; of a
 * manifest only --type's is not skipped then. */
static int
find_types(const struct options *o, char **operand, struct bq_types *ts, const struct hour *hour,
    struct err *e)
{
	int from_manifest = *operand == NULL;
	int rc = from_manifest ? bq_types_read(ts, stdin, "standard input", e)
			       : take_operands(o, operand, ts, e);

	if (rc != 0 || (o->tables != NULL && bq_types_map(ts, o->tables, e) != 0) ||
	    skip_unknown(o, ts, hour, e) != 0 ||
	    bq_types_place(ts, o->table, hour, bq_default_project(), e) != 0)
		return -1;
	return from_manifest && o->type != NULL ? bq_types_pick(ts, o->type, e) : 0;
}

int
main(int argc, char **argv)
{
	static struct options o = {.timeout_s = 3600, .expire_days = 7};
	static const struct opt table[] = {
	    {'s', "schema", OPT_STRING, &o.schema, "FILE", "schema; {type} in it is the type"},
	    {'t', "table", OPT_STRING, &o.table, "TABLE", "TEMP table; {type} and {hour} in it"},
	    {0, "hour", OPT_STRING, &o.hour, "HOUR", "the folder hour, YYYY/MM/DD/HH"},
	    {0, "type", OPT_STRING, &o.type, "TYPE", "only this type (its encoded name)"},
	    {0, "tables", OPT_STRING, &o.tables, "FILE", "type<TAB>part: {type} of some tables"},
	    {0, "expire", OPT_NUMBER, &o.expire_days, "DAYS", "life of a new TEMP; 7, 0 for ever"},
	    {0, "location", OPT_STRING, &o.location, "PLACE", "of the jobs; the dataset's"},
	    {0, "timeout", OPT_NUMBER, &o.timeout_s, "SECONDS", "wait so long for a job; 3600"},
	};
	static const struct opt_program prog = {"load objects of Cloud Storage into TEMP tables",
	    "-s SCHEMA -t TABLE [gs://bucket/object ... | < put]", table,
	    sizeof table / sizeof table[0]};
	int first, code;
	struct bq_types ts = {0};
	struct hour hour;
	struct err e;

	io_hold_standard();
	first = opt_parse(&prog, argc, argv);
	if (o.schema == NULL || o.table == NULL)
		opt_usage(&prog, "-%c is required", o.schema == NULL ? 's' : 't');
	if (o.expire_days > MOST_DAYS)
		opt_usage(&prog, "--expire: at most %d days, 0 for ever", MOST_DAYS);
	if (o.hour != NULL && hour_parse(o.hour, &hour, &e) != 0)
		return msg_finish(msg_fail(&e));
	if (find_types(&o, argv + first, &ts, o.hour != NULL ? &hour : NULL, &e) != 0)
		code = msg_fail(&e);
	else
		code = load_types(&o, &ts, o.hour != NULL ? &hour : NULL);
	bq_types_free(&ts);
	return msg_finish(code);
}
