/* A tree as an inference gives it, made by hand, and what the printers make of it. */
#ifndef UNIT_PATHS_H
#define UNIT_PATHS_H

#include "check.h"
#include "base/buf.h"
#include "ndjson/profile.h"
#include "ndjson/profile_text.h"
#include "ndjson/types_suggest.h"

#include <stdlib.h>

static char *sources[] = {"a.ndjson", "b\n.ndjson"};
static struct infer_path top, paths[12];
static struct infer in;

/* A key of parent, behind its other keys, met so often as values of one kind. */
static struct infer_path *
key(struct infer_path *p, struct infer_path *parent, const char *name, enum value_kind kind,
    uint64_t n)
{
	struct infer_path **last = &parent->child;

	memset(p, 0, sizeof *p);
	p->parent = parent;
	p->name = name;
	p->name_len = strlen(name);
	p->depth = parent->depth + 1;
	p->present = p->kind[kind] = n;
	p->first[kind] = (struct infer_place){0, 1};
	while (*last != NULL)
		last = &(*last)->next;
	*last = p;
	in.paths++;
	return p;
}

static struct infer_text
text(char *s, enum value_kind kind)
{
	return (struct infer_text){s, (uint8_t)strlen(s), (uint8_t)kind, 0};
}

/* 1,000 records: an id, a name that is often null or missing, a size of mixed types, tags. */
static void
make(void)
{
	struct infer_path *p;

	memset(&top, 0, sizeof top);
	in = (struct infer){.top = &top, .records = 1000, .source = sources, .sources = 2};
	top.present = top.kind[VALUE_OBJECT] = 1000;
	p = key(&paths[0], &top, "id", VALUE_INTEGER, 1000);
	p->zero = 1;
	p->least_number = text("0", VALUE_INTEGER);
	p->greatest_number = text("99999", VALUE_INTEGER);
	p->distinct = 987;
	p->example[0] = text("7", VALUE_INTEGER);
	p = key(&paths[1], &top, "size", VALUE_STRING, 3);
	p->kind[VALUE_INTEGER] = 997;
	p->present = 1000;
	p->first[VALUE_STRING] = (struct infer_place){1, 77};
	p->first[VALUE_INTEGER] = (struct infer_place){0, 1};
	p = key(&paths[2], &top, "tags", VALUE_ARRAY, 400);
	p->empty_array = 100;
	paths[3] = (struct infer_path){.parent = p, .depth = 1, .present = 1200};
	p->element = &paths[3];
	paths[3].kind[VALUE_STRING] = 1199;
	paths[3].kind[VALUE_NULL] = 1;
	paths[3].shortest = 1;
	paths[3].longest = 12;
	in.paths++;
	p = key(&paths[4], &top, "user", VALUE_OBJECT, 10);
	p = key(&paths[5], p, "since", VALUE_STRING, 8);
	p->kind[VALUE_NULL] = 1;
	p->present = 9;
	p->empty_string = 2;
	p->shortest = p->longest = 4;
	p->suggested = SUGGEST(TYPE_TIMESTAMP);
	p->least_string = text("2021-01-01T00:00:00Z", VALUE_STRING);
	p->greatest_string = text("2021-12-31T00:00:00Z", VALUE_STRING);
	p->distinct = 2;
	p->distinct_exact = 1;
	p->example[0] = text("2021-01-01T00:00:00Z", VALUE_STRING);
}

/* What a printer writes; to be freed. */
static char *
printed(int (*print)(FILE *, const struct infer *, struct err *))
{
	char *s = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&s, &n);
	struct err e;

	CHECK(print(out, &in, &e) == 0);
	fclose(out);
	return s;
}

/* The line of s that begins with start, in a buffer of its own; "(none)" when there is none. */
static const char *
line_of(const char *s, const char *start)
{
	static char line[4096];
	const char *at = s;

	while (at != NULL && strncmp(at, start, strlen(start)) != 0)
		at = (at = strchr(at, '\n')) != NULL ? at + 1 : NULL;
	snprintf(line, sizeof line, "%.*s", at != NULL ? (int)strcspn(at, "\n") : 6,
	    at != NULL ? at : "(none)");
	return line;
}

#endif
