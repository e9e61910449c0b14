#include "ndjson/fit.h"
#include "ndjson/fit_scan.h"
#include "ndjson/fit_state.h"

#include <stdlib.h>
#include <string.h>

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

int
fit_choose(struct fit *f, const struct fit_options *o, struct err *e)
{
	f->options = *o;
	if (o->collect == NULL)
		return 0;
	f->collect = schema_find(f->schema->top, o->collect, strlen(o->collect));
	if (f->collect == NULL)
		return err_set(e, EX_CONFIG,
		    "no column %s in the schema, expected one of type STRING or JSON for unknown "
		    "fields",
		    o->collect);
	if ((f->collect->type == TYPE_STRING || f->collect->type == TYPE_JSON) &&
	    f->collect->mode == MODE_NULLABLE)
		return 0;
	return err_set(e, EX_CONFIG,
	    "column %s is %s %s in the schema, expected NULLABLE STRING or JSON for unknown fields",
	    f->collect->name, schema_mode_name(f->collect->mode),
	    schema_type_name(f->collect->type));
}

struct fit_state *
fit_state_new(const struct fit *f)
{
	struct fit_state *s = xcalloc(1, sizeof *s);

	s->fit = f;
	s->seen = seen_new(f->schema);
	guesses_init(&s->guesses);
	return s;
}

void
fit_state_free(struct fit_state *s)
{
	if (s == NULL)
		return;
	seen_free(s->seen, s->fit->schema);
	guesses_free(&s->guesses);
	buf_free(&s->scratch);
	buf_free(&s->compact);
	buf_free(&s->extra);
	buf_free(&s->out);
	free(s);
}

enum fit_result
fit_record(struct fit_state *s, const char *text, size_t len)
{
	const char *p = scan_space(text, text + len);
	struct value v;

	s->end = text + len;
	s->copied = text;
	s->changed = 0;
	s->dropped = 0;
	s->guesses.at = 0;
	buf_clear(&s->extra);
	s->problems.n = s->problems.more = s->problems.depth = 0;
	if (p < s->end && *p == '{') {
		fit_walk(s, p);
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

size_t
fit_dropped(const struct fit_state *s)
{
	return s->dropped;
}
