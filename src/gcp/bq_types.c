#include "gcp/bq_types.h"
#include "base/tsv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

struct bq_type_index {
	struct bq_type *type;
	UT_hash_handle hh;
};

static struct bq_type *
find(const struct bq_types *ts, const char *type, size_t len)
{
	struct bq_type_index *at;

	HASH_FIND(hh, ts->index, type, len, at);
	return at != NULL ? at->type : NULL;
}

static struct bq_type *
append(struct bq_types *ts, const char *type, size_t len)
{
	struct bq_type *t = xcalloc(1, sizeof *t);
	struct buf name = {0}, part = {0};

	t->type = xmalloc(len + 1);
	memcpy(t->type, type, len);
	t->type[len] = '\0';
	t->len = len;
	name_type(&name, type, len);
	name_table(&part, type, len);
	t->name = buf_take(&name);
	t->part = part.data != NULL ? buf_take(&part) : xstrdup("");
	ts->type = xrealloc(ts->type, (ts->n + 1) * sizeof(struct bq_type *));
	ts->type[ts->n++] = t;
	return t;
}

struct bq_type *
bq_types_add(struct bq_types *ts, const char *type, size_t len)
{
	struct bq_type *t = find(ts, type, len);
	struct bq_type_index *at;

	if (t != NULL)
		return t;
	t = append(ts, type, len);
	at = xcalloc(1, sizeof *at);
	at->type = t;
	HASH_ADD_KEYPTR(hh, ts->index, t->type, t->len, at);
	return t;
}

void
bq_types_add_table(struct bq_types *ts, const struct bq_table *table)
{
	struct bq_type *t = append(ts, table->table, strlen(table->table));

	t->table = *table;
}

void
bq_type_add_item(struct bq_type *t, uint64_t rows, const char *third, const char *fourth)
{
	t->item = xrealloc(t->item, (t->n + 1) * sizeof *t->item);
	t->item[t->n++] = (struct bq_item){rows, xstrdup(third), xstrdup(fourth)};
	t->rows += rows;
}

int
bq_types_read(struct bq_types *ts, FILE *in, const char *name, struct err *e)
{
	struct tsv_reader r = {.in = in, .name = name};
	uint64_t rows;
	int rc;

	while ((rc = tsv_next(&r, 4, e)) > 0) {
		const struct tsv_field *f = r.field;

		if (tsv_u64(&r, 1, &rows, e) != 0) {
			rc = -1;
			break;
		}
		if (f[0].len == strlen(TYPE_REJECTED) &&
		    memcmp(f[0].s, TYPE_REJECTED, f[0].len) == 0)
			continue;
		bq_type_add_item(bq_types_add(ts, f[0].s, f[0].len), rows, f[2].s, f[3].s);
	}
	if (rc == 0 && r.line == 0)
		rc = err_set(e, EX_NOINPUT, "%s: the manifest has no line", name);
	tsv_done(&r);
	return rc;
}

static int
map_line(struct bq_types *ts, const struct tsv_reader *r, struct err *e)
{
	const struct tsv_field *part = &r->field[1];
	struct bq_type *t = find(ts, r->field[0].s, r->field[0].len);

	for (size_t i = 0; i < part->len; i++)
		if (part->s[i] == '.' || part->s[i] == ':' || part->s[i] == '\0')
			return err_set(e, EX_CONFIG,
			    "%s:%llu: table part '%s': expected letters, digits, "
			    "'_' and '-'",
			    r->name, (unsigned long long)r->line, part->s);
	if (t == NULL)
		return 0;
	free(t->part);
	t->part = xstrdup(part->s);
	return 0;
}

int
bq_types_map(struct bq_types *ts, const char *path, struct err *e)
{
	struct tsv_reader r = {.in = fopen(path, "re"), .name = path};
	int rc;

	if (r.in == NULL)
		return err_sys(e, errno == ENOENT ? EX_NOINPUT : EX_IOERR, path);
	while ((rc = tsv_next(&r, 2, e)) > 0 && (rc = map_line(ts, &r, e)) == 0)
		;
	fclose(r.in);
	tsv_done(&r);
	return rc;
}

static int
compare_tables(const void *a, const void *b)
{
	return bq_table_compare(
	    &(*(struct bq_type *const *)a)->table, &(*(struct bq_type *const *)b)->table);
}

static int
refuse_meetings(struct bq_type **sorted, size_t n, struct err *e)
{
	if (n > 1)
		qsort(sorted, n, sizeof(struct bq_type *), compare_tables);
	for (size_t i = 1; i < n; i++)
		if (compare_tables(&sorted[i - 1], &sorted[i]) == 0)
			return err_set(e, EX_CONFIG,
			    "types '%s' and '%s' would meet in table %s:%s.%s; "
			    "give one another table with --tables (TABLES of the recipes)",
			    sorted[i - 1]->type, sorted[i]->type, sorted[i]->table.project,
			    sorted[i]->table.dataset, sorted[i]->table.table);
	return 0;
}

int
bq_types_place(struct bq_types *ts, const char *template, const struct hour *hour,
    const char *project, struct err *e)
{
	struct bq_type **placed = xcalloc(ts->n + 1, sizeof(struct bq_type *));
	struct buf spec = {0};
	size_t n = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ts->n; i++) {
		struct bq_type *t = ts->type[i];
		struct name_values v = {.type = t->part,
		    .part = UINT64_MAX,
		    .hour = hour != NULL ? hour->compact : NULL};

		if (t->skip)
			continue;
		buf_clear(&spec);
		rc = name_expand(&spec, template, &v, e);
		if (rc == 0)
			rc = bq_table_parse(
			    spec.data != NULL ? spec.data : "", project, &t->table, e);
		placed[n++] = t;
	}
	if (rc == 0)
		rc = refuse_meetings(placed, n, e);
	buf_free(&spec);
	free(placed);
	return rc;
}

int
bq_types_pick(struct bq_types *ts, const char *name, struct err *e)
{
	int found = 0;

	for (size_t i = 0; i < ts->n; i++) {
		if (strcmp(ts->type[i]->name, name) == 0)
			found = 1;
		else
			ts->type[i]->skip = 1;
	}
	return found ? 0 : err_set(e, EX_NOINPUT, "the manifest has no row of type %s", name);
}

void
bq_types_free(struct bq_types *ts)
{
	struct bq_type_index *at = ts->index, *next;

	/* This frees the hash table; its entries still know the next of them. */
	HASH_CLEAR(hh, ts->index);
	for (; at != NULL; at = next) {
		next = at->hh.next;
		free(at);
	}
	for (size_t i = 0; i < ts->n; i++) {
		struct bq_type *t = ts->type[i];

		for (size_t j = 0; j < t->n; j++) {
			free(t->item[j].third);
			free(t->item[j].fourth);
		}
		free(t->item);
		free(t->type);
		free(t->name);
		free(t->part);
		bq_table_free(&t->table);
		free(t);
	}
	free(ts->type);
	*ts = (struct bq_types){0};
}
