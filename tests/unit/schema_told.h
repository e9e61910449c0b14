/* What schema_parse says of a text, for the tests of schema files. */
#ifndef UNIT_SCHEMA_TOLD_H
#define UNIT_SCHEMA_TOLD_H

#include "check.h"
#include "ndjson/schema.h"

static struct schema *
parse(const char *text, struct err *e)
{
	e->text[0] = '\0';
	return schema_parse(text, strlen(text), "s.json", e);
}

static void
refused(const char *text, const char *expected)
{
	struct err e;
	struct schema *s = parse(text, &e);

	CHECK(s == NULL);
	CHECK(s != NULL || e.code == EX_CONFIG);
	CHECK_STR(e.text, expected);
	schema_free(s);
}

#endif
