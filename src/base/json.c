#include "base/json.h"
#include "base/num.h"

#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

/* Where text first exceeds the depth cap or holds a NUL, or NULL. Strings are skipped. */
static const char *
beyond_bounds(const char *text, size_t len)
{
	int depth = 0, in_string = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c == '\0')
			return text + i;
		if (in_string) {
			if (c == '\\' && i + 1 < len && text[i + 1] != '\0')
				i++;
			else if (c == '"')
				in_string = 0;
		} else if (c == '"') {
			in_string = 1;
		} else if (c == '{' || c == '[') {
			if (++depth > JSON_MAX_DEPTH)
				return text + i;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return NULL;
}

static int
fail_at(const char *text, const char *at, const char *what, const char *why, struct err *e)
{
	size_t line = 1, column = 1;

	for (const char *p = text; p < at; p++) {
		column++;
		if (*p == '\n') {
			line++;
			column = 1;
		}
	}
	return err_set(e, EX_DATAERR, "%s:%zu:%zu: %s", what, line, column, why);
}

/* yajl_tree tells no position: a second pass without callbacks counts the bytes up to the error. */
static const char *
error_place(const char *text, size_t len)
{
	yajl_handle h = yajl_alloc(NULL, NULL, NULL);
	const char *at = text + len;

	if (h == NULL)
		return text;
	if (yajl_parse(h, (const unsigned char *)text, len) != yajl_status_ok)
		at = text + yajl_get_bytes_consumed(h);
	yajl_free(h);
	return at;
}

yajl_val
json_parse(const char *text, size_t len, size_t max, const char *what, struct err *e)
{
	char why[256];
	const char *bad;
	char *copy;
	yajl_val v;

	if (len > max) {
		err_set(
		    e, EX_DATAERR, "%s: JSON of %zu bytes, at most %zu are read", what, len, max);
		return NULL;
	}
	bad = beyond_bounds(text, len);
	if (bad != NULL) {
		fail_at(text, bad, what,
		    *bad == '\0' ? "found a NUL byte in JSON" : "JSON nested deeper than 64 levels",
		    e);
		return NULL;
	}
	copy = xstrndup(text, len);
	v = yajl_tree_parse(copy, why, sizeof why);
	explicit_bzero(copy, len); /* keys and tokens come by here */
	free(copy);
	if (v == NULL) {
		why[strcspn(why, "\n")] = '\0';
		fail_at(text, error_place(text, len), what,
		    why[0] != '\0' ? why : "found nothing, expected JSON", e);
	}
	return v;
}

yajl_val
json_get(yajl_val v, const char *path)
{
	while (v != NULL && *path != '\0') {
		size_t n = strcspn(path, "."), i;

		if (!YAJL_IS_OBJECT(v))
			return NULL;
		for (i = 0; i < v->u.object.len; i++)
			if (strncmp(v->u.object.keys[i], path, n) == 0 &&
			    v->u.object.keys[i][n] == '\0')
				break;
		v = i < v->u.object.len ? v->u.object.values[i] : NULL;
		path += n + (path[n] == '.');
	}
	return v;
}

const char *
json_string(yajl_val v, const char *path)
{
	return YAJL_GET_STRING(json_get(v, path));
}

int
json_u64(yajl_val v, const char *path, uint64_t *out)
{
	yajl_val at = json_get(v, path);
	const char *s = YAJL_IS_NUMBER(at) ? YAJL_GET_NUMBER(at) : YAJL_GET_STRING(at);

	return s != NULL ? num_u64(s, strlen(s), out) : -1;
}

yajl_val *
json_array(yajl_val v, const char *path, size_t *n)
{
	yajl_val at = json_get(v, path);

	*n = YAJL_IS_ARRAY(at) ? at->u.array.len : 0;
	return *n > 0 ? at->u.array.values : NULL;
}

void
json_quote(struct buf *out, const char *s, size_t len)
{
	size_t from = 0;

	buf_addc(out, '"');
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_add(out, s + from, i - from);
		from = i + 1;
		if (c == '"' || c == '\\')
			buf_addf(out, "\\%c", c);
		else if (c == '\n')
			buf_adds(out, "\\n");
		else
			buf_addf(out, "\\u%04x", c);
	}
	buf_add(out, s + from, len - from);
	buf_addc(out, '"');
}

void
json_quotes(struct buf *out, const char *s)
{
	json_quote(out, s, strlen(s));
}

void
json_write(struct buf *out, yajl_val v, int spaced)
{
	const char *comma = spaced ? ", " : ",";

	if (YAJL_IS_OBJECT(v)) {
		buf_addc(out, '{');
		for (size_t i = 0; i < v->u.object.len; i++) {
			buf_adds(out, i > 0 ? comma : "");
			json_quotes(out, v->u.object.keys[i]);
			buf_adds(out, spaced ? ": " : ":");
			json_write(out, v->u.object.values[i], spaced);
		}
		buf_addc(out, '}');
	} else if (YAJL_IS_ARRAY(v)) {
		buf_addc(out, '[');
		for (size_t i = 0; i < v->u.array.len; i++) {
			buf_adds(out, i > 0 ? comma : "");
			json_write(out, v->u.array.values[i], spaced);
		}
		buf_addc(out, ']');
	} else if (YAJL_IS_STRING(v)) {
		json_quotes(out, YAJL_GET_STRING(v));
	} else if (YAJL_IS_NUMBER(v)) {
		buf_adds(out, YAJL_GET_NUMBER(v));
	} else {
		buf_adds(out, YAJL_IS_TRUE(v) ? "true" : YAJL_IS_FALSE(v) ? "false" : "null");
	}
}
