#include "ndjson/infer_bound.h"
#include "base/buf.h"
#include "ndjson/infer_number.h"

#include <string.h>

void
bound_set(struct infer_text *t, enum value_kind kind, const char *s, size_t len, int cut)
{
	if (t->text == NULL)
		t->text = xmalloc(INFER_TEXT);
	memcpy(t->text, s, len);
	t->len = (uint8_t)len;
	t->kind = (uint8_t)kind;
	t->cut = (uint8_t)cut;
}

size_t
bound_cut(const char *s, size_t len)
{
	size_t n = INFER_TEXT;

	if (len <= INFER_TEXT)
		return len;
	while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

void
bound_example(
    struct node *n, uint64_t hash, enum value_kind kind, const char *s, size_t len, int cut)
{
	struct infer_text *e = n->path.example, spare;
	size_t at = INFER_EXAMPLES - 1;

	for (size_t i = 0; i < INFER_EXAMPLES; i++)
		if (e[i].text != NULL && n->example_hash[i] == hash)
			return;
	spare = e[at];
	for (; at > 0 && (e[at - 1].text == NULL || hash < n->example_hash[at - 1]); at--) {
		e[at] = e[at - 1];
		n->example_hash[at] = n->example_hash[at - 1];
	}
	e[at] = spare;
	n->example_hash[at] = hash;
	bound_set(&e[at], kind, s, len, cut);
}

int
bound_order(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

void
bound_number(
    struct infer_text *t, int sign, enum value_kind kind, const char *text, size_t len, int cut)
{
	int order = -sign;

	if (t->text != NULL) {
		order = number_order(text, len, t->text, t->len);
		if (order == 0)
			order = sign * bound_order(text, len, t->text, t->len);
	}
	if (order * sign < 0)
		bound_set(t, kind, text, len, cut);
}
