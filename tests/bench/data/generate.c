/* generate TRUTH TYPES MEAN BYTES: NDJSON of about BYTES bytes to standard output, records of about
 * MEAN bytes, of TYPES types by the key "type"; to the file TRUTH what each type comes to, in
 * tally's format. Always the same for the same arguments.
 *
 * A type has its own fields, nested objects among them, its own place of the key, and its own
 * manner of spaces, as different programs have. Some types are far more frequent than others. No
 * nested key is called "type", which would lead the awk peers astray. */
#include "random.h"
#include "tally.h"
#include "values.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { MEMBERS_MOST = 60, DEEPEST = 3, RECORD_MOST = MEMBERS_MOST * (VALUE_MOST + 64) };

/* field is NULL for the key; depth is at most one more than that of the member in front. */
struct member {
	const struct field *field;
	int depth;
};

struct type {
	char name[32];
	struct member member[MEMBERS_MOST];
	unsigned n;
	const char *comma, *colon;
	uint64_t weight; /* of this type and those before */
	struct tally tally;
};

static const char *const objects[] = {"http", "event", "process", "geo", "kubernetes", "metadata",
    "request", "response", "tls", "source"};

enum { OBJECTS = sizeof objects / sizeof objects[0] };

static char *
put_name(char *p, const struct type *t, const char *name)
{
	return put(put(put(put(p, "\""), name), "\""), t->colon);
}

/* A record of t to p; behind it. */
static char *
put_record(char *p, const struct type *t, uint64_t *random)
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
			p = put(put_name(p, t, objects[object++ % OBJECTS]), "{");
		if (m->field == NULL)
			p = put(put(put(put_name(p, t, "type"), "\""), t->name), "\"");
		else
			p = value_put(put_name(p, t, m->field->name), m->field->kind, random);
	}
	for (; depth >= 0; depth--)
		p = put(p, "}");
	return p;
}

/* Insert the key into the members at a place of depth 0: the first, the last or any. */
static void
place_key(struct type *t, uint64_t *random)
{
	unsigned any[] = {0, t->n, random_below(random, t->n + 1)},
		 at = any[random_below(random, 3)];

	memmove(t->member + at + 1, t->member + at, (t->n - at) * sizeof t->member[0]);
	t->member[at] = (struct member){0};
	t->n++;
	for (int depth = 0; ++at < t->n && t->member[at].depth > depth + 1;)
		t->member[at].depth = ++depth;
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
	for (; now < size && taken < value_fields_n && t->n + 1 < MEMBERS_MOST; taken++) {
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

static struct type *
types_new(unsigned n, size_t mean, char *text)
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
	}
	return types;
}

static struct type *
pick(struct type *types, unsigned n, uint64_t *random)
{
	uint64_t turn = random_next(random) % types[n - 1].weight;
	unsigned low = 0, high = n - 1;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (types[middle].weight > turn)
			high = middle;
		else
			low = middle + 1;
	}
	return &types[low];
}

static int
tell_truth(const char *path, const struct type *types, unsigned n)
{
	FILE *out = fopen(path, "w");

	if (out == NULL)
		return -1;
	for (unsigned i = 0; i < n; i++)
		if (types[i].tally.records > 0)
			fprintf(out, "%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRIx64 "\n", types[i].name,
			    types[i].tally.records, types[i].tally.bytes, types[i].tally.sum);
	return fclose(out);
}

int
main(int argc, char **argv)
{
	uint64_t random = 20211231, left;
	char *text = malloc(RECORD_MOST), *end;
	struct type *types, *t;
	unsigned n;

	if (argc != 5 || text == NULL)
		return 64;
	n = (unsigned)strtoul(argv[2], NULL, 10);
	left = strtoull(argv[4], NULL, 10);
	types = types_new(n, strtoul(argv[3], NULL, 10), text);
	if (n == 0 || types == NULL)
		return 64;
	for (; left > 0; left -= left < (uint64_t)(end - text) ? left : (uint64_t)(end - text)) {
		t = pick(types, n, &random);
		end = put_record(text, t, &random);
		tally_add(&t->tally, text, (size_t)(end - text));
		*end++ = '\n';
		if (fwrite(text, 1, (size_t)(end - text), stdout) != (size_t)(end - text))
			return 74;
	}
	if (fclose(stdout) != 0 || tell_truth(argv[1], types, n) != 0)
		return 74;
	free(types);
	free(text);
	return 0;
}
