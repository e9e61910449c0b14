/* Inferred columns as seen from a schema that there is already: JSON has no dates and no REQUIRED,
 * so what was inferred says less than what the values are. */
#ifndef NDJSON_INFER_UNDER_H
#define NDJSON_INFER_UNDER_H

#include "ndjson/column.h"
#include "ndjson/infer.h"

/* infer_under(in, old, inferred, out): copy the columns that infer_schema made of in into the empty
 * *out, the caller's to free, and let each have the type, REPEATED or REQUIRED of its namesake in
 * old where its own would not load but all values that were met would, as ndfit makes them fit. So
 * schema_diff of old and *out tells what the data can't do, and no more.
 *
 * Told from the counts of each path; for what those do not tell (BYTES, GEOGRAPHY, INTERVAL, digits
 * after a NUMERIC's point, maxLength of what is no string) from the values that are kept: least,
 * greatest, examples. */
void infer_under(const struct infer *in, const struct columns *old, const struct columns *inferred,
    struct columns *out);

#endif
