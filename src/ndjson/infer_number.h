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

/* number_float(s, len, zero, integral): the double nearest to a number, which no byte of a number
 * follows; infinite beyond them. *zero and *integral: whether the number itself is 0, or has no
 * fraction. */
double number_float(const char *s, size_t len, int *zero, int *integral);

#endif
