/* The text inside JSON strings: escapes taken off, characters counted. */
#ifndef NDJSON_TYPES_TEXT_H
#define NDJSON_TYPES_TEXT_H

#include "base/buf.h"

#include <stddef.h>

/* text_add_utf8(out, c): append character c (at most U+10FFFF, no surrogate) as UTF-8 (RFC 3629).
 */
void text_add_utf8(struct buf *out, unsigned c);

/* text_unescape(out, s, len): append the string that the len bytes between two quotes of valid JSON
 * mean, as UTF-8. A surrogate without its partner becomes U+FFFD. */
void text_unescape(struct buf *out, const char *s, size_t len);

/* text_characters(s, len): how many Unicode characters they mean; an escape, or a pair of them, is
 * one. */
size_t text_characters(const char *s, size_t len);

/* text_points(s, len): how many characters the UTF-8 text has as it stands. */
size_t text_points(const char *s, size_t len);

/* text_quote(out, s, len): append the UTF-8 text as a JSON string, quotes included; of valid JSON
 * text that is at most twice as long. */
void text_quote(struct buf *out, const char *s, size_t len);

/* text_base64(s, len, bytes): non-zero when s is padded base64 (RFC 4648, section 4); how many
 * bytes it means into *bytes. */
int text_base64(const char *s, size_t len, size_t *bytes);

/* text_geography(s, len): non-zero when s looks like WKT, hexadecimal WKB or GeoJSON. */
int text_geography(const char *s, size_t len);

#endif
