/* Numbers as JSON spells them, looked at for what they are and compared without loss. */
#ifndef NDJSON_INFER_NUMBER_H
#define NDJSON_INFER_NUMBER_H

#include <stddef.h>

enum { NUMBER_TEXT = 64 }; /* bytes that number_shorten needs */

/* number_order(a, a_len, b, b_len): below, at or above 0 as a is less than, equal to or greater
 * than b, by value, however many digits and whatever exponents (beyond a billion they are equal).
 */
int number_order(const char *a, size_t a_len, const char *b, size_t b_len);

/* number_shorten(s, len, out): a number of more than NUMBER_TEXT bytes in less: the sign, 40 digits
 * and an exponent; returns its length. The rest of the digits is cut off. */
size_t number_shorten(const char *s, size_t len, char out[NUMBER_TEXT]);

/* What a number with a point or an exponent is. */
struct number_look {
	double value;         /* the nearest; infinite beyond all */
	int zero, integral;   /* it is 0, it has no fraction */
	long whole, fraction; /* digits before and after the point that count, or a few more */
};

/* number_look(s, len, out): look at a number, which no byte of a number follows. */
void number_look(const char *s, size_t len, struct number_look *out);

#endif
