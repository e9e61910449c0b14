#include "ndjson/column_type.h"
#include "base/json.h"
#include "ndjson/schema.h"

#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* Digits of the types as they come, and of an INTEGER. */
enum { WHOLE = 29, FRACTION = 9, BIG = 38, INT64_DIGITS = 19, MICROSECONDS = 6 };

/* "Conversion rules", Coercion: what SET DATA TYPE follows. */
static const struct pair {
	const char *from, *to;
} coercions[] = {
    {"INTEGER", "NUMERIC"},
    {"INTEGER", "BIGNUMERIC"},
    {"INTEGER", "FLOAT"},
    {"NUMERIC", "BIGNUMERIC"},
    {"NUMERIC", "FLOAT"},
    {"BIGNUMERIC", "FLOAT"},
    {"DATE", "DATETIME"},
};

/* What each value of the first fits when loaded, beyond STRING and JSON. A date alone is no
 * DATETIME in JSON; a DATETIME is a TIMESTAMP in UTC. */
static const struct pair loads[] = {
    {"INTEGER", "NUMERIC"},
    {"INTEGER", "BIGNUMERIC"},
    {"INTEGER", "FLOAT"},
    {"NUMERIC", "BIGNUMERIC"},
    {"NUMERIC", "FLOAT"},
    {"BIGNUMERIC", "FLOAT"},
    {"DATETIME", "TIMESTAMP"},
};

/* The names that GoogleSQL spells otherwise. */
static const struct pair sql_names[] = {
    {"INTEGER", "INT64"}, {"FLOAT", "FLOAT64"}, {"BOOLEAN", "BOOL"}, {"RECORD", "STRUCT"}};

static int
holds(const struct pair *pair, size_t n, const char *from, const char *to)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(pair[i].from, from) == 0 && strcmp(pair[i].to, to) == 0)
			return 1;
	return 0;
}

int
column_type_is(const struct column_type *t, const char *name)
{
	return strcmp(t->name, name) == 0;
}

static int
is_decimal(const struct column_type *t)
{
	return column_type_is(t, "NUMERIC") || column_type_is(t, "BIGNUMERIC");
}

static void
read_parameters(struct column_type *t, yajl_val rest)
{
	const char *element = json_string(rest, "rangeElementType.type");
	uint64_t precision, scale = 0;

	(void)json_u64(rest, "maxLength", &t->max_length); /* 0 stays when there is none */
	if (column_type_is(t, "TIMESTAMP"))
		(void)json_u64(rest, "timestampPrecision", &t->second_digits);
	if (element != NULL)
		snprintf(t->element, sizeof t->element, "%s", element);
	if (!is_decimal(t) || json_u64(rest, "precision", &precision) != 0)
		return;
	(void)json_u64(rest, "scale", &scale);
	t->precise = 1;
	t->whole = precision - scale; /* the schema was checked: never less than 0 */
	t->fraction = scale;
}

struct column_type
column_type_of(const struct column *c)
{
	struct column_type t = {.name = c->type};
	struct buf text = {0};
	struct err ignored;
	yajl_val rest;

	if (is_decimal(&t)) {
		t.whole = column_type_is(&t, "NUMERIC") ? WHOLE : BIG;
		t.fraction = column_type_is(&t, "NUMERIC") ? FRACTION : BIG;
	} else if (column_type_is(&t, "INTEGER")) {
		t.whole = INT64_DIGITS;
	} else if (column_type_is(&t, "TIMESTAMP")) {
		t.second_digits = MICROSECONDS;
	}
	if (c->rest == NULL)
		return t;
	buf_addf(&text, "{%s}", c->rest);
	rest = json_parse(text.data, text.len, SCHEMA_MAX_BYTES, c->name, &ignored);
	if (rest != NULL)
		read_parameters(&t, rest);
	yajl_tree_free(rest);
	buf_free(&text);
	return t;
}

int
column_type_same(const struct column_type *a, const struct column_type *b)
{
	return strcmp(a->name, b->name) == 0 && a->max_length == b->max_length &&
	       a->whole == b->whole && a->fraction == b->fraction &&
	       a->second_digits == b->second_digits && strcmp(a->element, b->element) == 0;
}

/* Whether the parameters of b leave room for the values of a. */
static int
has_room(const struct column_type *a, const struct column_type *b)
{
	if (is_decimal(b))
		return a->whole <= b->whole && a->fraction <= b->fraction;
	if (column_type_is(b, "TIMESTAMP"))
		return a->second_digits <= b->second_digits;
	if (b->max_length == 0)
		return 1;
	return strcmp(a->name, b->name) == 0 && a->max_length != 0 &&
	       a->max_length <= b->max_length;
}

int
column_type_loads(const struct column_type *a, const struct column_type *b)
{
	if (!column_type_is(b, "STRING") && !column_type_is(b, "JSON") &&
	    strcmp(a->name, b->name) != 0 && !holds(loads, COUNT(loads), a->name, b->name))
		return 0;
	if (column_type_is(b, "RANGE"))
		return strcmp(a->element, b->element) == 0;
	return has_room(a, b);
}

int
column_type_settable(const struct column_type *a, const struct column_type *b)
{
	if (strcmp(a->name, b->name) == 0) /* a parameter may be relaxed */
		return !column_type_is(a, "RECORD") && column_type_loads(a, b);
	return holds(coercions, COUNT(coercions), a->name, b->name) && has_room(a, b);
}

static void
add_parameters(struct buf *out, const struct column_type *t)
{
	if (t->max_length > 0)
		buf_addf(out, "(%llu)", (unsigned long long)t->max_length);
	else if (t->precise && t->fraction > 0)
		buf_addf(out, "(%llu, %llu)", (unsigned long long)(t->whole + t->fraction),
		    (unsigned long long)t->fraction);
	else if (t->precise)
		buf_addf(out, "(%llu)", (unsigned long long)t->whole);
	else if (t->second_digits > MICROSECONDS)
		buf_addf(out, "(%llu)", (unsigned long long)t->second_digits);
	else if (t->element[0] != '\0')
		buf_addf(out, "<%s>", t->element);
}

void
column_type_text(struct buf *out, const struct column_type *t)
{
	buf_adds(out, t->name);
	add_parameters(out, t);
}

void
column_sql(struct buf *out, const struct column *c)
{
	int repeated = strcmp(c->mode, "REPEATED") == 0;
	struct column_type t = column_type_of(c);
	const char *name = t.name;

	for (size_t i = 0; i < COUNT(sql_names); i++)
		if (strcmp(sql_names[i].from, name) == 0)
			name = sql_names[i].to;
	buf_addf(out, "%s%s", repeated ? "ARRAY<" : "", name);
	add_parameters(out, &t);
	for (size_t i = 0; i < c->fields.n; i++) {
		const struct column *f = &c->fields.column[i];

		buf_adds(out, i > 0 ? ", " : "<");
		buf_addf(out, "`%s` ", f->name); /* no name may hold a backtick */
		column_sql(out, f);
	}
	buf_addf(out, "%s%s", c->fields.n > 0 ? ">" : "", repeated ? ">" : "");
}
