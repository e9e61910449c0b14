#include "ndjson/types_number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int
number_read(const char *s, size_t len, struct decimal *d)
{
	const char *p = s, *end = s + len;
	long n = 0, first = -1, last = -1, point = -1, exponent = 0, sign = 1;

	if (p < end && *p == '-')
		p++;
	for (; p < end && ((*p >= '0' && *p <= '9') || (*p == '.' && point < 0)); p++) {
		if (*p == '.') {
			point = n;
			continue;
		}
		if (*p != '0') {
			first = first < 0 ? n : first;
			last = n;
		}
		n++;
	}
	if (n == 0 || point == 0 || point == n)
		return 0;
	point = point < 0 ? n : point;
	if (p < end && (*p | 0x20) == 'e') {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			sign = *p++ == '-' ? -1 : 1;
		if (p == end)
			return 0;
		for (; p < end && *p >= '0' && *p <= '9'; p++)
			exponent = exponent < 1000000 ? exponent * 10 + (*p - '0') : exponent;
	}
	point += sign * exponent;
	d->whole = first < 0 || point <= first ? 0 : point - first;
	d->fraction = first < 0 || last < point ? 0 : last + 1 - point;
	d->digits = first < 0 ? 0 : last + 1 - first;
	return p == end;
}

int
number_digits(const char *s, size_t len)
{
	const char *end = s + len;

	if (s < end && *s == '-')
		s++;
	if (s == end)
		return 0;
	while (s < end && *s >= '0' && *s <= '9')
		s++;
	return s == end;
}

int
number_within(const char *s, size_t len, const char *least, const char *most)
{
	const char *end = s + len, *limit = *s == '-' ? least : most;
	size_t digits, longest = strlen(limit);

	if (len < longest) /* as nearly all are */
		return 1;
	if (*s == '-')
		s++;
	while (s < end && *s == '0')
		s++;
	digits = (size_t)(end - s);
	return digits < longest || (digits == longest && memcmp(s, limit, digits) <= 0);
}

int
number_bignumeric(const char *s, size_t len)
{
	static const char digits[] =
	    "57896044618658097711785492504343953926634992332820282019728792003956564819967";
	const char *end = s + len, *limit = digits;
	int negative = *s == '-';

	for (; *limit != '\0'; limit++) {
		int most = *limit + (negative && limit[1] == '\0'), digit = '0';

		while (s < end && (*s == '-' || *s == '.' || (limit == digits && *s == '0')))
			s++;
		if (s < end && *s >= '0' && *s <= '9')
			digit = *s++;
		if (digit != most)
			return digit < most;
	}
	return 1;
}

/* The quote that ends the string whose text begins at p. */
static const char *
string_end(const char *p, const char *end)
{
	for (const char *start = p; p < end; p++) {
		size_t slashes = 0;

		p = memchr(p, '"', (size_t)(end - p));
		if (p == NULL)
			return end;
		while (p - slashes > start && p[-1 - (ptrdiff_t)slashes] == '\\')
			slashes++;
		if (slashes % 2 == 0)
			return p;
	}
	return end;
}

/* Shorter numbers without an exponent are in every range. */
#define LONG_NUMBER 19

int
number_json(const char *s, size_t len)
{
	const char *end = s + len;

	while (s < end) {
		const char *start = s;
		int exponent = 0;

		if (*s == '"') {
			s = string_end(s + 1, end);
			s += s < end;
			continue;
		}
		for (; s < end && ((*s >= '0' && *s <= '9') || *s == '-' || *s == '+' ||
				      *s == '.' || (s > start && (*s | 0x20) == 'e'));
		     s++)
			exponent |= (*s | 0x20) == 'e';
		if (s == start)
			s++;
		else if (!exponent && s - start < LONG_NUMBER)
			continue;
		else if (number_digits(start, (size_t)(s - start))
			     ? !number_within(start, (size_t)(s - start), "9223372036854775808",
				   "18446744073709551615")
			     : !isfinite(strtod(start, NULL)))
			return 0;
	}
	return 1;
}
