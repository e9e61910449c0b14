/* bitscan on AVX2: a step is two registers of 32 bytes. */
#include "ndjson/bitscan.h"

#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,pclmul"))), apply_to = function)
#else
#pragma GCC target("avx2,bmi,bmi2,pclmul")
#endif
#include <immintrin.h>

struct block {
	__m256i low, high;
};

static inline struct block
block_load(const char *p)
{
	return (struct block){_mm256_loadu_si256((const __m256i *)(const void *)p),
	    _mm256_loadu_si256((const __m256i *)(const void *)(p + 32))};
}

static inline uint64_t
block_top_bits(struct block b)
{
	return (uint32_t)_mm256_movemask_epi8(b.low) |
	       (uint64_t)(uint32_t)_mm256_movemask_epi8(b.high) << 32;
}

static inline uint64_t
block_bits(struct block b)
{
	return block_top_bits(b);
}

static inline struct block
block_is(struct block b, unsigned char c)
{
	__m256i v = _mm256_set1_epi8((char)c);

	return (struct block){_mm256_cmpeq_epi8(b.low, v), _mm256_cmpeq_epi8(b.high, v)};
}

static inline struct block
block_is_below(struct block b, unsigned char c)
{
	__m256i v = _mm256_set1_epi8((char)(c - 1));

	return (struct block){_mm256_cmpeq_epi8(_mm256_min_epu8(b.low, v), b.low),
	    _mm256_cmpeq_epi8(_mm256_min_epu8(b.high, v), b.high)};
}

static inline struct block
block_and(struct block a, struct block b)
{
	return (struct block){_mm256_and_si256(a.low, b.low), _mm256_and_si256(a.high, b.high)};
}

static inline struct block
block_or(struct block a, struct block b)
{
	return (struct block){_mm256_or_si256(a.low, b.low), _mm256_or_si256(a.high, b.high)};
}

static inline struct block
block_each_or(struct block b, unsigned char c)
{
	__m256i v = _mm256_set1_epi8((char)c);

	return block_or(b, (struct block){v, v});
}

static inline uint64_t
prefix_xor(uint64_t m)
{
	__m128i ones = _mm_set1_epi8(-1), v = _mm_set_epi64x(0, (long long)m);

	return (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(v, ones, 0));
}

#define BITSCAN bitscan_avx2
#include "ndjson/bitscan_walk.inc"

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
