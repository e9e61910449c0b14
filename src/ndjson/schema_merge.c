#include "ndjson/schema_merge.h"
#include "base/json.h"
#include "ndjson/column_type.h"
#include "ndjson/schema.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define MIXED "STRING because one schema has "

/* Members that make a type's values fewer; and those that only go with a type. */
static const char *const parameters[] = {"maxLength", "precision", "scale", "timestampPrecision"};
static const char *const of_type[] = {"roundingMode", "collation", "defaultValueExpression",
    "rangeElementType", "foreignTypeDefinition", "generatedColumn"};

static int
has_mode(const struct column *c, const char *mode)
{
	return strcmp(c->mode, mode) == 0;
}

static uint64_t
larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Which of the types takes the values of both once its parameters are wide enough; NULL: none. */
static const char *
common_name(const struct column_type *a, const struct column_type *b)
{
	struct column_type x = {.name = a->name}, y = {.name = b->name};

	if (column_type_is(a, "RANGE") && column_type_is(b, "RANGE"))
		return strcmp(a->element, b->element) == 0 ? a->name : NULL;
	if (strcmp(a->name, b->name) == 0)
		return a->name;
	if (column_type_is(a, "STRING") || column_type_is(b, "STRING"))
		return NULL; /* also with JSON: the STRING may hold numbers that JSON can't */
	if (column_type_is(a, "JSON") || column_type_is(b, "JSON"))
		return "JSON";
	if (column_type_is(a, "TIMESTAMP") || column_type_is(b, "TIMESTAMP"))
		return NULL;
	if (column_type_loads(&x, &y))
		return b->name;
	return column_type_loads(&y, &x) ? a->name : NULL;
}

/* The parameters of t, whose name is set, wide enough for both. */
static void
widen(struct column_type *t, const struct column_type *a, const struct column_type *b)
{
	if (a->max_length > 0 && b->max_length > 0)
		t->max_length = larger(a->max_length, b->max_length);
	t->second_digits = larger(a->second_digits, b->second_digits);
	memcpy(t->element, a->element, sizeof t->element);
	if (!column_type_is(t, "NUMERIC") && !column_type_is(t, "BIGNUMERIC"))
		return;
	t->whole = larger(a->whole, b->whole);
	t->fraction = larger(a->fraction, b->fraction);
	t->precise = a->precise || b->precise;
}

/* Parameters that a's members do not say yet, as members; what a type has without them is not said.
 */
static void
add_parameters(struct buf *rest, const struct column_type *t)
{
	struct column_type plain = column_type_of(&(struct column){.type = (char *)t->name});
	const char *comma = rest->len > 0 ? ", " : "";

	if (t->max_length > 0)
		buf_addf(rest, "%s\"maxLength\": %llu", comma, (unsigned long long)t->max_length);
	else if (t->precise && (t->whole != plain.whole || t->fraction != plain.fraction))
		buf_addf(rest, "%s\"precision\": %llu, \"scale\": %llu", comma,
		    (unsigned long long)(t->whole + t->fraction), (unsigned long long)t->fraction);
	else if (t->second_digits != plain.second_digits)
		buf_addf(rest, "%s\"timestampPrecision\": %llu", comma,
		    (unsigned long long)t->second_digits);
}

static int
is_among(const char *const *list, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], key) == 0)
			return 1;
	return 0;
}

static yajl_val
parse_rest(const struct column *c)
{
	struct buf text = {0};
	struct err ignored; /* a schema's file is no longer than json_parse is told here */
	yajl_val v = NULL;

	if (c->rest == NULL)
		return NULL;
	buf_addf(&text, "{%s}", c->rest);
	v = json_parse(text.data, text.len, text.len, c->name, &ignored);
	buf_free(&text);
	return v;
}

/* A column that is merged: its type, and its other members. */
struct side {
	const struct column_type *type;
	yajl_val members;
};

/* Whether the member of that name, of a column of type from, goes with the merged type t. */
static int
goes_with(const char *key, const struct column_type *from, const struct column_type *t)
{
	if (is_among(parameters, COUNT(parameters), key))
		return column_type_same(from, t);
	return !is_among(of_type, COUNT(of_type), key) || strcmp(from->name, t->name) == 0;
}

/* Add the members of one side that go with the type t, less those that the first side (NULL: this is
 * it) has told. */
static void
add_members(struct buf *rest, const struct side *side, const struct column_type *t,
    const struct side *first)
{
	size_t n = YAJL_IS_OBJECT(side->members) ? side->members->u.object.len : 0;

	for (size_t i = 0; i < n; i++) {
		const char *key = side->members->u.object.keys[i];

		if (!goes_with(key, side->type, t) ||
		    (first != NULL && json_get(first->members, key) != NULL &&
			goes_with(key, first->type, t)))
			continue;
		buf_adds(rest, rest->len > 0 ? ", " : "");
		json_quotes(rest, key);
		buf_adds(rest, ": ");
		json_write(rest, side->members->u.object.values[i], 1);
	}
}

static char *
merge_rest(const struct column *a, const struct column *b, const struct column_type *ta,
    const struct column_type *tb, const struct column_type *t)
{
	struct side x = {ta, parse_rest(a)}, y = {tb, parse_rest(b)};
	struct buf rest = {0};

	add_members(&rest, &x, t, NULL);
	add_members(&rest, &y, t, &x);
	if (!column_type_same(ta, t) && !column_type_same(tb, t))
		add_parameters(&rest, t);
	yajl_tree_free(x.members);
	yajl_tree_free(y.members);
	return rest.len > 0 ? buf_take(&rest) : NULL;
}

static void
add_shape(struct buf *out, const struct column *c, const struct column_type *t)
{
	buf_adds(out, has_mode(c, "REPEATED") ? "REPEATED " : "");
	column_type_text(out, t);
}

/* The description that a or b has, and why the column is a STRING unless it says so. */
static void
describe(struct column *c, const struct column *a, const struct column *b,
    const struct column_type *ta, const struct column_type *tb, int mixed)
{
	const char *known = a->description != NULL ? a->description : b->description;
	struct buf text = {0};

	buf_adds(&text, known != NULL ? known : "");
	if (mixed && strstr(text.data, MIXED) == NULL) {
		buf_adds(&text, text.len > 0 ? "; " MIXED : MIXED);
		add_shape(&text, a, ta);
		buf_adds(&text, " and another ");
		add_shape(&text, b, tb);
	}
	column_describe(c, text.data);
	buf_free(&text);
}

/* The type for both. *mixed is raised when it is a STRING for want of a better one. */
static struct column_type
common_type(const struct column *a, const struct column *b, const struct column_type *ta,
    const struct column_type *tb, int *mixed)
{
	struct column_type t = {.name = "STRING"};
	const char *name = NULL;

	if (has_mode(a, "REPEATED") == has_mode(b, "REPEATED"))
		name = common_name(ta, tb);
	else if (column_type_is(has_mode(a, "REPEATED") ? tb : ta, "JSON"))
		name = "JSON"; /* an array is a value like any other */
	if (name != NULL && strcmp(name, "JSON") == 0) {
		const struct column json = {.type = (char *)name};

		if (!column_loads(a, &json) || !column_loads(b, &json))
			name = NULL;
	}
	*mixed = name == NULL;
	if (name == NULL || strcmp(name, "JSON") == 0) {
		t.name = name != NULL ? name : t.name;
		return t;
	}
	t.name = name;
	widen(&t, ta, tb);
	return t;
}

static void merge_levels(struct columns *out, const struct columns *a, const struct columns *b);

static void
merge_columns(struct columns *out, const struct column *a, const struct column *b)
{
	struct column_type ta = column_type_of(a), tb = column_type_of(b), t;
	const char *mode = has_mode(a, b->mode) ? a->mode : "NULLABLE";
	struct column *c;
	int mixed;

	t = common_type(a, b, &ta, &tb, &mixed);
	c = columns_add(out, a->name, strlen(a->name), t.name, mode);
	c->rest = merge_rest(a, b, &ta, &tb, &t);
	describe(c, a, b, &ta, &tb, mixed);
	if (column_type_is(&t, "RECORD"))
		merge_levels(&c->fields, &a->fields, &b->fields);
}

/* A column that only one side has. */
static void
keep(struct columns *out, const struct column *from)
{
	struct column *c = columns_copy(out, from);

	if (has_mode(c, "REQUIRED")) {
		free(c->mode);
		c->mode = xstrdup("NULLABLE");
	}
}

static int
compare_to(const void *name, const void *member)
{
	const struct column *c = *(const struct column *const *)member;

	return column_name_same(name, c->name) ? 0 : column_name_compare(name, c->name);
}

static void
merge_levels(struct columns *out, const struct columns *a, const struct columns *b)
{
	const struct column **sorted = columns_sorted(b), **twin;
	char *used = xcalloc(b->n + 1, 1);

	for (size_t i = 0; i < a->n; i++) {
		twin = bsearch(a->column[i].name, sorted, b->n, sizeof *sorted, compare_to);
		if (twin == NULL) {
			keep(out, &a->column[i]);
			continue;
		}
		used[*twin - b->column] = 1;
		merge_columns(out, &a->column[i], *twin);
	}
	for (size_t i = 0; i < b->n; i++)
		if (!used[i])
			keep(out, &b->column[i]);
	free(used);
	free(sorted);
}

static size_t
count(const struct columns *c)
{
	size_t n = c->n;

	for (size_t i = 0; i < c->n; i++)
		n += count(&c->column[i].fields);
	return n;
}

int
schema_merge(const struct columns *a, const struct columns *b, struct columns *out, struct err *e)
{
	size_t n;

	merge_levels(out, a, b);
	n = count(out);
	if (n <= SCHEMA_MAX_COLUMNS)
		return 0;
	columns_free(out);
	return err_set(e, EX_CONFIG, "the merged schema has %zu columns, BigQuery takes %d at most",
	    n, SCHEMA_MAX_COLUMNS);
}
