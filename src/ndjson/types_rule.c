#include "ndjson/types_rule.h"
#include "ndjson/timestamp.h"
#include "ndjson/types_number.h"
#include "ndjson/types_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The integers that a double, which is all that JSON promises, tells apart; and the decimal digits
 * of which it keeps any. */
#define EXACT_DIGITS "9007199254740991"
#define KEPT_DIGITS 15

#define COUNT(a) (sizeof(a) / sizeof *(a))

enum verdict
check_string(const struct schema_field *f, const struct value *v)
{
	enum verdict fits = v->kind == VALUE_STRING ? VALUE_FITS : VALUE_RESPELLED;
	size_t n;

	if (f->max_length == 0 || v->len <= f->max_length)
		return fits;
	n = v->kind == VALUE_STRING ? text_characters(v->text, v->len)
				    : text_points(v->text, v->len);
	return n <= f->max_length ? fits : VALUE_TOO_LONG;
}

enum verdict
check_bytes(const struct schema_field *f, const struct value *v)
{
	size_t bytes;

	if (!text_base64(v->text, v->len, &bytes))
		return VALUE_BAD_FORM;
	return f->max_length == 0 || bytes <= f->max_length ? VALUE_FITS : VALUE_TOO_LONG;
}

/* The part of check_integer for numbers with fraction or exponent. */
static enum verdict
check_whole(const struct value *v)
{
	struct decimal d;

	if (!number_read(v->text, v->len, &d) || d.fraction != 0)
		return VALUE_BAD_FORM;
	return d.whole <= 16 && fabs(strtod(v->text, NULL)) <= NUMBER_EXACT ? VALUE_RESPELLED
									    : VALUE_OUT_OF_RANGE;
}

enum verdict
check_integer(const struct schema_field *f, const struct value *v)
{
	enum verdict fits = VALUE_FITS;

	(void)f;
	if (v->kind == VALUE_FLOAT)
		return check_whole(v);
	if (v->kind == VALUE_STRING) {
		const char *digit = v->text + (v->len > 0 && *v->text == '-');

		if (!number_digits(v->text, v->len))
			return VALUE_BAD_FORM;
		if (*digit == '0' && v->len > 1)
			fits = VALUE_RESPELLED;
	}
	if (v->len < sizeof EXACT_DIGITS - 1 ||
	    number_within(v->text, v->len, EXACT_DIGITS, EXACT_DIGITS))
		return fits;
	if (!number_within(v->text, v->len, "9223372036854775808", "9223372036854775807"))
		return VALUE_OUT_OF_RANGE;
	return v->kind == VALUE_INTEGER ? VALUE_RESPELLED : fits;
}

static int
is_one_of(const struct value *v, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v->len == strlen(names[i]) && strncasecmp(v->text, names[i], v->len) == 0)
			return 1;
	return 0;
}

enum verdict
check_float(const struct schema_field *f, const struct value *v)
{
	static const char *const names[] = {
	    "nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"};
	struct decimal d;

	(void)f;
	if (v->kind == VALUE_INTEGER && v->len < 309)
		return VALUE_FITS;
	if (number_read(v->text, v->len, &d))
		return d.whole < 309 || isfinite(strtod(v->text, NULL)) ? VALUE_FITS
									: VALUE_OUT_OF_RANGE;
	return is_one_of(v, names, COUNT(names)) ? VALUE_FITS : VALUE_BAD_FORM;
}

enum verdict
check_decimal(const struct schema_field *f, const struct value *v)
{
	struct decimal d;

	if (!number_read(v->text, v->len, &d))
		return VALUE_BAD_FORM;
	if (d.whole > (long)f->whole_digits || d.fraction > (long)f->fraction_digits ||
	    (d.whole == BIGNUMERIC_WHOLE && !number_bignumeric(v->text, v->len)))
		return VALUE_OUT_OF_RANGE;
	if (v->kind == VALUE_STRING)
		return VALUE_FITS;
	/* Whether a double, rounded to the scale of the column, is the number still. */
	return d.whole + (d.fraction > 0 ? (long)f->fraction_digits : 0) <= KEPT_DIGITS
		   ? VALUE_FITS
		   : VALUE_RESPELLED;
}

enum verdict
check_boolean(const struct schema_field *f, const struct value *v)
{
	static const char *const words[] = {"true", "false"};
	static const char *const others[] = {"t", "f", "yes", "no", "y", "n", "1", "0"};

	(void)f;
	if (v->kind == VALUE_BOOLEAN || is_one_of(v, words, COUNT(words)))
		return VALUE_FITS;
	return is_one_of(v, others, COUNT(others)) ? VALUE_RESPELLED : VALUE_BAD_FORM;
}

static enum verdict
spelled(enum spelling s)
{
	static const enum verdict verdicts[] = {
	    [SPELLING_BAD] = VALUE_BAD_FORM,
	    [SPELLING_GOOD] = VALUE_FITS,
	    [SPELLING_SHORT] = VALUE_RESPELLED,
	    [SPELLING_BEYOND] = VALUE_OUT_OF_RANGE,
	};

	return verdicts[s];
}

enum verdict
check_timestamp(const struct schema_field *f, const struct value *v)
{
	enum verdict fits = v->kind == VALUE_STRING ? VALUE_RESPELLED : VALUE_FITS;
	struct decimal d;
	double seconds;

	if (v->kind == VALUE_STRING) {
		enum spelling s = timestamp_read(v->text, v->len, f->fraction_digits);

		if (s != SPELLING_BAD)
			return spelled(s);
	}
	if (v->kind == VALUE_INTEGER && v->len <= 10)
		return VALUE_FITS;
	if (!number_read(v->text, v->len, &d))
		return VALUE_BAD_FORM;
	if (d.whole <= 10) /* the years 1653 to 2286 */
		return fits;
	seconds = strtod(v->text, NULL);
	return seconds >= -62135596800.0 && seconds < 253402300800.0 ? fits : VALUE_OUT_OF_RANGE;
}

enum verdict
check_date(const struct schema_field *f, const struct value *v)
{
	(void)f;
	return spelled(date_read(v->text, v->len));
}

enum verdict
check_time(const struct schema_field *f, const struct value *v)
{
	(void)f;
	return spelled(time_read(v->text, v->len));
}

enum verdict
check_datetime(const struct schema_field *f, const struct value *v)
{
	(void)f;
	return spelled(datetime_read(v->text, v->len));
}

enum verdict
check_interval(const struct schema_field *f, const struct value *v)
{
	(void)f;
	return spelled(interval_read(v->text, v->len));
}

enum verdict
check_geography(const struct schema_field *f, const struct value *v)
{
	(void)f;
	return text_geography(v->text, v->len) ? VALUE_FITS : VALUE_BAD_FORM;
}

enum verdict
check_json(const struct schema_field *f, const struct value *v)
{
	(void)f;
	return v->kind == VALUE_STRING || number_json(v->text, v->len) ? VALUE_FITS
								       : VALUE_OUT_OF_RANGE;
}

static void
quoted(struct buf *out, int negative, const char *s, size_t len)
{
	buf_addc(out, '"');
	if (negative)
		buf_addc(out, '-');
	buf_add(out, s, len);
	buf_addc(out, '"');
}

void
spell_text(struct buf *out, const struct value *v)
{
	if (v->kind == VALUE_OBJECT || v->kind == VALUE_ARRAY)
		text_quote(out, v->text, v->len);
	else
		quoted(out, 0, v->text, v->len);
}

/* The numeral at *s without the zeros that lead it; whether it is negative, which 0 is not. */
static int
strip_zeros(const char **s, size_t *len)
{
	int negative = **s == '-';

	*s += negative;
	*len -= (size_t)negative;
	while (*len > 1 && **s == '0' && (*s)[1] >= '0' && (*s)[1] <= '9') {
		++*s;
		--*len;
	}
	return negative && !(*len == 1 && **s == '0');
}

void
spell_integer(struct buf *out, const struct value *v)
{
	const char *s = v->text;
	size_t len = v->len;

	if (v->kind == VALUE_FLOAT) {
		buf_addf(out, "%lld", (long long)strtod(s, NULL));
	} else {
		int negative = strip_zeros(&s, &len);

		quoted(out, negative, s, len);
	}
}

void
spell_boolean(struct buf *out, const struct value *v)
{
	buf_adds(out, strchr("tTyY1", *v->text) != NULL ? "true" : "false");
}

void
spell_time(struct buf *out, const struct value *v)
{
	buf_addc(out, '"');
	time_spell(out, v->text, v->len);
	buf_addc(out, '"');
}

void
spell_timestamp(struct buf *out, const struct value *v)
{
	const char *s = v->text;
	size_t len = v->len;
	struct decimal d;

	if (!number_read(s, len, &d)) {
		spell_time(out, v);
		return;
	}
	if (strip_zeros(&s, &len))
		buf_addc(out, '-');
	buf_add(out, s, len);
}
