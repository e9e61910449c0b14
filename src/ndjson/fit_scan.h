/* Steps over JSON that is known to be valid: no step looks for errors, none goes past end. */
#ifndef NDJSON_FIT_SCAN_H
#define NDJSON_FIT_SCAN_H

#include "ndjson/types.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

/* scan_space(p, end): the first byte from p on that is no white space. */
static inline const char *
scan_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++;
	return p;
}

/* scan_string(p, end): the closing quote of the string whose first byte (after its quote) is at p;
 * end when there is none. scan_string_tail: the same, byte by byte. */
const char *scan_string_tail(const char *p, const char *end);

static inline const char *
scan_string(const char *p, const char *end)
{
	const uint64_t each = 0x0101010101010101u;

	while (end - p >= 8) { /* the least byte found in a word is exact, those above may not be */
		uint64_t w, quotes, slashes, found;

		memcpy(&w, p, sizeof w);
		w = le64toh(w);
		quotes = w ^ each * '"';
		slashes = w ^ each * '\\';
		found = (((quotes - each) & ~quotes) | ((slashes - each) & ~slashes)) & each << 7;
		if (found == 0) {
			p += 8;
			continue;
		}
		p += __builtin_ctzll(found) / 8;
		if (*p == '"')
			return p;
		p += 2;
	}
	return scan_string_tail(p, end);
}

/* scan_value(p, end, v): the end of the value that starts at p, which is described in *v; a
 * container's text is all of it. */
const char *scan_value(const char *p, const char *end, struct value *v);

#endif
