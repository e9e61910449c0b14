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

/* The quote that ends the string whose text begins at p. */
static const char *
string_end(const char *p, const char *end)
{
	while (p < end && *p != '"')
		p += *p == '\\' ? 2 : 1;
	return p < end ? p : end;
}

int
number_json(const char *s, size_t len)
{
	const char *end = s + len;

	while (s < end) {
		size_t n = 1;

		if (*s == '"') {
			s = string_end(s + 1, end);
		} else if (*s == '-' || (*s >= '0' && *s <= '9')) {
			while (s + n < end && strchr("0123456789.eE+-", s[n]) != NULL)
				n++;
			if (number_digits(s, n) ? !number_within(s, n, "9223372036854775808",
						      "18446744073709551615")
						: !isfinite(strtod(s, NULL)))
				return 0;
		}
		s += s < end ? n : 0;
	}
	return 1;
}
