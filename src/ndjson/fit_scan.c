#include "ndjson/fit_scan.h"

const char *
scan_string_tail(const char *p, const char *end)
{
	while (p < end && *p != '"')
		p += *p == '\\' ? 2 : 1;
	return p < end ? p : end;
}

static const char *
scan_container(const char *p, const char *end)
{
	size_t depth = 0;

	for (; p < end; p++) {
		switch (*p) {
		case '"':
			p = scan_string(p + 1, end);
			if (p == end)
				return end;
			break;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (--depth == 0)
				return p + 1;
			break;
		default:
			break;
		}
	}
	return end;
}

static const char *
scan_number(const char *p, const char *end, struct value *v)
{
	v->kind = VALUE_INTEGER;
	for (; p < end; p++) {
		if (*p == '.' || *p == 'e' || *p == 'E')
			v->kind = VALUE_FLOAT;
		else if ((*p < '0' || *p > '9') && *p != '-' && *p != '+')
			break;
	}
	return p;
}

static const char *
scan_word(const char *p, const char *end)
{
	while (p < end && *p >= 'a' && *p <= 'z')
		p++;
	return p;
}

const char *
scan_value(const char *p, const char *end, struct value *v)
{
	const char *stop;

	v->text = p;
	switch (*p) {
	case '"':
		v->kind = VALUE_STRING;
		v->text = p + 1;
		stop = scan_string(p + 1, end);
		v->len = (size_t)(stop - v->text);
		return stop < end ? stop + 1 : end;
	case '{':
	case '[':
		v->kind = *p == '{' ? VALUE_OBJECT : VALUE_ARRAY;
		stop = scan_container(p, end);
		break;
	case 't':
	case 'f':
		v->kind = VALUE_BOOLEAN;
		stop = scan_word(p, end);
		break;
	case 'n':
		v->kind = VALUE_NULL;
		stop = scan_word(p, end);
		break;
	default:
		stop = scan_number(p, end, v);
	}
	v->len = (size_t)(stop - p);
	return stop == p ? end : stop; /* always forward, whatever is there */
}
