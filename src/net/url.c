#include "net/url.h"

#include <string.h>

static int
unreserved(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

void
url_encode(struct buf *out, const char *s, size_t len, const char *keep)
{
	static const char hex[] = "0123456789ABCDEF";

	buf_reserve(out, len);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (unreserved(s[i]) || (s[i] != '\0' && strchr(keep, s[i]) != NULL)) {
			buf_addc(out, s[i]);
			continue;
		}
		buf_addc(out, '%');
		buf_addc(out, hex[c >> 4]);
		buf_addc(out, hex[c & 15]);
	}
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

int
url_decode(struct buf *out, const char *s, size_t len, int plus)
{
	buf_reserve(out, len);
	for (size_t i = 0; i < len; i++) {
		int high, low;

		if (s[i] != '%') {
			buf_addc(out, plus && s[i] == '+' ? ' ' : s[i]);
			continue;
		}
		high = len - i > 2 ? hex_value(s[i + 1]) : -1;
		low = len - i > 2 ? hex_value(s[i + 2]) : -1;
		if (high < 0 || low < 0)
			return -1;
		buf_addc(out, (char)(high << 4 | low));
		i += 2;
	}
	return 0;
}
