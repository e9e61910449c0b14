#include "ndjson/types_text.h"

#include <string.h>
#include <strings.h>

static unsigned
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	return (unsigned)((c | 0x20) - 'a') + 10;
}

static unsigned
hex4(const char *s)
{
	return hex_digit(s[0]) << 12 | hex_digit(s[1]) << 8 | hex_digit(s[2]) << 4 |
	       hex_digit(s[3]);
}

/* The character of the \u escape at s (pointing at the backslash); its length into *used. */
static unsigned
unicode_escape(const char *s, const char *end, size_t *used)
{
	unsigned c = hex4(s + 2), low;

	*used = 6;
	if (c < 0xd800 || c > 0xdfff)
		return c;
	if (c > 0xdbff || end - s < 12 || s[6] != '\\' || s[7] != 'u')
		return 0xfffd;
	low = hex4(s + 8);
	if (low < 0xdc00 || low > 0xdfff)
		return 0xfffd;
	*used = 12;
	return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
}

void
text_add_utf8(struct buf *out, unsigned c)
{
	if (c < 0x80) {
		buf_addc(out, (char)c);
	} else if (c < 0x800) {
		buf_addc(out, (char)(0xc0 | c >> 6));
		buf_addc(out, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_addc(out, (char)(0xe0 | c >> 12));
		buf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_addc(out, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_addc(out, (char)(0xf0 | c >> 18));
		buf_addc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_addc(out, (char)(0x80 | (c & 0x3f)));
	}
}

void
text_unescape(struct buf *out, const char *s, size_t len)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *end = s + len;

	while (s < end) {
		const char *stop = memchr(s, '\\', (size_t)(end - s)), *c;
		size_t used;

		if (stop == NULL)
			stop = end;
		buf_add(out, s, (size_t)(stop - s));
		s = stop;
		if (end - s < 2)
			return;
		if (s[1] == 'u' && end - s >= 6) {
			text_add_utf8(out, unicode_escape(s, end, &used));
			s += used;
			continue;
		}
		c = strchr(from, s[1]);
		buf_addc(out, c != NULL && *c != '\0' ? to[c - from] : s[1]);
		s += 2;
	}
}

size_t
text_characters(const char *s, size_t len)
{
	const char *end = s + len;
	size_t n = 0, used;

	while (s < end) {
		if (*s != '\\' || end - s < 2) {
			n += ((unsigned char)*s & 0xc0) != 0x80;
			s++;
			continue;
		}
		used = 2;
		if (s[1] == 'u' && end - s >= 6)
			unicode_escape(s, end, &used);
		s += used;
		n++;
	}
	return n;
}

size_t
text_points(const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)s[i] & 0xc0) != 0x80;
	return n;
}

void
text_quote(struct buf *out, const char *s, size_t len)
{
	static const char special[] = "\"\\\t\r\n", letter[] = "\"\\trn";
	const char *end = s + len;
	char *w;

	buf_reserve(out, 2 * len + 2);
	w = out->data + out->len;
	*w++ = '"';
	for (; s < end; s++) {
		unsigned char c = (unsigned char)*s;
		const char *at;

		if (c >= 0x20 && c != '"' && c != '\\') {
			*w++ = (char)c;
			continue;
		}
		at = memchr(special, c, sizeof special - 1);
		if (at != NULL) {
			*w++ = '\\';
			*w++ = letter[at - special];
			continue;
		}
		out->len = (size_t)(w - out->data);
		buf_addf(out, "\\u%04x", c);
		buf_reserve(out, 2 * (size_t)(end - s));
		w = out->data + out->len;
	}
	*w++ = '"';
	*w = '\0';
	out->len = (size_t)(w - out->data);
}

static int
is_base64(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '+' || c == '/';
}

int
text_base64(const char *s, size_t len, size_t *bytes)
{
	size_t pad = 0;

	*bytes = 0;
	if (len % 4 != 0)
		return 0;
	while (pad < 2 && pad < len && s[len - 1 - pad] == '=')
		pad++;
	for (size_t i = 0; i < len - pad; i++)
		if (!is_base64(s[i]))
			return 0;
	*bytes = len / 4 * 3 - pad;
	return 1;
}

static int
is_hex(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static int
is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* What follows the name of a shape in WKT: EMPTY, or coordinates in parentheses that match. A
 * GEOMETRYCOLLECTION has names in them. */
static int
is_wkt_body(const char *s, const char *end, int names)
{
	static const char numbers[] = "0123456789+-.eE, ()";
	long depth = 0;

	while (s < end && *s == ' ')
		s++;
	if (end - s == 5 && strncasecmp(s, "EMPTY", 5) == 0)
		return 1;
	if (s == end || *s != '(')
		return 0;
	for (; s < end; s++) {
		depth += (*s == '(') - (*s == ')');
		if (depth == 0)
			return s == end - 1;
		if (memchr(numbers, *s, sizeof numbers - 1) == NULL && !(names && is_letter(*s)))
			return 0;
	}
	return 0;
}

int
text_geography(const char *s, size_t len)
{
	static const char *const shapes[] = {"POINT", "LINESTRING", "POLYGON", "MULTIPOINT",
	    "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"};
	size_t i = 0;

	if (len == 0)
		return 0;
	if (s[0] == '{')
		return s[len - 1] == '}' && memmem(s, len, "\"type\"", 6) != NULL;
	while (i < len && is_hex(s[i]))
		i++;
	if (i == len)
		return len >= 10 && len % 2 == 0 && s[0] == '0' && (s[1] == '0' || s[1] == '1');
	for (i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		size_t n = strlen(shapes[i]);

		if (len > n && strncasecmp(s, shapes[i], n) == 0 && !is_letter(s[n]))
			return is_wkt_body(
			    s + n, s + len, strcmp(shapes[i], "GEOMETRYCOLLECTION") == 0);
	}
	return len == 9 && strncasecmp(s, "FULLGLOBE", 9) == 0;
}
