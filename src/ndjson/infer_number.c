#include "ndjson/infer_number.h"
#include "ndjson/types_number.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAR = 1000000000, SHORT_DIGITS = 40 };

/* A number as 0.DIGITS times ten to the power of exponent, the first digit being none of the
 * zeros. */
struct spelled {
	int negative;
	const char *digit, *end; /* the first digit that counts, the end of all; a '.' among them */
	long exponent;
};

static void
spell(const char *s, size_t len, struct spelled *n)
{
	const char *p = s, *end = s + len, *first = NULL;
	long whole = 0, lead = 0, power = 0, sign = 1;
	int point = 0;

	*n = (struct spelled){.negative = len > 0 && *s == '-'};
	for (p += n->negative; p < end && ((*p >= '0' && *p <= '9') || *p == '.'); p++) {
		if (*p == '.') {
			point = 1;
			continue;
		}
		if (first == NULL && *p != '0')
			first = p;
		if (!point && first != NULL)
			whole++;
		if (point && first == NULL)
			lead++;
	}
	n->digit = first != NULL ? first : p;
	n->end = p;
	if (p < end && (*p | 0x20) == 'e') {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			sign = *p++ == '-' ? -1 : 1;
		for (; p < end && power < FAR; p++)
			power = power * 10 + (*p - '0');
	}
	n->exponent = first == NULL ? -FAR : whole - lead + sign * (power < FAR ? power : FAR);
}

/* The next digit, zeros behind the last. */
static char
next_digit(struct spelled *n)
{
	if (n->digit < n->end && *n->digit == '.')
		n->digit++;
	return n->digit < n->end ? *n->digit++ : '0';
}

/* As number_order, of what is before the signs. */
static int
order_magnitude(struct spelled *a, struct spelled *b)
{
	if (a->digit == a->end || b->digit == b->end) /* zero */
		return (a->digit < a->end) - (b->digit < b->end);
	if (a->exponent != b->exponent)
		return a->exponent < b->exponent ? -1 : 1;
	while (a->digit < a->end || b->digit < b->end) {
		char x = next_digit(a), y = next_digit(b);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

int
number_order(const char *a, size_t a_len, const char *b, size_t b_len)
{
	struct spelled x, y;
	int zero, order;

	spell(a, a_len, &x);
	spell(b, b_len, &y);
	zero = x.digit == x.end && y.digit == y.end;
	if (x.negative != y.negative && !zero)
		return x.negative ? -1 : 1;
	order = order_magnitude(&x, &y);
	return x.negative ? -order : order;
}

size_t
number_shorten(const char *s, size_t len, char out[NUMBER_TEXT])
{
	struct spelled n;
	char digits[SHORT_DIGITS + 1];

	spell(s, len, &n);
	if (n.digit == n.end) {
		memcpy(out, "0.0", 4);
		return 3;
	}
	for (size_t i = 0; i < SHORT_DIGITS; i++)
		digits[i] = next_digit(&n);
	digits[SHORT_DIGITS] = '\0';
	return (size_t)snprintf(out, NUMBER_TEXT, "%s%c.%se%ld", n.negative ? "-" : "", digits[0],
	    digits + 1, n.exponent - 1);
}

/* A number of few digits and a small exponent, whose digits and power of ten are doubles exactly,
 * so that one operation rounds once (Clinger, "How to read floating point numbers accurately").
 * 0 when it is none. */
static int
read_short(const char *s, size_t len, double *value, int *zero, int *integral)
{
	static const double power[] = {
	    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
	static const uint64_t whole[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000,
	    100000000, 1000000000, 10000000000, 100000000000, 1000000000000, 10000000000000,
	    100000000000000, 1000000000000000};
	const char *p = s, *end = s + len, *point = NULL;
	uint64_t digits = 0;
	size_t places;

	if (len > 17)
		return 0;
	for (p += *s == '-'; p < end; p++) {
		if (*p >= '0' && *p <= '9')
			digits = digits * 10 + (uint64_t)(*p - '0');
		else if (*p == '.')
			point = p;
		else
			return 0;
	}
	places = point != NULL ? (size_t)(end - point - 1) : 0;
	if (digits >= (uint64_t)1 << 53 || places >= sizeof power / sizeof power[0])
		return 0;
	*value = (double)digits / power[places];
	if (*s == '-')
		*value = -*value;
	*zero = digits == 0;
	*integral = digits % whole[places] == 0;
	return 1;
}

double
number_float(const char *s, size_t len, int *zero, int *integral)
{
	struct decimal d;
	double value;

	if (read_short(s, len, &value, zero, integral))
		return value;
	if (!number_read(s, len, &d))
		d = (struct decimal){0};
	*integral = d.fraction == 0;
	*zero = d.whole == 0 && d.fraction == 0;
	return strtod(s, NULL);
}
