#include "ndjson/infer_schema.h"
#include "base/tsv.h"
#include "ndjson/fit_level.h"
#include "ndjson/infer_known.h"
#include "ndjson/infer_name.h"
#include "ndjson/schema.h"

#include <stdlib.h>
#include <string.h>

struct work {
	const struct infer *in;
	const struct infer_wish *wish;
	struct infer_schema *out;
};

/* The keys of an object and their columns' names. */
struct level {
	const struct infer_path **key;
	char **name;
	size_t n;
};

static void
name_keys(struct level *l, const struct infer_path *parent)
{
	struct infer_names *names = infer_names_new();
	struct buf made = {0};

	for (const struct infer_path *c = parent->child; c != NULL; c = c->next)
		l->n++;
	l->key = xcalloc(l->n, sizeof(struct infer_path *));
	l->name = xcalloc(l->n, sizeof(char *));
	l->n = 0;
	for (const struct infer_path *c = parent->child; c != NULL; c = c->next) {
		if (infer_names_keep(names, c->name, c->name_len))
			l->name[l->n] = xstrndup(c->name, c->name_len);
		l->key[l->n++] = c;
	}
	for (size_t i = 0; i < l->n; i++) {
		if (l->name[i] != NULL)
			continue;
		infer_names_make(names, l->key[i]->name, l->key[i]->name_len, &made);
		l->name[i] = xstrdup(made.data);
	}
	buf_free(&made);
	infer_names_free(names);
}

static void
free_level(struct level *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->name[i]);
	free(l->name);
	free(l->key);
}

/* The pointer of a key as a MAP has it: elements are not counted. 0 when a NUL is in it. */
static int
map_pointer(struct buf *out, const struct infer_path *p)
{
	int can = 1;

	for (; p != NULL && p->name == NULL; p = p->parent)
		;
	if (p == NULL)
		return 1;
	can = map_pointer(out, p->parent) && memchr(p->name, '\0', p->name_len) == NULL;
	buf_addc(out, '/');
	for (size_t i = 0; i < p->name_len; i++) {
		if (p->name[i] == '~' || p->name[i] == '/')
			buf_adds(out, p->name[i] == '~' ? "~0" : "~1");
		else
			buf_addc(out, p->name[i]);
	}
	return can;
}

static void
map_key(struct infer_schema *out, const struct infer_path *p, const char *name)
{
	int found = infer_name_found(p->name, p->name_len, name);
	struct buf pointer = {0};

	if (strlen(name) == p->name_len && memcmp(name, p->name, p->name_len) == 0)
		return;
	if (map_pointer(&pointer, p)) {
		tsv_add(&out->map, pointer.data, pointer.len);
		tsv_adds(&out->map, name);
		buf_addc(&out->map, '\n');
		out->renamed++;
		out->needed += !found;
	} else {
		out->hidden += !found;
	}
	buf_free(&pointer);
}

static void
describe(const struct work *w, struct column *c, const struct infer_path *p, struct buf *reason)
{
	if (w->in->sample != NULL && p->depth == 1)
		buf_addf(reason, "%sinferred from a sample: %s", reason->len > 0 ? "; " : "",
		    w->in->sample);
	if (reason->len > 0)
		column_describe(c, reason->data);
}

static void add_level(struct work *w, struct columns *to, const struct infer_path *parent,
    const struct columns *known);

/* A mode that the values bear, of a column that is known. */
static void
keep_mode(struct column *c, const struct infer_path *p, const struct column *known)
{
	const char *required = schema_mode_name(MODE_REQUIRED);
	int is_required = strcmp(known->mode, required) == 0;

	if (is_required && strcmp(c->mode, schema_mode_name(MODE_REPEATED)) != 0) {
		free(c->mode);
		c->mode = xstrdup(infer_always(p) ? required : schema_mode_name(MODE_NULLABLE));
	}
}

/* Whether ndfit would send a key without a column of its own to one of those that are there. */
static int
goes_elsewhere(const struct columns *there, const struct infer_path *p)
{
	struct buf name = {0};
	int goes;

	fit_name(&name, p->name, p->name_len);
	buf_addc(&name, '\0');
	goes = columns_find(there, name.data) != NULL;
	buf_free(&name);
	return goes;
}

/* A column as the values ask for; whether there is one. */
static int
infer_column(struct work *w, struct columns *to, const struct infer_path *p, const char *name,
    const struct column *known)
{
	struct infer_type t;
	struct columns fields = {0};
	struct column *c;
	int there;

	infer_type(p, w->wish, &t);
	/* JSON holds no such number, whatever is around it: what schema_diff knows of BIGNUMERIC. */
	if (known != NULL && p->beyond_json && strcmp(known->type, "JSON") == 0)
		t.type = TYPE_BIGNUMERIC;
	if (!t.empty && t.type == TYPE_RECORD) {
		add_level(w, &fields, t.mode == MODE_REPEATED ? p->element : p,
		    known != NULL ? &known->fields : NULL);
		if (fields.n == 0) {
			t.empty = 1;
			t.type = TYPE_STRING; /* in case it stays */
			buf_adds(&t.reason, "only empty fields so far");
		}
	}
	w->out->empty += (size_t)t.empty;
	w->out->text += (size_t)t.text;
	there = !t.empty || !w->wish->drop_empty || goes_elsewhere(to, p);
	if (there) {
		c = columns_add(
		    to, name, strlen(name), schema_type_name(t.type), schema_mode_name(t.mode));
		c->fields = fields;
		describe(w, c, p, &t.reason);
		if (known != NULL)
			keep_mode(c, p, known);
	}
	buf_free(&t.reason);
	return there;
}

static void
add_column(struct work *w, struct columns *to, const struct infer_path *p, const char *name,
    const struct columns *all_known)
{
	const struct column *known = all_known != NULL ? columns_find(all_known, name) : NULL;
	struct infer_schema before = *w->out;

	w->out->n++;
	map_key(w->out, p, name);
	if (known != NULL && infer_fits(p, known)) {
		keep_mode(columns_copy(to, known), p, known);
	} else if (!infer_column(w, to, p, name, known)) {
		w->out->n = before.n;
		w->out->map.len = before.map.len;
		w->out->renamed = before.renamed;
		w->out->needed = before.needed;
		w->out->hidden = before.hidden;
	}
}

static void
add_level(struct work *w, struct columns *to, const struct infer_path *parent,
    const struct columns *known)
{
	struct level l = {0};

	name_keys(&l, parent);
	/* Where some are left out, those that got a number come last: whether they may be depends
	 * on the others. */
	for (int last = 0; last <= w->wish->drop_empty; last++)
		for (size_t i = 0; i < l.n; i++)
			if (!w->wish->drop_empty || last == !infer_name_found(l.key[i]->name,
								l.key[i]->name_len, l.name[i]))
				add_column(w, to, l.key[i], l.name[i], known);
	free_level(&l);
}

int
infer_schema(
    const struct infer *in, const struct infer_wish *wish, struct infer_schema *out, struct err *e)
{
	struct work w = {in, wish, out};

	*out = (struct infer_schema){0};
	add_level(&w, &out->columns, in->top, wish->known);
	columns_sort(&out->columns);
	if (out->n == 0 && wish->known == NULL)
		return err_set(e, EX_DATAERR, "no column: the records have no key%s",
		    out->empty > 0 ? " with a value" : "");
	if (out->n > SCHEMA_MAX_COLUMNS)
		return err_set(e, EX_DATAERR,
		    "%zu columns, expected at most %d as BigQuery takes: try --max-paths %d",
		    out->n, SCHEMA_MAX_COLUMNS, SCHEMA_MAX_COLUMNS);
	return 0;
}

void
infer_schema_free(struct infer_schema *s)
{
	columns_free(&s->columns);
	buf_free(&s->map);
}
