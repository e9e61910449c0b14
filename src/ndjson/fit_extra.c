/* What is left out of a record, and where it goes. */
#include "ndjson/fit_scan.h"
#include "ndjson/fit_state.h"
#include "ndjson/types_text.h"

#include <string.h>

void
fit_replace(struct fit_state *s, const char *at, const char *to)
{
	if (!s->changed)
		buf_clear(&s->out);
	s->changed = 1;
	buf_add(&s->out, s->copied, (size_t)(at - s->copied));
	s->copied = to;
}

/* Behind a member that stays, one goes with the comma in front of it; else with that behind it. */
const char *
fit_leave_out(struct fit_state *s, struct fit_object *o, const char *key, const char *end)
{
	const char *p = scan_space(end, s->end);

	if (o->kept) {
		fit_replace(s, o->end, end);
		o->end = end;
		return end;
	}
	if (p < s->end && *p == ',')
		p = scan_space(p + 1, s->end);
	fit_replace(s, key, p);
	o->end = p;
	return p;
}

/* The place of the member at hand as a JSON Pointer in a JSON string. */
static void
add_pointer(struct fit_state *s)
{
	struct buf path = {0}, key = {0};

	for (size_t i = 0; i < s->problems.depth; i++) {
		const struct fit_step *step = &s->problems.step[i];

		buf_addc(&path, '/');
		if (step->key == NULL) {
			buf_addf(&path, "%zu", step->index);
			continue;
		}
		buf_clear(&key);
		text_unescape(&key, step->key, step->len);
		for (size_t k = 0; k < key.len; k++) {
			if (key.data[k] == '~' || key.data[k] == '/')
				buf_adds(&path, key.data[k] == '~' ? "~0" : "~1");
			else
				buf_addc(&path, key.data[k]);
		}
	}
	text_quote(&s->extra, path.data, path.len);
	buf_free(&path);
	buf_free(&key);
}

static int
begins_with_slash(const char *key, size_t len)
{
	struct buf plain = {0};
	int slash;

	if (len == 0 || (*key != '/' && *key != '\\'))
		return 0;
	text_unescape(&plain, key, len);
	slash = plain.len > 0 && plain.data[0] == '/';
	buf_free(&plain);
	return slash;
}

static void
collect(struct fit_state *s, const struct value *v)
{
	const struct fit_step *step = &s->problems.step[s->problems.depth - 1];
	size_t quotes = v->kind == VALUE_STRING;

	buf_addc(&s->extra, s->extra.len == 0 ? '{' : ',');
	if (s->problems.depth > 1 || begins_with_slash(step->key, step->len)) {
		add_pointer(s);
	} else {
		buf_addc(&s->extra, '"');
		buf_add(&s->extra, step->key, step->len);
		buf_addc(&s->extra, '"');
	}
	buf_addc(&s->extra, ':');
	buf_add(&s->extra, v->text - quotes, v->len + 2 * quotes);
}

int
fit_unknown(struct fit_state *s, const struct value *v)
{
	if (v->kind == VALUE_NULL && s->fit->options.null_as_missing)
		return 1;
	if (s->fit->collect != NULL) {
		collect(s, v);
		return 1;
	}
	if (s->fit->options.drop_unknown) {
		s->dropped++;
		return 1;
	}
	problem_unknown(&s->problems);
	return 0;
}

void
fit_put_extra(struct fit_state *s, const struct fit_object *o, const char *close)
{
	const struct schema_field *f = s->fit->collect;
	struct fit_step *step = &s->problems.step[s->problems.depth++];
	struct value v = {.kind = VALUE_OBJECT};
	enum verdict verdict;

	*step = (struct fit_step){f->name, f->name_len, 0};
	buf_addc(&s->extra, '}');
	v.text = s->extra.data;
	v.len = s->extra.len;
	if (f->type == TYPE_STRING)
		v = fit_compact(s, &v);
	verdict = types_check(f, &v, &s->scratch);
	if (s->seen[o->level->table->id][f - o->level->table->field].object == o->number) {
		problem_taken(&s->problems, f);
	} else if (verdict != VALUE_FITS && verdict != VALUE_RESPELLED) {
		char expected[160];

		types_expected(f, verdict, expected, sizeof expected);
		problem_value(&s->problems, "type", expected, &v);
	} else {
		const char *at = o->kept ? o->end : close;

		fit_replace(s, at, at);
		buf_addf(&s->out, "%s\"%s\":", o->kept ? "," : "", f->name);
		if (verdict == VALUE_RESPELLED)
			types_spell(&s->out, f, &v);
		else
			buf_add(&s->out, v.text, v.len);
	}
	s->problems.depth--;
}

struct value
fit_compact(struct fit_state *s, const struct value *v)
{
	const char *p = v->text, *end = p + v->len;
	struct value squeezed = *v;

	if (!s->fit->options.compact || (v->kind != VALUE_OBJECT && v->kind != VALUE_ARRAY))
		return *v;
	buf_clear(&s->compact);
	buf_reserve(&s->compact, v->len);
	while (p < end) {
		const char *from = scan_space(p, end);

		p = from;
		while (p < end && *p != '"' && *p != ' ' && *p != '\t' && *p != '\r' && *p != '\n')
			p++;
		if (p < end && *p == '"')
			p = scan_string(p + 1, end) + 1;
		buf_add(&s->compact, from, (size_t)(p - from));
	}
	squeezed.text = s->compact.data;
	squeezed.len = s->compact.len;
	return squeezed;
}
