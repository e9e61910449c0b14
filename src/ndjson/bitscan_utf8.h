/* UTF-8 by the masks of bitscan_walk.h. */
#ifndef NDJSON_BITSCAN_UTF8_H
#define NDJSON_BITSCAN_UTF8_H

#include <stdint.h>

#define ALWAYS static inline __attribute__((always_inline))

/* What a step hands on: continuation bytes that are wanted, and leads whose next byte is special.
 */
struct utf8_carry {
	uint64_t continuations, e0, ed, f0, f4;
};

/* RFC 3629 section 4, as in scan_text.c. */
ALWAYS uint64_t
bad_utf8(struct utf8_carry *c, struct block b, uint64_t high)
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

#endif
