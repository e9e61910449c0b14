#include "ndjson/profile_text.h"
#include "ndjson/types_suggest.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

const char *const profile_void_name[PROFILE_VOIDS] = {
    "missing", "null", "\"\"", "0", "false", "[]", "{}"};

void
profile_voids(const struct infer_path *p, uint64_t n[PROFILE_VOIDS])
{
	n[VOID_MISSING] = infer_missing(p);
	n[VOID_NULL] = p->kind[VALUE_NULL];
	n[VOID_EMPTY_STRING] = p->empty_string;
	n[VOID_ZERO] = p->zero;
	n[VOID_FALSE] = p->is_false;
	n[VOID_EMPTY_ARRAY] = p->empty_array;
	n[VOID_EMPTY_OBJECT] = p->empty_object;
}

const struct infer_path *
profile_next(const struct infer_path *p)
{
	if (p->element != NULL)
		return p->element;
	if (p->child != NULL)
		return p->child;
	for (; p->parent != NULL; p = p->parent) {
		if (p == p->parent->element && p->parent->child != NULL)
			return p->parent->child;
		if (p != p->parent->element && p->next != NULL)
			return p->next;
	}
	return NULL;
}

uint64_t
profile_base(const struct infer_path *p, const char **what)
{
	if (p->parent == NULL) {
		*what = "records";
		return p->present;
	}
	if (p == p->parent->element) {
		*what = "elements";
		return p->present;
	}
	*what = p->parent->parent == NULL ? "records" : "objects";
	return p->parent->kind[VALUE_OBJECT];
}

void
profile_count(struct buf *out, uint64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			buf_addc(out, ',');
		buf_addc(out, digits[i]);
	}
}

unsigned
profile_tenths(uint64_t part, uint64_t whole)
{
	unsigned tenths;

	if (part == 0 || whole == 0)
		return 0;
	if (part >= whole)
		return 1000;
	tenths = (unsigned)((double)part / (double)whole * 1000 + 0.5);
	return tenths == 0 ? 1 : tenths == 1000 ? 999 : tenths;
}

void
profile_share(struct buf *out, uint64_t part, uint64_t whole)
{
	unsigned tenths = profile_tenths(part, whole);
	double exact = whole > 0 ? (double)part / (double)whole : 0;

	if (tenths == 1 && exact < 0.0005)
		buf_adds(out, "<0.1%");
	else if (tenths == 999 && exact >= 0.9995)
		buf_adds(out, ">99.9%");
	else if (tenths % 10 == 0)
		buf_addf(out, "%u%%", tenths / 10);
	else
		buf_addf(out, "%u.%u%%", tenths / 10, tenths % 10);
}

/* Whether a character of that category has a shape of its own and leaves its neighbours alone. */
static int
is_plain(utf8proc_int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return 0;
	case UTF8PROC_CATEGORY_ZS:
		return c == ' ';
	default:
		return 1;
	}
}

static void
add_escaped(struct buf *out, utf8proc_int32_t c)
{
	static const char shortly[][2] = {
	    {'\b', 'b'}, {'\t', 't'}, {'\n', 'n'}, {'\f', 'f'}, {'\r', 'r'}};

	for (size_t i = 0; i < sizeof shortly / sizeof shortly[0]; i++)
		if (c == shortly[i][0]) {
			buf_addf(out, "\\%c", shortly[i][1]);
			return;
		}
	if (c > 0xffff)
		buf_addf(out, "\\u%04x\\u%04x", 0xd7c0 + (unsigned)(c >> 10),
		    0xdc00 + (unsigned)(c & 0x3ff));
	else
		buf_addf(out, "\\u%04x", (unsigned)c);
}

void
profile_visible(struct buf *out, const char *s, size_t len, int quote)
{
	for (size_t i = 0; i < len;) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate(
		    (const utf8proc_uint8_t *)s + i, (utf8proc_ssize_t)(len - i), &c);

		if (n <= 0)
			buf_adds(out, "\\ufffd");
		else if (c == '\\' || (quote && c == '"'))
			buf_addf(out, "\\%c", (char)c);
		else if (is_plain(c))
			buf_add(out, s + i, (size_t)n);
		else
			add_escaped(out, c);
		i += n > 0 ? (size_t)n : 1;
	}
}

/* Where s[0..len) ends when a character that its end cuts in two is left out. */
static size_t
whole_characters(const char *s, size_t len)
{
	size_t back = 1;

	while (back < 4 && back < len && ((unsigned char)s[len - back] & 0xc0) == 0x80)
		back++;
	if (back > len)
		return len;
	switch ((unsigned char)s[len - back] >> 4) {
	case 0xf:
		return back < 4 ? len - back : len;
	case 0xe:
		return back < 3 ? len - back : len;
	case 0xc:
	case 0xd:
		return back < 2 ? len - back : len;
	default:
		return len;
	}
}

void
profile_value(struct buf *out, const struct infer_text *t)
{
	size_t len = t->len;

	if (t->text == NULL)
		return;
	if (t->kind == VALUE_STRING) {
		if (t->cut)
			len = whole_characters(t->text, len);
		buf_addc(out, '"');
		profile_visible(out, t->text, len, 1);
		buf_addc(out, '"');
	} else {
		profile_visible(out, t->text, len, 0);
	}
	if (t->cut)
		buf_adds(out, "…");
}

void
profile_path(struct buf *out, const struct infer_path *p)
{
	struct buf pointer = {0};

	infer_pointer(&pointer, p);
	if (pointer.len > 0)
		profile_visible(out, pointer.data, pointer.len, 0);
	buf_free(&pointer);
}

void
profile_place(struct buf *out, const struct infer *in, const struct infer_place *at)
{
	const char *name;

	if (at->line == 0)
		return;
	name = at->source < in->sources ? in->source[at->source] : "";
	profile_visible(out, name, strlen(name), 0);
	buf_addf(out, ":%llu", (unsigned long long)at->line);
}
