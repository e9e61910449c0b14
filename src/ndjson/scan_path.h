/* The state of a scan, and the steps along the path to the key: shared by the two walkers. */
#ifndef NDJSON_SCAN_PATH_H
#define NDJSON_SCAN_PATH_H

#include "ndjson/scan.h"

#include <stdint.h>

struct scanner {
	const struct key *key;
	size_t n; /* tokens of key, 0 without one */
	size_t max_depth;
	int trust;
	char *closer; /* for each open container the bracket that closes it; closer[0] is unused */
	size_t depth; /* open containers */
	size_t on;    /* how many of them, from the top, are on the path */
	int next_on;  /* the value about to come is on the path */
	int duplicate;
	uint64_t *index; /* elements begun in the array on the path at each depth */
	char *seen;      /* the token of each depth was matched */
	/* the key's value */
	const char *value, *value_end;
	int value_escaped;
};

/* A name in the current object: is its value on the path? */
static inline void
path_name(struct scanner *s, const char *p, const char *end, int escaped)
{
	size_t d = s->depth - 1;

	if (s->on != s->depth || s->depth > s->n)
		return;
	if (!key_matches(&s->key->token[d], p, (size_t)(end - p), escaped))
		return;
	s->duplicate |= s->seen[d];
	s->seen[d] = 1;
	s->next_on = 1;
}

/* An element of the current array begins: is it on the path? */
static inline void
path_element(struct scanner *s)
{
	if (s->on == s->depth && s->depth <= s->n)
		s->next_on = s->index[s->depth - 1]++ == s->key->token[s->depth - 1].index;
}

/* A value begins at p: the key's own is remembered. */
static inline void
path_value(struct scanner *s, const char *p)
{
	if (s->next_on && s->depth == s->n) {
		s->next_on = 0;
		s->value = p;
	}
}

/* A container is open, depth counts it already. */
static inline void
path_open(struct scanner *s)
{
	if (s->next_on) {
		s->next_on = 0;
		s->on = s->depth;
		if (s->depth <= s->n)
			s->index[s->depth - 1] = 0;
	}
}

static inline void
path_close(struct scanner *s)
{
	if (s->on == s->depth)
		s->on--;
	s->depth--;
}

/* scan_trusted(s, p, end, f): as the checking walker: the end of the value at p, or NULL with *f.
 */
const char *scan_trusted(struct scanner *s, const char *p, const char *end, struct scan_fault *f);

#endif
