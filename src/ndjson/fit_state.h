/* What the parts of fitting one record share. */
#ifndef NDJSON_FIT_STATE_H
#define NDJSON_FIT_STATE_H

#include "ndjson/fit.h"
#include "ndjson/fit_guess.h"
#include "ndjson/fit_level.h"
#include "ndjson/fit_problem.h"
#include "ndjson/fit_seen.h"

struct fit {
	const struct schema *schema;
	struct fit_level *top;
	struct fit_options options;
	const struct schema_field *collect; /* NULL: none */
};

struct fit_state {
	const struct fit *fit;
	struct guesses guesses;
	struct seen **seen; /* by table id */
	uint64_t object;    /* the number of the newest object */
	struct buf scratch;
	struct buf compact; /* a container without its white space */
	struct buf extra;   /* unknown fields of the record: members of an object */
	size_t dropped;     /* unknown fields of the record left out */
	struct buf out;     /* the changed record up to copied */
	const char *copied; /* what lies before is in out */
	const char *end;    /* of the record */
	int changed;
	struct fit_problems problems;
};

/* An object being walked. */
struct fit_object {
	const struct fit_level *level;
	uint64_t number;
	const char *end; /* of the last member's value; behind the '{' at first */
	int kept;        /* a member before stays */
};

/* fit_replace(s, at, to): copy the source up to at; the caller appends to s->out what stands for at
 * .. to. */
void fit_replace(struct fit_state *s, const char *at, const char *to);

/* fit_leave_out(s, o, key, end): the member from the opening quote of its key to the end of its
 * value is not to be in the record, nor a comma of it; where the walk goes on. */
const char *fit_leave_out(
    struct fit_state *s, struct fit_object *o, const char *key, const char *end);

/* fit_unknown(s, v): the member at hand, whose key is in no schema and whose value is v, as the
 * options say: a problem, or 1: it is to be left out. */
int fit_unknown(struct fit_state *s, const struct value *v);

/* fit_put_extra(s, o, close): what was collected, as the last member of the record o, whose '}' is
 * at close. */
void fit_put_extra(struct fit_state *s, const struct fit_object *o, const char *close);

/* fit_compact(s, v): v, with a container's text squeezed when the options say so. */
struct value fit_compact(struct fit_state *s, const struct value *v);

/* fit_walk(s, p): the record, whose '{' is at p; where it ends. */
const char *fit_walk(struct fit_state *s, const char *p);

#endif
