/* What an inference of paths holds, as people and programs read it. Conflicts, paths whose values no
 * column but STRING or JSON takes all, come first, each with the place where each type was first
 * met. Values are data of strangers: what can't be seen or would turn the text around is escaped.
 * When only a sample was looked at, each printer says so. */
#ifndef NDJSON_PROFILE_H
#define NDJSON_PROFILE_H

#include "base/err.h"
#include "ndjson/infer.h"

#include <stdio.h>

/* profile_table(out, in, e): the conflicts in words, then a line a path, aligned for a terminal by
 * display width; a path too wide for its column has a line of its own. Each percentage is of the
 * base that its line names: records, objects (of the parent) or elements (of the array). EX_IOERR
 * when out does not take it. */
int profile_table(FILE *out, const struct infer *in, struct err *e);

/* profile_tsv(out, in, e): a header, then a line a path, conflicts first, the records themselves
 * with an empty path; tab-separated as in hourtools-manifest(5). Columns:
 *   path       JSON Pointer, / and * for the elements of an array
 *   type       what a column would be from JSON types alone: STRING, INTEGER, FLOAT, BOOLEAN,
 *              RECORD, MIXED, NONE (nothing but null and empty arrays)
 *   repeated   yes or no: whether it holds arrays and nothing else
 *   suggested  the type that all strings but "" parse as, or nothing
 *   base       how often the parent could have had it
 *   present, missing, null, empty_string, zero, false, empty_array, empty_object: counts
 *   string, integer, float, boolean, object, array: counts of JSON types
 *   beyond_int64, integral_floats: counts
 *   min_number, max_number, min_string, max_string: as JSON, cut ones with an ellipsis behind
 *   shortest, longest: strings, in characters
 *   distinct, distinct_exact: a count; yes, or no when it is an estimate
 *   first_string ... first_array: source:line where the type was first met
 *   example_1 to example_3: as min_number
 *   sample     how much was looked at, or nothing: all
 *   note       in words
 * EX_IOERR. */
int profile_tsv(FILE *out, const struct infer *in, struct err *e);

/* profile_html(out, in, e): one page, complete in itself, without script: the paths as a tree that
 * opens and closes, bars for the shares of missing, null and zero values. EX_IOERR. */
int profile_html(FILE *out, const struct infer *in, struct err *e);

#endif
