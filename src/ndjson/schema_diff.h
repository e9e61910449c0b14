/* Two schemas compared: what changed, whether data of the new one would still load, and the remedy.
 * Pure but for the printing. */
#ifndef NDJSON_SCHEMA_DIFF_H
#define NDJSON_SCHEMA_DIFF_H

#include "base/err.h"
#include "ndjson/column.h"

#include <stdio.h>

/* schema_diff(old, new, tsv, out, fails, e): print a line for each difference, by path in the order
 * of columns_sort, whatever the order of the columns; names are compared ignoring the case of ASCII
 * letters. Descriptions and other members that say nothing about values are not compared. Nothing
 * is printed for schemas that take the same values.
 *
 * As words: "user.id: widened from INTEGER to FLOAT: a load would fail: SET DATA TYPE FLOAT64".
 * With tsv: path, kind (added, missing, changed, narrowed, widened, mode), old, new, "loads" or
 * "fails", remedy; "-" for what there is not.
 *
 * *fails is how many of them can make a load of new's data under old fail, the data being fitted
 * first as ndfit does: all is text under STRING, any value fits JSON. 0, or -1 with EX_IOERR when
 * out refused (standard output: msg_finish looks). */
int schema_diff(const struct columns *old, const struct columns *new, int tsv, FILE *out,
    int *fails, struct err *e);

#endif
