/* The key that tells a record's type: a top-level name, or a JSON Pointer (RFC 6901). */
#ifndef NDJSON_KEY_H
#define NDJSON_KEY_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct key_token {
	char *name; /* as bytes, unescaped */
	size_t len;
	uint64_t index; /* as an array index, UINT64_MAX when it is none */
};

struct key {
	struct key_token *token; /* from the top of the record down */
	size_t n;                /* at least 1 */
};

/* key_compile(text, k, e): text is a top-level name, or a JSON Pointer when it starts with '/'. -1
 * with EX_USAGE when it is empty or a '~' in a pointer is followed by neither 0 nor 1. End with
 * key_free. */
int key_compile(const char *text, struct key *k, struct err *e);
void key_free(struct key *k);

/* key_matches(t, p, len, escaped): whether the JSON string text p[0..len), without its quotes,
 * spells the name of t. escaped: the text holds a backslash. The text is valid, or trusted to be.
 */
int key_matches(const struct key_token *t, const char *p, size_t len, int escaped);

/* unescape(out, p, len): append what the JSON string text p[0..len), without its quotes, stands
 * for. -1 when a \u escape is half of a surrogate pair alone, or an escape is none of RFC 8259
 * section 7 (which only trusted text can hold). */
int unescape(struct buf *out, const char *p, size_t len);

#endif
