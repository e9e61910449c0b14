/* generate TRUTH TYPES MEAN BYTES [fitting|changing|misfits SCHEMA]: NDJSON of about BYTES bytes to standard
 * output, records of about MEAN bytes, of TYPES types by the key "type"; to the file TRUTH what each
 * type comes to, in tally's format. Always the same for the same arguments.
 *
 * A type has its own fields, nested objects among them, its own place of the key, and its own
 * manner of spaces, as different programs have. Some types are far more frequent than others. No
 * nested key is called "type", which would lead the awk peers astray.
 *
 * With SCHEMA one BigQuery schema for all of it is written there, and TRUTH is one line. Fitting
 * records need no change; of changing ones each has a key to rename and an object to keep as a
 * string: TRUTH is what all come to once they are fitted. Of misfits one in 1,000 does not fit, and
 * TRUTH is what those come to.
 */
#include "random.h"
#include "schema.h"
#include "tally.h"
#include "types.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

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

static const char *const total_name[] = {
    [MANNER_FITTING] = "fitted", [MANNER_CHANGING] = "fitted", [MANNER_MISFITS] = "refused"};

static void
tell(FILE *out, const char *name, const struct tally *t)
{
	fprintf(
	    out, "%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRIx64 "\n", name, t->records, t->bytes, t->sum);
}

/* The total when it has a name, else each type. */
static int
tell_truth(const char *path, const struct type *types, unsigned n, const char *name,
    const struct tally *total)
{
	FILE *out = fopen(path, "w");

	if (out == NULL)
		return -1;
	if (name != NULL)
		tell(out, name, total);
	for (unsigned i = 0; i < n && name == NULL; i++)
		if (types[i].tally.records > 0)
			tell(out, types[i].name, &types[i].tally);
	return fclose(out);
}

static int
tell_schema(const char *path, const struct type *types, unsigned n)
{
	FILE *out = fopen(path, "w");

	if (out == NULL)
		return -1;
	schema_put(out, types, n);
	return fclose(out);
}

/* A record to text, counted by its type and, when it belongs there, in the total; behind it. */
static char *
make(char *text, struct type *t, enum manner manner, struct tally *total, uint64_t *random)
{
	static unsigned turn;
	int misfit = manner == MANNER_MISFITS && ++turn % MISFIT_EVERY == 0;
	uint64_t same = *random;
	char *end;

	if (manner == MANNER_LOGS)
		end = record_put(text, t, FORM_SOURCE, random);
	else
		end = record_put(text, t, misfit ? FORM_MISFIT : FORM_FITTED, random);
	tally_add(&t->tally, text, (size_t)(end - text));
	if (misfit || manner != MANNER_MISFITS)
		tally_add(total, text, (size_t)(end - text));
	return manner == MANNER_CHANGING ? record_put(text, t, FORM_SOURCE, &same) : end;
}

/* The manner of that name. */
static enum manner
manner_of(const char *name)
{
	static const char *const names[] = {[MANNER_FITTING] = "fitting",
	    [MANNER_CHANGING] = "changing",
	    [MANNER_MISFITS] = "misfits"};

	for (int i = MANNER_FITTING; i <= MANNER_MISFITS; i++)
		if (strcmp(name, names[i]) == 0)
			return (enum manner)i;
	return MANNER_LOGS;
}

int
main(int argc, char **argv)
{
	uint64_t random = 20211231, left;
	char *text = malloc(RECORD_MOST), *end;
	enum manner manner = MANNER_LOGS;
	struct tally total = {0};
	struct type *types;
	unsigned n;

	if (argc == 7)
		manner = manner_of(argv[5]);
	if (argc != (manner == MANNER_LOGS ? 5 : 7) || text == NULL)
		return 64;
	n = (unsigned)strtoul(argv[2], NULL, 10);
	left = strtoull(argv[4], NULL, 10);
	types = types_new(n, strtoul(argv[3], NULL, 10), manner, text);
	if (n == 0 || types == NULL)
		return 64;
	for (; left > 0; left -= left < (uint64_t)(end - text) ? left : (uint64_t)(end - text)) {
		end = make(text, pick(types, n, &random), manner, &total, &random);
		*end++ = '\n';
		if (fwrite(text, 1, (size_t)(end - text), stdout) != (size_t)(end - text))
			return 74;
	}
	if (fclose(stdout) != 0)
		return 74;
	if (manner != MANNER_LOGS && tell_schema(argv[6], types, n) != 0)
		return 74;
	if (tell_truth(argv[1], types, n, total_name[manner], &total) != 0)
		return 74;
	free(types);
	free(text);
	return 0;
}
