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
	char expected[160];

	if (verdict == VALUE_RESPELLED) {
		fit_replace(s, v->text, v->text + v->len);
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

/* The column of the key at p, whose closing quote becomes *stop. */
static inline const struct schema_field *
find_column(
    struct fit_state *s, const struct fit_object *o, const char *p, const char **stop, int *renamed)
{
	struct guesses *g = &s->guesses;
	const struct guess *n = &g->node[g->node[g->at].next];
	const struct schema_field *f;

	if (guess_holds(n, o->level, p, s->end)) {
		*stop = p + n->len - 1;
		*renamed = (int)n->renamed;
		g->at = (uint32_t)(n - g->node);
		return n->field;
	}
	*stop = scan_string(p, s->end);
	if (*stop == s->end)
		return NULL;
	f = fit_level_find(o->level, p, (size_t)(*stop - p), &s->scratch, renamed);
	guesses_learn(g, o->level, p, (size_t)(*stop - p), f, *renamed);
	return f;
}

static void
note_seen(
    struct fit_state *s, const struct fit_object *o, const struct schema_field *f, const char *key)
{
	struct seen *seen = s->seen[o->level->table->id] + (f - o->level->table->field);

	if (seen->object == o->number) {
		const struct fit_step first = {
		    seen->key, (size_t)(scan_string(seen->key, s->end) - seen->key), 0};

		problem_twice(&s->problems, f, &first);
	}
	seen->object = o->number;
	seen->key = key;
}

/* The member whose key begins at p, behind its quote; where the walk goes on. */
static const char *
fit_member(struct fit_state *s, struct fit_object *o, const char *p)
{
	struct fit_step *step = &s->problems.step[s->problems.depth];
	const struct schema_field *f;
	const char *stop, *key = p;
	struct value v;
	int renamed = 0, leave_out;

	f = find_column(s, o, p, &stop, &renamed);
	p = scan_space(stop < s->end ? stop + 1 : stop, s->end);
	p = scan_space(p < s->end ? p + 1 : p, s->end); /* the colon */
	if (p == s->end)
		return p;
	*step = (struct fit_step){key, (size_t)(stop - key), 0};
	s->problems.depth++;
	leave_out =
	    f != NULL && *p == 'n' && s->fit->options.null_as_missing && f->mode != MODE_REQUIRED;
	if (f == NULL || leave_out) {
		p = scan_value(p, s->end, &v);
		leave_out = leave_out || fit_unknown(s, &v);
	} else {
		note_seen(s, o, f, key);
		if (renamed) {
			fit_replace(s, key, stop);
			buf_add(&s->out, f->name, f->name_len);
		}
		p = fit_value(s, o->level, f, p);
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
