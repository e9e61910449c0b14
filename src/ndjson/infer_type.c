#include "ndjson/infer_type.h"
#include "ndjson/infer_known.h"
#include "ndjson/types_suggest.h"

#include <stddef.h>

enum { NUMERIC_DIGITS = 29 };

/* The values have no one type: they are kept as JSON text, or as JSON. */
static void
as_text(const struct infer_path *p, const struct infer_wish *wish, struct infer_type *out)
{
	out->text = 1;
	out->type = wish->json && !p->beyond_json ? TYPE_JSON : TYPE_STRING;
	if (out->reason.len > 0)
		buf_adds(
		    &out->reason, out->type == TYPE_JSON ? ": kept as JSON" : ": kept as text");
}

/* Append the kinds of value that were met, by name. */
static void
name_kinds(struct buf *out, const struct infer_path *p)
{
	const char *between = "";

	for (int i = 0; i < INFER_KINDS; i++) {
		if (p->kind[i] == 0 || i == VALUE_NULL)
			continue;
		buf_addf(out, "%s%s", between, types_kind_name((enum value_kind)i));
		between = ", ";
	}
}

/* Whether the strings among the values parse as a type that takes the other values too. */
static int
suggested(const struct infer_path *p, enum schema_type *type)
{
	unsigned set = p->suggested;

	if (p->kind[VALUE_STRING] == 0 || p->empty_string > 0 || p->kind[VALUE_OBJECT] > 0 ||
	    p->kind[VALUE_ARRAY] > 0)
		return 0;
	if (p->kind[VALUE_INTEGER] > 0)
		set &= SUGGEST(TYPE_FLOAT) | SUGGEST(TYPE_NUMERIC) | SUGGEST(TYPE_BIGNUMERIC) |
		       (p->beyond_int64 > 0 ? 0 : SUGGEST(TYPE_INTEGER));
	if (p->kind[VALUE_FLOAT] > 0)
		set &= SUGGEST(TYPE_FLOAT);
	if (p->beyond_double)
		set &= ~SUGGEST(TYPE_FLOAT);
	if (p->kind[VALUE_BOOLEAN] > 0)
		set &= SUGGEST(TYPE_BOOLEAN);
	if (p->whole_digits > NUMERIC_DIGITS)
		set &= ~SUGGEST(TYPE_NUMERIC);
	if (!infer_in_bignumeric(p))
		set &= ~SUGGEST(TYPE_BIGNUMERIC);
	if (p->beyond_int64 > 0 && (set & (SUGGEST(TYPE_NUMERIC) | SUGGEST(TYPE_BIGNUMERIC))) != 0)
		set &= ~SUGGEST(TYPE_FLOAT); /* which would round them */
	return types_suggested(set, type);
}

static void
of_numbers(const struct infer_path *p, struct infer_type *out)
{
	int floats = p->kind[VALUE_FLOAT] > 0;

	out->type = floats ? TYPE_FLOAT : TYPE_INTEGER;
	if (p->beyond_double) {
		out->text = 1;
		out->type = TYPE_STRING;
		buf_adds(&out->reason, "numbers beyond double precision: kept as text");
	} else if (p->beyond_int64 > 0 && floats) {
		buf_addf(&out->reason, "integers of up to %u digits: FLOAT rounds them",
		    p->whole_digits);
	} else if (p->beyond_int64 > 0) {
		buf_addf(
		    &out->reason, "integers of up to %u digits: beyond INTEGER", p->whole_digits);
		out->type = p->whole_digits <= NUMERIC_DIGITS ? TYPE_NUMERIC
			    : infer_in_bignumeric(p)          ? TYPE_BIGNUMERIC
							      : TYPE_STRING;
		if (out->type == TYPE_STRING) {
			out->text = 1;
			buf_adds(&out->reason, " and BIGNUMERIC: kept as text");
		}
	}
}

static void
of_objects(const struct infer_path *p, const struct infer_wish *wish, struct infer_type *out)
{
	out->type = TYPE_RECORD;
	if (p->twice > 0) {
		buf_addf(&out->reason, "an object that holds a key twice, or one of over %d bytes",
		    INFER_KEY);
		as_text(p, wish, out);
	} else if (p->cut) {
		buf_adds(&out->reason, p->depth >= INFER_DEPTH
					   ? "deeper than 15 levels of RECORD"
					   : "more paths below it than --max-paths allows");
		as_text(p, wish, out);
	} else if (p->child == NULL) {
		out->empty = 1;
		out->type = TYPE_STRING;
		buf_adds(&out->reason, "only empty objects so far");
	}
}

/* One value of p that is no array: p is a key's path, or that of elements. */
static void
of_values(const struct infer_path *p, const struct infer_wish *wish, struct infer_type *out)
{
	if (wish->suggested && suggested(p, &out->type))
		return;
	if (infer_mixed(p)) {
		buf_adds(&out->reason, p->name == NULL ? "mixed elements: " : "mixed: ");
		name_kinds(&out->reason, p);
		as_text(p, wish, out);
	} else if (p->kind[VALUE_OBJECT] > 0) {
		of_objects(p, wish, out);
	} else if (p->kind[VALUE_INTEGER] > 0 || p->kind[VALUE_FLOAT] > 0) {
		of_numbers(p, out);
	} else if (p->kind[VALUE_BOOLEAN] > 0) {
		out->type = TYPE_BOOLEAN;
	} else if (p->kind[VALUE_STRING] == 0) {
		out->empty = 1;
		buf_adds(&out->reason, "only null so far");
	}
}

static void
of_arrays(const struct infer_path *p, const struct infer_wish *wish, struct infer_type *out)
{
	const struct infer_path *element = p->element;

	if (p->cut) {
		buf_adds(&out->reason, "more paths below it than --max-paths allows");
		as_text(p, wish, out);
	} else if (element == NULL) {
		out->empty = 1;
		out->mode = MODE_REPEATED;
		buf_adds(&out->reason, "only empty arrays so far");
	} else if (element->kind[VALUE_NULL] > 0 || element->kind[VALUE_ARRAY] > 0) {
		buf_adds(&out->reason,
		    element->kind[VALUE_NULL] > 0 ? "null in an array" : "an array in an array");
		as_text(p, wish, out);
	} else {
		of_values(element, wish, out);
		if (!out->text || !infer_mixed(element))
			out->mode = MODE_REPEATED;
	}
}

void
infer_type(const struct infer_path *p, const struct infer_wish *wish, struct infer_type *out)
{
	*out = (struct infer_type){.type = TYPE_STRING, .mode = MODE_NULLABLE};
	if (p->kind[VALUE_ARRAY] > 0 && !infer_mixed(p))
		of_arrays(p, wish, out);
	else
		of_values(p, wish, out);
	if (wish->required && out->mode == MODE_NULLABLE && !out->empty && infer_always(p))
		out->mode = MODE_REQUIRED;
}
