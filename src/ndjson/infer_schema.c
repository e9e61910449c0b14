#include "ndjson/infer_schema.h"
#include "base/tsv.h"
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

static void add_level(struct work *w, struct columns *to, const struct infer_path *parent);

/* The path whose keys are the fields of p's RECORD. */
static const struct infer_path *
fields_of(const struct infer_path *p, const struct infer_type *t)
{
	return t->mode == MODE_REPEATED ? p->element : p;
}

static void
add_column(struct work *w, struct columns *to, const struct infer_path *p, const char *name)
{
	struct infer_type t;
	struct columns fields = {0};
	struct column *c;

	infer_type(p, w->wish, &t);
	if (!t.empty && t.type == TYPE_RECORD) {
		add_level(w, &fields, fields_of(p, &t));
		t.empty = fields.n == 0;
	}
	w->out->empty += (size_t)t.empty;
	w->out->text += (size_t)t.text;
	if (!t.empty || !w->wish->drop_empty) {
		c = columns_add(
		    to, name, strlen(name), schema_type_name(t.type), schema_mode_name(t.mode));
		c->fields = fields;
		describe(w, c, p, &t.reason);
		map_key(w->out, p, name);
		w->out->n++;
	}
	buf_free(&t.reason);
}

static void
add_level(struct work *w, struct columns *to, const struct infer_path *parent)
{
	struct level l = {0};

	name_keys(&l, parent);
	for (size_t i = 0; i < l.n; i++)
		add_column(w, to, l.key[i], l.name[i]);
	free_level(&l);
}

int
infer_schema(
    const struct infer *in, const struct infer_wish *wish, struct infer_schema *out, struct err *e)
{
	struct work w = {in, wish, out};

	*out = (struct infer_schema){0};
	add_level(&w, &out->columns, in->top);
	columns_sort(&out->columns);
	if (out->n == 0)
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
