/* The walk of bitscan.h over the block interface of a backend, which includes this file.
 *
 * A step takes 64 bytes and turns each question about them into one 64-bit mask: bit i answers for
 * byte i, so that one instruction answers for 64 bytes.
 *
 * Which bytes are in strings? Quotes that no backslash escapes alternate between opening and
 * closing. The exclusive or of all bits up to each one (prefix_xor) is therefore 1 from an opening
 * quote up to the byte before its closing quote. (Langdale and Lemire, "Parsing Gigabytes of JSON
 * per Second", VLDB Journal 28, 2019, sections 3.1.1 and 3.1.2.)
 *
 * Which byte follows a token, white space aside? A mark is put behind each token and added to the
 * mask of white space: where a mark stands at the start of a run, the carry of the addition walks
 * through the run and drops out at the byte behind it. (Cameron and others, "Parallel Scanning
 * with Bitstream Addition", Euro-Par 2011: ScanThru.) What drops out of a step is carried into the
 * next.
 *
 * Is it JSON? RFC 8259's grammar says for each token what may follow, once it is known whether the
 * innermost container is an object. That changes at brackets alone, which are walked one by one,
 * with a stack of one bit a level; everything else is masks. A string is a name when it follows
 * '{' or ',' in an object. UTF-8 is checked the same way: lead bytes ask for continuation bytes,
 * and those must stand where they are asked for and nowhere else (RFC 3629 section 4).
 *
 * An error is a bit too. The first one counts: all in front of it is as it seemed. Since every line
 * begins outside strings and brackets, or its predecessor has a bit at its line feed at the latest,
 * an error belongs to the line it lies in.
 *
 * A backend defines BITSCAN, the name of its function, and
 *   struct block, block_load(p)   64 bytes
 *   block_equal(b, c)             the bytes that are c
 *   block_below(b, c)             the bytes less than c, unsigned, c > 0
 *   block_top_bits(b)             the bytes from 0x80 on
 *   block_or(b, c)                each byte | c
 *   prefix_xor(m)                 each bit: the exclusive or of it and all lower ones
 */
#include "ndjson/key.h"
#include "ndjson/scan_text.h"

#include <string.h>

#define ALWAYS static inline __attribute__((always_inline))

enum { STEP = 64, DEEPEST = 63 };

/* What a step hands on to the next: marks and answers for its first bit. All zero at a line start.
 */
struct carry {
	uint64_t in_string; /* all ones or zero */
	uint64_t escape, scalar, digits, zero, name;
	uint64_t comma, opened, colon, value, name_end; /* marks behind these */
	uint64_t continuations, e0, ed, f0, f4;
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
	if ((m->backslash | w->carry.escape) != 0) {
		m->escaped = escaped_bytes(m->backslash, &w->carry.escape);
		m->quote &= ~m->escaped;
	}
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

/* RFC 3629 section 4, as in scan_text.c. */
ALWAYS uint64_t
bad_utf8(struct carry *c, struct block b, uint64_t high)
{
	uint64_t below_e0 = block_below(b, 0xe0), below_f0 = block_below(b, 0xf0);
	uint64_t below_c0 = block_below(b, 0xc0), below_c2 = block_below(b, 0xc2);
	uint64_t below_a0 = block_below(b, 0xa0);
	uint64_t continuation = high & below_c0, bad = below_c2 & ~below_c0;
	uint64_t lead = ~below_c2, three = ~below_e0, four = ~below_f0;
	uint64_t want = lead << 1 | three << 2 | four << 3 | c->continuations;
	uint64_t e0 = block_equal(b, 0xe0), ed = block_equal(b, 0xed);

	c->continuations = lead >> 63 | three >> 62 | four >> 61;
	bad |= want ^ continuation;
	bad |= (e0 << 1 | c->e0) & below_a0;
	bad |= (ed << 1 | c->ed) & ~below_a0;
	c->e0 = e0 >> 63;
	c->ed = ed >> 63;
	if ((four | c->f0 | c->f4) != 0) {
		uint64_t below_90 = block_below(b, 0x90);
		uint64_t f0 = block_equal(b, 0xf0), f4 = block_equal(b, 0xf4);

		bad |= ~block_below(b, 0xf5);
		bad |= (f0 << 1 | c->f0) & below_90;
		bad |= (f4 << 1 | c->f4) & ~below_90;
		c->f0 = f0 >> 63;
		c->f4 = f4 >> 63;
	}
	return bad;
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

ALWAYS int
ends_scalar(char c)
{
	return c == ',' || c == '}' || c == ']' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Scalars that are no strings: runs of digits alone are numbers, but for leading zeros; the others
 * are read byte by byte from where they begin. */
ALWAYS uint64_t
bad_scalars(struct walk *w, struct block b, uint64_t scalar, uint64_t starts)
{
	struct carry *c = &w->carry;
	uint64_t digit = scalar & block_below(b, ':') & ~block_below(b, '0');
	uint64_t zero = starts & block_equal(b, '0');
	uint64_t bad = digit & (zero << 1 | c->zero), marks = starts | c->digits, odd;

	c->zero = zero >> 63;
	c->digits = 0;
	odd = through(marks, digit, &c->digits) & scalar;
	for (; odd != 0; odd &= odd - 1) {
		const char *p = w->step + __builtin_ctzll(odd);
		struct scan_fault why;

		while (p > w->begin && p[-1] >= '0' && p[-1] <= '9')
			p--;
		p = text_scalar(p, w->end, &why);
		if (p == NULL || p == w->end || !ends_scalar(*p))
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

/* Take one more record: from w->record to its end. 0, or -1 when it is not plainly good. */
ALWAYS int
take_record(struct walk *w, const char *to, struct bitscan_found *found)
{
	struct bitscan_record *r = &found->record[found->n];
	const char *v = w->value;
	struct scan_fault why;

	*r = (struct bitscan_record){
	    .p = w->record, .len = (size_t)(to - w->record), .line = (uint32_t)found->lines};
	if (r->len > w->rules->max_line)
		return -1;
	if (w->rules->name != NULL) {
		if (v == NULL || w->doubled)
			return -1;
		if (*v == '"') {
			r->value = v + 1;
			to = text_string(v + 1, to, &r->value_escaped, &why);
		} else if (*v != '{' && *v != '[' && *v != 'n') {
			r->value = v;
			v = text_scalar(v, to, &why);
			to = v != NULL && v < to && ends_scalar(*v) ? v : NULL;
		} else
			return -1;
		if (to == NULL || (size_t)(to - r->value) > UINT32_MAX)
			return -1;
		r->value_len = (uint32_t)(to - r->value);
	}
	found->n++;
	w->value = NULL;
	w->doubled = 0;
	return 0;
}

/* A record's '{' at p; m->record_closes of this step that lie before it are below. */
ALWAYS int
open_record(struct walk *w, const char *p, uint64_t closes, struct bitscan_found *found)
{
	if (closes != 0)
		w->closed = w->step + 64 - __builtin_clzll(closes);
	if (w->rules->trust && text_space(w->record != NULL ? w->closed : w->line, p) != p)
		return -1;
	if (w->record != NULL && take_record(w, w->closed, found) != 0)
		return -1;
	w->record = w->record != NULL ? p : w->line;
	return 0;
}

/* The line feed at p. */
ALWAYS int
end_line(struct walk *w, const char *p, uint64_t closes, struct bitscan_found *found)
{
	const char *to = p > w->line && p[-1] == '\r' ? p - 1 : p;

	if (closes != 0)
		w->closed = w->step + 64 - __builtin_clzll(closes);
	if (w->rules->trust && text_space(w->record != NULL ? w->closed : w->line, p) != p)
		return -1;
	if (w->record != NULL && take_record(w, to, found) != 0)
		return -1;
	found->lines++;
	w->record = NULL;
	w->line = p + 1;
	return 0;
}

/* A string at p that may be the key. */
ALWAYS void
try_name(struct walk *w, const char *p)
{
	size_t n = w->rules->name_len;

	if ((size_t)(w->end - p) < n + 2 || p[n + 1] != '"' ||
	    memcmp(p + 1, w->rules->name, n) != 0)
		return;
	p = text_space(p + n + 2, w->end);
	if (p == w->end || *p != ':')
		return;
	w->doubled |= w->value != NULL;
	w->value = text_space(p + 1, w->end);
}

/* What happens in front of the first error, in order: keys, records, line ends. -1 when the scan
 * stops in front of the record at hand. */
ALWAYS int
take_events(struct walk *w, struct block b, const struct masks *m, struct bitscan_found *found)
{
	uint64_t keys = 0, below = w->error != 0 ? (w->error & -w->error) - 1 : ~(uint64_t)0,
		 events;

	if (w->rules->name != NULL && (m->name & m->first) != 0) {
		keys = m->name & m->first;
		if (w->rules->name_len > 0)
			keys &= block_equal(b, (unsigned char)w->rules->name[0]) >> 1 | (uint64_t)1
											    << 63;
	}
	for (events = (keys | m->record_opens | m->line_feed) & below; events != 0;
	     events &= events - 1) {
		uint64_t bit = events & -events, closes = m->record_closes & (bit - 1);
		const char *p = w->step + __builtin_ctzll(events);

		if ((keys & bit) != 0)
			try_name(w, p);
		else if ((m->record_opens & bit) != 0) {
			if (open_record(w, p, closes, found) != 0)
				return -1;
		} else if (end_line(w, p, closes, found) != 0)
			return -1;
		if (found->n == BITSCAN_MOST)
			return -1;
	}
	if (m->record_closes != 0)
		w->closed = w->step + 64 - __builtin_clzll(m->record_closes);
	return w->error != 0 ? -1 : 0;
}

/* In trusted text a name is told by its ':' alone, late. So that escaped names are left to the
 * scanner, only strings without a backslash may stand in front of a byte other than ',' and the
 * brackets. */
ALWAYS uint64_t
maybe_escaped_names(struct walk *w, struct block b, const struct masks *m)
{
	struct carry *c = &w->carry;
	uint64_t marks = (m->backslash & m->string) | c->name, ends, behind;

	c->name = 0;
	ends = through(marks, m->string, &c->name);
	behind = ends << 1 | c->name_end;
	c->name_end = ends >> 63;
	return behind & ~(m->close | block_equal(b, ','));
}

/* 64 bytes at w->step, in memory or a copy of them. -1 when the scan stops. */
ALWAYS int
take_step(struct walk *w, const char *bytes, int trust, struct bitscan_found *found)
{
	struct block b = block_load(bytes), b20;
	struct masks m;
	uint64_t control = 0;

	find_strings(w, b, &m);
	if (trust) {
		w->error |= m.backslash & ~m.string;
	} else {
		uint64_t high = block_top_bits(b);

		control = block_below(b, 0x20);
		w->error |= bad_strings(w, b, &m, control);
		if ((high | w->carry.continuations) != 0)
			w->error |= bad_utf8(&w->carry, b, high);
	}
	m.line_feed = block_equal(b, '\n');
	if ((m.outside | m.quote) == 0) { /* amid a string */
		if (trust)
			w->carry.name |= m.backslash != 0;
		if (trust ? m.line_feed != 0 : (w->carry.name & (m.backslash != 0)) != 0)
			return -1;
		return w->error != 0 ? -1 : 0;
	}
	b20 = block_or(b, 0x20);
	m.open = block_equal(b20, '{') & m.outside;
	m.close = block_equal(b20, '}') & m.outside;
	walk_brackets(w, &m);
	w->error |= m.line_feed & ~m.top;
	if (!trust)
		w->error |= bad_grammar(w, b, &m, control);
	else {
		m.name = m.quote & m.string;
		if ((m.backslash | w->carry.name | w->carry.name_end) != 0)
			w->error |= maybe_escaped_names(w, b, &m);
	}
	return take_events(w, b, &m, found);
}

ALWAYS const char *
scan(const struct bitscan_rules *rules, const char *p, const char *end, int trust,
     struct bitscan_found *found)
{
	struct walk w = {.rules = rules,
			 .begin = p,
			 .end = end,
			 .line = p,
			 .deepest = rules->max_depth < DEEPEST ? rules->max_depth : DEEPEST};
	char last[STEP];
	int stop = 0;

	found->n = 0;
	found->lines = 0;
	for (w.step = p; end - w.step >= STEP && stop == 0; w.step += STEP)
		stop = take_step(&w, w.step, trust, found);
	if (stop == 0 && w.step < end) {
		memset(last, ' ', sizeof last);
		memcpy(last, w.step, (size_t)(end - w.step));
		stop = take_step(&w, last, trust, found);
	}
	return w.record != NULL ? w.record : w.line;
}

const char *
BITSCAN(const struct bitscan_rules *rules, const char *p, const char *end,
	struct bitscan_found *found)
{
	if (rules->trust)
		return scan(rules, p, end, 1, found);
	return scan(rules, p, end, 0, found);
}
