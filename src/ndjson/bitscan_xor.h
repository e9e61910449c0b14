/* For backends without carry-less multiplication. */
#ifndef NDJSON_BITSCAN_XOR_H
#define NDJSON_BITSCAN_XOR_H

#include <stdint.h>

static inline uint64_t
prefix_xor(uint64_t m)
{
	for (int shift = 1; shift < 64; shift *= 2)
		m ^= m << shift;
	return m;
}

#endif
