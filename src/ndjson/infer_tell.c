#include "ndjson/infer_tell.h"
#include "base/io.h"
#include "base/msg.h"
#include "base/num.h"
#include "ndjson/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PART_DIGITS = 4, PERCENT_PARTS = 10000, SNIFFED = 4096, TOLD = 3 };

typedef unsigned long long ull;

int
infer_sample(const char *text, uint64_t *parts, struct err *e)
{
	const char *point;
	uint64_t whole, rest = 0;
	size_t len, places = 0;
	int good;

	*parts = 0;
	if (text == NULL)
		return 0;
	len = strlen(text);
	len -= len > 0 && text[len - 1] == '%';
	point = memchr(text, '.', len);
	if (point != NULL)
		places = (size_t)(text + len - point - 1);
	good = num_u64(text, point != NULL ? (size_t)(point - text) : len, &whole) == 0 &&
	       (point == NULL || num_u64(point + 1, places, &rest) == 0) && places <= PART_DIGITS &&
	       whole <= 100;
	for (; good && places < PART_DIGITS; places++)
		rest *= 10;
	if (good)
		*parts = whole * PERCENT_PARTS + rest;
	if (good && *parts > 0 && *parts <= (uint64_t)100 * PERCENT_PARTS)
		return 0;
	return err_set(
	    e, EX_USAGE, "--sample: expected a share of 0.0001%% to 100%%, found '%s'", text);
}

const char *
infer_sample_text(const struct infer_plan *plan, const struct infer *in)
{
	static char text[64];
	ull whole = plan->sample / PERCENT_PARTS, rest = plan->sample % PERCENT_PARTS;

	if (plan->head > 0 && in->records >= plan->head)
		snprintf(text, sizeof text, "the first %llu record%s", (ull)plan->head,
		    plan->head == 1 ? "" : "s");
	else if (plan->sample > 0 && rest > 0)
		snprintf(text, sizeof text, "%llu.%04llu%% of the records", whole, rest);
	else if (plan->sample > 0)
		snprintf(text, sizeof text, "%llu%% of the records", whole);
	else
		return NULL;
	return text;
}

int
infer_usable(const struct infer *in, struct err *e)
{
	if (in->records > 0)
		return 0;
	if (in->set_aside == 0 && in->passed_over == 0)
		return err_set(e, EX_NOINPUT, "no records: the input is empty");
	if (in->passed_over == 0)
		return err_set(e, EX_DATAERR, "none of %llu records is a JSON object in a line",
		    (ull)in->set_aside);
	return err_set(e, EX_DATAERR, "none of %llu records is in the sample: take a larger one",
	    (ull)in->passed_over);
}

/* The paths that are cut because of the cap; the first few into out. */
static size_t
count_cut(const struct infer_path *p, struct buf *out, size_t before)
{
	size_t n = 0;

	if (p->cut && p->parent != NULL && p->depth < INFER_DEPTH) {
		n = 1;
		if (before < TOLD) {
			buf_adds(out, before > 0 ? ", " : "");
			infer_pointer(out, p);
		}
	}
	if (p->element != NULL)
		n += count_cut(p->element, out, before + n);
	for (const struct infer_path *c = p->child; c != NULL; c = c->next)
		n += count_cut(c, out, before + n);
	return n;
}

static void
tell_cut(const struct infer *in)
{
	struct buf names = {0};
	size_t n = count_cut(in->top, &names, 0);

	if (n > 0)
		msg_warn(
		    "more than %zu paths (--max-paths): what lies below %s%s is not told apart",
		    in->max_paths, names.data, n > TOLD ? " and others" : "");
	buf_free(&names);
}

static void
tell_names(const struct infer_schema *s, const char *map)
{
	const char *plural = s->renamed == 1 ? "" : "s";

	if (map != NULL && s->renamed > 0)
		msg_info("%zu key%s got another name: %s", s->renamed, plural, map);
	else if (s->needed > 0)
		msg_warn("%zu key%s got a name that ndfit can't know: write a MAP with -m FILE",
		    s->needed, s->needed == 1 ? "" : "s");
	if (s->hidden > 0)
		msg_warn("%zu key%s with \\u0000 got a name that no MAP can tell", s->hidden,
		    s->hidden == 1 ? "" : "s");
}

static void
tell_columns(const struct infer_schema *s)
{
	if (s->text > 0)
		msg_info("%zu column%s of no one type, kept whole: the description says why",
		    s->text, s->text == 1 ? "" : "s");
	if (s->empty > 0)
		msg_info("%zu path%s never had a value", s->empty, s->empty == 1 ? "" : "s");
}

/* The records that no schema takes. */
static int
tell_misfits(const struct infer *in)
{
	const struct infer_path *top = in->top;
	const struct infer_place *at = &top->first_twice;
	ull all = in->records + in->set_aside;

	if (in->set_aside > 0)
		msg_error("%llu of %llu records %s no JSON object in a line and %s set aside",
		    (ull)in->set_aside, all, in->set_aside == 1 ? "is" : "are",
		    in->set_aside == 1 ? "was" : "were");
	if (top->twice > 0)
		msg_error("%s:%llu: a key twice, or one of over %d bytes: no schema takes %s%llu "
			  "of %llu records",
		    in->source[at->source], (ull)at->line, INFER_KEY,
		    top->twice == 1 ? "this one, " : "such, ", (ull)top->twice, (ull)in->records);
	return in->set_aside > 0 || top->twice > 0 ? EX_DIFFER : 0;
}

int
infer_tell(const struct infer *in, const struct infer_schema *s, const char *map)
{
	if (in->sample != NULL)
		msg_warn("from a sample: %s (%llu)", in->sample, (ull)in->records);
	tell_cut(in);
	tell_columns(s);
	tell_names(s, map);
	return tell_misfits(in);
}

int
infer_is_schema(char *const *file)
{
	char text[SNIFFED];
	size_t n, at = 0;
	struct schema *s;
	struct err e;
	FILE *in;

	if (file[0] == NULL || file[1] != NULL || strcmp(file[0], "-") == 0)
		return 0;
	in = fopen(file[0], "re");
	if (in == NULL)
		return 0;
	n = fread(text, 1, sizeof text, in);
	fclose(in);
	while (at < n && strchr(" \t\r\n", text[at]) != NULL)
		at++;
	if (at == n || text[at] != '{')
		return at < n && text[at] == '[';
	s = schema_load(file[0], &e);
	schema_free(s);
	return s != NULL;
}

int
infer_same_file(const char *a, const char *b)
{
	struct io_place x, y;

	return strcmp(a, b) == 0 ||
	       (io_place(a, &x) == 0 && io_place(b, &y) == 0 && io_same_place(&x, &y));
}
