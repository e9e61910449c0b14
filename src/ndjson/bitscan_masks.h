/* The masks of bitscan_walk.h: which bytes of a step are what, and which are wrong. */
#ifndef NDJSON_BITSCAN_MASKS_H
#define NDJSON_BITSCAN_MASKS_H

#include "ndjson/bitscan_utf8.h"
#include "ndjson/scan_text.h"

#include <string.h>

enum { STEP = 64, DEEPEST = 63 };

/* What a step hands on to the next: marks and answers for its first bit. All zero at a line start.
 */
struct carry {
	uint64_t in_string; /* all ones or zero */
	uint64_t escape, scalar, digits, zero, name;
	uint64_t comma, opened, colon, value, name_end; /* marks behind these */
	struct utf8_carry utf8;
};

struct walk {
	const struct bitscan_rules *rules;
	const char *begin, *end; /* what is scanned */
	const char *step;        /* byte 0 of the masks */
	struct carry carry;
	uint64_t error;
	size_t depth, deepest;
	uint64_t stack; /* a bit a level, the lowest the innermost: it is an object */
	/* the line at hand */
	const char *line;   /* its first byte */
	const char *record; /* first byte of the record at hand, NULL before the first '{' */
	const char *closed; /* behind the last '}' that closed a record */
	const char *value;  /* at the key, NULL when there is none yet */
	int doubled;        /* the key came twice */
};

/* Masks of a step. */
struct masks {
	uint64_t quote, backslash, escaped; /* quote: that opens or ends a string */
	uint64_t string;                    /* from opening quotes to before the closing ones */
	uint64_t outside;                   /* neither in a string nor a quote */
	uint64_t open, close;
	uint64_t line_feed;
	uint64_t object, top, first; /* innermost: an object; none; a record */
	uint64_t record_opens, record_closes;
	uint64_t name; /* opening quotes of names */
};

/* Through the runs that marks stand at the start of, to the byte behind. */
ALWAYS uint64_t
through(uint64_t marks, uint64_t run, uint64_t *carry)
{
	uint64_t sum;

	*carry |= (uint64_t)__builtin_add_overflow(marks, run, &sum);
	return sum & ~run;
}

/* The next token behind each of these. */
ALWAYS uint64_t
next_token(uint64_t tokens, uint64_t space, uint64_t *carry)
{
	uint64_t marks = tokens << 1 | *carry;

	*carry = tokens >> 63;
	return through(marks, space, carry);
}

/* The bytes that a backslash escapes: in each run of backslashes every other one escapes the byte
 * behind it. Subtracting run starts from the odd places tells the parities apart, as in Langdale
 * and Lemire. */
ALWAYS uint64_t
escaped_bytes(uint64_t backslash, uint64_t *carry)
{
	static const uint64_t odd = 0xaaaaaaaaaaaaaaaau;
	uint64_t starts = backslash & ~*carry;
	uint64_t codes = (((starts << 1) | odd) - starts) ^ odd;
	uint64_t escaped = codes ^ (backslash | *carry);

	*carry = (codes & backslash) >> 63;
	return escaped;
}

ALWAYS void
find_strings(struct walk *w, struct block b, struct masks *m)
{
	uint64_t quote = block_equal(b, '"');

	m->backslash = block_equal(b, '\\');
	m->escaped = 0;
	m->quote = quote;
	m->escaped = escaped_bytes(m->backslash, &w->carry.escape);
	m->quote &= ~m->escaped;
	m->string = prefix_xor(m->quote) ^ w->carry.in_string;
	w->carry.in_string = 0 - (m->string >> 63);
	m->outside = ~(m->string | m->quote);
}

/* The four hex digits of each \u. */
ALWAYS uint64_t
bad_unicode_escapes(const struct walk *w, uint64_t u)
{
	uint64_t bad = 0;

	for (; u != 0; u &= u - 1) {
		const char *p = w->step + __builtin_ctzll(u) + 1;

		for (int i = 0; i < 4; i++)
			if (p + i >= w->end || !((p[i] >= '0' && p[i] <= '9') ||
						   ((p[i] | 0x20) >= 'a' && (p[i] | 0x20) <= 'f')))
				bad |= u & -u;
	}
	return bad;
}

/* RFC 8259 section 7: escapes and control characters. */
ALWAYS uint64_t
bad_strings(const struct walk *w, struct block b, const struct masks *m, uint64_t control)
{
	uint64_t bad = control & m->string;
	uint64_t rest = m->escaped & ~(m->backslash | block_equal(b, '"'));
	uint64_t u;

	if (rest == 0)
		return bad;
	u = rest & block_equal(b, 'u');
	rest &= ~(u | block_equal(b, 'n') | block_equal(b, 'r') | block_equal(b, 't'));
	if (rest != 0)
		rest &= ~(block_equal(b, '/') | block_equal(b, 'b') | block_equal(b, 'f'));
	return bad | rest | bad_unicode_escapes(w, u);
}

/* Walk the brackets: depth, what the innermost container is at each byte, where records begin and
 * end. An opening bracket lies outside of what it opens, a closing one inside of what it closes. */
ALWAYS void
walk_brackets(struct walk *w, struct masks *m)
{
	uint64_t rest = m->open | m->close;

	m->object = 0 - (w->stack & 1);
	m->top = w->depth == 0 ? ~(uint64_t)0 : 0;
	m->first = w->depth == 1 ? ~(uint64_t)0 : 0;
	m->record_opens = m->record_closes = 0;
	while (rest != 0) {
		uint64_t bit = rest & -rest, behind = ~(bit ^ (bit - 1));
		unsigned char c = (unsigned char)w->step[__builtin_ctzll(rest)];

		rest &= rest - 1;
		if ((m->open & bit) != 0) {
			if (w->depth == w->deepest || (w->depth == 0 && c != '{')) {
				w->error |= bit;
				return;
			}
			if (w->depth++ == 0)
				m->record_opens |= bit;
			w->stack = w->stack << 1 | (c == '{');
		} else {
			if (w->depth == 0 || (uint64_t)(c == '}') != (w->stack & 1)) {
				w->error |= bit;
				return;
			}
			if (--w->depth == 0)
				m->record_closes |= bit;
			w->stack >>= 1;
		}
		m->object = (m->object & ~behind) | ((0 - (w->stack & 1)) & behind);
		m->top = (m->top & ~behind) | (w->depth == 0 ? behind : 0);
		m->first = (m->first & ~behind) | (w->depth == 1 ? behind : 0);
	}
}

ALWAYS uint32_t
load_word(const char *p)
{
	uint32_t word;

	memcpy(&word, p, sizeof word);
	return word;
}

ALWAYS int
ends_scalar(char c)
{
	return c == ',' || c == '}' || c == ']' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* true, false and null in one look at the 8 bytes from p; otherwise, and at the end, byte by byte.
 */
ALWAYS int
is_scalar(const char *p, const char *end)
{
	struct scan_fault why;
	uint32_t word = 0;

	if (end - p >= 8) {
		word = load_word(p);
		if (word == load_word("true") || word == load_word("null"))
			return ends_scalar(p[4]);
		if (word == load_word("fals"))
			return p[4] == 'e' && ends_scalar(p[5]);
	}
	p = text_scalar(p, end, &why);
	return p != NULL && p < end && ends_scalar(*p);
}

/* Scalars that are no strings. Runs of digits are numbers, but for leading zeros, with one '.' amid
 * them too; the others are looked at from where they begin. */
ALWAYS uint64_t
bad_scalars(struct walk *w, struct block b, uint64_t scalar, uint64_t starts)
{
	struct carry *c = &w->carry;
	uint64_t digit = scalar & block_below(b, ':') & ~block_below(b, '0');
	uint64_t zero = starts & block_equal(b, '0');
	uint64_t bad = digit & (zero << 1 | c->zero), marks = starts | c->digits, odd, point;

	c->zero = zero >> 63;
	c->digits = 0;
	odd = through(marks, digit, &c->digits) & scalar;
	if (odd == 0)
		return bad;
	point = odd & block_equal(b, '.') & (digit << 1) & (digit >> 1);
	if (point != 0) {
		uint64_t carry = 0, ends = through(point << 1, digit, &carry);

		if (carry == 0 && (ends & scalar) == 0)
			odd &= ~point;
	}
	for (; odd != 0; odd &= odd - 1) {
		const char *p = w->step + __builtin_ctzll(odd);

		while (p > w->begin && p[-1] >= '0' && p[-1] <= '9')
			p--;
		if (!is_scalar(p, w->end))
			bad |= odd & -odd;
	}
	return bad;
}

/* RFC 8259 sections 2 to 6: each token by what it follows. */
ALWAYS uint64_t
bad_grammar(struct walk *w, struct block b, struct masks *m, uint64_t control)
{
	struct carry *c = &w->carry;
	uint64_t space = (control | block_equal(b, ' ')) & m->outside;
	uint64_t comma = block_equal(b, ',') & m->outside, colon = block_equal(b, ':') & m->outside;
	uint64_t open = m->open, close = m->close, string = m->quote & m->string;
	uint64_t scalar = m->outside & ~(space | comma | colon | open | close);
	uint64_t behind_scalar = scalar << 1 | c->scalar;
	uint64_t starts = scalar & ~behind_scalar, value = string | starts | open;
	uint64_t after_comma = next_token(comma, space, &c->comma);
	uint64_t after_open = next_token(open, space, &c->opened);
	uint64_t after_colon = next_token(colon, space, &c->colon);
	uint64_t begins = after_comma | after_open; /* a name or an element */
	uint64_t closers = (m->quote & ~m->string) | close, after_value, names, name_ends,
		 after_name;
	uint64_t bad = control & m->outside & ~m->line_feed;

	if (bad != 0)
		bad &= ~(block_equal(b, '\t') | block_equal(b, '\r'));
	after_value = closers << 1 | c->value | (behind_scalar & ~scalar);
	c->value = closers >> 63;
	after_value = through(after_value, space, &c->value);
	m->name = string & begins & m->object;
	names = m->name | c->name;
	c->name = 0;
	name_ends = through(names, m->string, &c->name);
	after_name = next_token(name_ends, space, &c->name_end);
	bad |= (name_ends - names) & m->backslash; /* an escaped name is the scanner's work */
	bad |= after_colon & ~value;
	bad |= after_name ^ colon;
	bad |= begins & m->object & ~(string | close);
	bad |= begins & ~m->object & ~(value | close);
	bad |= after_comma & close;
	bad |= after_value & ~after_name & ~(comma | close | m->top);
	bad |= m->top & (string | starts | colon | comma);
	if ((scalar | c->digits) != 0)
		bad |= bad_scalars(w, b, scalar, starts);
	c->scalar = scalar >> 63;
	return bad;
}

#endif
