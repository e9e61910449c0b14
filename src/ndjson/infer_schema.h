/* A BigQuery schema that takes all that was met, and the MAP that goes with it. */
#ifndef NDJSON_INFER_SCHEMA_H
#define NDJSON_INFER_SCHEMA_H

#include "ndjson/column.h"
#include "ndjson/infer.h"
#include "ndjson/infer_type.h"

struct infer_schema {
	struct columns columns; /* sorted */
	size_t n;               /* of all levels */
	struct buf map; /* lines as fit_level_map reads them, of the keys that got other names */
	size_t renamed; /* lines of map */
	size_t needed;  /* of them, those that ndfit does not find without it */
	size_t text;    /* columns of what has no one type */
	size_t empty;   /* columns that never had a value, left out or not */
	size_t hidden;  /* keys with a NUL whose column no MAP can name */
};

/* infer_schema(in, wish, out, e): *out is for the caller to free with infer_schema_free, also
 * after -1: EX_DATAERR when there are more columns than BigQuery takes, or none. */
int infer_schema(
    const struct infer *in, const struct infer_wish *wish, struct infer_schema *out, struct err *e);
void infer_schema_free(struct infer_schema *s);

#endif
