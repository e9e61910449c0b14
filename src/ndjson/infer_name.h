/* Names for columns out of the keys of objects: legal ones, each once. */
#ifndef NDJSON_INFER_NAME_H
#define NDJSON_INFER_NAME_H

#include "base/buf.h"

#include <stddef.h>

struct infer_names;

struct infer_names *infer_names_new(void);
void infer_names_free(struct infer_names *n);

/* infer_names_keep(n, key, len): whether the key may be its column's name as it is: it is legal,
 * and no other is it ignoring case; then it is taken. To be asked for all keys of an object first. */
int infer_names_keep(struct infer_names *n, const char *key, size_t len);

/* infer_names_make(n, key, len, out): into out, which is cleared, a name for a key that may not
 * keep its own: fit_name's, with "x" before a prefix that BigQuery reserves, cut to 300 characters,
 * and "_2", "_3" ... behind it while it is taken. */
void infer_names_make(struct infer_names *n, const char *key, size_t len, struct buf *out);

/* infer_name_found(key, len, name): whether ndfit finds column name for the key without a MAP. */
int infer_name_found(const char *key, size_t len, const char *name);

#endif
