#include "ndjson/infer_under.h"
#include "base/json.h"
#include "ndjson/column_type.h"
#include "ndjson/infer_name.h"
#include "ndjson/types_suggest.h"

#include <stdlib.h>
#include <string.h>

/* A column that was inferred, its namesake, compiled, and its path. */
struct pair {
	struct column *new;
	const struct column *old;
	const struct schema_field *field;
	const struct infer_path *path;
};

static uint64_t
values_of(const struct infer_path *p)
{
	return p->present - p->kind[VALUE_NULL];
}

/* Whether a value that was kept may be loaded; what was cut can't be told of a string. */
static int
kept_fits(const struct infer_text *t, const struct schema_field *f)
{
	struct buf text = {0}, scratch = {0};
	struct value v = {.kind = (enum value_kind)t->kind};
	enum verdict verdict;

	if (t->text == NULL)
		return 1;
	if (t->cut)
		return v.kind == VALUE_STRING;
	if (v.kind == VALUE_STRING)
		json_quote(&text, t->text, t->len);
	else
		buf_add(&text, t->text, t->len);
	v.text = text.data + (v.kind == VALUE_STRING);
	v.len = text.len - (v.kind == VALUE_STRING ? 2 : 0);
	verdict = types_check(f, &v, &scratch);
	buf_free(&text);
	buf_free(&scratch);
	return verdict == VALUE_FITS || verdict == VALUE_RESPELLED;
}

static int
all_kept_fit(const struct infer_path *p, const struct schema_field *f)
{
	for (size_t i = 0; i < INFER_EXAMPLES; i++)
		if (!kept_fits(&p->example[i], f))
			return 0;
	return kept_fits(&p->least_number, f) && kept_fits(&p->greatest_number, f) &&
	       kept_fits(&p->least_string, f) && kept_fits(&p->greatest_string, f);
}

/* Strings under a column that is no STRING. */
static int
strings_fit(const struct infer_path *p, const struct schema_field *f)
{
	if (p->kind[VALUE_STRING] == 0)
		return 1;
	if ((SUGGEST_ALL & SUGGEST(f->type)) == 0)
		return 1; /* by those that were kept */
	return p->empty_string == 0 && (p->suggested & SUGGEST(f->type)) != 0;
}

/* Numbers: whether they are in range, the least and the greatest tell. */
static int
numbers_fit(const struct infer_path *p, const struct schema_field *f)
{
	if (f->type == TYPE_INTEGER)
		return p->beyond_int64 == 0 && p->integral_floats == p->kind[VALUE_FLOAT];
	if (f->type == TYPE_BOOLEAN)
		return p->kind[VALUE_FLOAT] == 0;
	return f->type != TYPE_FLOAT || !p->beyond_double;
}

/* Whether the values of p, which are no arrays, fit f whatever its mode. */
static int
values_fit(const struct infer_path *p, const struct schema_field *f)
{
	int containers = p->kind[VALUE_OBJECT] > 0 || p->kind[VALUE_ARRAY] > 0;

	if (f->type == TYPE_JSON)
		return !p->beyond_json;
	if (f->type == TYPE_RECORD)
		return p->kind[VALUE_OBJECT] == values_of(p) && p->twice == 0 && !p->cut;
	if (containers)
		return f->type == TYPE_STRING && f->max_length == 0;
	if (f->type == TYPE_STRING)
		return f->max_length == 0 || (p->longest <= f->max_length && all_kept_fit(p, f));
	if (p->kind[VALUE_BOOLEAN] > 0 && f->type != TYPE_BOOLEAN)
		return 0;
	return strings_fit(p, f) && numbers_fit(p, f) && all_kept_fit(p, f);
}

/* Whether all values are arrays whose elements fit f. */
static int
arrays_fit(const struct infer_path *p, const struct schema_field *f)
{
	const struct infer_path *element = p->element;

	if (p->kind[VALUE_ARRAY] != values_of(p) || p->cut)
		return 0;
	return element == NULL || (element->kind[VALUE_NULL] == 0 &&
				      element->kind[VALUE_ARRAY] == 0 && values_fit(element, f));
}

static void
set_mode(struct column *c, const char *mode)
{
	free(c->mode);
	c->mode = xstrdup(mode);
}

static void
set_type(struct column *c, const struct column *as)
{
	free(c->type);
	free(c->rest);
	c->type = xstrdup(as->type);
	c->rest = as->rest != NULL ? xstrdup(as->rest) : NULL;
	if (strcmp(c->type, "RECORD") != 0)
		columns_free(&c->fields);
}

/* There never was a value: nothing speaks against the fields that there are. */
static void
set_fields(struct column *c, const struct column *as)
{
	columns_free(&c->fields);
	for (size_t i = 0; i < as->fields.n; i++)
		columns_copy(&c->fields, &as->fields.column[i]);
}

static int
has_objects(const struct infer_path *p)
{
	return p->kind[VALUE_OBJECT] > 0 ||
	       (p->element != NULL && p->element->kind[VALUE_OBJECT] > 0);
}

static int
is_repeated(const struct column *c)
{
	return strcmp(c->mode, "REPEATED") == 0;
}

static void under_level(const struct infer_path *parent, const struct schema_table *table,
    const struct columns *old, struct columns *new);

static void
under_column(const struct pair *pair)
{
	static char numbers[] = "BIGNUMERIC";
	const struct infer_path *p = pair->path;
	const struct schema_field *f = pair->field;
	int loads = column_loads(pair->new, pair->old);
	int repeated = f->mode == MODE_REPEATED;

	if (repeated ? arrays_fit(p, f) : values_fit(p, f)) {
		if (!loads)
			set_type(pair->new, pair->old);
		if (repeated)
			set_mode(pair->new, "REPEATED");
		else if (is_repeated(pair->new) &&
			 (f->mode == MODE_REQUIRED || p->kind[VALUE_ARRAY] == 0))
			set_mode(pair->new, "NULLABLE"); /* arrays as text, or no value at all */
	}
	if (f->type == TYPE_JSON && p->beyond_json) /* whatever it was inferred to be */
		set_type(pair->new, &(struct column){.type = numbers});
	if (f->mode == MODE_REQUIRED && !is_repeated(pair->new) && p->kind[VALUE_NULL] == 0 &&
	    infer_missing(p) == 0)
		set_mode(pair->new, "REQUIRED");
	if (f->type != TYPE_RECORD || strcmp(pair->new->type, "RECORD") != 0)
		return;
	if (!has_objects(p))
		set_fields(pair->new, pair->old);
	else
		under_level(
		    repeated ? p->element : p, f->sub, &pair->old->fields, &pair->new->fields);
}

/* The path of the column: that of its own name, or of a key that ndfit takes for it. */
static const struct infer_path *
path_of(const struct infer_path *parent, const char *name)
{
	size_t len = strlen(name);

	for (const struct infer_path *c = parent->child; c != NULL; c = c->next)
		if (c->name_len == len && memcmp(c->name, name, len) == 0)
			return c;
	for (const struct infer_path *c = parent->child; c != NULL; c = c->next)
		if (infer_name_found(c->name, c->name_len, name))
			return c;
	return NULL;
}

static void
under_level(const struct infer_path *parent, const struct schema_table *table,
    const struct columns *old, struct columns *new)
{
	for (size_t i = 0; parent != NULL && i < new->n; i++) {
		struct pair pair = {.new = &new->column[i]};

		pair.field = schema_find(table, pair.new->name, strlen(pair.new->name));
		pair.path = path_of(parent, pair.new->name);
		if (pair.field == NULL || pair.path == NULL)
			continue;
		pair.old = &old->column[pair.field - table->field];
		under_column(&pair);
	}
}

void
infer_under(const struct infer *in, const struct columns *old, const struct columns *inferred,
    struct columns *out)
{
	struct buf text = {0};
	struct schema *schema;
	struct err ignored; /* old was parsed before: what is written of it is a schema, too */

	for (size_t i = 0; i < inferred->n; i++)
		columns_copy(out, &inferred->column[i]);
	columns_write(&text, old);
	schema = schema_parse(text.data, text.len, "old", &ignored);
	if (schema != NULL)
		under_level(in->top, schema->top, old, out);
	schema_free(schema);
	buf_free(&text);
}
