/* The counts manifest: what each stage of an hour counted, by type (hourtools-manifest(5)). */
#ifndef BASE_COUNTS_H
#define BASE_COUNTS_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>
#include <stdio.h>

enum { COUNTS_READ, COUNTS_REJECTED, COUNTS_STORED, COUNTS_LOADED, COUNTS_INSERTED, COUNTS_STAGES };

/* Their names, as columns are headed. */
extern const char *const counts_stage[COUNTS_STAGES];

struct counts_row {
	char *type;
	uint64_t count[COUNTS_STAGES]; /* records */
	int applies[COUNTS_STAGES];    /* 0: "-", the stage does not apply, count is 0 */
};

struct counts {
	char *hour;
	struct counts_row *row;
	size_t n;
};

/* counts_read(in, name, c, e): read all of in. EX_CONFIG for a malformed line or a second hour, EX_NOINPUT when
 * there is no line. c is to be freed in any case. */
int counts_read(FILE *in, const char *name, struct counts *c, struct err *e);
void counts_free(struct counts *c);

/* counts_total(c): the sums; type is NULL. */
struct counts_row counts_total(const struct counts *c);

enum counts_verdict {
	COUNTS_GOOD, /* read = stored + rejected, stored = loaded = inserted, nothing rejected */
	COUNTS_NOTE, /* a type without a schema */
	COUNTS_BAD   /* a stage that differs, or rejects */
};

/* counts_warning(out, row): the hour's invariant, judged. Append what deserves
 * a look in row: the first stage that differs before rejects before a missing schema; nothing when
 * all is good. */
enum counts_verdict counts_warning(struct buf *out, const struct counts_row *row);

#endif
