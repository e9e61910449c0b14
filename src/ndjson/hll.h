/* How many different values there were, counted in little memory.
 *
 * Up to HLL_EXACT different hashes are kept and counted exactly; from then on 1,024 registers of
 * one byte (HyperLogLog: Flajolet and others 2007) give an estimate that is off by 3.3 % (standard
 * error), by the estimator of Ertl 2017 (arXiv 1702.01284, algorithm 6), which needs no corrections
 * by table. What comes out depends on the set of the hashes alone, neither on their order nor on
 * how they were shared out among counters that are merged. */
#ifndef NDJSON_HLL_H
#define NDJSON_HLL_H

#include <stddef.h>
#include <stdint.h>

enum { HLL_EXACT = 96, HLL_BITS = 10 };

/* All zero: nothing yet. Ended with hll_free. At most 1 KiB of its own. */
struct hll {
	uint64_t *set;            /* open addressing, 0: free; NULL once there are registers */
	uint8_t *registers;       /* 1 << HLL_BITS */
	uint32_t n, slots;        /* of set */
	uint16_t least, at_least; /* the least of the registers, and how many are so */
};

/* hll_hash(p, n, seed): 64 well mixed bits of n bytes, the same on every machine. */
uint64_t hll_hash(const void *p, size_t n, uint64_t seed);

/* hll_hash_number(v, seed): as well mixed, of a number. */
uint64_t hll_hash_number(uint64_t v, uint64_t seed);

/* hll_enter(h, hash): as hll_add, where the hash may matter. */
void hll_enter(struct hll *h, uint64_t hash);

/* hll_rank(hash): what it would raise its register to. */
static inline unsigned
hll_rank(uint64_t hash)
{
	return (unsigned)__builtin_clzll(hash << HLL_BITS | (uint64_t)1 << (HLL_BITS - 1)) + 1;
}

/* hll_add(h, hash): a value with that hash was met. Of many values few matter: the registers, which
 * are seldom in the nearest cache, are looked at for those alone. */
static inline void
hll_add(struct hll *h, uint64_t hash)
{
	if (hll_rank(hash) > h->least)
		hll_enter(h, hash);
}

/* hll_merge(into, from): as if all of from's hashes had been added to into. */
void hll_merge(struct hll *into, const struct hll *from);

/* hll_count(h, exact): how many different hashes; *exact: counted, not estimated. */
uint64_t hll_count(const struct hll *h, int *exact);

/* hll_bytes(h): memory it holds. */
size_t hll_bytes(const struct hll *h);

void hll_free(struct hll *h);

#endif
