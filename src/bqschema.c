/* bqschema: the schema of a BigQuery table, or of every table of a dataset, as a schema file. */
#include "base/buf.h"
#include "base/io.h"
#include "base/msg.h"
#include "base/name.h"
#include "base/opt.h"
#include "base/signals.h"
#include "gcp/bq.h"
#include "gcp/bq_schema.h"
#include "gcp/bq_tables.h"
#include "ndjson/schema_diff.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#define TABLE_WORD "{table}"

struct options {
	const char *output, *diff, *location;
	struct opt_list match, except, without;
	int tsv, sort;
};

/* What was done with the tables so far. */
struct work {
	const struct options *opt;
	struct bq b;
	int whole;  /* a dataset: what is printed names the table */
	int differ; /* a load would fail */
	int code;   /* of the last table that could not be read */
};

/* A file's name with the table's in it, encoded like that of a type. */
static char *
file_name(const char *template, const char *table)
{
	struct buf name = {0};
	const char *word;

	for (; (word = strstr(template, TABLE_WORD)) != NULL;
	     template = word + strlen(TABLE_WORD)) {
		buf_add(&name, template, (size_t)(word - template));
		name_type(&name, table, strlen(table));
	}
	buf_adds(&name, template);
	return buf_take(&name);
}

static int
is_without(const struct options *o, const char *column)
{
	for (size_t i = 0; i < o->without.n; i++)
		if (column_name_same(o->without.item[i], column))
			return 1;
	return 0;
}

/* Leave the columns of --without out. */
static void
leave_out(const struct options *o, struct columns *c)
{
	struct columns kept = {0};

	for (size_t i = 0; i < c->n; i++)
		if (!is_without(o, c->column[i].name))
			columns_copy(&kept, &c->column[i]);
	columns_free(c);
	*c = kept;
}

static int
write_schema(const char *path, const struct columns *c, struct err *e)
{
	struct outfile f = {0};
	struct buf text = {0};
	sigset_t held;
	int wake_fd, rc;

	columns_write(&text, c);
	if (path == NULL) {
		fwrite(text.data, 1, text.len, stdout); /* msg_finish looks */
		buf_free(&text);
		return 0;
	}
	/* A file that is begun is to be removed before a signal ends the program. */
	sigemptyset(&held);
	rc = (wake_fd = signals_hold(&held, e)) >= 0 ? 0 : -1;
	if (rc == 0)
		rc = outfile_open(&f, path, e);
	if (rc == 0)
		rc = outfile_write(&f, text.data, text.len, e);
	if (rc == 0)
		rc = outfile_commit(&f, e);
	outfile_abort(&f);
	signals_release(&held, wake_fd);
	buf_free(&text);
	return rc;
}

/* Print lines, each with the table's name before it when there are many tables. */
static void
print_lines(const struct work *w, const char *table, char *lines)
{
	for (char *end; (end = strchr(lines, '\n')) != NULL; lines = end + 1) {
		*end = '\0';
		if (w->whole)
			printf("%s%s", table, w->opt->tsv ? "\t" : ": ");
		puts(lines);
	}
}

/* Compare the table's columns with the schema file; without a file there is nothing to say of a
 * table of a dataset but that. */
static int
compare(
    struct work *w, const char *table, const char *path, const struct columns *have, struct err *e)
{
	struct columns file;
	char *lines = NULL;
	size_t len = 0;
	FILE *out;
	int fails, rc;

	if (columns_load(path, &file, e) != 0) {
		if (!w->whole || e->code != EX_NOINPUT)
			return -1;
		msg_warn("table %s is not compared: %s", table, e->text);
		return 0;
	}
	leave_out(w->opt, &file);
	out = open_memstream(&lines, &len);
	if (out == NULL) {
		columns_free(&file);
		return err_sys(e, EX_TEMPFAIL, "memory");
	}
	rc = schema_diff(have, &file, w->opt->tsv, out, &fails, e);
	fclose(out);
	if (rc == 0)
		print_lines(w, table, lines);
	w->differ |= rc == 0 && fails > 0;
	free(lines);
	columns_free(&file);
	return rc;
}

/* One table's columns to where the options say. */
static int
give(struct work *w, const struct bq_table *t, struct columns *c, struct err *e)
{
	const struct options *o = w->opt;
	const char *template = o->diff != NULL ? o->diff : o->output;
	char *path = template != NULL ? file_name(template, t->table) : NULL;
	int rc;

	leave_out(o, c);
	if (o->sort)
		columns_sort(c);
	if (o->diff != NULL)
		rc = compare(w, t->table, path, c, e);
	else if (c->n > 0)
		rc = write_schema(path, c, e);
	else
		rc = err_set(e, EX_DATAERR, "%s:%s.%s: --without leaves no column", t->project,
		    t->dataset, t->table);
	free(path);
	return rc;
}

/* 0 also for a table of a dataset that can't be read: that is told, and the others go on. */
static int
take_table(struct work *w, const struct bq_table *t, struct err *e)
{
	struct columns c;
	int found = bq_schema_read(&w->b, t, &c, e), rc = -1;

	if (found == 1) {
		rc = give(w, t, &c, e);
		columns_free(&c);
		return rc;
	}
	if (found == 0)
		err_set(e, EX_UNAVAILABLE, "there is no table %s:%s.%s", t->project, t->dataset,
		    t->table);
	if (!w->whole || e->code == EX_TEMPFAIL || e->code == EX_IOERR)
		return -1;
	if (found == 0 || e->code == EX_DATAERR) {
		msg_warn("%s: left out", e->text);
		return 0;
	}
	w->code = msg_fail(e);
	return 0;
}

static int
is_among(const struct opt_list *patterns, const char *table)
{
	for (size_t i = 0; i < patterns->n; i++)
		if (fnmatch(patterns->item[i], table, 0) == 0)
			return 1;
	return 0;
}

static int
take_dataset(struct work *w, struct bq_table *t, struct err *e)
{
	const struct options *o = w->opt;
	size_t n, taken = 0;
	char **name;
	int rc = bq_tables_list(&w->b, t, &name, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		if ((o->match.n > 0 && !is_among(&o->match, name[i])) ||
		    is_among(&o->except, name[i]))
			continue;
		t->table = name[i];
		rc = take_table(w, t, e);
		t->table = NULL;
		taken++;
	}
	if (rc == 0 && taken == 0)
		rc = err_set(e, EX_NOINPUT, "%s:%s: no table%s", t->project, t->dataset,
		    n > 0 ? " of that name among those of the dataset" : " in the dataset");
	bq_tables_free(name, n);
	return rc;
}

static void
check_options(const struct opt_program *prog, const struct options *o, int operands)
{
	if (operands != 1)
		opt_usage(prog, "give one table or dataset");
	if (o->output != NULL && o->diff != NULL)
		opt_usage(prog, "-o writes schemas, --diff compares them: give one");
	if (o->tsv && o->diff == NULL)
		opt_usage(prog, "--tsv goes with --diff");
	for (size_t i = 0; i < o->without.n; i++)
		if (o->without.item[i][0] == '\0')
			opt_usage(prog, "--without needs the name of a column");
}

/* What goes with a table and not with a dataset, or the other way. */
static void
check_operand(const struct opt_program *prog, const struct options *o, int whole)
{
	const char *template = o->diff != NULL ? o->diff : o->output;

	if (whole && (template == NULL || strstr(template, TABLE_WORD) == NULL))
		opt_usage(prog, "all tables of a dataset need -o or --diff with " TABLE_WORD
				" in the name of the file");
	if (!whole && (o->match.n > 0 || o->except.n > 0))
		opt_usage(prog, "--match and --except go with a dataset");
}

int
main(int argc, char **argv)
{
	static struct options o;
	static const struct opt table[] = {
	    {'o', "output", OPT_STRING, &o.output, "FILE", "write there; {table} in it"},
	    {'d', "diff", OPT_STRING, &o.diff, "FILE", "compare with that schema; {table} in it"},
	    {0, "tsv", OPT_FLAG, &o.tsv, NULL, "differences as tab-separated columns"},
	    {0, "without", OPT_LIST, &o.without, "COLUMN",
		"leave the column out, e.g. folder_hour"},
	    {0, "sort", OPT_FLAG, &o.sort, NULL, "columns by name, not in the table's order"},
	    {0, "match", OPT_LIST, &o.match, "PATTERN", "of a dataset, only tables like app_*"},
	    {0, "except", OPT_LIST, &o.except, "PATTERN", "of a dataset, no tables like *_TEMP*"},
	    {0, "location", OPT_STRING, &o.location, "PLACE", "of the dataset, for views"},
	};
	static const struct opt_program prog = {"a BigQuery table's schema, as a schema file",
	    "TABLE | DATASET", table, sizeof table / sizeof table[0]};
	struct work w = {.opt = &o};
	struct bq_table t = {0};
	struct err e;
	int first, rc;

	io_hold_standard();
	first = opt_parse(&prog, argc, argv);
	check_options(&prog, &o, argc - first);
	rc = bq_tables_parse(argv[first], bq_default_project(), &t, &e);
	w.whole = rc == 0 && t.table == NULL;
	if (rc == 0) {
		check_operand(&prog, &o, w.whole);
		rc = bq_open(&w.b, t.project, o.location, 0, &e);
	}
	if (rc == 0)
		rc = w.whole ? take_dataset(&w, &t, &e) : take_table(&w, &t, &e);
	bq_close(&w.b);
	bq_table_free(&t);
	if (rc != 0)
		w.code = msg_fail(&e);
	return msg_finish(w.code != 0 ? w.code : w.differ ? EX_DIFFER : 0);
}
