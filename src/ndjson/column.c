#include "ndjson/column.h"
#include "base/io.h"
#include "base/json.h"
#include "ndjson/schema.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* The members that a struct column has a place for; all others are its rest. */
static const char *const placed[] = {"name", "type", "mode", "description", "fields"};

struct column *
columns_add(struct columns *c, const char *name, size_t len, const char *type, const char *mode)
{
	struct column *new;

	/* Room doubles: it is used up whenever n is a power of two. */
	if ((c->n & (c->n - 1)) == 0)
		c->column = xrealloc(c->column, (c->n > 0 ? 2 * c->n : 1) * sizeof *c->column);
	new = &c->column[c->n++];
	*new = (struct column){
	    .name = xstrndup(name, len), .type = xstrdup(type), .mode = xstrdup(mode)};
	return new;
}

struct column *
columns_copy(struct columns *c, const struct column *from)
{
	struct column *new = columns_add(c, from->name, strlen(from->name), from->type, from->mode);

	new->description = from->description != NULL ? xstrdup(from->description) : NULL;
	new->rest = from->rest != NULL ? xstrdup(from->rest) : NULL;
	for (size_t i = 0; i < from->fields.n; i++)
		columns_copy(&new->fields, &from->fields.column[i]);
	return new;
}

static int
folded(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

static int
compare_folded(const char *a, const char *b)
{
	while (*a != '\0' && folded(*a) == folded(*b)) {
		a++;
		b++;
	}
	return folded(*a) - folded(*b);
}

int
column_name_compare(const char *a, const char *b)
{
	int order = compare_folded(a, b);

	return order != 0 ? order : strcmp(a, b);
}

int
column_name_same(const char *a, const char *b)
{
	return compare_folded(a, b) == 0;
}

struct column *
columns_find(const struct columns *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (column_name_same(c->column[i].name, name))
			return &c->column[i];
	return NULL;
}

/* The byte after the first n characters of the UTF-8 text. */
static size_t
bytes_of(const char *text, size_t n)
{
	size_t i = 0;

	for (; text[i] != '\0'; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80 && n-- == 0)
			break;
	return i;
}

void
column_describe(struct column *c, const char *text)
{
	struct buf cut = {0};

	free(c->description);
	c->description = NULL;
	if (text == NULL || text[0] == '\0')
		return;
	if (text[bytes_of(text, COLUMN_MAX_DESCRIPTION)] == '\0') {
		c->description = xstrdup(text);
		return;
	}
	buf_add(&cut, text, bytes_of(text, COLUMN_MAX_DESCRIPTION - 3));
	buf_adds(&cut, "...");
	c->description = buf_take(&cut);
}

/* The members of a field that have no place of their own, as text, or NULL. */
static char *
rest_of(yajl_val field)
{
	struct buf rest = {0};

	for (size_t i = 0; i < field->u.object.len; i++) {
		const char *key = field->u.object.keys[i];
		size_t at = 0;

		while (at < COUNT(placed) && strcmp(placed[at], key) != 0)
			at++;
		if (at < COUNT(placed))
			continue;
		buf_adds(&rest, rest.len > 0 ? ", " : "");
		json_quotes(&rest, key);
		buf_adds(&rest, ": ");
		json_write(&rest, field->u.object.values[i], 1);
	}
	return rest.len > 0 ? buf_take(&rest) : NULL;
}

/* The list of fields again, which schema_parse found to be that of t: the two go side by side, so
 * that types and modes come out in their one spelling. */
static void
take_fields(struct columns *out, const struct schema_table *t, yajl_val list)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct schema_field *f = &t->field[i];
		yajl_val v = list->u.array.values[i];
		struct column *c = columns_add(out, f->name, f->name_len, schema_type_name(f->type),
		    schema_mode_name(f->mode));

		column_describe(c, json_string(v, "description"));
		c->rest = rest_of(v);
		if (f->type == TYPE_RECORD)
			take_fields(&c->fields, f->sub, json_get(v, "fields"));
	}
}

int
columns_parse(const char *text, size_t len, const char *name, struct columns *out, struct err *e)
{
	struct schema *s = schema_parse(text, len, name, e);
	yajl_val root, list;

	*out = (struct columns){0};
	if (s == NULL)
		return -1;
	root = json_parse(text, len, SCHEMA_MAX_BYTES, name, e);
	if (root != NULL) {
		list = YAJL_IS_ARRAY(root) ? root : json_get(root, "schema.fields");
		take_fields(out, s->top, list != NULL ? list : json_get(root, "fields"));
	}
	yajl_tree_free(root);
	schema_free(s);
	return root != NULL ? 0 : -1;
}

int
columns_load(const char *path, struct columns *out, struct err *e)
{
	struct buf text = {0};
	int rc = io_slurp(path, SCHEMA_MAX_BYTES, &text, e);

	*out = (struct columns){0};
	if (rc == 0)
		rc = columns_parse(text.data, text.len, path, out, e);
	else if (e->code == EX_DATAERR)
		e->code = EX_CONFIG;
	buf_free(&text);
	return rc;
}

static void
write_member(struct buf *out, const char *name, const char *text)
{
	buf_addf(out, "\"%s\": ", name);
	json_quotes(out, text);
}

static void
write_level(struct buf *out, const struct columns *c, int depth)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct column *f = &c->column[i];

		buf_addf(out, "%*s{", 2 * depth, "");
		write_member(out, "name", f->name);
		buf_adds(out, ", ");
		write_member(out, "type", f->type);
		buf_adds(out, ", ");
		write_member(out, "mode", f->mode);
		if (f->description != NULL) {
			buf_adds(out, ", ");
			write_member(out, "description", f->description);
		}
		if (f->rest != NULL)
			buf_addf(out, ", %s", f->rest);
		if (f->fields.n > 0) {
			buf_adds(out, ", \"fields\": [\n");
			write_level(out, &f->fields, depth + 1);
			buf_addf(out, "%*s]", 2 * depth, "");
		}
		buf_adds(out, i + 1 < c->n ? "},\n" : "}\n");
	}
}

void
columns_write(struct buf *out, const struct columns *c)
{
	buf_adds(out, "[\n");
	write_level(out, c, 1);
	buf_adds(out, "]\n");
}

static int
compare_columns(const void *a, const void *b)
{
	return column_name_compare(
	    ((const struct column *)a)->name, ((const struct column *)b)->name);
}

void
columns_sort(struct columns *c)
{
	if (c->n > 1)
		qsort(c->column, c->n, sizeof *c->column, compare_columns);
	for (size_t i = 0; i < c->n; i++)
		columns_sort(&c->column[i].fields);
}

static int
compare_pointers(const void *a, const void *b)
{
	return compare_columns(*(const struct column *const *)a, *(const struct column *const *)b);
}

const struct column **
columns_sorted(const struct columns *c)
{
	const struct column **sorted = xcalloc(c->n + 1, sizeof *sorted);

	for (size_t i = 0; i < c->n; i++)
		sorted[i] = &c->column[i];
	qsort(sorted, c->n, sizeof *sorted, compare_pointers);
	return sorted;
}

void
columns_free(struct columns *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct column *f = &c->column[i];

		free(f->name);
		free(f->type);
		free(f->mode);
		free(f->description);
		free(f->rest);
		columns_free(&f->fields);
	}
	free(c->column);
	*c = (struct columns){0};
}
