/* The tree of infer.h while it grows: paths found by key, their number bounded, trees merged.
 *
 * At most max paths are held, by a rule that gives the same tree in any order of the records. Each
 * key of the records themselves may have so many paths below it: max, halved as often as needed
 * for all to stay within max together. Below a key that has more, only the levels that hold at
 * most so many are kept; what lies deeper is not looked into, and the paths above it are cut. Once
 * that was needed for a key it stays so, and the count only ever grows with the data, hence the
 * order does not matter. */
#ifndef NDJSON_INFER_TREE_H
#define NDJSON_INFER_TREE_H

#include "base/buf.h"
#include "ndjson/hll.h"
#include "ndjson/infer.h"

/* The least and greatest of the numbers that are spelled with more than 18 digits, a point or an
 * exponent; and of the others. */
struct number_range {
	int64_t least, greatest; /* of the others */
	int whole;               /* there were others */
	double low, high;        /* of least_number and greatest_number, the path's */
};

/* A path, and what only its gathering needs. */
struct node {
	struct infer_path path;  /* first: a pointer to it is one to the node */
	struct node *below;      /* the key of the records it is, or is below; NULL: the records */
	struct subtree *subtree; /* that key's alone */
	uint64_t hash;           /* of its key and its parent */
	uint64_t object;         /* the number of the object it was met in last */
	unsigned rank;           /* steps from the records, elements being one too */
	int plain;               /* its name stands in JSON as it is */
	struct hll distinct;
	uint64_t least_prefix, greatest_prefix; /* first 8 bytes of the strings */
	struct number_range range;
	uint64_t example_hash[INFER_EXAMPLES];
};

/* Zero bytes behind a name, so that it can be compared by words. */
enum { TREE_PADDING = 8 };

struct tree;

struct tree *tree_new(size_t max);
void tree_free(struct tree *t);

/* tree_top(t): the records. tree_paths(t): how many others are held. */
struct node *tree_top(const struct tree *t);
size_t tree_paths(const struct tree *t);

/* tree_overflows(t): the records have more than max keys of their own. */
int tree_overflows(const struct tree *t);

/* tree_key(t, parent, name, len): the path of that key, NUL-free or not, in parent's objects; made
 * when new; NULL when it is not to be looked into, and parent is cut. Paths that are not kept any
 * more stay where they are until tree_settle. */
struct node *tree_key(struct tree *t, struct node *parent, const char *name, size_t len);

/* tree_element(t, parent): that of the elements of its arrays, likewise. */
struct node *tree_element(struct tree *t, struct node *parent);

/* tree_settle(t): nobody is in the middle of a record: free what is not kept; whether there was
 * such. */
int tree_settle(struct tree *t);

/* tree_merge(into, from): as if into had met all that from has. */
void tree_merge(struct tree *into, const struct tree *from);

/* tree_bytes(t): memory it holds, about. */
size_t tree_bytes(const struct tree *t);

/* tree_resolve(t, source, line): places with INFER_RELATIVE in their line are in that source, and
 * line is to be added. */
#define INFER_RELATIVE ((uint64_t)1 << 63)
void tree_resolve(struct tree *t, uint32_t source, uint64_t line);

/* tree_finish(t): sort the keys and set what infer.h says of finished paths. */
void tree_finish(struct tree *t);

#endif
