/* splitmix64 (Steele and others, "Fast Splittable Pseudorandom Number Generators", 2014): the same
 * numbers for the same seed on every machine. */
#ifndef BENCH_RANDOM_H
#define BENCH_RANDOM_H

#include <stdint.h>

static inline uint64_t
random_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* One of 0 ... n - 1. */
static inline unsigned
random_below(uint64_t *state, unsigned n)
{
	return (unsigned)((random_next(state) >> 32) * n >> 32);
}

#endif
