/* The texts that are kept of a path's values: bounds and examples. */
#ifndef NDJSON_INFER_BOUND_H
#define NDJSON_INFER_BOUND_H

#include "ndjson/infer_tree.h"

/* bound_set(t, kind, s, len, cut): t is s from now on, at most INFER_TEXT bytes. */
void bound_set(struct infer_text *t, enum value_kind kind, const char *s, size_t len, int cut);

/* bound_cut(s, len): how many of the string's bytes are kept: whole characters only. */
size_t bound_cut(const char *s, size_t len);

/* bound_order(a, a_len, b, b_len): as memcmp, what is shorter first. */
int bound_order(const char *a, size_t a_len, const char *b, size_t b_len);

/* bound_number(t, sign, kind, text, len, cut): t, the least number (sign 1) or the greatest (-1), is
 * text when that is less, or greater; of equal ones that of lesser bytes. */
void bound_number(
    struct infer_text *t, int sign, enum value_kind kind, const char *text, size_t len, int cut);

/* bound_example(n, hash, kind, s, len, cut): a value may be one of n's examples: those of the least
 * hashes are. s is at most INFER_TEXT long. */
void bound_example(
    struct node *n, uint64_t hash, enum value_kind kind, const char *s, size_t len, int cut);

/* bound_is_example(n, hash): whether bound_example might take the value. */
static inline int
bound_is_example(const struct node *n, uint64_t hash)
{
	return n->path.example[INFER_EXAMPLES - 1].text == NULL ||
	       hash < n->example_hash[INFER_EXAMPLES - 1];
}

/* The seeds of hashes, by what is hashed. */
enum { SEED_STRING = 1, SEED_NUMBER, SEED_WHOLE, SEED_BOOLEAN };

#endif
