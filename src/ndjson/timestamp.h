/* Dates and times as BigQuery loads them from JSON text. Pages: "Loading JSON data from Cloud
 * Storage" (Data types), "Data types" (years 0001 to 9999; Time zones). Leap seconds, zones by
 * other names and a small "t" are refused: only one of the pages has them. */
#ifndef NDJSON_TIMESTAMP_H
#define NDJSON_TIMESTAMP_H

#include <stddef.h>

/* Each is non-zero when exactly the len bytes at s are such a value of an existing day. */

/* YYYY-MM-DD */
int date_valid(const char *s, size_t len);

/* HH:MM:SS[.SSSSSS] */
int time_valid(const char *s, size_t len);

/* YYYY-MM-DD HH:MM:SS[.SSSSSS], with T or a space between */
int datetime_valid(const char *s, size_t len);

/* YYYY-MM-DD or YYYY/MM/DD, T or a space, HH:MM[:SS[.S...]] with at most fraction_digits, then
 * nothing, or Z or z, or a space and UTC, or an offset +H[H][:M[M]] of at most 14 hours, with or
 * without a space before it. The moment, in UTC, is in the years 0001 to 9999. */
int timestamp_valid(const char *s, size_t len, unsigned fraction_digits);

/* P[nY][nM][nD]T[nH][nM][n[.n]S], each number with an optional '-'. */
int interval_valid(const char *s, size_t len);

#endif
