/* The schema into which records of all types fit. */
#ifndef BENCH_SCHEMA_H
#define BENCH_SCHEMA_H

#include "types.h"

#include <stdio.h>

/* schema_put(out, types, n): one BigQuery schema for all types that have records, every field where
 * it is nested. */
void schema_put(FILE *out, const struct type *types, unsigned n);

#endif
