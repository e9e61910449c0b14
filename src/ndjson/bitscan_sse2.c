/* bitscan on SSE2, which every x86-64 has: a step is four registers of 16 bytes. */
#include "ndjson/bitscan.h"

#if defined(__x86_64__)
#include <emmintrin.h>

struct block {
	__m128i a, b, c, d;
};

static inline struct block
block_load(const char *p)
{
	const __m128i *v = (const __m128i *)(const void *)p;

	return (struct block){_mm_loadu_si128(v), _mm_loadu_si128(v + 1), _mm_loadu_si128(v + 2),
	    _mm_loadu_si128(v + 3)};
}

static inline uint64_t
top_bits(__m128i v)
{
	return (uint32_t)_mm_movemask_epi8(v);
}

static inline uint64_t
block_top_bits(struct block b)
{
	return top_bits(b.a) | top_bits(b.b) << 16 | top_bits(b.c) << 32 | top_bits(b.d) << 48;
}

static inline uint64_t
block_bits(struct block b)
{
	return block_top_bits(b);
}

static inline struct block
block_is(struct block b, unsigned char c)
{
	__m128i v = _mm_set1_epi8((char)c);

	return (struct block){_mm_cmpeq_epi8(b.a, v), _mm_cmpeq_epi8(b.b, v),
	    _mm_cmpeq_epi8(b.c, v), _mm_cmpeq_epi8(b.d, v)};
}

static inline __m128i
at_most(__m128i v, __m128i most)
{
	return _mm_cmpeq_epi8(_mm_min_epu8(v, most), v);
}

static inline struct block
block_is_below(struct block b, unsigned char c)
{
	__m128i v = _mm_set1_epi8((char)(c - 1));

	return (struct block){at_most(b.a, v), at_most(b.b, v), at_most(b.c, v), at_most(b.d, v)};
}

static inline struct block
block_and(struct block a, struct block b)
{
	return (struct block){_mm_and_si128(a.a, b.a), _mm_and_si128(a.b, b.b),
	    _mm_and_si128(a.c, b.c), _mm_and_si128(a.d, b.d)};
}

static inline struct block
block_or(struct block a, struct block b)
{
	return (struct block){_mm_or_si128(a.a, b.a), _mm_or_si128(a.b, b.b),
	    _mm_or_si128(a.c, b.c), _mm_or_si128(a.d, b.d)};
}

static inline struct block
block_each_or(struct block b, unsigned char c)
{
	__m128i v = _mm_set1_epi8((char)c);

	return block_or(b, (struct block){v, v, v, v});
}

#define BITSCAN bitscan_sse2
#include "ndjson/bitscan_xor.h"
#include "ndjson/bitscan_walk.inc"
#endif
