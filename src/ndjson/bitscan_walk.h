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
#include "ndjson/bitscan_masks.h"

#include <string.h>

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

/* Opening quotes whose string may be the key, as far as the step shows: by its first byte, and a
 * quote where it would close. */
ALWAYS uint64_t
may_be_name(const struct bitscan_rules *rules, struct block b, const struct masks *m)
{
	size_t n = rules->name_len;
	uint64_t may = ~(uint64_t)0;

	if (n > 0)
		may = block_equal(b, (unsigned char)rules->name[0]) >> 1 | (uint64_t)1 << 63;
	if (n + 1 < STEP)
		may &= m->quote >> (n + 1) | ~(~(uint64_t)0 >> (n + 1));
	return may;
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
		keys &= may_be_name(w->rules, b, m);
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
		if ((high | w->carry.utf8.continuations) != 0)
			w->error |= bad_utf8(&w->carry.utf8, b, high);
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
BITSCAN(
    const struct bitscan_rules *rules, const char *p, const char *end, struct bitscan_found *found)
{
	if (rules->trust)
		return scan(rules, p, end, 1, found);
	return scan(rules, p, end, 0, found);
}
