#include "ndjson/infer_walk.h"
#include "ndjson/fit_scan.h"
#include "ndjson/infer_value.h"
#include "ndjson/scan_text.h"
#include "ndjson/types_number.h"
#include "ndjson/types_text.h"

#include <endian.h>
#include <string.h>

static const char *walk_value(struct walk *w, struct node *n, const char *p);

static inline void
met(struct walk *w, struct node *n, enum value_kind kind)
{
	w->fresh |= n->path.kind[kind] == 0;
	value_met(n, kind, w->line);
}

/* The value at p is not looked into; n is the nearest path. */
static const char *
skip(struct walk *w, struct node *n, const char *p)
{
	struct value v;

	p = scan_value(p, w->end, &v);
	if (v.kind != VALUE_STRING && !number_json(v.text, v.len))
		value_beyond_json(n);
	return p;
}

static const char *
walk_string(struct walk *w, struct node *n, const char *p)
{
	int escaped = 0;
	const char *stop = text_skip_string(p + 1, w->end, &escaped);

	met(w, n, VALUE_STRING);
	value_string(n, p + 1, (size_t)(stop - p - 1), escaped, &w->scratch);
	return stop + 1;
}

static const char *
walk_number(struct walk *w, struct node *n, const char *p)
{
	enum value_kind kind = VALUE_INTEGER;
	const char *from = p;

	for (p++; p < w->end; p++) {
		if (*p >= '0' && *p <= '9')
			continue;
		if (*p != '.' && (*p | 0x20) != 'e' && *p != '-' && *p != '+')
			break;
		kind = VALUE_FLOAT;
	}
	met(w, n, kind);
	value_number(n, from, (size_t)(p - from), kind);
	return p;
}

/* An object that has a key twice, or one that is too long for a path. */
static void
note_twice(struct walk *w, struct node *n)
{
	if (n->path.twice++ == 0)
		n->path.first_twice.line = w->line;
	w->fresh = 1;
}

/* The path of the key whose text begins at *p, which is moved behind its quote; NULL: none. */
static struct node *
find_key(struct walk *w, struct node *parent, const char **p, int *too_long)
{
	int escaped = 0;
	const char *name = *p, *stop = text_skip_string(name, w->end, &escaped);
	size_t len = (size_t)(stop - name);
	struct node *key;

	*p = stop + 1;
	if (escaped) {
		buf_clear(&w->key);
		buf_reserve(&w->key, len);
		text_unescape(&w->key, name, len);
		name = w->key.data;
		len = w->key.len;
	}
	*too_long = len > INFER_KEY;
	key = *too_long ? NULL : tree_key(w->tree, parent, name, len);
	if (key != NULL)
		guess_learn(&w->guess, key);
	return key;
}

static inline uint64_t
load8(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
	return le64toh(w);
}

/* Whether the key at p, behind its opening quote, in the object n, is the one of the link. */
static inline int
is_key(const struct guess_link *l, const struct node *n, const char *p, const char *end)
{
	size_t len = l->len;
	const char *name = l->name;

	if (l->parent != &n->path || (size_t)(end - p) <= len || p[len] != '"')
		return 0;
	if ((size_t)(end - p) < len + TREE_PADDING)
		return memcmp(p, name, len) == 0;
	for (; len >= TREE_PADDING; len -= TREE_PADDING) {
		if (load8(p) != load8(name))
			return 0;
		p += TREE_PADDING;
		name += TREE_PADDING;
	}
	return len == 0 || (load8(p) ^ load8(name)) << (TREE_PADDING - len) * 8 == 0;
}

static const char *
walk_object(struct walk *w, struct node *n, const char *p)
{
	uint64_t object = ++w->object;
	int odd = 0;

	p = scan_space(p + 1, w->end);
	n->path.empty_object += *p == '}';
	while (*p == '"') {
		const struct guess_link *guess = guess_next(&w->guess);
		struct node *key;
		int too_long = 0;

		p++;
		if (is_key(guess, n, p, w->end)) {
			guess_right(&w->guess);
			key = guess->node;
			p += guess->len + 1;
		} else {
			key = find_key(w, n, &p, &too_long);
		}
		p = scan_space(scan_space(p, w->end) + 1, w->end); /* the colon */
		odd |= too_long || (key != NULL && key->object == object);
		if (key == NULL || key->object == object) {
			p = skip(w, n, p);
		} else {
			key->object = object;
			p = walk_value(w, key, p);
		}
		p = scan_space(p, w->end);
		if (*p == ',')
			p = scan_space(p + 1, w->end);
	}
	if (odd)
		note_twice(w, n);
	return p + 1;
}

static const char *
walk_array(struct walk *w, struct node *n, const char *p)
{
	const char *first = scan_space(p + 1, w->end);
	struct node *element;

	if (*first == ']') {
		n->path.empty_array++;
		return first + 1;
	}
	element = tree_element(w->tree, n);
	if (element == NULL)
		return skip(w, n, p);
	for (p = first; *p != ']';) {
		if (*p == '[') {
			met(w, element, VALUE_ARRAY);
			p = skip(w, element, p);
		} else {
			p = walk_value(w, element, p);
		}
		p = scan_space(p, w->end);
		if (*p == ',')
			p = scan_space(p + 1, w->end);
	}
	return p + 1;
}

static const char *
walk_value(struct walk *w, struct node *n, const char *p)
{
	switch (*p) {
	case '"':
		return walk_string(w, n, p);
	case '{':
		met(w, n, VALUE_OBJECT);
		return walk_object(w, n, p);
	case '[':
		met(w, n, VALUE_ARRAY);
		return walk_array(w, n, p);
	case 't':
	case 'f':
		met(w, n, VALUE_BOOLEAN);
		value_boolean(n, *p == 't');
		return p + (*p == 't' ? 4 : 5);
	case 'n':
		met(w, n, VALUE_NULL);
		return p + 4;
	default:
		return walk_number(w, n, p);
	}
}

void
walk_into(struct walk *w, struct tree *tree)
{
	w->tree = tree;
	guess_forget(&w->guess);
}

void
walk_record(struct walk *w, const char *text, size_t len, uint64_t line)
{
	w->end = text + len;
	w->line = line | INFER_RELATIVE;
	guess_begin(&w->guess);
	walk_value(w, tree_top(w->tree), scan_space(text, w->end));
	if (tree_settle(w->tree))
		guess_forget(&w->guess);
}

void
walk_free(struct walk *w)
{
	guess_free(&w->guess);
	buf_free(&w->key);
	buf_free(&w->scratch);
}
