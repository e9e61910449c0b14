#include "ndjson/schema_diff.h"
#include "base/tsv.h"
#include "ndjson/column_type.h"

#include <stdlib.h>
#include <string.h>

struct diff {
	int tsv, fails;
	FILE *out;
	struct buf path; /* of the level that is compared, with a dot behind; "" at the top */
};

/* One difference, as it is printed. */
struct change {
	const char *kind;
	const struct column *old, *new; /* NULL: not there */
	int fails;
	const char *remedy; /* NULL: none is needed */
};

static int
has_mode(const struct column *c, const char *mode)
{
	return strcmp(c->mode, mode) == 0;
}

static int
is_repeated(const struct column *c)
{
	return has_mode(c, "REPEATED");
}

/* The side of a change: "INTEGER", for the mode only that, "-" for none. */
static void
add_side(struct buf *out, const struct column *c, const char *kind)
{
	struct column_type t;

	if (c == NULL) {
		buf_adds(out, "-");
	} else if (strcmp(kind, "mode") == 0) {
		buf_adds(out, c->mode);
	} else {
		t = column_type_of(c);
		column_type_text(out, &t);
		/* Where there is one side alone, its mode belongs to it. */
		if (strcmp(kind, "added") == 0 || strcmp(kind, "missing") == 0)
			buf_addf(out, " %s", c->mode);
	}
}

static void
print_row(const struct diff *d, const struct change *c, const char *path, const char *old,
    const char *new)
{
	struct buf row = {0};

	tsv_adds(&row, c->kind);
	tsv_adds(&row, old);
	tsv_adds(&row, new);
	tsv_adds(&row, c->fails ? "fails" : "loads");
	tsv_adds(&row, c->remedy != NULL ? c->remedy : "-");
	(void)tsv_put(d->out, path, strlen(path), &row); /* the caller looks at the stream */
	buf_free(&row);
}

static void
print_words(const struct diff *d, const struct change *c, const char *path, const char *old,
    const char *new)
{
	fprintf(d->out, "%s: ", path);
	if (c->old == NULL)
		fprintf(d->out, "added, %s", new);
	else if (c->new == NULL)
		fprintf(d->out, "missing, was %s", old);
	else
		fprintf(d->out, "%s from %s to %s", strcmp(c->kind, "mode") == 0 ? "mode" : c->kind,
		    old, new);
	if (c->fails)
		fprintf(d->out, ": a load would fail: %s\n", c->remedy);
	else
		fprintf(d->out, ": loads%s%s\n", c->remedy != NULL ? ", " : "",
		    c->remedy != NULL ? c->remedy : "");
}

static void
tell(struct diff *d, const struct change *c)
{
	struct buf path = {0}, old = {0}, new = {0};

	buf_addf(&path, "%s%s", d->path.len > 0 ? d->path.data : "",
	    c->old != NULL ? c->old->name : c->new->name);
	add_side(&old, c->old, c->kind);
	add_side(&new, c->new, c->kind);
	d->fails += c->fails;
	if (d->tsv)
		print_row(d, c, path.data, old.data, new.data);
	else
		print_words(d, c, path.data, old.data, new.data);
	buf_free(&path);
	buf_free(&old);
	buf_free(&new);
}

static void
tell_added(struct diff *d, const struct column *new)
{
	struct buf remedy = {0};

	if (d->path.len == 0) {
		buf_addf(&remedy, "ADD COLUMN `%s` ", new->name);
		column_sql(&remedy, new);
	} else { /* no DDL does ("Modify table schemas", Add a nested column) */
		buf_addf(&remedy, "add the field to the schema of the table (bq update)");
	}
	tell(d, &(struct change){"added", NULL, new, 1, remedy.data});
	buf_free(&remedy);
}

static void
tell_missing(struct diff *d, const struct column *old)
{
	int required = has_mode(old, "REQUIRED");

	tell(d, &(struct change){"missing", old, NULL, required,
		    required ? d->path.len == 0 ? "DROP NOT NULL" : "needs a copy" : NULL});
}

/* What a column that is not REPEATED takes though the values are arrays: their text, or all. */
static int
takes_arrays(const struct column *c, const struct column_type *t)
{
	return has_mode(c, "NULLABLE") && t->max_length == 0 &&
	       (column_type_is(t, "STRING") || column_type_is(t, "JSON"));
}

static void
compare_modes(struct diff *d, const struct column *old, const struct column *new,
    const struct column_type *type)
{
	struct change c = {.kind = "mode", .old = old, .new = new};

	if (has_mode(old, new->mode))
		return;
	if (is_repeated(old)) {
		c.fails = 1;
		c.remedy = "needs a copy";
	} else if (is_repeated(new)) {
		c.fails = !takes_arrays(old, type);
		c.remedy = c.fails                        ? "needs a copy"
			   : column_type_is(type, "JSON") ? NULL
							  : "arrays as their text";
	} else if (has_mode(old, "REQUIRED")) {
		c.fails = 1;
		/* ALTER COLUMN names no nested field. */
		c.remedy = d->path.len == 0 ? "DROP NOT NULL" : "needs a copy";
	}
	tell(d, &c);
}

static void
compare_types(struct diff *d, const struct column *old, const struct column *new,
    const struct column_type *from, const struct column_type *to)
{
	int loads = column_type_loads(to, from), back = column_type_loads(from, to);
	struct change c = {.old = old, .new = new, .fails = !loads};
	struct buf remedy = {0};

	if (column_type_same(from, to))
		return;
	c.kind = loads == back ? "changed" : loads ? "narrowed" : "widened";
	if (!loads && d->path.len == 0 && !is_repeated(old) && !is_repeated(new) &&
	    column_type_settable(from, to)) {
		buf_adds(&remedy, "SET DATA TYPE ");
		column_sql(&remedy, new);
	} else if (!loads) {
		buf_adds(&remedy, "needs a copy");
	} else if (column_type_is(from, "STRING") && !column_type_is(to, "STRING")) {
		buf_adds(&remedy, "its values as their text");
	} else if (column_type_is(from, "TIMESTAMP") && column_type_is(to, "DATETIME")) {
		buf_adds(&remedy, "read as UTC");
	}
	c.remedy = remedy.data;
	tell(d, &c);
	buf_free(&remedy);
}

static void compare_levels(
    struct diff *d, const struct columns *old, const struct columns *new, const char *name);

static void
compare_columns(struct diff *d, const struct column *old, const struct column *new)
{
	struct column_type from = column_type_of(old), to = column_type_of(new);

	compare_types(d, old, new, &from, &to);
	compare_modes(d, old, new, &from);
	if (column_type_is(&from, "RECORD") && column_type_is(&to, "RECORD"))
		compare_levels(d, &old->fields, &new->fields, old->name);
}

/* Columns of both in one order, as two sorted lists are merged. name is their RECORD's, NULL at the
 * top. */
static void
compare_levels(
    struct diff *d, const struct columns *old, const struct columns *new, const char *name)
{
	const struct column **a = columns_sorted(old), **b = columns_sorted(new);
	size_t i = 0, j = 0, len = d->path.len;

	if (name != NULL)
		buf_addf(&d->path, "%s.", name);
	while (i < old->n || j < new->n) {
		if (i < old->n && j < new->n &&column_name_same(a[i]->name, b[j]->name))
			compare_columns(d, a[i++], b[j++]);
		else if (j == new->n ||
			 (i < old->n && column_name_compare(a[i]->name, b[j]->name) < 0))
			tell_missing(d, a[i++]);
		else
			tell_added(d, b[j++]);
	}
	d->path.len = len;
	if (d->path.data != NULL)
		d->path.data[len] = '\0';
	free(a);
	free(b);
}

int
schema_diff(const struct columns *old, const struct columns *new, int tsv, FILE *out, int *fails,
    struct err *e)
{
	struct diff d = {.tsv = tsv, .out = out};

	compare_levels(&d, old, new, NULL);
	buf_free(&d.path);
	*fails = d.fails;
	return ferror(out) ? err_sys(e, EX_IOERR, "differences") : 0;
}
