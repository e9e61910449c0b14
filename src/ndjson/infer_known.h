/* Whether what was met at a path loads into a column that is there already. */
#ifndef NDJSON_INFER_KNOWN_H
#define NDJSON_INFER_KNOWN_H

#include "ndjson/column.h"
#include "ndjson/infer.h"

/* infer_fits(p, c): non-zero when all values of p, a key's path, load into c as ndfit makes them
 * fit; c's fields are not looked at: a RECORD only takes what never was a value here. Strings are
 * taken to be what BYTES, GEOGRAPHY and INTERVAL ask for; a column with parameters (maxLength,
 * precision) is taken not to fit. */
int infer_fits(const struct infer_path *p, const struct column *c);

/* infer_always(p): whether it was in every object and never null. */
int infer_always(const struct infer_path *p);

#endif
