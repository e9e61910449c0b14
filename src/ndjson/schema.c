#include "ndjson/schema.h"
#include "base/io.h"
#include "base/json.h"
#include "ndjson/schema_place.h"
#include "ndjson/schema_property.h"

#include <stdlib.h>
#include <string.h>

static int add_fields(struct schema_parse *p, struct schema_table *t, yajl_val list, int depth);

static int
read_name(struct schema_parse *p, yajl_val v, struct schema_field *f)
{
	yajl_val name = schema_property(v, "name");
	const char *fault;

	if (!YAJL_IS_STRING(name))
		return schema_fail(
		    p, name != NULL ? name : v, "expected a field with a \"name\" string");
	f->name = xstrdup(YAJL_GET_STRING(name));
	f->name_len = strlen(f->name);
	fault = schema_name_fault(f->name, f->name_len);
	if (fault != NULL)
		return schema_fail(p, name, "column name \"%.60s\" %s", f->name, fault);
	return 0;
}

static struct schema_table *
new_table(struct schema *s, size_t n)
{
	struct schema_table *t = xcalloc(1, sizeof *t);
	size_t slots = 8;

	while (slots < n * 2)
		slots *= 2;
	t->field = xcalloc(n > 0 ? n : 1, sizeof *t->field);
	t->slot = xcalloc(slots, sizeof *t->slot);
	t->mask = slots - 1;
	t->id = s->tables++;
	return t;
}

/* "REST Resource: tables", TableFieldSchema.rangeElementType. */
static int
read_range(struct schema_parse *p, yajl_val v, const struct schema_field *f)
{
	yajl_val of = schema_property(v, "rangeElementType");
	enum schema_type type;

	if (f->type != TYPE_RANGE && of != NULL)
		return schema_fail(p, of, "\"rangeElementType\" does not go with this type");
	if (f->type != TYPE_RANGE)
		return 0;
	if (!YAJL_IS_OBJECT(of))
		return schema_fail(
		    p, v, "column %s: RANGE needs \"rangeElementType\": {\"type\": ...}", f->name);
	if (schema_read_type(p, of, f->name, &type) != 0)
		return -1;
	if (type != TYPE_DATE && type != TYPE_DATETIME && type != TYPE_TIMESTAMP)
		return schema_fail(
		    p, of, "column %s: a RANGE is of DATE, DATETIME or TIMESTAMP", f->name);
	return 0;
}

static int
read_fields(struct schema_parse *p, yajl_val v, struct schema_field *f, int depth)
{
	yajl_val list = schema_property(v, "fields");

	if (f->type != TYPE_RECORD) {
		if (YAJL_IS_ARRAY(list) && list->u.array.len == 0)
			return 0; /* as some exports write it */
		return list == NULL ? 0
				    : schema_fail(p, list,
					  "column %s: only a RECORD has \"fields\"", f->name);
	}
	if (!YAJL_IS_ARRAY(list) || list->u.array.len == 0)
		return schema_fail(
		    p, list != NULL ? list : v, "column %s: a RECORD needs \"fields\"", f->name);
	if (depth >= SCHEMA_MAX_DEPTH)
		return schema_fail(
		    p, v, "column %s: nested deeper than %d levels", f->name, SCHEMA_MAX_DEPTH);
	f->sub = new_table(p->schema, list->u.array.len);
	return add_fields(p, f->sub, list, depth + 1);
}

/* Read the field v into t; depth is the number of RECORDs around it. */
static int
add_field(struct schema_parse *p, struct schema_table *t, yajl_val v, int depth)
{
	struct schema_field *f = &t->field[t->n];
	const struct schema_field *twin;

	if (!YAJL_IS_OBJECT(v))
		return schema_fail(p, v, "expected a field: {\"name\": ..., \"type\": ...}");
	if (++p->schema->columns > SCHEMA_MAX_COLUMNS)
		return schema_fail(p, v, "more than %d columns", SCHEMA_MAX_COLUMNS);
	t->n++; /* from here on schema_free frees it */
	if (schema_check_properties(p, v) != 0 || read_name(p, v, f) != 0)
		return -1;
	twin = schema_find(t, f->name, f->name_len);
	if (twin != NULL)
		return schema_fail(p, schema_property(v, "name"),
		    "column \"%s\" is there twice%s%s%s", f->name,
		    strcmp(twin->name, f->name) != 0 ? " (as \"" : "",
		    strcmp(twin->name, f->name) != 0 ? twin->name : "",
		    strcmp(twin->name, f->name) != 0 ? "\": case makes no difference)" : "");
	schema_index(t, t->n - 1);
	if (schema_read_type(p, v, f->name, &f->type) != 0 || schema_read_mode(p, v, f) != 0 ||
	    schema_read_parameters(p, v, f) != 0 || read_range(p, v, f) != 0)
		return -1;
	return read_fields(p, v, f, depth);
}

static int
add_fields(struct schema_parse *p, struct schema_table *t, yajl_val list, int depth)
{
	size_t i, j;

	for (i = 0; i < list->u.array.len; i++)
		if (add_field(p, t, list->u.array.values[i], depth) != 0)
			return -1;
	if (schema_twins(t, &i, &j))
		return schema_fail(p, schema_property(list->u.array.values[j], "name"),
		    "column \"%s\" is there twice (as \"%s\": case makes no difference)",
		    t->field[j].name, t->field[i].name);
	return 0;
}

/* The array of fields in any of the three wrappings, or NULL. */
static yajl_val
field_list(yajl_val root)
{
	yajl_val list = json_get(root, "schema.fields");

	if (YAJL_IS_ARRAY(root))
		return root;
	if (list == NULL)
		list = json_get(root, "fields");
	return YAJL_IS_ARRAY(list) ? list : NULL;
}

/* A NUL written as \u0000 ends the strings of yajl's tree: what follows would be lost unseen. */
static int
refuse_nul(struct schema_parse *p)
{
	const char *end = p->text + p->len;
	size_t line, column;

	for (const char *s = p->text; (s = memchr(s, '\\', (size_t)(end - s))) != NULL; s += 2)
		if (end - s >= 6 && memcmp(s, "\\u0000", 6) == 0) {
			schema_line(p->text, s, &line, &column);
			return err_set(p->e, EX_CONFIG, "%s:%zu:%zu: a NUL character in a string",
			    p->name, line, column);
		}
	return 0;
}

struct schema *
schema_parse(const char *text, size_t len, const char *name, struct err *e)
{
	struct schema_parse p = {.name = name, .text = text, .len = len, .e = e};
	yajl_val list;
	int rc;

	p.root = json_parse(text, len, SCHEMA_MAX_BYTES, name, e);
	if (p.root == NULL) {
		e->code = EX_CONFIG;
		return NULL;
	}
	p.schema = xcalloc(1, sizeof *p.schema);
	list = field_list(p.root);
	if (refuse_nul(&p) != 0)
		rc = -1;
	else if (list == NULL)
		rc = schema_fail(&p, p.root,
		    "expected an array of fields, {\"fields\": [...]} or "
		    "{\"schema\": {\"fields\": [...]}}");
	else if (list->u.array.len == 0)
		rc = schema_fail(&p, list, "a schema without columns");
	else {
		p.schema->top = new_table(p.schema, list->u.array.len);
		rc = add_fields(&p, p.schema->top, list, 0);
	}
	yajl_tree_free(p.root);
	if (rc == 0)
		return p.schema;
	schema_free(p.schema);
	return NULL;
}

struct schema *
schema_load(const char *path, struct err *e)
{
	struct buf text = {0};
	struct schema *s = NULL;

	if (io_slurp(path, SCHEMA_MAX_BYTES, &text, e) == 0)
		s = schema_parse(text.data, text.len, path, e);
	else if (e->code == EX_DATAERR)
		e->code = EX_CONFIG;
	buf_free(&text);
	return s;
}
