/* The smallest schema that the data of two schemas fits. Pure. */
#ifndef NDJSON_SCHEMA_MERGE_H
#define NDJSON_SCHEMA_MERGE_H

#include "base/err.h"
#include "ndjson/column.h"

/* schema_merge(a, b, out, e): into the empty *out, the caller's to free, the columns of a in their
 * order and then those that only b has, at every level; names are the same ignoring the case of ASCII
 * letters, a's spelling stays. Whatever loads under a or under b loads under *out (see
 * schema_diff.h), and it is what BigQuery makes of a table by relaxing:
 * - REQUIRED only where both are; what one lacks is not REQUIRED.
 * - One type: the narrowest that takes the values of both (INTEGER and FLOAT: FLOAT; parameters as wide
 *   as both, or none); RECORDs field by field; JSON where one is JSON. A DATETIME and a TIMESTAMP
 *   share none: a local time is no instant.
 * - Else, and where only one is REPEATED, STRING with the reason in the description; what both say of a
 *   policy stays.
 * - a's description, or b's; further members likewise, less those that do not go with the type.
 * 0, or -1 with EX_CONFIG when *out would have more columns than BigQuery takes. */
int schema_merge(
    const struct columns *a, const struct columns *b, struct columns *out, struct err *e);

#endif
