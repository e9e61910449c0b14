/* bitscan in plain C: a step is eight words of eight bytes, little-endian. */
#include "ndjson/bitscan.h"

#include <endian.h>
#include <string.h>

#define EACH(byte) (0x0101010101010101u * (uint64_t)(byte))

struct block {
	uint64_t w[8];
};

/* The eight words, written out: compilers leave such short loops rolled. */
#define WORDS(f)                                                       \
	(struct block)                                                 \
	{                                                              \
		{                                                      \
			f(0), f(1), f(2), f(3), f(4), f(5), f(6), f(7) \
		}                                                      \
	}

static inline uint64_t
load(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
	return le64toh(w);
}

static inline struct block
block_load(const char *p)
{
#define LOAD(i) load(p + 8 * (i))
	return WORDS(LOAD);
}

/* The top bit of each byte: the product gathers the eight of a word in its top byte. */
static inline uint64_t
top_bits(uint64_t w)
{
	return ((w & EACH(0x80)) >> 7) * 0x0102040810204080u >> 56;
}

static inline uint64_t
block_top_bits(struct block b)
{
#define TOP(i) (top_bits(b.w[i]) << 8 * (i))
	return TOP(0) | TOP(1) | TOP(2) | TOP(3) | TOP(4) | TOP(5) | TOP(6) | TOP(7);
}

/* Top bit: the byte is zero. */
static inline uint64_t
zero(uint64_t w)
{
	return ~(((w & EACH(0x7f)) + EACH(0x7f)) | w);
}

static inline uint64_t
block_bits(struct block b)
{
	return block_top_bits(b);
}

static inline struct block
block_is(struct block b, unsigned char c)
{
#define EQUAL(i) zero(b.w[i] ^ EACH(c))
	return WORDS(EQUAL);
}

/* Top bit: the byte is less than c. With the top bits set no byte borrows from the next. */
static inline uint64_t
below(uint64_t w, unsigned char c)
{
	if (c > 0x80)
		return ~w | ~((w | EACH(0x80)) - EACH(c - 0x80));
	return ~w & ~((w | EACH(0x80)) - EACH(c));
}

static inline struct block
block_is_below(struct block b, unsigned char c)
{
#define BELOW(i) below(b.w[i], c)
	return WORDS(BELOW);
}

static inline struct block
block_and(struct block a, struct block b)
{
#define AND(i) (a.w[i] & b.w[i])
	return WORDS(AND);
}

static inline struct block
block_or(struct block a, struct block b)
{
#define OR(i) (a.w[i] | b.w[i])
	return WORDS(OR);
}

static inline struct block
block_each_or(struct block b, unsigned char c)
{
#define EACH_OR(i) (b.w[i] | EACH(c))
	return WORDS(EACH_OR);
}

#define BITSCAN bitscan_c
#include "ndjson/bitscan_xor.h"
#include "ndjson/bitscan_walk.inc"
