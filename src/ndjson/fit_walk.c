/* One record walked beside its schema. */
#include "ndjson/fit_scan.h"
#include "ndjson/fit_state.h"

#include <stdio.h>

static const char *fit_object(struct fit_state *s, const struct fit_level *l, const char *p);

/* The end of a number or word at p that surely fits, found without looking closely; or NULL.
 * Integers below 16 digits, numbers without an exponent (of fewer digits than double precision has
 * powers of ten), true and false: nearly all that logs hold. */
static inline const char *
fits_at_sight(const struct schema_field *f, const char *p)
{
	const char *q = p + (*p == '-');

	switch (f->type) {
	case TYPE_INTEGER:
		while (*q >= '0' && *q <= '9')
			q++;
		return q > p && q - p < 16 && *q != '.' && (*q | 0x20) != 'e' ? q : NULL;
	case TYPE_FLOAT:
		while ((*q >= '0' && *q <= '9') || *q == '.')
			q++;
		return q > p && q - p < 300 && (*q | 0x20) != 'e' ? q : NULL;
	case TYPE_BOOLEAN:
		return *p == 't' ? p + 4 : *p == 'f' ? p + 5 : NULL;
	default:
		return NULL;
	}
}

static void
check_value(struct fit_state *s, const struct schema_field *f, const struct value *v)
{
	struct value as = f->type == TYPE_STRING ? fit_compact(s, v) : *v;
	enum verdict verdict = types_check(f, &as, &s->scratch);
	size_t quotes = v->kind == VALUE_STRING;
	char expected[160];

	if (verdict == VALUE_RESPELLED) {
		fit_replace(s, v->text - quotes, v->text + v->len + quotes);
		types_spell(&s->out, f, &as);
	} else if (verdict != VALUE_FITS) {
		types_expected(f, verdict, expected, sizeof expected);
		problem_value(&s->problems, "type", expected, v);
	}
}

/* One value, not null, of a column or of one element of its array. */
static const char *
fit_single(
    struct fit_state *s, const struct fit_level *l, const struct schema_field *f, const char *p)
{
	const char *stop;
	struct value v;

	if (*p == '"') {
		v = (struct value){VALUE_STRING, p + 1, 0};
		stop = scan_string(p + 1, s->end);
		v.len = (size_t)(stop - v.text);
		p = stop < s->end ? stop + 1 : stop;
		if (f->type == TYPE_STRING && f->max_length == 0)
			return p; /* most values of most logs */
		check_value(s, f, &v);
		return p;
	}
	if (*p == '{' && f->sub != NULL)
		return fit_object(s, l->sub[f - l->table->field], p);
	stop = fits_at_sight(f, p);
	if (stop != NULL)
		return stop;
	p = scan_value(p, s->end, &v);
	check_value(s, f, &v);
	return p;
}

static void
refuse_null(struct fit_state *s, const struct schema_field *f, const struct value *v)
{
	char expected[160];

	snprintf(expected, sizeof expected, "%s (%s)", schema_type_name(f->type),
	    schema_mode_name(f->mode));
	problem_value(&s->problems, "null", expected, v);
}

/* The array of a REPEATED column. */
static const char *
fit_array(
    struct fit_state *s, const struct fit_level *l, const struct schema_field *f, const char *p)
{
	struct fit_step *step = &s->problems.step[s->problems.depth++];
	struct value v;

	*step = (struct fit_step){0};
	p = scan_space(p + 1, s->end);
	while (p < s->end && *p != ']') {
		if (*p == 'n') {
			p = scan_value(p, s->end, &v);
			refuse_null(s, f, &v);
		} else {
			p = fit_single(s, l, f, p);
		}
		p = scan_space(p, s->end);
		if (p < s->end && *p == ',')
			p = scan_space(p + 1, s->end);
		step->index++;
	}
	s->problems.depth--;
	return p < s->end ? p + 1 : p;
}

static const char *
fit_null(struct fit_state *s, const struct schema_field *f, const char *p)
{
	struct value v;

	p = scan_value(p, s->end, &v);
	if (f->mode == MODE_REQUIRED) {
		refuse_null(s, f, &v);
	} else if (f->mode == MODE_REPEATED) {
		fit_replace(s, v.text, p);
		buf_adds(&s->out, "[]");
	}
	return p;
}

static const char *
fit_value(
    struct fit_state *s, const struct fit_level *l, const struct schema_field *f, const char *p)
{
	struct value v;
	char expected[160];

	if (*p == 'n')
		return fit_null(s, f, p);
	if (f->mode != MODE_REPEATED)
		return fit_single(s, l, f, p);
	if (*p == '[')
		return fit_array(s, l, f, p);
	p = scan_value(p, s->end, &v);
	snprintf(expected, sizeof expected, "ARRAY of %s", schema_type_name(f->type));
	problem_value(&s->problems, "type", expected, &v);
	return p;
}

/* A key that was not guessed: what it is, into *n. */
static void
look_up(
    struct fit_state *s, const struct fit_object *o, const char *key, size_t len, struct guess *n)
{
	const struct schema_table *t = o->level->table;
	int renamed;

	*n = (struct guess){0};
	n->field = fit_level_find(o->level, key, len, &s->scratch, &renamed);
	n->renamed = renamed != 0;
	n->seen = n->field != NULL ? s->seen[t->id] + (n->field - t->field) : NULL;
	guesses_learn(&s->guesses, o->level, key, len, n);
}

static void
refuse_twice(struct fit_state *s, const struct guess *n)
{
	const char *key = n->seen->key;
	const struct fit_step first = {key, (size_t)(scan_string(key, s->end) - key), 0};

	problem_twice(&s->problems, n->field, &first);
}

/* The value at p of the key of n; where it ends. */
static const char *
fit_known(struct fit_state *s, const struct fit_object *o, const struct guess *n, const char *p)
{
	const struct fit_step *step = &s->problems.step[s->problems.depth - 1];

	if (n->seen->object == o->number)
		refuse_twice(s, n);
	n->seen->object = o->number;
	n->seen->key = step->key;
	if (n->renamed) {
		fit_replace(s, step->key, step->key + step->len);
		buf_add(&s->out, n->field->name, n->field->name_len);
	}
	return fit_value(s, o->level, n->field, p);
}

/* Whether null under a column is to be left out. */
static int
is_missing(const struct fit_state *s, const struct schema_field *f)
{
	return s->fit->options.null_as_missing && f->mode != MODE_REQUIRED;
}

/* The member whose key begins at p, behind its quote; where the walk goes on. */
static const char *
fit_member(struct fit_state *s, struct fit_object *o, const char *p)
{
	struct fit_step *step = &s->problems.step[s->problems.depth];
	struct guesses *g = &s->guesses;
	const struct guess *n = &g->node[g->node[g->at].next];
	struct guess found;
	const char *key = p;
	int leave_out = 0;
	struct value v;

	if (guess_holds(n, o->level, p, s->end)) {
		*step = (struct fit_step){key, n->len - 1, 0};
		g->at = (uint32_t)(n - g->node);
	} else {
		*step = (struct fit_step){key, (size_t)(scan_string(p, s->end) - key), 0};
		if (step->key + step->len == s->end)
			return s->end;
		look_up(s, o, key, step->len, &found);
		n = &found;
	}
	p = scan_space(key + step->len + 1, s->end);
	p = scan_space(p < s->end ? p + 1 : p, s->end); /* the colon */
	if (p == s->end)
		return p;
	s->problems.depth++;
	if (n->field == NULL || (*p == 'n' && is_missing(s, n->field))) {
		p = scan_value(p, s->end, &v);
		leave_out = n->field != NULL || fit_unknown(s, &v);
	} else {
		p = fit_known(s, o, n, p);
	}
	s->problems.depth--;
	if (leave_out)
		return fit_leave_out(s, o, key - 1, p);
	o->kept = 1;
	o->end = p;
	return p;
}

static const char *
fit_object(struct fit_state *s, const struct fit_level *l, const char *p)
{
	struct fit_object o = {l, ++s->object, p + 1, 0};
	const struct seen *seen = s->seen[l->table->id];

	p = scan_space(p + 1, s->end);
	while (p < s->end && *p == '"') {
		p = scan_space(fit_member(s, &o, p + 1), s->end);
		if (p < s->end && *p == ',')
			p = scan_space(p + 1, s->end);
	}
	for (size_t i = 0; i < l->n_required; i++)
		if (seen[l->required[i]].object != o.number)
			problem_missing(&s->problems, &l->table->field[l->required[i]]);
	if (s->extra.len > 0 && l == s->fit->top)
		fit_put_extra(s, &o, p);
	return p < s->end ? p + 1 : p;
}

const char *
fit_walk(struct fit_state *s, const char *p)
{
	return fit_object(s, s->fit->top, p);
}
