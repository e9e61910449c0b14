/* Small JSON documents (schemas, API bodies) as trees, by yajl, bounded before it in size and depth;
 * and JSON text written. The logs themselves never come here: see ndjson/. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>
#include <yajl/yajl_tree.h>

#define JSON_MAX_DEPTH 64

/* json_parse(text, len, max, what, e): the tree, to be freed with yajl_tree_free(3), or NULL: longer than max
 * bytes, nested deeper than JSON_MAX_DEPTH, holding a NUL, or not JSON. e has EX_DATAERR and
 * "what:line:column: ...". */
yajl_val json_parse(const char *text, size_t len, size_t max, const char *what, struct err *e);

/* json_get(v, path): the value at a dotted path of object keys ("status.errorResult"), or NULL. A key holding a dot can't
 * be named this way. v may be NULL. */
yajl_val json_get(yajl_val v, const char *path);

/* json_string(v, path): the string there, or NULL when absent or of another type. Lives with v. */
const char *json_string(yajl_val v, const char *path);

/* json_u64(v, path, out): a non-negative integer, as a number or as Google's int64 strings. 0 or -1. */
int json_u64(yajl_val v, const char *path, uint64_t *out);

/* json_array(v, path, n): the items of the array there, their number in *n; NULL and 0 when absent. */
yajl_val *json_array(yajl_val v, const char *path, size_t *n);

/* json_quote(out, s, len): append s as a JSON string with its quotes; control characters escaped,
 * other bytes as they are (s is UTF-8). */
void json_quote(struct buf *out, const char *s, size_t len);
void json_quotes(struct buf *out, const char *s);

/* json_write(out, v, spaced): append v, which comes from json_parse, as JSON on one line, spaced with
 * a blank behind each ',' and ':'; numbers keep their spelling. */
void json_write(struct buf *out, yajl_val v, int spaced);

#endif
