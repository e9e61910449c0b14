#include "ndjson/scan_path.h"

/* What stops the walk outside strings; commas matter only in an array on the path. */
static const char brackets[256] = {['"'] = 1, ['{'] = 1, ['}'] = 1, ['['] = 1, [']'] = 1},
		  brackets_and_comma[256] = {
		      ['"'] = 1, ['{'] = 1, ['}'] = 1, ['['] = 1, [']'] = 1, [','] = 1};

static const char *
fault(struct scan_fault *f, const char *at, const char *expected)
{
	*f = (struct scan_fault){REJECT_NOT_JSON, at, expected};
	return NULL;
}

/* The end of a scalar that is no string: up to white space or the next mark. */
static const char *
bare_end(const char *p, const char *end)
{
	while (
	    p < end && *p != ',' && *p != '}' && *p != ']' && *p != ' ' && *p != '\t' && *p != '\r')
		p++;
	return p;
}

/* A value on the path is due at p: where the walk goes on, or NULL with *f. The key's own is
 * checked like any other, since it becomes a name and a line of the manifest. */
static const char *
value_on_path(struct scanner *s, const char *p, const char *end, struct scan_fault *f)
{
	int escaped = 0;

	p = text_space(p, end);
	path_value(s, p);
	if (p < end && (*p == '{' || *p == '['))
		return p;
	s->next_on = 0;
	if (s->value != p)
		return p;
	if (p < end && *p == '"') {
		const char *close = text_string(p + 1, end, &escaped, f);

		if (close == NULL)
			return NULL;
		s->value_end = close + 1;
	} else {
		s->value_end = text_scalar(p, end, f);
		if (s->value_end == NULL)
			return NULL;
		if (s->value_end != bare_end(p, end))
			return fault(f, s->value_end, "the end of the value");
	}
	s->value_escaped = escaped;
	return s->value_end;
}

/* The string whose opening quote is at p: where the walk goes on, or NULL with *f. */
static const char *
string(struct scanner *s, const char *p, const char *end, struct scan_fault *f)
{
	int escaped = 0;
	const char *close = text_skip_string(p + 1, end, &escaped), *colon;

	if (close == NULL)
		return fault(f, end, "the closing quote of a string");
	if (s->on != s->depth || s->depth > s->n)
		return close + 1;
	colon = text_space(close + 1, end);
	if (colon == end || *colon != ':')
		return close + 1;
	path_name(s, p + 1, close, escaped);
	return s->next_on ? value_on_path(s, colon + 1, end, f) : colon + 1;
}

/* An element is due at p in the array on the path. */
static const char *
element(struct scanner *s, const char *p, const char *end, struct scan_fault *f)
{
	const char *first = text_space(p, end);

	path_element(s);
	if (!s->next_on)
		return p;
	if (first < end && *first == ']') {
		s->next_on = 0;
		return first;
	}
	return value_on_path(s, first, end, f);
}

const char *
scan_trusted(struct scanner *s, const char *p, const char *end, struct scan_fault *f)
{
	if (p == end || *p != '{') {
		*f = (struct scan_fault){REJECT_NOT_OBJECT, p, "an object"};
		return NULL;
	}
	do {
		int in_path_array = s->on == s->depth && s->depth > 0 && s->closer[s->depth] == ']';
		const char *stop =
		    in_path_array && s->depth <= s->n ? brackets_and_comma : brackets;

		while (p < end && !stop[(unsigned char)*p])
			p++;
		if (p == end)
			return fault(f, end, s->closer[s->depth] == '}' ? "'}'" : "']'");
		if (*p == '"') {
			p = string(s, p, end, f);
		} else if (*p == ',') {
			p = element(s, p + 1, end, f);
		} else if (*p == '{' || *p == '[') {
			if (s->depth == s->max_depth) {
				*f = (struct scan_fault){REJECT_TOO_DEEP, p, NULL};
				return NULL;
			}
			s->closer[++s->depth] = *p == '{' ? '}' : ']';
			path_open(s);
			p++;
			if (s->closer[s->depth] == ']' && s->on == s->depth && s->depth <= s->n)
				p = element(s, p, end, f);
		} else {
			if (*p != s->closer[s->depth])
				return fault(f, p, s->closer[s->depth] == '}' ? "'}'" : "']'");
			path_close(s);
			p++;
		}
	} while (p != NULL && s->depth > 0);
	return p;
}
