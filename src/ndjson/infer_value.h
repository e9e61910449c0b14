/* What the values of one path come to: counts, bounds, examples, different ones.
 *
 * Each is kept so that neither order nor sharing out matters: examples are the values of the least
 * hashes, bounds that are equal are told apart by their bytes. */
#ifndef NDJSON_INFER_VALUE_H
#define NDJSON_INFER_VALUE_H

#include "base/buf.h"
#include "ndjson/infer_tree.h"

/* Each counts one value of n, whose place is to be counted by value_met. text: as it stands in JSON,
 * followed by no byte of a number; a string's without its quotes. */

/* value_string(n, text, len, escaped, scratch): escaped: it holds a backslash. */
void value_string(struct node *n, const char *text, size_t len, int escaped, struct buf *scratch);

/* value_number(n, text, len, kind): INTEGER or FLOAT, the kind by how it is spelled. */
void value_number(struct node *n, const char *text, size_t len, enum value_kind kind);

void value_boolean(struct node *n, int is_true);

/* value_met(n, kind, line): n has a value of that kind; line is for its place, when it is the first.
 */
static inline void
value_met(struct node *n, enum value_kind kind, uint64_t line)
{
	n->path.present++;
	if (n->path.kind[kind]++ == 0)
		n->path.first[kind].line = line;
}

/* value_beyond_json(n): a value of n holds a number that no JSON column takes. */
void value_beyond_json(struct node *n);

/* value_merge(into, from): as if into had met from's values. */
void value_merge(struct node *into, const struct node *from);

/* value_finish(n): set what infer.h says of finished paths. */
void value_finish(struct node *n);

/* value_bytes(n): memory held beside n itself. value_free(n): free it. */
size_t value_bytes(const struct node *n);
void value_free(struct node *n);

#endif
