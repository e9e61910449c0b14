/* Whether what was met at a path loads into a column that is there already. */
#ifndef NDJSON_INFER_KNOWN_H
#define NDJSON_INFER_KNOWN_H

#include "ndjson/column.h"
#include "ndjson/infer.h"

/* infer_fits(p, c): non-zero when all values of p, a key's path, load into c as ndfit makes them
 * fit; a RECORD only takes what never had a key here: its fields are for the caller. Strings are
 * taken to be what BYTES, GEOGRAPHY and INTERVAL ask for; parameters (maxLength, precision) are
 * those of infer_kept_fit. */
int infer_fits(const struct infer_path *p, const struct column *c);

/* infer_in_bignumeric(p): whether all numbers of p lie between the bounds of BIGNUMERIC, however
 * many decimals they have. */
int infer_in_bignumeric(const struct infer_path *p);

/* infer_always(p): whether it was in every object and never null. */
int infer_always(const struct infer_path *p);

#endif
