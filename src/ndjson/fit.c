#include "ndjson/fit.h"
#include "ndjson/fit_level.h"
#include "ndjson/fit_problem.h"
#include "ndjson/fit_scan.h"
#include "ndjson/fit_seen.h"
#include "ndjson/types.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fit {
	const struct schema *schema;
	struct fit_level *top;
};

struct fit_state {
	const struct fit *fit;
	struct seen **seen; /* by table id */
	uint64_t object;    /* the number of the newest object */
	struct buf scratch;
	struct buf out;     /* the changed record up to copied */
	const char *copied; /* what lies before is in out */
	const char *end;
	int changed;
	struct fit_problems problems;
};

/* An object being walked. */
struct object {
	const struct fit_level *level;
	uint64_t number;
	size_t previous; /* the column of the key before, the number of columns at the start */
};

static const char *fit_object(struct fit_state *s, const struct fit_level *l, const char *p);

struct fit *
fit_new(const struct schema *schema, const char *map, struct err *e)
{
	struct fit *f = xcalloc(1, sizeof *f);

	f->schema = schema;
	f->top = fit_level_new(schema->top);
	if (map == NULL || fit_level_map(f->top, map, e) == 0)
		return f;
	fit_free(f);
	return NULL;
}

void
fit_free(struct fit *f)
{
	if (f == NULL)
		return;
	fit_level_free(f->top);
	free(f);
}

struct fit_state *
fit_state_new(const struct fit *f)
{
	struct fit_state *s = xcalloc(1, sizeof *s);

	s->fit = f;
	s->seen = seen_new(f->schema);
	return s;
}

void
fit_state_free(struct fit_state *s)
{
	if (s == NULL)
		return;
	seen_free(s->seen, s->fit->schema);
	buf_free(&s->scratch);
	buf_free(&s->out);
	free(s);
}

/* Copy the source up to at; the caller appends what stands for at .. to. */
static void
replace(struct fit_state *s, const char *at, const char *to)
{
	if (!s->changed)
		buf_clear(&s->out);
	s->changed = 1;
	buf_add(&s->out, s->copied, (size_t)(at - s->copied));
	s->copied = to;
}

/* One value, not null, of a column or of one element of its array. */
static const char *
fit_single(
    struct fit_state *s, const struct fit_level *l, const struct schema_field *f, const char *p)
{
	enum verdict verdict;
	struct value v;
	char expected[160];

	if (*p == '{' && f->sub != NULL)
		return fit_object(s, l->sub[f - l->table->field], p);
	p = scan_value(p, s->end, &v);
	if (f->type == TYPE_STRING && v.kind == VALUE_STRING && f->max_length == 0)
		return p; /* most values of most logs */
	verdict = types_check(f, &v, &s->scratch);
	if (verdict == VALUE_RESPELLED) {
		size_t quote = v.kind == VALUE_STRING;

		replace(s, v.text - quote, v.text + v.len + quote);
		types_spell(&s->out, f, &v);
	} else if (verdict != VALUE_FITS) {
		types_expected(f, verdict, expected, sizeof expected);
		problem_value(&s->problems, "type", expected, &v);
	}
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
fit_value(
    struct fit_state *s, const struct fit_level *l, const struct schema_field *f, const char *p)
{
	struct value v;
	char expected[160];

	if (*p == 'n') {
		p = scan_value(p, s->end, &v);
		if (f->mode == MODE_REQUIRED)
			refuse_null(s, f, &v);
		return p;
	}
	if (f->mode != MODE_REPEATED)
		return fit_single(s, l, f, p);
	if (*p == '[')
		return fit_array(s, l, f, p);
	p = scan_value(p, s->end, &v);
	snprintf(expected, sizeof expected, "ARRAY of %s", schema_type_name(f->type));
	problem_value(&s->problems, "type", expected, &v);
	return p;
}

/* The key from p to stop and the value after it; where the value ends. */
static const char *
fit_member(struct fit_state *s, struct object *o, const char *p, const char *stop)
{
	struct fit_step *step = &s->problems.step[s->problems.depth++];
	struct seen *seen = s->seen[o->level->table->id];
	const struct schema_field *f;
	struct value skipped;
	int renamed;

	*step = (struct fit_step){p, (size_t)(stop - p), 0};
	f = seen_find(seen, o->level, o->previous, p, step->len, &s->scratch, &renamed);
	p = scan_space(stop + 1, s->end);
	p = scan_space(p < s->end ? p + 1 : p, s->end); /* the colon */
	if (p == s->end)
		return p;
	if (f == NULL) {
		problem_unknown(&s->problems);
		p = scan_value(p, s->end, &skipped);
	} else {
		o->previous = (size_t)(f - o->level->table->field);
		seen += o->previous;
		if (seen->object == o->number)
			problem_twice(&s->problems, f, &seen->key);
		seen->object = o->number;
		seen->key = *step;
		if (renamed) {
			replace(s, step->key, stop);
			buf_add(&s->out, f->name, f->name_len);
		}
		p = fit_value(s, o->level, f, p);
	}
	s->problems.depth--;
	return p;
}

static const char *
fit_object(struct fit_state *s, const struct fit_level *l, const char *p)
{
	struct object o = {l, ++s->object, l->table->n};
	const struct seen *seen = s->seen[l->table->id];

	p = scan_space(p + 1, s->end);
	while (p < s->end && *p == '"') {
		const char *stop = scan_string(p + 1, s->end);

		if (stop == s->end)
			return stop;
		p = scan_space(fit_member(s, &o, p + 1, stop), s->end);
		if (p < s->end && *p == ',')
			p = scan_space(p + 1, s->end);
	}
	for (size_t i = 0; i < l->n_required; i++)
		if (seen[l->required[i]].object != o.number)
			problem_missing(&s->problems, &l->table->field[l->required[i]]);
	return p < s->end ? p + 1 : p;
}

enum fit_result
fit_record(struct fit_state *s, const char *text, size_t len)
{
	const char *p = scan_space(text, text + len);
	struct value v;

	s->end = text + len;
	s->copied = text;
	s->changed = 0;
	s->problems.n = s->problems.more = s->problems.depth = 0;
	if (p < s->end && *p == '{') {
		fit_object(s, s->fit->top, p);
	} else if (p < s->end) {
		scan_value(p, s->end, &v);
		problem_value(&s->problems, "type", "an OBJECT", &v);
	}
	if (s->problems.n > 0)
		return FIT_REFUSED;
	if (!s->changed)
		return FIT_SAME;
	buf_add(&s->out, s->copied, (size_t)(s->end - s->copied));
	return FIT_CHANGED;
}

const char *
fit_text(const struct fit_state *s, size_t *len)
{
	*len = s->out.len;
	return s->out.data;
}

const struct fit_problem *
fit_problems(const struct fit_state *s, size_t *n, size_t *more)
{
	*n = s->problems.n;
	*more = s->problems.more;
	return s->problems.list;
}
