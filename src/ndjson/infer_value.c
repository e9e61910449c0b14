#include "ndjson/infer_value.h"
#include "ndjson/infer_bound.h"
#include "ndjson/infer_number.h"
#include "ndjson/types_number.h"
#include "ndjson/types_suggest.h"
#include "ndjson/types_text.h"

#include <endian.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHORT_WHOLE = 18 };

/* The first 8 bytes as a number that orders as they do, zeros behind the end. */
static inline uint64_t
prefix_of(const char *s, size_t len)
{
	uint64_t w = 0;

	memcpy(&w, s, len < sizeof w ? len : sizeof w);
	return be64toh(w);
}

static void
bound_string(struct node *n, const char *s, size_t len)
{
	struct infer_text *least = &n->path.least_string, *greatest = &n->path.greatest_string;
	uint64_t prefix = prefix_of(s, len);
	size_t cut;

	if (least->text != NULL && prefix > n->least_prefix && prefix < n->greatest_prefix)
		return;
	cut = bound_cut(s, len);
	if (least->text == NULL || bound_order(s, cut, least->text, least->len) < 0) {
		bound_set(least, VALUE_STRING, s, cut, cut < len);
		n->least_prefix = prefix;
	}
	if (greatest->text == NULL || bound_order(s, cut, greatest->text, greatest->len) > 0) {
		bound_set(greatest, VALUE_STRING, s, cut, cut < len);
		n->greatest_prefix = prefix;
	}
}

static int
is_ascii(const char *s, size_t len)
{
	uint64_t all = 0, w;
	size_t i = 0;

	for (; i + sizeof w <= len; i += sizeof w) {
		memcpy(&w, s + i, sizeof w);
		all |= w;
	}
	for (; i < len; i++)
		all |= (unsigned char)s[i];
	return (all & 0x8080808080808080u) == 0;
}

static void
bound_length(struct infer_path *p, const char *s, size_t len)
{
	uint64_t points = len;

	if (p->kind[VALUE_STRING] > 1 && len <= p->longest &&
	    (len / 4 >= p->shortest || p->shortest == 0)) /* at most 4 bytes a character */
		return;
	if (!is_ascii(s, len))
		points = text_points(s, len);
	if (points > p->longest)
		p->longest = points;
	if (points < p->shortest || p->kind[VALUE_STRING] == 1)
		p->shortest = points;
}

void
value_string(struct node *n, const char *text, size_t len, int escaped, struct buf *scratch)
{
	uint64_t hash;

	if (n->path.suggested != 0 && len > 0) {
		const struct value v = {VALUE_STRING, text, len};

		n->path.suggested = types_narrowest(&v, n->path.suggested, scratch);
	}
	if (escaped) {
		buf_clear(scratch);
		buf_reserve(scratch, len);
		text_unescape(scratch, text, len);
		text = scratch->data;
		len = scratch->len;
	}
	n->path.empty_string += len == 0;
	hash = hll_hash(text, len, SEED_STRING);
	hll_add(&n->distinct, hash);
	bound_string(n, text, len);
	bound_length(&n->path, text, len);
	if (bound_is_example(n, hash)) {
		size_t cut = bound_cut(text, len);

		bound_example(n, hash, VALUE_STRING, text, cut, cut < len);
	}
}

/* An integer of few digits: -? and at most SHORT_WHOLE of them. */
static void
short_integer(struct node *n, const char *text, size_t len)
{
	struct number_range *r = &n->range;
	int negative = *text == '-';
	int64_t v = 0;
	uint64_t hash;

	for (size_t i = (size_t)negative; i < len; i++)
		v = v * 10 + (text[i] - '0');
	v = negative ? -v : v;
	n->path.zero += v == 0;
	if (!r->whole) {
		r->least = r->greatest = v;
		r->whole = 1;
	} else if (v < r->least) {
		r->least = v;
	} else if (v > r->greatest) {
		r->greatest = v;
	}
	hash = hll_hash_number((uint64_t)v, SEED_WHOLE + (uint64_t)(negative && v == 0) * 8);
	hll_add(&n->distinct, hash);
	if (bound_is_example(n, hash))
		bound_example(n, hash, VALUE_INTEGER, text, len, 0);
}

static void
long_number(struct node *n, const char *text, size_t len, enum value_kind kind, double value)
{
	struct infer_path *p = &n->path;
	char shorter[NUMBER_TEXT];
	uint64_t hash = hll_hash(text, len, SEED_NUMBER);
	int known = p->least_number.text != NULL, cut = len > INFER_TEXT;

	hll_add(&n->distinct, hash);
	if (known && value > n->range.low && value < n->range.high && !bound_is_example(n, hash))
		return;
	if (cut) {
		len = number_shorten(text, len, shorter);
		text = shorter;
	}
	bound_number(&p->least_number, 1, kind, text, len, cut);
	bound_number(&p->greatest_number, -1, kind, text, len, cut);
	n->range.low = known && n->range.low < value ? n->range.low : value;
	n->range.high = known && n->range.high > value ? n->range.high : value;
	if (bound_is_example(n, hash))
		bound_example(n, hash, kind, text, len, cut);
}

/* An integer of many digits. */
static void
long_integer(struct node *n, const char *text, size_t len)
{
	struct infer_path *p = &n->path;
	size_t digits = len - (*text == '-');
	double value = strtod(text, NULL);

	if (!number_within(text, len, "9223372036854775808", "9223372036854775807")) {
		p->beyond_int64++;
		if (digits > p->whole_digits)
			p->whole_digits = digits < 1000000 ? (unsigned)digits : 1000000;
	}
	if (!number_within(text, len, "9223372036854775808", "18446744073709551615"))
		value_beyond_json(n);
	p->beyond_double |= !isfinite(value);
	long_number(n, text, len, VALUE_INTEGER, value);
}

static unsigned
most_digits(unsigned most, long digits)
{
	return digits > (long)most ? (unsigned)digits : most; /* at most some millions */
}

void
value_number(struct node *n, const char *text, size_t len, enum value_kind kind)
{
	struct infer_path *p = &n->path;
	struct number_look look;

	if (kind == VALUE_INTEGER) {
		if (len <= SHORT_WHOLE)
			short_integer(n, text, len);
		else
			long_integer(n, text, len);
		return;
	}
	number_look(text, len, &look);
	p->zero += (uint64_t)look.zero;
	p->integral_floats += (uint64_t)look.integral;
	p->beyond_exact |= look.integral && fabs(look.value) > NUMBER_EXACT;
	p->float_whole = most_digits(p->float_whole, look.whole);
	p->float_fraction = most_digits(p->float_fraction, look.fraction);
	if (!isfinite(look.value)) {
		p->beyond_double = 1;
		value_beyond_json(n);
	}
	long_number(n, text, len, kind, look.value);
}

void
value_boolean(struct node *n, int is_true)
{
	n->path.is_false += !is_true; /* which they were follows from the counts */
}

void
value_beyond_json(struct node *n)
{
	struct infer_path *p = &n->path;

	for (; p != NULL; p = p->parent)
		p->beyond_json = 1;
}

static struct infer_text *
text_of(struct infer_path *p, size_t i)
{
	struct infer_text *const bound[] = {
	    &p->least_number, &p->greatest_number, &p->least_string, &p->greatest_string};

	return i < 4 ? bound[i] : i < 4 + INFER_EXAMPLES ? &p->example[i - 4] : NULL;
}

size_t
value_bytes(const struct node *n)
{
	struct infer_path p = n->path;
	const struct infer_text *t;
	size_t bytes = hll_bytes(&n->distinct);

	for (size_t i = 0; (t = text_of(&p, i)) != NULL; i++)
		bytes += t->text != NULL ? INFER_TEXT + 16 : 0;
	return bytes;
}

void
value_free(struct node *n)
{
	struct infer_text *t;

	hll_free(&n->distinct);
	for (size_t i = 0; (t = text_of(&n->path, i)) != NULL; i++)
		free(t->text);
}
