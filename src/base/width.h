/* The width of text on a terminal or in a code block, and padding to it. */
#ifndef BASE_WIDTH_H
#define BASE_WIDTH_H

#include "base/buf.h"

/* width_of(s, len): columns that s takes: 2 for CJK and emoji, 0 for combining marks; a grapheme cluster
 * (UAX #29) is as wide as its widest character. A byte that is not UTF-8 counts 1. */
size_t width_of(const char *s, size_t len);

/* width_pad(out, s, columns, right): append s, with spaces to fill columns: before s when right is
 * set, after it otherwise. Text wider than columns is not cut. */
void width_pad(struct buf *out, const char *s, size_t columns, int right);

#endif
