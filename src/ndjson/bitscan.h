/* The fast way through NDJSON: whole lines of plainly good records, 64 bytes at a step.
 *
 * It only ever accepts. A line that is not plainly good (an error, a key that is missing, doubled
 * or no name, nesting beyond 63 levels ...) makes it stop in front of that line, for the scanner of
 * scan.h to judge and to explain. What it accepts, the scanner accepts too, with the same value at
 * the key, so that a verdict never depends on which of the two gave it, nor on the backend, nor on
 * where blocks of input begin.
 *
 * How it works is told in bitscan_walk.inc, and in bitscan_trust.inc for text that is trusted. */
#ifndef NDJSON_BITSCAN_H
#define NDJSON_BITSCAN_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct bitscan_rules {
	const char *name; /* the key, a top-level name as bytes; NULL for none */
	size_t name_len;
	uint64_t max_line; /* longest record in bytes */
	size_t max_depth;
	int trust; /* neither grammar nor UTF-8, see bitscan_trusts */
};

/* A good record. */
struct bitscan_record {
	const char *p; /* without what separates it from its neighbours, see records.h */
	size_t len;
	const char *value; /* at the key: a string's text without the quotes, or a number or word */
	uint32_t value_len;
	uint32_t line;     /* lines that ended before its own, from where the scan began */
	int value_escaped; /* see unescape() */
};

enum {
	BITSCAN_MOST = 256,     /* records found by one scan */
	BITSCAN_NAME_MOST = 63, /* bytes of a key that can be trusted */
};

struct bitscan_found {
	struct bitscan_record record[BITSCAN_MOST];
	size_t n;
	uint64_t lines; /* lines scanned, blank ones too */
};

/* A backend scans p[0..end), whole lines: end[-1] is a line feed. Returns where it stopped: at
 * end; at the start of a line it leaves to the scanner; or at the start of any line once
 * found->record may not hold the records of another step. Then the scan goes on with another call.
 */
typedef const char *bitscan_backend(
    const struct bitscan_rules *rules, const char *p, const char *end, struct bitscan_found *found);

/* bitscan_trusts(rules): whether lines are taken on trust: rules->trust, and a key of 1 to
 * BITSCAN_NAME_MOST bytes that JSON spells otherwise with \u alone. A line is trusted when it begins
 * with '{', ends with '}', holds no other sign of a second record, and has the key once, in the
 * record itself. That is a line's verdict then, whoever gives it (see records.c); the backend may be
 * called with a last line that lacks its line feed, and stops at it when it is not trusted. */
int bitscan_trusts(const struct bitscan_rules *rules);

bitscan_backend bitscan_avx2, bitscan_sse2, bitscan_neon, bitscan_c;

/* bitscan_choose(name): the backend of that name (avx2, sse2, neon, c), NULL when this machine
 * has none such; without a name (NULL or empty) the fastest there is. */
bitscan_backend *bitscan_choose(const char *name);

/* bitscan_asked(scan, e): the one that the environment's NDJSON_SIMD asks for. -1 with EX_USAGE and
 * the names there are. */
int bitscan_asked(bitscan_backend **scan, struct err *e);

#endif
