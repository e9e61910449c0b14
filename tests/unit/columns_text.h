/* Schemas as short texts, for the tests of what compares and merges them. */
#ifndef UNIT_COLUMNS_TEXT_H
#define UNIT_COLUMNS_TEXT_H

#include "check.h"
#include "ndjson/column.h"
#include "ndjson/schema_diff.h"

#include <stdlib.h>
#include <string.h>

#define F(name, rest) "{\"name\":\"" name "\",\"type\":" rest "}"
#define A(rest) "[" F("a", rest) "]"
#define REC(fields) "\"RECORD\",\"fields\":[" fields "]"
#define REPEATED ",\"mode\":\"REPEATED\""
#define REQUIRED ",\"mode\":\"REQUIRED\""

static struct columns
parse(const char *text)
{
	struct columns c;
	struct err e;

	e.text[0] = '\0';
	CHECK(columns_parse(text, strlen(text), "s.json", &c, &e) == 0);
	CHECK_STR(e.text, "");
	return c;
}

/* What schema_diff prints, for the caller to free. */
static char *
printed(const struct columns *old, const struct columns *new, int tsv, int *fails)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct err e;

	CHECK(schema_diff(old, new, tsv, out, fails, &e) == 0);
	fclose(out);
	return text;
}

#endif
