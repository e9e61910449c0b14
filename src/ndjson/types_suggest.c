#include "ndjson/types_suggest.h"
#include "ndjson/timestamp.h"
#include "ndjson/types_number.h"
#include "ndjson/types_text.h"

#include <string.h>
#include <strings.h>

/* No text of these types is longer. */
#define LONGEST 96

/* The digits that every reading and writing of double precision keeps. */
#define FLOAT_DIGITS 17
#define EXACT_DOUBLE "9007199254740992"

#define NUMBERS                                                                \
	(SUGGEST(TYPE_INTEGER) | SUGGEST(TYPE_FLOAT) | SUGGEST(TYPE_NUMERIC) | \
	    SUGGEST(TYPE_BIGNUMERIC))

static unsigned
of_number(const char *s, size_t len)
{
	size_t sign = *s == '-';
	struct decimal d;
	unsigned set = 0;
	int whole;

	if (!number_read(s, len, &d))
		return 0;
	if (len > sign + 1 && s[sign] == '0' && s[sign + 1] >= '0' && s[sign + 1] <= '9')
		return 0;
	whole = number_digits(s, len);
	if (whole && number_within(s, len, "9223372036854775808", "9223372036854775807") &&
	    !(sign && s[1] == '0'))
		set |= SUGGEST(TYPE_INTEGER);
	if (whole ? number_within(s, len, EXACT_DOUBLE, EXACT_DOUBLE)
		  : d.digits <= FLOAT_DIGITS && d.whole < 308 && d.fraction < 308)
		set |= SUGGEST(TYPE_FLOAT);
	if (d.whole <= 29 && d.fraction <= 9)
		set |= SUGGEST(TYPE_NUMERIC);
	if (d.whole <= 38 && d.fraction <= 38)
		set |= SUGGEST(TYPE_BIGNUMERIC);
	return set;
}

static int
is_one_of(const char *s, size_t len, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (len == strlen(names[i]) && strncasecmp(s, names[i], len) == 0)
			return 1;
	return 0;
}

/* What begins with a letter or a plus. */
static unsigned
of_word(const char *s, size_t len)
{
	static const char *const booleans[] = {"true", "false", "t", "f", "yes", "no", "y", "n"};
	static const char *const floats[] = {
	    "nan", "inf", "+inf", "infinity", "+infinity", "-inf", "-infinity"};

	if (is_one_of(s, len, booleans, sizeof booleans / sizeof *booleans))
		return SUGGEST(TYPE_BOOLEAN);
	if (is_one_of(s, len, floats, sizeof floats / sizeof *floats))
		return SUGGEST(TYPE_FLOAT);
	return 0;
}

static unsigned
of_time(const char *s, size_t len, unsigned among)
{
	unsigned set = 0;

	if ((among & SUGGEST(TYPE_DATE)) != 0 && date_valid(s, len))
		set |= SUGGEST(TYPE_DATE);
	if ((among & SUGGEST(TYPE_TIME)) != 0 && time_valid(s, len))
		set |= SUGGEST(TYPE_TIME);
	if ((among & SUGGEST(TYPE_DATETIME)) != 0 && datetime_valid(s, len))
		set |= SUGGEST(TYPE_DATETIME);
	if ((among & SUGGEST(TYPE_TIMESTAMP)) != 0 && timestamp_valid(s, len, 6))
		set |= SUGGEST(TYPE_TIMESTAMP);
	return set;
}

static unsigned
of_text(const char *s, size_t len, unsigned among)
{
	unsigned set = 0;
	char c = len > 0 ? *s : '\0', d = len > 1 ? s[1] : '\0';

	if ((c >= '0' && c <= '9') || (c == '-' && d >= '0' && d <= '9')) {
		if ((among & NUMBERS) != 0)
			set = of_number(s, len);
		if (len == 1 && c <= '1')
			set |= SUGGEST(TYPE_BOOLEAN);
		return set != 0 ? set : of_time(s, len, among);
	}
	if (c == '\0' || strchr("tTfFyYnNiI+-", c) == NULL || len > sizeof "-infinity" - 1)
		return 0;
	return of_word(s, len);
}

unsigned
types_narrowest(const struct value *v, unsigned among, struct buf *scratch)
{
	const char *s = v->text;
	size_t len = v->len;

	if (among == 0 || len == 0 || len > LONGEST * 6)
		return 0;
	if (memchr(s, '\\', len) != NULL) {
		buf_clear(scratch);
		text_unescape(scratch, s, len);
		s = scratch->data;
		len = scratch->len;
	}
	return len <= LONGEST ? among & of_text(s, len, among) : 0;
}

int
types_suggested(unsigned set, enum schema_type *type)
{
	static const enum schema_type order[] = {TYPE_INTEGER, TYPE_FLOAT, TYPE_NUMERIC,
	    TYPE_BIGNUMERIC, TYPE_BOOLEAN, TYPE_DATE, TYPE_TIME, TYPE_TIMESTAMP, TYPE_DATETIME};

	for (size_t i = 0; set != SUGGEST_ALL && i < sizeof order / sizeof *order; i++)
		if ((set & SUGGEST(order[i])) != 0) {
			*type = order[i];
			return 1;
		}
	return 0;
}
