/* One pass over a record: is it valid JSON (RFC 8259, UTF-8), where does it end, what is at the
 * key?
 *
 * The text is walked without recursion; a stack of one byte a level remembers what is open. The way
 * to the key is followed along: a container is "on the path" when all names down to it matched the
 * key's tokens, so that names are compared only there, and a nested key of the same name is never
 * taken for it. */
#ifndef NDJSON_SCAN_H
#define NDJSON_SCAN_H

#include "ndjson/key.h"
#include "ndjson/scan_text.h"

#include <stddef.h>

#define SCAN_MAX_DEPTH 500 /* the usual cap */

struct scanner;

/* scanner_new(key, max_depth, trust): key may be NULL (then only the JSON matters) and lives longer
 * than the scanner. An object in an object is depth 2. trust: look only at quotes, brackets and the
 * key, whose value alone is checked: other text that is not JSON may pass, text whose brackets do
 * not close never does. Ended with
 * scanner_free. */
struct scanner *scanner_new(const struct key *key, size_t max_depth, int trust);
void scanner_free(struct scanner *s);

struct scanned {
	struct scan_fault fault; /* reason REJECT_NONE: a good record with its key */
	int valid;       /* the JSON is good and an object: only the key is to blame, if anything */
	const char *end; /* when valid: behind the closing brace of the first object */
	const char
	    *value; /* when good and there is a key: its text; a string's without the quotes */
	size_t value_len;
	int value_escaped; /* it is a string with a backslash: see unescape() */
};

/* scanner_scan(s, p, end, out): scan the first value of p[0..end), which holds no line feed that
 * matters. Behind it may be white space, and then the end or, after an object, a '{' that begins
 * the next record; anything else is not JSON. */
void scanner_scan(struct scanner *s, const char *p, const char *end, struct scanned *out);

#endif
