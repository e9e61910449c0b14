#include "types.h"
#include "random.h"

#include <stdio.h>
#include <stdlib.h>

enum { CHOSEN_MOST = 60, DEEPEST = 3 };

static const char *const objects[] = {"http", "event", "process", "geo", "kubernetes", "metadata",
    "request", "response", "tls", "source"};

enum { OBJECTS = sizeof objects / sizeof objects[0] };

static const struct field renamed = {"event-id", VALUE_UUID}, wrapped = {"context", VALUE_CONTEXT},
			  counted = {"log_offset", VALUE_LARGE};

const char *
object_name(unsigned i)
{
	return objects[i % OBJECTS];
}

char *
name_put(char *p, const char *name)
{
	for (; *name != '\0'; name++) {
		int letter = (*name | 0x20) >= 'a' && (*name | 0x20) <= 'z';

		*p++ = letter || (*name >= '0' && *name <= '9') ? *name : '_';
	}
	return p;
}

static char *
put_key(char *p, const struct type *t, enum form form, const char *name)
{
	p = put(p, "\"");
	p = form == FORM_SOURCE ? put(p, name) : name_put(p, name);
	return put(put(p, "\""), t->colon);
}

/* An object, as a string once fitted. */
static char *
put_context(char *p, const struct type *t, enum form form, uint64_t *random)
{
	int fitted = form != FORM_SOURCE;
	const char *quote = fitted ? "\\\"" : "\"";

	p = put(put(put(put(p, fitted ? "\"{" : "{"), quote), "step"), quote);
	p = value_put(put(p, t->colon), VALUE_SMALL, random);
	p = put(put(put(put(put(p, t->comma), quote), "ratio"), quote), t->colon);
	p = value_put(p, VALUE_RATIO, random);
	p = put(put(put(put(put(p, t->comma), quote), "state"), quote), t->colon);
	p = put(put(put(p, quote), random_below(random, 2) == 0 ? "queued" : "running"), quote);
	return put(p, fitted ? "}\"" : "}");
}

char *
record_put(char *p, const struct type *t, enum form form, uint64_t *random)
{
	unsigned object = 0;
	int depth = 0;

	p = put(p, "{");
	for (const struct member *m = t->member; m < t->member + t->n; m++) {
		for (; depth > m->depth; depth--)
			p = put(p, "}");
		if (p[-1] != '{')
			p = put(p, t->comma);
		for (; depth < m->depth; depth++)
			p = put(put_key(p, t, form, object_name(object++)), "{");
		p = put_key(p, t, form, m->field != NULL ? m->field->name : "type");
		if (m->field == NULL)
			p = put(put(put(p, "\""), t->name), "\"");
		else if (m->field->kind == VALUE_CONTEXT)
			p = put_context(p, t, form, random);
		else if (m->field == &counted && form == FORM_MISFIT)
			p = put(p, "\"12 kB\"");
		else
			p = value_put(p, m->field->kind, random);
	}
	for (; depth >= 0; depth--)
		p = put(p, "}");
	return p;
}

/* Insert a field, NULL the key, into the members at a place of depth 0. */
static void
insert(struct type *t, unsigned at, const struct field *field)
{
	memmove(t->member + at + 1, t->member + at, (t->n - at) * sizeof t->member[0]);
	t->member[at] = (struct member){field, 0};
	t->n++;
	for (int depth = 0; ++at < t->n && t->member[at].depth > depth + 1;)
		t->member[at].depth = ++depth;
}

/* The key comes first, last or anywhere. */
static void
place_key(struct type *t, uint64_t *random)
{
	unsigned any[] = {0, t->n, random_below(random, t->n + 1)};

	insert(t, any[random_below(random, 3)], NULL);
}

/* Fields without repetition until a record has about size bytes. */
static void
choose_fields(struct type *t, size_t size, uint64_t *random, char *text)
{
	unsigned at = random_below(random, (unsigned)value_fields_n), taken = 0,
		 objects_left = OBJECTS;
	size_t now = 20;
	int depth = 0;

	/* 23 is prime to the number of fields, so that each comes once */
	for (; now < size && taken < value_fields_n && t->n + 1 < CHOSEN_MOST; taken++) {
		unsigned turn = random_below(random, 6);

		if (turn == 0 && depth < DEEPEST && t->n > 0 && objects_left > 0) {
			depth++;
			objects_left--;
		} else if (turn == 1 && depth > 0)
			depth -= 1 + (int)random_below(random, (unsigned)depth);
		at = (at + 23) % (unsigned)value_fields_n;
		t->member[t->n++] = (struct member){&value_fields[at], depth};
		now += strlen(value_fields[at].name) + 4 +
		       (size_t)(value_put(text, value_fields[at].kind, random) - text);
	}
	place_key(t, random);
}

struct type *
types_new(unsigned n, size_t mean, enum manner manner, char *text)
{
	static const char *const makers[] = {"auth", "http", "db", "payment", "k8s", "sysmon"};
	struct type *types = calloc(n, sizeof *types);
	uint64_t weight = 0, random = 20210101;

	for (unsigned i = 0; types != NULL && i < n; i++) {
		struct type *t = &types[i];
		int spaced = random_below(&random, 3) == 0;

		snprintf(t->name, sizeof t->name, "%s.event_%u", makers[i % 6], i);
		t->comma = spaced ? ", " : ",";
		t->colon = spaced ? ": " : ":";
		weight += 1 + 1000 / (i % 97 + 1);
		t->weight = weight;
		choose_fields(t, mean / 2 + random_below(&random, (unsigned)mean), &random, text);
		if (manner == MANNER_CHANGING) {
			insert(t, 0, &renamed);
			insert(t, t->n, &wrapped);
		} else if (manner == MANNER_MISFITS)
			insert(t, t->n, &counted);
	}
	return types;
}
