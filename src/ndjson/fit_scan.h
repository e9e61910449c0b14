/* Steps over JSON that is known to be valid: no step looks for errors, none goes past end. */
#ifndef NDJSON_FIT_SCAN_H
#define NDJSON_FIT_SCAN_H

#include "ndjson/types.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* scan_space(p, end): the first byte from p on that is no white space. */
static inline const char *
scan_space(const char *p, const char *end)
{
	while (p < end && (unsigned char)*p <= ' ') /* outside strings there is nothing else */
		p++;
	return p;
}

/* scan_string(p, end): the closing quote of the string whose first byte (after its quote) is at p;
 * end when there is none. scan_string_tail: the same, byte by byte. */
const char *scan_string_tail(const char *p, const char *end);

static inline const char *
scan_string_words(const char *p, const char *end)
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

#if defined(__SSE2__)
/* Bit i: byte i of the 32 at p is a quote or a backslash. */
static inline uint32_t
scan_marks(const char *p)
{
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
	__m128i a = _mm_loadu_si128((const __m128i *)(const void *)p),
		b = _mm_loadu_si128((const __m128i *)(const void *)(p + 16));

	a = _mm_or_si128(_mm_cmpeq_epi8(a, quote), _mm_cmpeq_epi8(a, slash));
	b = _mm_or_si128(_mm_cmpeq_epi8(b, quote), _mm_cmpeq_epi8(b, slash));
	return (uint32_t)_mm_movemask_epi8(a) | (uint32_t)_mm_movemask_epi8(b) << 16;
}
#endif

static inline const char *
scan_string(const char *p, const char *end)
{
#if defined(__SSE2__)
	while (end - p >= 32) {
		uint32_t marks = scan_marks(p);

		if (marks == 0) {
			p += 32;
			continue;
		}
		p += __builtin_ctz(marks);
		if (*p == '"')
			return p;
		p += 2;
	}
#endif
	return scan_string_words(p, end);
}

/* scan_value(p, end, v): the end of the value that starts at p, which is described in *v; a
 * container's text is all of it. */
const char *scan_value(const char *p, const char *end, struct value *v);

#endif
