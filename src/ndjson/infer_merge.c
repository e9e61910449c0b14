/* The values of one path met in several trees, and what all of them come to. */
#include "ndjson/infer_bound.h"
#include "ndjson/infer_value.h"

#include <stdio.h>
#include <string.h>

static void
merge_place(struct infer_place *into, const struct infer_place *from)
{
	if (from->line == 0)
		return;
	if (into->line == 0 || from->source < into->source ||
	    (from->source == into->source && from->line < into->line))
		*into = *from;
}

static void
merge_counts(struct infer_path *p, const struct infer_path *f)
{
	for (size_t i = 0; i < INFER_KINDS; i++) {
		p->kind[i] += f->kind[i];
		merge_place(&p->first[i], &f->first[i]);
	}
	merge_place(&p->first_twice, &f->first_twice);
	p->present += f->present;
	p->empty_string += f->empty_string;
	p->zero += f->zero;
	p->is_false += f->is_false;
	p->empty_array += f->empty_array;
	p->empty_object += f->empty_object;
	p->beyond_int64 += f->beyond_int64;
	p->integral_floats += f->integral_floats;
	p->twice += f->twice;
	if (f->whole_digits > p->whole_digits)
		p->whole_digits = f->whole_digits;
	if (f->float_whole > p->float_whole)
		p->float_whole = f->float_whole;
	if (f->float_fraction > p->float_fraction)
		p->float_fraction = f->float_fraction;
	p->beyond_double |= f->beyond_double;
	p->beyond_exact |= f->beyond_exact;
	p->beyond_json |= f->beyond_json;
	p->cut |= f->cut;
	p->suggested &= f->suggested;
}

static void
merge_strings(struct node *n, const struct node *f)
{
	struct infer_path *p = &n->path;
	const struct infer_path *q = &f->path;
	int had = p->least_string.text != NULL;
	const struct infer_text *t = &q->least_string;

	if (t->text == NULL)
		return;
	if (!had || bound_order(t->text, t->len, p->least_string.text, p->least_string.len) < 0) {
		bound_set(&p->least_string, VALUE_STRING, t->text, t->len, t->cut);
		n->least_prefix = f->least_prefix;
	}
	t = &q->greatest_string;
	if (!had ||
	    bound_order(t->text, t->len, p->greatest_string.text, p->greatest_string.len) > 0) {
		bound_set(&p->greatest_string, VALUE_STRING, t->text, t->len, t->cut);
		n->greatest_prefix = f->greatest_prefix;
	}
	if (!had || q->shortest < p->shortest)
		p->shortest = q->shortest;
	if (!had || q->longest > p->longest)
		p->longest = q->longest;
}

static void
merge_numbers(struct node *n, const struct node *f)
{
	struct number_range *r = &n->range;
	const struct number_range *s = &f->range;
	const struct infer_text *low = &f->path.least_number, *high = &f->path.greatest_number;
	int had = n->path.least_number.text != NULL;

	if (s->whole && (!r->whole || s->least < r->least))
		r->least = s->least;
	if (s->whole && (!r->whole || s->greatest > r->greatest))
		r->greatest = s->greatest;
	r->whole |= s->whole;
	if (low->text == NULL)
		return;
	bound_number(&n->path.least_number, 1, low->kind, low->text, low->len, low->cut);
	bound_number(&n->path.greatest_number, -1, high->kind, high->text, high->len, high->cut);
	r->low = had && r->low < s->low ? r->low : s->low;
	r->high = had && r->high > s->high ? r->high : s->high;
}

void
value_merge(struct node *into, const struct node *from)
{
	const struct infer_text *e = from->path.example;

	merge_strings(into, from);
	merge_numbers(into, from);
	merge_counts(&into->path, &from->path);
	hll_merge(&into->distinct, &from->distinct);
	for (size_t i = 0; i < INFER_EXAMPLES; i++)
		if (e[i].text != NULL && bound_is_example(into, from->example_hash[i]))
			bound_example(
			    into, from->example_hash[i], e[i].kind, e[i].text, e[i].len, e[i].cut);
}

/* The booleans, of which only the numbers were kept. */
static void
finish_booleans(struct node *n)
{
	static const char *const words[] = {"false", "true"};
	const uint64_t count[] = {n->path.is_false, n->path.kind[VALUE_BOOLEAN] - n->path.is_false};

	for (size_t i = 0; i < 2; i++) {
		uint64_t hash = hll_hash_number(i, SEED_BOOLEAN);

		if (count[i] == 0)
			continue;
		hll_add(&n->distinct, hash);
		if (bound_is_example(n, hash))
			bound_example(n, hash, VALUE_BOOLEAN, words[i], strlen(words[i]), 0);
	}
}

void
value_finish(struct node *n)
{
	struct infer_path *p = &n->path;
	char text[32];

	finish_booleans(n);
	if (n->range.whole) {
		bound_number(&p->least_number, 1, VALUE_INTEGER, text,
		    (size_t)snprintf(text, sizeof text, "%lld", (long long)n->range.least), 0);
		bound_number(&p->greatest_number, -1, VALUE_INTEGER, text,
		    (size_t)snprintf(text, sizeof text, "%lld", (long long)n->range.greatest), 0);
	}
	if (p->cut) { /* keys were not looked at from some record on: which one is a matter of order */
		p->twice = 0;
		p->first_twice = (struct infer_place){0};
	}
	if (p->kind[VALUE_STRING] == p->empty_string)
		p->suggested = 0;
	p->distinct = hll_count(&n->distinct, &p->distinct_exact);
}
