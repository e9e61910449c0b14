#include "ndjson/fit_problem.h"
#include "ndjson/types_text.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN_VALUE = 60, SHOWN_KEY = 80 };

/* s cut to at most n bytes, not inside a character nor after a lone backslash. */
static size_t
cut_text(const char *s, size_t len, size_t n)
{
	size_t slashes = 0;

	if (len <= n)
		return len;
	while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	while (slashes < n && s[n - 1 - slashes] == '\\')
		slashes++;
	return n - slashes % 2;
}

/* Append '/' and one step to the pointer in out. */
static void
add_step(char *out, size_t size, const struct fit_step *s, int index)
{
	size_t used = strlen(out), len, i;
	struct buf key = {0};

	if (s->key == NULL && index)
		snprintf(out + used, size - used, "/%zu", s->index);
	else if (s->key == NULL)
		snprintf(out + used, size - used, "/*");
	if (s->key == NULL)
		return;
	len = cut_text(s->key, s->len, SHOWN_KEY);
	buf_addc(&key, '/');
	text_unescape(&key, s->key, len);
	for (i = 0; i < key.len && used + 2 < size; i++) {
		const char *as = i > 0 && key.data[i] == '~'   ? "~0"
				 : i > 0 && key.data[i] == '/' ? "~1"
							       : NULL;

		if (as != NULL)
			memcpy(out + used, as, 2);
		else
			out[used] = key.data[i];
		used += as != NULL ? 2 : 1;
	}
	if (i < key.len &&
	    ((unsigned char)key.data[i] & 0xc0) == 0x80) { /* cut inside a character */
		while (((unsigned char)out[used - 1] & 0xc0) == 0x80)
			used--;
		used--;
	}
	out[used] = '\0';
	if (len < s->len)
		snprintf(out + used, size - used, "...");
	buf_free(&key);
}

static void
set_path(const struct fit_problems *p, char *out, size_t size, int index)
{
	out[0] = '\0';
	for (size_t i = 0; i < p->depth; i++)
		add_step(out, size, &p->step[i], index);
}

/* The next free problem with its reason and places set, or NULL when the list is full. */
static struct fit_problem *
next_problem(struct fit_problems *p, const char *reason)
{
	struct fit_problem *b = &p->list[p->n];

	if (p->n == FIT_MAX_PROBLEMS) {
		p->more++;
		return NULL;
	}
	p->n++;
	b->reason = reason;
	set_path(p, b->path, sizeof b->path, 1);
	set_path(p, b->place, sizeof b->place, 0);
	return b;
}

void
problem_value(
    struct fit_problems *p, const char *reason, const char *expected, const struct value *v)
{
	struct fit_problem *b = next_problem(p, reason);
	const char *quote = v->kind == VALUE_STRING ? "\"" : "";
	size_t len = cut_text(v->text, v->len, SHOWN_VALUE);

	if (b == NULL)
		return;
	snprintf(
	    b->kind, sizeof b->kind, "expected %s, found %s", expected, types_kind_name(v->kind));
	if (v->kind == VALUE_NULL || v->kind == VALUE_OBJECT || v->kind == VALUE_ARRAY)
		snprintf(b->what, sizeof b->what, "%s", b->kind);
	else
		snprintf(b->what, sizeof b->what, "%s %s%.*s%s%s", b->kind, quote, (int)len,
		    v->text, len < v->len ? "..." : "", quote);
}

void
problem_missing(struct fit_problems *p, const struct schema_field *f)
{
	struct fit_step *s = &p->step[p->depth];
	struct fit_problem *b;

	*s = (struct fit_step){f->name, f->name_len, 0};
	p->depth++;
	b = next_problem(p, "missing");
	p->depth--;
	if (b == NULL)
		return;
	snprintf(b->kind, sizeof b->kind, "expected %s (REQUIRED), found nothing",
	    schema_type_name(f->type));
	snprintf(b->what, sizeof b->what, "%s", b->kind);
}

void
problem_unknown(struct fit_problems *p)
{
	struct fit_problem *b = next_problem(p, "unknown");

	if (b == NULL)
		return;
	snprintf(b->kind, sizeof b->kind, "not in the schema");
	snprintf(b->what, sizeof b->what, "%s", b->kind);
}

/* Whether two keys mean the same, however they are escaped. */
static int
same_key(const struct fit_step *a, const struct fit_step *b)
{
	struct buf x = {0}, y = {0};
	int same;

	text_unescape(&x, a->key, a->len);
	text_unescape(&y, b->key, b->len);
	same = x.len == y.len && (x.len == 0 || memcmp(x.data, y.data, x.len) == 0);
	buf_free(&x);
	buf_free(&y);
	return same;
}

void
problem_twice(struct fit_problems *p, const struct schema_field *f, const struct fit_step *first)
{
	const struct fit_step *now = &p->step[p->depth - 1];
	int same = same_key(now, first);
	struct fit_problem *b = next_problem(p, same ? "duplicate" : "collision");
	char other[100] = "";

	if (b == NULL)
		return;
	add_step(other, sizeof other, first, 0);
	if (same)
		snprintf(b->kind, sizeof b->kind, "the key is there twice");
	else
		snprintf(b->kind, sizeof b->kind, "goes to column %.80s, where \"%s\" went already",
		    f->name, other + 1);
	snprintf(b->what, sizeof b->what, "%s", b->kind);
}

void
problem_taken(struct fit_problems *p, const struct schema_field *f)
{
	struct fit_problem *b = next_problem(p, "collision");

	if (b == NULL)
		return;
	snprintf(b->kind, sizeof b->kind,
	    "column %.80s is there, and unknown fields are to be gathered in it", f->name);
	snprintf(b->what, sizeof b->what, "%s", b->kind);
}
