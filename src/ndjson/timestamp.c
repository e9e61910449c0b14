#include "ndjson/timestamp.h"

#include <string.h>

/* What is left to read. */
struct cursor {
	const char *p, *end;
};

struct civil {
	int year, month, day, hour, minute;
};

/* Exactly n digits, or -1. */
static int
digits(struct cursor *c, int n)
{
	int v = 0;

	if (c->end - c->p < n)
		return -1;
	for (; n > 0; n--, c->p++) {
		int d = *c->p - '0';

		if (d < 0 || d > 9)
			return -1;
		v = v * 10 + d;
	}
	return v;
}

static int
take(struct cursor *c, char wanted)
{
	if (c->p == c->end || *c->p != wanted)
		return 0;
	c->p++;
	return 1;
}

static int
month_days(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static int
read_date(struct cursor *c, char separator, struct civil *t)
{
	t->year = digits(c, 4);
	if (t->year < 1 || !take(c, separator))
		return 0;
	t->month = digits(c, 2);
	if (t->month < 1 || t->month > 12 || !take(c, separator))
		return 0;
	t->day = digits(c, 2);
	return t->day >= 1 && t->day <= month_days(t->year, t->month);
}

/* HH:MM[:SS[.S...]]; seconds may be left out only where the caller says so. */
static int
read_time(struct cursor *c, int seconds_needed, unsigned fraction_digits, struct civil *t)
{
	const char *point;
	int second;

	t->hour = digits(c, 2);
	if (t->hour < 0 || t->hour > 23 || !take(c, ':'))
		return 0;
	t->minute = digits(c, 2);
	if (t->minute < 0 || t->minute > 59)
		return 0;
	if (!take(c, ':'))
		return !seconds_needed;
	second = digits(c, 2);
	if (second < 0 || second > 59)
		return 0;
	if (!take(c, '.'))
		return 1;
	for (point = c->p; c->p < c->end && *c->p >= '0' && *c->p <= '9';)
		c->p++;
	return c->p > point && (size_t)(c->p - point) <= fraction_digits;
}

/* One or two digits, or -1. */
static int
short_number(struct cursor *c)
{
	return digits(c, c->end - c->p > 1 && c->p[1] >= '0' && c->p[1] <= '9' ? 2 : 1);
}

/* The zone, and its offset east of UTC in minutes into *offset. */
static int
read_zone(struct cursor *c, int *offset)
{
	int hours, minutes = 0, sign;

	*offset = 0;
	if (c->p == c->end || take(c, 'Z') || take(c, 'z'))
		return 1;
	if (c->end - c->p == 4 && memcmp(c->p, " UTC", 4) == 0) {
		c->p += 4;
		return 1;
	}
	take(c, ' ');
	sign = take(c, '-') ? -1 : 1;
	if (sign > 0 && !take(c, '+'))
		return 0;
	hours = short_number(c);
	if (take(c, ':'))
		minutes = short_number(c);
	if (hours < 0 || minutes < 0 || minutes > 59 || hours * 60 + minutes > 14 * 60)
		return 0;
	*offset = sign * (hours * 60 + minutes);
	return 1;
}

int
date_valid(const char *s, size_t len)
{
	struct cursor c = {s, s + len};
	struct civil t;

	return read_date(&c, '-', &t) && c.p == c.end;
}

int
time_valid(const char *s, size_t len)
{
	struct cursor c = {s, s + len};
	struct civil t;

	return read_time(&c, 1, 6, &t) && c.p == c.end;
}

int
datetime_valid(const char *s, size_t len)
{
	struct cursor c = {s, s + len};
	struct civil t;

	return read_date(&c, '-', &t) && (take(&c, 'T') || take(&c, ' ')) &&
	       read_time(&c, 1, 6, &t) && c.p == c.end;
}

/* Whether the local time lies in the years 0001 to 9999 once its offset is taken off. */
static int
in_range(const struct civil *t, int offset)
{
	int minute = t->hour * 60 + t->minute - offset;

	if (t->year == 1 && t->month == 1 && t->day == 1)
		return minute >= 0;
	if (t->year == 9999 && t->month == 12 && t->day == 31)
		return minute < 24 * 60;
	return 1;
}

int
timestamp_valid(const char *s, size_t len, unsigned fraction_digits)
{
	struct cursor c = {s, s + len};
	struct civil t;
	int offset;

	return read_date(&c, len > 4 && s[4] == '/' ? '/' : '-', &t) &&
	       (take(&c, 'T') || take(&c, ' ')) && read_time(&c, 0, fraction_digits, &t) &&
	       read_zone(&c, &offset) && c.p == c.end && in_range(&t, offset);
}

/* The parts named by units, each at most once and in order: a number and its unit. */
static int
read_parts(struct cursor *c, const char *units)
{
	while (*units != '\0' && c->p < c->end && *c->p != 'T') {
		const char *start, *unit;

		take(c, '-');
		for (start = c->p; c->p < c->end && *c->p >= '0' && *c->p <= '9';)
			c->p++;
		if (c->p == start || c->p - start > 9)
			return 0;
		if (*units != 'Y' && take(c, '.')) {
			for (start = c->p; c->p < c->end && *c->p >= '0' && *c->p <= '9';)
				c->p++;
			if (c->p == start || c->p - start > 6 || c->p == c->end || *c->p != 'S')
				return 0;
		}
		unit = c->p < c->end ? strchr(units, *c->p) : NULL;
		if (unit == NULL || *unit == '\0')
			return 0;
		units = unit + 1;
		c->p++;
	}
	return 1;
}

int
interval_valid(const char *s, size_t len)
{
	struct cursor c = {s, s + len};

	return take(&c, 'P') && read_parts(&c, "YMD") && take(&c, 'T') && read_parts(&c, "HMS") &&
	       c.p == c.end;
}
