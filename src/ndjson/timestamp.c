#include "ndjson/timestamp.h"

#include <string.h>

/* What is left to read, and whether a part that should have two digits had one, or the zone was z.
 */
struct cursor {
	const char *p, *end;
	int is_short;
};

struct civil {
	int year, month, day, hour, minute;
};

static int
is_digit(const struct cursor *c, ptrdiff_t at)
{
	return c->end - c->p > at && c->p[at] >= '0' && c->p[at] <= '9';
}

/* Exactly four digits, or -1. */
static int
four_digits(struct cursor *c)
{
	int v = 0;

	for (int i = 0; i < 4; i++, c->p++) {
		if (!is_digit(c, 0))
			return -1;
		v = v * 10 + *c->p - '0';
	}
	return v;
}

/* One or two digits, or -1. */
static int
short_number(struct cursor *c)
{
	int v;

	if (!is_digit(c, 0))
		return -1;
	v = *c->p++ - '0';
	return is_digit(c, 0) ? v * 10 + *c->p++ - '0' : v;
}

/* Two digits, noted when they are one, or -1. */
static int
two_digits(struct cursor *c)
{
	const char *start = c->p;
	int v = short_number(c);

	c->is_short |= c->p - start == 1;
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

/* Whether the month, 1 to 12, has the day in that year. */
static int
has_day(int year, int month, int day)
{
	static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (day < 1 || day > days[month - 1])
		return 0;
	return month != 2 || day < 29 || (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

/* The number of the two digits at s, or more than any part may be. */
static unsigned
pair(const char *s)
{
	unsigned tens = (unsigned)(s[0] - '0'), ones = (unsigned)(s[1] - '0');

	return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

/* YYYY-MM-DD at s into *t, as most dates are spelled; 0 when something else is there. */
static int
plain_date(const char *s, struct civil *t)
{
	unsigned century = pair(s), year = pair(s + 2), month = pair(s + 5), day = pair(s + 8);

	if (s[4] != '-' || s[7] != '-' || century > 99 || year > 99 || century + year == 0 ||
	    month < 1 || month > 12)
		return 0;
	t->year = (int)(century * 100 + year);
	t->month = (int)month;
	t->day = (int)day;
	return has_day(t->year, t->month, t->day);
}

/* HH:MM:SS at s likewise. */
static int
plain_time(const char *s, struct civil *t)
{
	unsigned hour = pair(s), minute = pair(s + 3), second = pair(s + 6);

	t->hour = (int)hour;
	t->minute = (int)minute;
	return s[2] == ':' && s[5] == ':' && hour < 24 && minute < 60 && second < 60;
}

static int
read_date(struct cursor *c, char separator, struct civil *t)
{
	if (c->end - c->p >= 10 && separator == '-' && plain_date(c->p, t)) {
		c->p += 10;
		return 1;
	}
	t->year = four_digits(c);
	if (t->year < 1 || !take(c, separator))
		return 0;
	t->month = two_digits(c);
	if (t->month < 1 || t->month > 12 || !take(c, separator))
		return 0;
	t->day = two_digits(c);
	return has_day(t->year, t->month, t->day);
}

/* Nothing, or a point and at most so many digits. */
static int
read_fraction(struct cursor *c, unsigned most)
{
	const char *start;

	if (!take(c, '.'))
		return 1;
	for (start = c->p; c->p < c->end && *c->p >= '0' && *c->p <= '9';)
		c->p++;
	return c->p > start && (size_t)(c->p - start) <= most;
}

/* HH:MM[:SS[.S...]]; seconds may be left out only where the caller says so. */
static int
read_time(struct cursor *c, int seconds_needed, unsigned fraction_digits, struct civil *t)
{
	int second;

	if (c->end - c->p >= 8 && plain_time(c->p, t)) {
		c->p += 8;
		return read_fraction(c, fraction_digits);
	}
	t->hour = two_digits(c);
	if (t->hour < 0 || t->hour > 23 || !take(c, ':'))
		return 0;
	t->minute = two_digits(c);
	if (t->minute < 0 || t->minute > 59)
		return 0;
	if (!take(c, ':'))
		return !seconds_needed;
	second = two_digits(c);
	if (second < 0 || second > 59)
		return 0;
	return read_fraction(c, fraction_digits);
}

/* The zone, and its offset east of UTC in minutes into *offset. */
static int
read_zone(struct cursor *c, int *offset)
{
	int hours, minutes = 0, sign;

	*offset = 0;
	if (c->p == c->end || take(c, 'Z'))
		return 1;
	if (take(c, 'z')) {
		c->is_short = 1;
		return 1;
	}
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

static enum spelling
result(const struct cursor *c, int good)
{
	if (!good || c->p != c->end)
		return SPELLING_BAD;
	return c->is_short ? SPELLING_SHORT : SPELLING_GOOD;
}

enum spelling
date_read(const char *s, size_t len)
{
	struct cursor c = {s, s + len, 0};
	struct civil t;

	return result(&c, read_date(&c, '-', &t));
}

enum spelling
time_read(const char *s, size_t len)
{
	struct cursor c = {s, s + len, 0};
	struct civil t;

	return result(&c, read_time(&c, 1, 6, &t));
}

enum spelling
datetime_read(const char *s, size_t len)
{
	struct cursor c = {s, s + len, 0};
	struct civil t;

	return result(&c,
	    read_date(&c, '-', &t) && (take(&c, 'T') || take(&c, ' ')) && read_time(&c, 1, 6, &t));
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

enum spelling
timestamp_read(const char *s, size_t len, unsigned fraction_digits)
{
	struct cursor c = {s, s + len, 0};
	struct civil t;
	int offset;

	return result(&c, read_date(&c, len > 4 && s[4] == '/' ? '/' : '-', &t) &&
			      (take(&c, 'T') || take(&c, ' ')) &&
			      read_time(&c, 0, fraction_digits, &t) && read_zone(&c, &offset) &&
			      in_range(&t, offset));
}

void
time_spell(struct buf *out, const char *s, size_t len)
{
	const char *end = s + len;
	int in_time = memchr(s, ':', len < 3 ? len : 3) != NULL;

	while (s < end) {
		const char *start = s;

		while (s < end && *s >= '0' && *s <= '9')
			s++;
		if (s - start == 1)
			buf_addc(out, '0');
		buf_add(out, start, (size_t)(s - start));
		if (s == end || (*s != ':' && in_time))
			break;
		in_time |= *s == 'T' || *s == ' ';
		buf_addc(out, *s++);
	}
	for (; s < end; s++) /* the fraction and the zone */
		buf_addc(out, *s == 'z' ? 'Z' : *s);
}
