/* bitscan on NEON, which every 64-bit ARM has: a step is four registers of 16 bytes. */
#include "ndjson/bitscan.h"

#if defined(__aarch64__)
#include <arm_neon.h>

struct block {
	uint8x16_t v[4];
};

static inline struct block
block_load(const char *p)
{
	struct block b;

	for (int i = 0; i < 4; i++)
		b.v[i] = vld1q_u8((const uint8_t *)p + 16 * i);
	return b;
}

/* Bytes of 0x00 or 0xff to bits: each keeps the bit of its place in eight, and three rounds of
 * adding neighbours bring eight bytes' bits into one. */
static inline uint64_t
block_bits(struct block b)
{
	static const uint8_t place[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
	uint8x16_t bit = vld1q_u8(place), low, high;

	low = vpaddq_u8(vandq_u8(b.v[0], bit), vandq_u8(b.v[1], bit));
	high = vpaddq_u8(vandq_u8(b.v[2], bit), vandq_u8(b.v[3], bit));
	low = vpaddq_u8(low, high);
	low = vpaddq_u8(low, low);
	return vgetq_lane_u64(vreinterpretq_u64_u8(low), 0);
}

static inline struct block
block_is(struct block b, unsigned char c)
{
	for (int i = 0; i < 4; i++)
		b.v[i] = vceqq_u8(b.v[i], vdupq_n_u8(c));
	return b;
}

static inline struct block
block_is_below(struct block b, unsigned char c)
{
	for (int i = 0; i < 4; i++)
		b.v[i] = vcltq_u8(b.v[i], vdupq_n_u8(c));
	return b;
}

static inline struct block
block_and(struct block a, struct block b)
{
	for (int i = 0; i < 4; i++)
		a.v[i] = vandq_u8(a.v[i], b.v[i]);
	return a;
}

static inline struct block
block_or(struct block a, struct block b)
{
	for (int i = 0; i < 4; i++)
		a.v[i] = vorrq_u8(a.v[i], b.v[i]);
	return a;
}

static inline uint64_t
block_top_bits(struct block b)
{
	for (int i = 0; i < 4; i++)
		b.v[i] = vcgeq_u8(b.v[i], vdupq_n_u8(0x80));
	return block_bits(b);
}

static inline struct block
block_each_or(struct block b, unsigned char c)
{
	for (int i = 0; i < 4; i++)
		b.v[i] = vorrq_u8(b.v[i], vdupq_n_u8(c));
	return b;
}

#define BITSCAN bitscan_neon
#include "ndjson/bitscan_xor.h"
#include "ndjson/bitscan_walk.inc"
#endif
