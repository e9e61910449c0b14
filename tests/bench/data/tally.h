/* What a set of records comes to, whatever their order: how many, how many bytes with line feeds,
 * and the sum of a hash of each. Generator and checker share it. */
#ifndef BENCH_TALLY_H
#define BENCH_TALLY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct tally {
	uint64_t records, bytes, sum;
};

/* One record of n bytes, without its line feed. 8 bytes at a time, each mixed by a multiplication
 * by an odd number and a rotation, so that places count. */
static inline void
tally_add(struct tally *t, const char *p, size_t n)
{
	uint64_t h = n, word;

	t->records++;
	t->bytes += n + 1;
	for (; n >= sizeof word; p += sizeof word, n -= sizeof word) {
		memcpy(&word, p, sizeof word);
		h = (h ^ word) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	word = 0;
	memcpy(&word, p, n);
	h = (h ^ word) * 0xbf58476d1ce4e5b9u;
	t->sum += h ^ h >> 32;
}

#endif
