/* What NDJSON records hold: one tree of all their paths, each with what was met there.
 *
 * A path is a key of its parent's objects, or the elements of its parent's arrays. Elements of
 * arrays in arrays are not looked into. The tree depends neither on the order of the records nor
 * on how they were shared out among trees that are merged, but for the places. */
#ifndef NDJSON_INFER_H
#define NDJSON_INFER_H

#include "base/err.h"
#include "ndjson/types.h"

#include <stddef.h>
#include <stdint.h>

enum {
	INFER_KINDS = VALUE_ARRAY + 1, /* the kinds of value of types.h: STRING to ARRAY */
	INFER_EXAMPLES = 3,
	INFER_TEXT = 64,  /* most bytes of an example, a least or a greatest value */
	INFER_DEPTH = 16, /* keys from the top: the 15 levels of RECORD, and what is in the last */
	INFER_PATHS = 10000, /* the usual cap */
	INFER_KEY = 1024     /* longest key, in bytes, that gets a path */
};

/* Where something was first met: line 0 is nowhere. */
struct infer_place {
	uint32_t source; /* index into infer's sources */
	uint64_t line;   /* from 1 */
};

/* A value: a string's text without escapes, else as it is spelled. Not NUL-terminated. */
struct infer_text {
	char *text; /* NULL: none */
	uint8_t len;
	uint8_t kind; /* enum value_kind: STRING, INTEGER, FLOAT or BOOLEAN */
	uint8_t cut;  /* the value is longer */
};

struct infer_path {
	struct infer_path *parent; /* NULL: the records themselves */
	struct infer_path *child; /* the first of the keys of its objects, by bytes once finished */
	struct infer_path *next;  /* the next key of parent */
	struct infer_path *element; /* the elements of its arrays, or NULL */
	const char *name; /* the key without escapes, NUL behind; NULL: elements, records */
	size_t name_len;  /* it may hold any byte */
	unsigned depth;   /* keys down to here */

	uint64_t present;           /* how often it was met, null included */
	uint64_t kind[INFER_KINDS]; /* of these, by enum value_kind */
	uint64_t empty_string, zero, is_false, empty_array, empty_object; /* of these kinds */
	uint64_t beyond_int64;    /* integers that INT64 can't hold */
	uint64_t integral_floats; /* 1.0, 1e3 */
	uint64_t
	    twice; /* objects that hold a key twice, or one longer than INFER_KEY; 0 when cut */
	unsigned whole_digits; /* most digits of an integer beyond INT64 */
	unsigned float_whole,
	    float_fraction; /* most digits of a float before and after its point */
	int beyond_double;  /* a number that double precision can't hold */
	int beyond_exact;   /* a whole float beyond 2^53, which INTEGER does not take */
	int beyond_json; /* a number here or below, or in what is not looked into, that no value of
			    type JSON can hold: see number_json */
	int cut;         /* keys were met here that have no path: the cap was reached, or it is too
			    deep */
	unsigned suggested; /* bits of types_suggest.h: what all strings but "" parse as; 0 without
			       such */

	struct infer_text least_number, greatest_number; /* by value, then by bytes */
	struct infer_text least_string, greatest_string; /* by bytes, of the first INFER_TEXT */
	uint64_t shortest, longest;                      /* strings, in characters */
	uint64_t distinct;                               /* different strings, numbers, booleans */
	int distinct_exact;                              /* else it is an estimate */
	struct infer_text example[INFER_EXAMPLES];
	struct infer_place first[INFER_KINDS], first_twice;
};

/* infer_missing(p): objects of the parent that lack the key; 0 for elements and records. */
uint64_t infer_missing(const struct infer_path *p);

/* infer_mixed(p): whether its values are of kinds that no column but STRING or JSON takes all:
 * more than one of string, number, boolean, object and array. */
int infer_mixed(const struct infer_path *p);

/* infer_pointer(out, p): append the JSON Pointer of p, escaped as RFC 6901 says, slash star for
 * elements; nothing for the records. */
struct buf;
void infer_pointer(struct buf *out, const struct infer_path *p);

/* What a finished pass knows, as printers see it. */
struct infer {
	struct infer_path *top; /* the records: kind[VALUE_OBJECT] of them */
	size_t paths;           /* without top */
	uint64_t records;       /* looked at */
	uint64_t set_aside;     /* no records: not JSON and so on */
	uint64_t passed_over;   /* records that the sample left out */
	const char *sample;     /* "10% of the records", NULL: all were looked at */
	char *const *source;    /* names of the inputs, as messages have them */
	size_t sources;
	size_t max_paths;
};

#endif
