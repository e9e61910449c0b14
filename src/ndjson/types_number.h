/* Numbers as they are spelled in JSON: what they mean exactly, and what can hold them. */
#ifndef NDJSON_TYPES_NUMBER_H
#define NDJSON_TYPES_NUMBER_H

#include <stddef.h>

/* A decimal numeral written out in full: significant digits on each side of its point, and from the
 * first that is not 0 to the last. */
struct decimal {
	long whole, fraction, digits;
};

/* The greatest integer that a double keeps apart from its neighbours, 2^53 - 1. */
#define NUMBER_EXACT 9007199254740991.0

/* number_read(s, len, d): non-zero when s is -?digits[.digits][e[+-]digits], described exactly in
 * *d. The exponent is cut at a million, far beyond every type. */
int number_read(const char *s, size_t len, struct decimal *d);

/* number_digits(s, len): non-zero when s is -?digits. */
int number_digits(const char *s, size_t len);

/* number_within(s, len, least, most): whether s, which is -?digits, lies between -least and most,
 * which are digits without leading zeros. */
int number_within(const char *s, size_t len, const char *least, const char *most);

/* number_bignumeric(s, len): whether s, a numeral of BIGNUMERIC_WHOLE digits before its point, lies
 * between the bounds of BIGNUMERIC, -2^255 and 2^255 - 1 in units of its 38th decimal ("Data types",
 * Decimal types). */
#define BIGNUMERIC_WHOLE 39
int number_bignumeric(const char *s, size_t len);

/* number_json(s, len): whether each number in the valid JSON text s is one that a value of type
 * JSON can hold: an integer of 64 bits, signed or unsigned, or in range of double precision ("Data
 * types", JSON type). */
int number_json(const char *s, size_t len);

#endif
