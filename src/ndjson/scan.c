#include "ndjson/scan_path.h"

#include <stdlib.h>
#include <string.h>

struct scanner *
scanner_new(const struct key *key, size_t max_depth, int trust)
{
	struct scanner *s = xcalloc(1, sizeof *s);

	s->key = key;
	s->n = key != NULL ? key->n : 0;
	s->max_depth = max_depth;
	s->trust = trust;
	s->closer = xmalloc(max_depth + 1);
	s->index = xcalloc(s->n, sizeof *s->index);
	s->seen = xcalloc(s->n, 1);
	return s;
}

void
scanner_free(struct scanner *s)
{
	if (s == NULL)
		return;
	free(s->closer);
	free(s->index);
	free(s->seen);
	free(s);
}

static const char *
fault(struct scan_fault *f, enum reject reason, const char *at, const char *expected)
{
	*f = (struct scan_fault){reason, at, expected};
	return NULL;
}

/* The member name whose opening quote is due at p; where its value begins. */
static const char *
member(struct scanner *s, const char *p, const char *end, struct scan_fault *f)
{
	const char *close;
	int escaped = 0;

	if (p == end || *p != '"')
		return fault(f, REJECT_NOT_JSON, p, "a name in quotes");
	close = text_string(p + 1, end, &escaped, f);
	if (close == NULL)
		return NULL;
	path_name(s, p + 1, close, escaped);
	p = text_space(close + 1, end);
	if (p == end || *p != ':')
		return fault(f, REJECT_NOT_JSON, p, "':' after a name");
	return text_space(p + 1, end);
}

static const char *
scalar(struct scanner *s, const char *p, const char *end, struct scan_fault *f)
{
	int escaped = 0, is_key;
	const char *start = p;

	path_value(s, p);
	is_key = s->value == p;
	s->next_on = 0;
	if (p < end && *p == '"') {
		p = text_string(p + 1, end, &escaped, f);
		if (p != NULL)
			p++;
	} else
		p = text_scalar(p, end, f);
	if (is_key && p != NULL && start < p) {
		s->value_end = p;
		s->value_escaped = escaped;
	}
	return p;
}

/* The bracket at p opens a container; where its first value begins, or its closing bracket when it
 * is *empty. */
static const char *
open_container(struct scanner *s, const char *p, const char *end, int *empty, struct scan_fault *f)
{
	char closer = *p == '{' ? '}' : ']';

	path_value(s, p);
	if (s->depth == s->max_depth)
		return fault(f, REJECT_TOO_DEEP, p, NULL);
	s->closer[++s->depth] = closer;
	path_open(s);
	p = text_space(p + 1, end);
	*empty = p < end && *p == closer;
	if (*empty)
		return p;
	if (closer == '}')
		return member(s, p, end, f);
	path_element(s);
	return p;
}

/* A value ended before p: close what closes; where the next value begins, the end when all is
 * closed. */
static const char *
after_value(struct scanner *s, const char *p, const char *end, struct scan_fault *f)
{
	while (s->depth > 0) {
		char closer = s->closer[s->depth];

		p = text_space(p, end);
		if (p < end && *p == ',') {
			p = text_space(p + 1, end);
			if (closer == '}')
				return member(s, p, end, f);
			path_element(s);
			return p;
		}
		if (p == end || *p != closer)
			return fault(
			    f, REJECT_NOT_JSON, p, closer == '}' ? "',' or '}'" : "',' or ']'");
		path_close(s);
		p++;
	}
	return p;
}

static const char *
scan_checked(struct scanner *s, const char *p, const char *end, struct scan_fault *f)
{
	do {
		int ended = 1;

		if (p < end && (*p == '{' || *p == '['))
			p = open_container(s, p, end, &ended, f);
		else
			p = scalar(s, p, end, f);
		if (p != NULL && ended)
			p = after_value(s, p, end, f);
	} while (p != NULL && s->depth > 0);
	return p;
}

/* What the key's value says about the record; string quotes are taken off. */
static void
judge_key(const struct scanner *s, struct scanned *out)
{
	const char *v = s->value;

	out->fault.at = v;
	if (s->duplicate) {
		out->fault.reason = REJECT_DUPLICATE;
	} else if (v == NULL) {
		out->fault.reason = REJECT_NO_KEY;
	} else if (*v == '{' || *v == '[') {
		out->fault.reason = REJECT_KEY_CONTAINER;
	} else if (*v == 'n') {
		out->fault.reason = REJECT_KEY_NULL;
	} else {
		int quoted = *v == '"';

		out->value = v + quoted;
		out->value_len = (size_t)(s->value_end - v) - (quoted ? 2 : 0);
		out->value_escaped = s->value_escaped;
	}
}

void
scanner_scan(struct scanner *s, const char *p, const char *end, struct scanned *out)
{
	const char *start = text_space(p, end), *behind;

	*out = (struct scanned){0};
	s->depth = s->on = 0;
	s->next_on = s->n > 0;
	s->duplicate = s->value_escaped = 0;
	s->value = s->value_end = NULL;
	if (s->n > 0)
		memset(s->seen, 0, s->n);
	out->end = s->trust ? scan_trusted(s, start, end, &out->fault)
			    : scan_checked(s, start, end, &out->fault);
	if (out->end == NULL)
		return;
	behind = text_space(out->end, end);
	if (behind < end && (*behind != '{' || *start != '{')) {
		fault(&out->fault, REJECT_NOT_JSON, behind, "the end of the line");
		return;
	}
	if (*start != '{') {
		fault(&out->fault, REJECT_NOT_OBJECT, start, "an object");
		return;
	}
	out->valid = 1;
	if (s->n > 0)
		judge_key(s, out);
}
