/* Intervals: "Loading JSON data" (Interval), limits in "Data types" (Interval type). */
#include "ndjson/timestamp.h"

#include <stdint.h>

#define HOURS INT64_C(87840000)

/* The parts in their order, which of the three sums each belongs to, and how much it counts there.
 */
static const struct unit {
	char letter;
	int sum;
	int64_t each, most;
} units[] = {
    {'Y', 0, 12, 10000},
    {'M', 0, 1, 10000 * 12},
    {'D', 1, 1, 3660000},
    {'H', 2, 3600000000, HOURS},
    {'M', 2, 60000000, HOURS * 60},
    {'S', 2, 1000000, HOURS * 3600},
};
#define FIRST_OF_TIME 3
#define UNITS (sizeof units / sizeof *units)

/* Months, days, microseconds. */
static const int64_t most[] = {10000 * 12, 3660000, HOURS * 3600000000};

struct part {
	int64_t whole, micros;
	int negative, fraction, beyond;
};

/* -?digits[.digits], at most six after the point, at *s; 0 when it is none. */
static int
read_part(const char **s, const char *end, struct part *p)
{
	const char *start;
	int64_t digit = 100000;

	*p = (struct part){0};
	if (*s < end && **s == '-') {
		p->negative = 1;
		++*s;
	}
	for (start = *s; *s < end && **s >= '0' && **s <= '9'; ++*s) {
		p->beyond |= p->whole > INT64_MAX / 100;
		p->whole = p->beyond ? p->whole : p->whole * 10 + (**s - '0');
	}
	if (*s == start)
		return 0;
	if (*s == end || **s != '.')
		return 1;
	p->fraction = 1;
	for (start = ++*s; *s < end && **s >= '0' && **s <= '9'; ++*s, digit /= 10)
		p->micros += (**s - '0') * digit;
	return *s > start && *s - start <= 6;
}

enum spelling
interval_read(const char *s, size_t len)
{
	const char *end = s + len;
	int64_t sum[3] = {0};
	size_t at = 0, stop = FIRST_OF_TIME, parts = 0;
	int beyond = 0;

	if (len == 0 || *s++ != 'P')
		return SPELLING_BAD;
	for (; s < end; parts++) {
		struct part p;
		int64_t value;

		if (*s == 'T' && stop == FIRST_OF_TIME) {
			at = FIRST_OF_TIME;
			stop = UNITS;
			if (++s == end)
				break;
		}
		if (!read_part(&s, end, &p) || s == end)
			return SPELLING_BAD;
		while (at < stop && units[at].letter != *s)
			at++;
		if (at == stop || (p.fraction && *s != 'S'))
			return SPELLING_BAD;
		s++;
		beyond |= p.beyond || p.whole > units[at].most;
		value = beyond ? 0 : p.whole * units[at].each + p.micros;
		sum[units[at++].sum] += p.negative ? -value : value;
	}
	for (size_t i = 0; i < 3; i++)
		beyond |= sum[i] > most[i] || sum[i] < -most[i];
	if (stop != UNITS || parts == 0)
		return SPELLING_BAD;
	return beyond ? SPELLING_BEYOND : SPELLING_GOOD;
}
