#include "ndjson/infer_known.h"
#include "ndjson/infer_kept.h"
#include "ndjson/types_number.h"
#include "ndjson/types_suggest.h"

#include <stdlib.h>
#include <string.h>

/* Seconds since 1970 of the years 1 to 9999. */
#define FIRST_SECOND -62135596800.0
#define LAST_SECOND 253402300799.0

enum { NUMERIC_WHOLE = 29, NUMERIC_FRACTION = 9, BIGNUMERIC_FRACTION = 38 };

static double
number_of(const struct infer_text *t)
{
	char text[INFER_TEXT + 1];

	memcpy(text, t->text, t->len);
	text[t->len] = '\0';
	return strtod(text, NULL);
}

/* Whether all numbers lie in least .. most. */
static int
within(const struct infer_path *p, double least, double most)
{
	if (p->least_number.text == NULL)
		return 1;
	return number_of(&p->least_number) >= least && number_of(&p->greatest_number) <= most;
}

/* Whether BIGNUMERIC holds the whole part of a bound; of one that was cut the last digits are
 * unknown. */
static int
in_bignumeric(const struct infer_text *t)
{
	struct decimal d;

	if (t->text == NULL)
		return 1;
	return number_read(t->text, t->len, &d) &&
	       (d.whole < BIGNUMERIC_WHOLE ||
		   (d.whole == BIGNUMERIC_WHOLE && !t->cut && number_bignumeric(t->text, t->len)));
}

int
infer_in_bignumeric(const struct infer_path *p)
{
	return in_bignumeric(&p->least_number) && in_bignumeric(&p->greatest_number);
}

/* Numbers and booleans under a type that takes some. */
static int
numbers_fit(const struct infer_path *p, enum schema_type type)
{
	if (type == TYPE_BOOLEAN)
		return p->kind[VALUE_FLOAT] == 0 && within(p, 0, 1);
	if (p->kind[VALUE_BOOLEAN] > 0)
		return 0;
	switch (type) {
	case TYPE_INTEGER:
		return p->beyond_int64 == 0 && !p->beyond_exact &&
		       p->kind[VALUE_FLOAT] == p->integral_floats;
	case TYPE_FLOAT:
		return !p->beyond_double;
	case TYPE_NUMERIC:
		return p->whole_digits <= NUMERIC_WHOLE && p->float_whole <= NUMERIC_WHOLE &&
		       p->float_fraction <= NUMERIC_FRACTION;
	case TYPE_BIGNUMERIC:
		return infer_in_bignumeric(p) && p->float_fraction <= BIGNUMERIC_FRACTION;
	case TYPE_TIMESTAMP:
		return within(p, FIRST_SECOND, LAST_SECOND);
	default:
		return p->kind[VALUE_INTEGER] == 0 && p->kind[VALUE_FLOAT] == 0;
	}
}

/* Whether the values of p that are not null load under a type. */
static int
values_fit(const struct infer_path *p, enum schema_type type)
{
	int strings = p->kind[VALUE_STRING] > 0, others = numbers_fit(p, type);

	if (type == TYPE_STRING)
		return 1;
	if (type == TYPE_JSON)
		return !p->beyond_json;
	if (p->kind[VALUE_OBJECT] > 0 || p->kind[VALUE_ARRAY] > 0)
		return 0;
	if (type == TYPE_RECORD || type == TYPE_RANGE)
		return !strings && others;
	if (!strings || type == TYPE_BYTES || type == TYPE_GEOGRAPHY || type == TYPE_INTERVAL)
		return others;
	return others && p->empty_string == 0 && (p->suggested & SUGGEST(type)) != 0;
}

static int
arrays_fit(const struct infer_path *p, enum schema_type type)
{
	const struct infer_path *element = p->element;

	for (int i = 0; i < INFER_KINDS; i++)
		if (p->kind[i] > 0 && i != VALUE_ARRAY && i != VALUE_NULL)
			return 0;
	if (p->cut)
		return 0;
	return element == NULL || (element->kind[VALUE_NULL] == 0 && values_fit(element, type));
}

int
infer_always(const struct infer_path *p)
{
	return p->kind[VALUE_NULL] == 0 && infer_missing(p) == 0;
}

static int
has_parameters(const struct column *c)
{
	return c->rest != NULL && (strstr(c->rest, "\"maxLength\"") != NULL ||
				      strstr(c->rest, "\"precision\"") != NULL);
}

/* Objects without a key, all of them, where no field must be there. */
static int
empty_fit(const struct infer_path *p, const struct column *c)
{
	for (size_t i = 0; i < c->fields.n; i++)
		if (strcmp(c->fields.column[i].mode, "REQUIRED") == 0)
			return 0;
	return c->fields.n > 0 && p->child == NULL && !p->cut && p->twice == 0 &&
	       p->kind[VALUE_OBJECT] + p->kind[VALUE_NULL] == p->present;
}

static int
empty_elements_fit(const struct infer_path *p, const struct column *c)
{
	return p->kind[VALUE_ARRAY] + p->kind[VALUE_NULL] == p->present && p->element != NULL &&
	       p->element->kind[VALUE_NULL] == 0 && empty_fit(p->element, c);
}

int
infer_fits(const struct infer_path *p, const struct column *c)
{
	enum schema_type type = TYPE_RECORD;

	schema_type_of(c->type, &type);
	if (p->kind[VALUE_NULL] == p->present)
		return 1;
	if (strcmp(c->mode, schema_mode_name(MODE_REPEATED)) == 0)
		return (arrays_fit(p, type) || empty_elements_fit(p, c)) &&
		       (!has_parameters(c) || p->element == NULL || infer_kept_fit(p->element, c));
	return (values_fit(p, type) || empty_fit(p, c)) &&
	       (!has_parameters(c) || infer_kept_fit(p, c));
}
