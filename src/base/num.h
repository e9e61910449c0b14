/* Checked numbers from text. */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stddef.h>
#include <stdint.h>

/* num_u64(s, len, out): exactly len decimal digits (at least one) as an unsigned 64-bit number.
 * 0, or -1 when anything else is there or it does not fit. */
int num_u64(const char *s, size_t len, uint64_t *out);

/* num_size(s, out): a byte count, digits with an optional suffix K, M or G (powers of 1024,
 * either case). 0 or -1. */
int num_size(const char *s, uint64_t *out);

#endif
