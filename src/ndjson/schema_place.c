#include "ndjson/schema_place.h"

#include <stdint.h>
#include <string.h>

/* Count the values before target in document order into *n; non-zero once target was met. */
static int
count_before(yajl_val v, yajl_val target, size_t *n)
{
	if (v == target)
		return 1;
	++*n;
	if (YAJL_IS_OBJECT(v)) {
		for (size_t i = 0; i < v->u.object.len; i++)
			if (count_before(v->u.object.values[i], target, n))
				return 1;
	} else if (YAJL_IS_ARRAY(v)) {
		for (size_t i = 0; i < v->u.array.len; i++)
			if (count_before(v->u.array.values[i], target, n))
				return 1;
	}
	return 0;
}

/* The end of the scalar that starts at p. */
static const char *
skip_scalar(const char *p, const char *end)
{
	if (*p != '"') {
		while (p < end && strchr(",:]} \t\r\n", *p) == NULL)
			p++;
		return p;
	}
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p < end ? p + 1 : end;
}

/* The first byte of value number n of valid JSON text, in document order. Object keys are no
 * values: one bit a level (the parser allows 64) tells objects from arrays. */
static const char *
nth_value(const char *text, size_t len, size_t n)
{
	const char *p = text, *end = text + len;
	uint64_t objects = 0;
	int key = 0;

	while (p < end) {
		if (strchr(" \t\r\n:,", *p) != NULL) {
			key = *p == ',' ? (int)(objects & 1) : key;
			p++;
		} else if (*p == ']' || *p == '}') {
			objects >>= 1;
			key = 0;
			p++;
		} else if (key) {
			p = skip_scalar(p, end);
			key = 0;
		} else if (n-- == 0) {
			return p;
		} else if (*p == '{' || *p == '[') {
			key = *p == '{';
			objects = objects << 1 | (uint64_t)key;
			p++;
		} else {
			p = skip_scalar(p, end);
		}
	}
	return text;
}

void
schema_line(const char *text, const char *at, size_t *line, size_t *column)
{
	*line = *column = 1;
	for (const char *p = text; p < at; p++) {
		++*column;
		if (*p == '\n') {
			++*line;
			*column = 1;
		}
	}
}

void
schema_place(
    const char *text, size_t len, yajl_val root, yajl_val value, size_t *line, size_t *column)
{
	size_t n = 0;
	const char *at = text;

	if (count_before(root, value, &n))
		at = nth_value(text, len, n);
	schema_line(text, at, line, column);
}
