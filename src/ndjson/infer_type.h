/* Which type of column takes all values that were met at a path. */
#ifndef NDJSON_INFER_TYPE_H
#define NDJSON_INFER_TYPE_H

#include "base/buf.h"
#include "ndjson/infer.h"

struct infer_wish {
	int required;   /* REQUIRED where a value was never missing or null */
	int json;       /* JSON instead of STRING for what has no one type */
	int suggested;  /* the types that strings parse as are taken */
	int drop_empty; /* no column where there never was a value */
};

struct infer_type {
	enum schema_type type;
	enum schema_mode mode;
	int empty;         /* there never was a value: STRING, should one come */
	int text;          /* no type takes its values but as text */
	struct buf reason; /* why it is not the type that one would think of; may be empty */
};

/* infer_type(p, wish, out): the column for p, a key's path. It takes all values that were met, as
 * ndfit makes them fit. out->reason is for the caller to free. */
void infer_type(const struct infer_path *p, const struct infer_wish *wish, struct infer_type *out);

#endif
