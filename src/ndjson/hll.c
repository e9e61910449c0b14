#include "ndjson/hll.h"
#include "base/buf.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum { REGISTERS = 1 << HLL_BITS, RANKS = 64 - HLL_BITS, FIRST_SLOTS = 8, MOST_SLOTS = 128 };

__extension__ typedef unsigned __int128 wide;

/* Odd numbers of 32 set bits each, as wyhash has them. */
static const uint64_t secret[] = {
    0xa0761d6478bd642fu, 0xe7037ed1a0b428dbu, 0x8ebc6af09c88c6e3u, 0x589965cc75374cc3u};

/* The two halves of a product hold what all bits of both factors decide. */
static inline uint64_t
mix(uint64_t a, uint64_t b)
{
	wide product = (wide)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t
load8(const unsigned char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
	return le64toh(w);
}

static inline uint64_t
load4(const unsigned char *p)
{
	uint32_t w;

	memcpy(&w, p, sizeof w);
	return le32toh(w);
}

uint64_t
hll_hash(const void *bytes, size_t n, uint64_t seed)
{
	const unsigned char *p = bytes;
	uint64_t a = 0, b = 0, state = seed ^ secret[0];
	size_t left = n;

	for (; left > 16; left -= 16, p += 16)
		state = mix(load8(p) ^ secret[1], load8(p + 8) ^ state);
	if (n > 16) { /* the last 16 bytes, some of them a second time */
		a = load8(p + left - 16);
		b = load8(p + left - 8);
	} else if (n >= 8) {
		a = load8(p);
		b = load8(p + n - 8);
	} else if (n >= 4) {
		a = load4(p);
		b = load4(p + n - 4);
	} else if (n > 0) {
		a = (uint64_t)p[0] << 16 | (uint64_t)p[n >> 1] << 8 | p[n - 1];
	}
	return mix(secret[1] ^ n, mix(a ^ secret[2], b ^ state));
}

uint64_t
hll_hash_number(uint64_t v, uint64_t seed)
{
	return mix(mix(v ^ secret[2], seed ^ secret[3]), secret[1]);
}

/* Enter a hash that is not 0 into the slots of set; whether it is new. */
static int
set_add(uint64_t *set, uint32_t slots, uint64_t hash)
{
	uint32_t at = (uint32_t)(hash >> 32) & (slots - 1);

	while (set[at] != 0 && set[at] != hash)
		at = (at + 1) & (slots - 1);
	if (set[at] == hash)
		return 0;
	set[at] = hash;
	return 1;
}

/* Find the least of the registers again. */
static void
find_least(struct hll *h)
{
	unsigned count[RANKS + 1] = {0};

	for (size_t i = 0; i < REGISTERS; i++)
		count[h->registers[i]]++;
	for (h->least = 0; count[h->least] == 0; h->least++)
		;
	h->at_least = (uint16_t)count[h->least];
}

static void
register_add(struct hll *h, uint64_t hash)
{
	unsigned rank = hll_rank(hash);
	uint8_t *r = &h->registers[hash >> (64 - HLL_BITS)];
	int was_least = *r == h->least;

	if (rank > RANKS) /* once in 2^54: saves the estimator a case */
		rank = RANKS;
	if (rank <= *r)
		return;
	*r = (uint8_t)rank;
	if (was_least && --h->at_least == 0)
		find_least(h);
}

/* The set is full: registers of it. */
static void
make_registers(struct hll *h)
{
	struct hll set = *h;

	*h = (struct hll){.registers = xcalloc(REGISTERS, 1), .at_least = REGISTERS};
	for (uint32_t i = 0; i < set.slots; i++)
		if (set.set[i] != 0)
			register_add(h, set.set[i]);
	free(set.set);
}

static void
grow(struct hll *h)
{
	uint32_t slots = h->slots * 4;
	uint64_t *set = xcalloc(slots, sizeof *set);

	for (uint32_t i = 0; i < h->slots; i++)
		if (h->set[i] != 0)
			set_add(set, slots, h->set[i]);
	free(h->set);
	h->set = set;
	h->slots = slots;
}

void
hll_enter(struct hll *h, uint64_t hash)
{
	if (hash == 0)
		hash = 1;
	if (h->registers != NULL) {
		register_add(h, hash);
		return;
	}
	if (h->set == NULL) {
		h->slots = FIRST_SLOTS;
		h->set = xcalloc(h->slots, sizeof *h->set);
	}
	h->n += (uint32_t)set_add(h->set, h->slots, hash);
	if (h->n <= h->slots / 4 * 3)
		return;
	if (h->slots == MOST_SLOTS)
		make_registers(h);
	else
		grow(h);
}

void
hll_merge(struct hll *into, const struct hll *from)
{
	for (uint32_t i = 0; i < from->slots; i++)
		if (from->set[i] != 0)
			hll_add(into, from->set[i]);
	if (from->registers == NULL)
		return;
	if (into->registers == NULL)
		make_registers(into);
	for (size_t i = 0; i < REGISTERS; i++)
		if (from->registers[i] > into->registers[i])
			into->registers[i] = from->registers[i];
	find_least(into);
}

/* Ertl's sigma: what registers of 0 add, a fraction x of all. */
static double
sigma(double x)
{
	double y = 1, z = x, before;

	do {
		x *= x;
		before = z;
		z += x * y;
		y += y;
	} while (z != before);
	return z;
}

uint64_t
hll_count(const struct hll *h, int *exact)
{
	static const double ln2 = 0.693147180559945309417;
	const double m = REGISTERS;
	unsigned count[RANKS + 1] = {0};
	double z = 0;

	*exact = h->registers == NULL;
	if (*exact)
		return h->n;
	for (size_t i = 0; i < REGISTERS; i++)
		count[h->registers[i]]++;
	if (count[0] == REGISTERS)
		return 0; /* where sigma has a pole; registers are made of a full set only */
	for (int k = RANKS; k >= 1; k--)
		z = (z + count[k]) / 2;
	z += m * sigma(count[0] / m);
	return (uint64_t)(m * m / (2 * ln2 * z) + 0.5);
}

size_t
hll_bytes(const struct hll *h)
{
	return h->registers != NULL ? (size_t)REGISTERS : h->slots * sizeof *h->set;
}

void
hll_free(struct hll *h)
{
	free(h->set);
	free(h->registers);
	*h = (struct hll){0};
}
