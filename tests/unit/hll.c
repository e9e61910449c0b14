/* Distinct values: exact while few, estimated within the error that is stated, and the same however
 * they come. */
#include "check.h"
#include "ndjson/hll.h"

#include <stdlib.h>

static uint64_t
hash_of(uint64_t i)
{
	char text[32];

	return hll_hash(
	    text, (size_t)snprintf(text, sizeof text, "value %llu", (unsigned long long)i), 7);
}

static void
add_range(struct hll *h, uint64_t from, uint64_t to)
{
	for (uint64_t i = from; i < to; i++)
		hll_add(h, hash_of(i));
}

static void
test_exact(void)
{
	struct hll h = {0};
	int exact;

	CHECK(hll_count(&h, &exact) == 0 && exact);
	for (uint64_t n = 1; n <= HLL_EXACT; n++) {
		add_range(&h, 0, n);
		CHECK(hll_count(&h, &exact) == n && exact);
		CHECK(hll_bytes(&h) <= 1024);
	}
	add_range(&h, HLL_EXACT, HLL_EXACT + 1);
	CHECK(hll_count(&h, &exact) > 80 && !exact);
	CHECK(hll_bytes(&h) == 1024);
	hll_free(&h);
	hll_add(&h, 0);
	CHECK(hll_count(&h, &exact) == 1 && exact);
	hll_free(&h);
}

/* Four standard errors are met once in 16,000 times, and the hash is fixed. */
static void
test_error(void)
{
	static const uint64_t sizes[] = {97, 200, 500, 1024, 2560, 4096, 10000, 100000, 1000000};
	struct hll h = {0};
	uint64_t done = 0;
	int exact;

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		double off;

		add_range(&h, done, sizes[i]);
		done = sizes[i];
		off = (double)hll_count(&h, &exact) / (double)done - 1;
		CHECK(off > -0.13 && off < 0.13 && !exact);
	}
	hll_free(&h);
}

/* The mean error of many counters is far below that of one. */
static void
test_bias(void)
{
	static const uint64_t sizes[] = {300, 1024, 2560, 20000};
	int exact;

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		double sum = 0;

		for (uint64_t run = 0; run < 100; run++) {
			struct hll h = {0};

			add_range(&h, run * 1000000, run * 1000000 + sizes[i]);
			sum += (double)hll_count(&h, &exact) / (double)sizes[i] - 1;
			hll_free(&h);
		}
		CHECK(sum / 100 > -0.012 && sum / 100 < 0.012);
	}
}

static int
same(const struct hll *a, const struct hll *b)
{
	int x, y;

	return hll_count(a, &x) == hll_count(b, &y) && x == y;
}

static void
test_order_and_merging(void)
{
	static const uint64_t sizes[] = {1, 5, 6, 7, 23, 24, 25, 95, 96, 97, 98, 200, 5000};

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct hll up = {0}, down = {0}, parts[3] = {{0}, {0}, {0}}, all = {0};

		add_range(&up, 0, sizes[i]);
		for (uint64_t k = sizes[i]; k-- > 0;) {
			hll_add(&down, hash_of(k));
			hll_add(&parts[k % 3], hash_of(k));
			hll_add(&parts[k % 2], hash_of(k));
		}
		for (size_t k = 0; k < 3; k++)
			hll_merge(&all, &parts[k]);
		CHECK(same(&up, &down));
		CHECK(same(&up, &all));
		hll_merge(&up, &all);
		CHECK(same(&up, &down));
		hll_free(&up);
		hll_free(&down);
		hll_free(&all);
		for (size_t k = 0; k < 3; k++)
			hll_free(&parts[k]);
	}
}

/* Lengths, seeds, and each bit of the input tell. */
static void
test_hash(void)
{
	unsigned char text[64] = {0};
	uint64_t last = 0;

	for (size_t n = 0; n <= sizeof text; n++) {
		uint64_t h = hll_hash(text, n, 1);

		CHECK(h != last && h != hll_hash(text, n, 2));
		last = h;
		for (size_t bit = 0; bit < n * 8; bit++) {
			uint64_t other;

			text[bit / 8] ^= (unsigned char)(1u << bit % 8);
			other = h ^ hll_hash(text, n, 1);
			text[bit / 8] ^= (unsigned char)(1u << bit % 8);
			CHECK(__builtin_popcountll(other) >= 8);
		}
	}
	CHECK(hll_hash_number(1, 1) != hll_hash_number(2, 1));
	CHECK(hll_hash_number(1, 1) != hll_hash_number(1, 2));
	CHECK(hll_hash("value 1", 7, 7) == hash_of(1));
}

int
main(void)
{
	test_exact();
	test_error();
	test_bias();
	test_order_and_merging();
	test_hash();
	return check_done();
}
