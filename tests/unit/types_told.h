/* What types_check and types_spell say of a value, for the tests of their rules. */
#ifndef UNIT_TYPES_TOLD_H
#define UNIT_TYPES_TOLD_H

#include "check.h"
#include "ndjson/types.h"

static enum verdict
verdict(const struct schema_field *f, enum value_kind kind, const char *text)
{
	struct value v = {kind, text, strlen(text)};
	struct buf scratch = {0};
	enum verdict r = types_check(f, &v, &scratch);

	buf_free(&scratch);
	return r;
}

static enum verdict
of_type(enum schema_type type, enum value_kind kind, const char *text)
{
	struct schema_field f = {.type = type, .fraction_digits = 6};

	return verdict(&f, kind, text);
}

#define FITS(type, kind, text) CHECK(of_type(TYPE_##type, VALUE_##kind, text) == VALUE_FITS)
#define REFUSED(type, kind, text, why) \
	CHECK(of_type(TYPE_##type, VALUE_##kind, text) == VALUE_##why)

/* What is written for a value that fits once it is respelled. */
static void
respelled(enum schema_type type, enum value_kind kind, const char *text, const char *as)
{
	struct schema_field f = {.type = type, .fraction_digits = 6};
	struct value v = {kind, text, strlen(text)};
	struct buf out = {0};

	CHECK(verdict(&f, kind, text) == VALUE_RESPELLED);
	types_spell(&out, &f, &v);
	CHECK_STR(out.data, as);
	buf_free(&out);
}

#endif
