/* Types of records: which fields, where they are nested, how they are spelled. */
#ifndef BENCH_TYPES_H
#define BENCH_TYPES_H

#include "tally.h"
#include "values.h"

#include <stdint.h>

enum { MEMBERS_MOST = 64, RECORD_MOST = MEMBERS_MOST * (VALUE_MOST + 64) };

/* What keys and values are like. */
enum manner {
	MANNER_LOGS,     /* as logs have them: one field is "@timestamp" */
	MANNER_FITTING,  /* as the schema has them: nothing needs to be changed */
	MANNER_CHANGING, /* each record has a key to rename and an object to keep as a string */
	MANNER_MISFITS   /* one record of MISFIT_EVERY has a string where the schema has a number */
};

enum { MISFIT_EVERY = 1000 };

/* How a record is written. */
enum form {
	FORM_SOURCE, /* as its source has it */
	FORM_FITTED, /* as it is once fitted */
	FORM_MISFIT  /* of MANNER_MISFITS: one that does not fit */
};

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

/* object_name(i): the name of the object that is the ith to begin in a record. */
const char *object_name(unsigned i);

/* name_put(p, name): name to p as a column has it, each byte but letters, digits and _ as _;
 * behind it. */
char *name_put(char *p, const char *name);

/* types_new(n, mean, manner, text): n types of records of about mean bytes, always the same for the
 * same arguments; text has room for a record. The caller frees. NULL: no memory. */
struct type *types_new(unsigned n, size_t mean, enum manner manner, char *text);

/* record_put(p, t, form, random): a record of t to p, at most RECORD_MOST bytes; behind it. */
char *record_put(char *p, const struct type *t, enum form form, uint64_t *random);

#endif
