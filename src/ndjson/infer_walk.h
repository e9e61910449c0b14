/* One record after the other into a tree of paths. */
#ifndef NDJSON_INFER_WALK_H
#define NDJSON_INFER_WALK_H

#include "ndjson/infer_guess.h"

/* All zero at first; ended with walk_free. */
struct walk {
	struct tree *tree; /* the caller's, see walk_into */
	struct guess_chain guess;
	int fresh;       /* a place was set since the caller last looked */
	uint64_t object; /* the number of the newest object */
	uint64_t line;   /* of the record, with INFER_RELATIVE */
	const char *end;
	struct buf key, scratch;
};

/* walk_into(w, tree): what follows goes there. */
void walk_into(struct walk *w, struct tree *tree);

/* walk_record(w, text, len, line): take one record, which is known to be valid JSON and an object.
 * Places say line, with INFER_RELATIVE, see tree_resolve. Memory: twice the longest string with a
 * backslash. */
void walk_record(struct walk *w, const char *text, size_t len, uint64_t line);

void walk_free(struct walk *w);

#endif
