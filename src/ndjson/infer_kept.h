/* Whether the values that are kept of a path load into a column with parameters. */
#ifndef NDJSON_INFER_KEPT_H
#define NDJSON_INFER_KEPT_H

#include "ndjson/column.h"
#include "ndjson/infer.h"

/* infer_kept_fit(p, c): non-zero when the values kept of p (least, greatest, examples; of elements
 * for elements), which fit c's type, also fit its maxLength, precision and scale. The longest string
 * is known, and digits of numbers are; of decimals in strings those that are kept must do. What is
 * no string does not fit a STRING with maxLength: its text is not measured. */
int infer_kept_fit(const struct infer_path *p, const struct column *c);

#endif
