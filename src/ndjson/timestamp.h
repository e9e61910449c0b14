/* Dates, times and intervals as BigQuery loads them from JSON text. Pages: "Loading JSON data from
 * Cloud Storage" (Data types), "Data types" (years 0001 to 9999; canonical formats; Time zones).
 * Leap seconds, zones by name and a small "t" are refused: only one of the pages has them. */
#ifndef NDJSON_TIMESTAMP_H
#define NDJSON_TIMESTAMP_H

#include "base/buf.h"

#include <stddef.h>

enum spelling {
	SPELLING_BAD,   /* no such value */
	SPELLING_GOOD,  /* one that each page has */
	SPELLING_SHORT, /* one digit where the loading page has two, or z for Z: see time_spell */
	SPELLING_BEYOND /* well written, out of range */
};

/* Each tells how exactly the len bytes at s spell such a value of an existing day. Month, day, hour,
 * minute and second may have one digit, as the canonical formats allow. */

/* YYYY-MM-DD */
enum spelling date_read(const char *s, size_t len);

/* HH:MM:SS[.SSSSSS] */
enum spelling time_read(const char *s, size_t len);

/* YYYY-MM-DD HH:MM:SS[.SSSSSS], with T or a space between */
enum spelling datetime_read(const char *s, size_t len);

/* YYYY-MM-DD or YYYY/MM/DD, T or a space, HH:MM[:SS[.S...]] with at most fraction_digits, then
 * nothing, or Z or z, or a space and UTC, or an offset +H[H][:M[M]] of at most 14 hours, with or
 * without a space before it. The moment, in UTC, is in the years 0001 to 9999. */
enum spelling timestamp_read(const char *s, size_t len, unsigned fraction_digits);

/* P[nY][nM][nD]T[nH][nM][n[.n]S], each number with an optional '-', at least one of them. Years and
 * months together are at most 10,000 years either way, days 3,660,000, the rest 87,840,000 hours. */
enum spelling interval_read(const char *s, size_t len);

/* time_spell(out, s, len): append a date, time or timestamp that is SPELLING_SHORT with two digits
 * in each part and a Z. */
void time_spell(struct buf *out, const char *s, size_t len);

#endif
