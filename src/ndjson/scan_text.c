#include "ndjson/scan_text.h"

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static const char *
fault(struct scan_fault *f, enum reject reason, const char *at, const char *expected)
{
	*f = (struct scan_fault){reason, at, expected};
	return NULL;
}

#define EACH(byte) (0x0101010101010101u * (uint64_t)(byte))

/* The high bit of each of the 8 bytes that is zero; bytes above the first zero may be marked
 * wrongly, which is harmless since only the first counts ("Bit Twiddling Hacks", haszero). */
static inline uint64_t
zero_bytes(uint64_t w)
{
	return (w - EACH(0x01)) & ~w & EACH(0x80);
}

static inline uint64_t
load8(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
	return le64toh(w);
}

/* The first byte from p on that is a quote, a backslash, below 0x20 or above 0x7f; or one of the
 * last 7. */
static inline const char *
plain_run(const char *p, const char *end)
{
	while (end - p >= 8) {
		uint64_t w = load8(p);
		uint64_t stop = zero_bytes(w ^ EACH('"')) | zero_bytes(w ^ EACH('\\')) |
				((w - EACH(0x20)) & ~w & EACH(0x80)) | (w & EACH(0x80));

		if (stop != 0)
			return p + (__builtin_ctzll(stop) >> 3);
		p += 8;
	}
	return p;
}

static int
continues(const char *p)
{
	return ((unsigned char)*p & 0xc0) == 0x80;
}

/* The end of the UTF-8 sequence of 2 to 4 bytes at p, or NULL. */
static const char *
utf8_sequence(const char *p, const char *end)
{
	unsigned char a = (unsigned char)p[0], b;

	if (a < 0xc2 || a > 0xf4 || end - p < 2)
		return NULL;
	b = (unsigned char)p[1];
	if (a < 0xe0)
		return continues(p + 1) ? p + 2 : NULL;
	if (end - p < 3 || !continues(p + 1) || !continues(p + 2))
		return NULL;
	if (a < 0xf0) /* no overlong forms, no surrogates */
		return (a == 0xe0 && b < 0xa0) || (a == 0xed && b > 0x9f) ? NULL : p + 3;
	if (end - p < 4 || !continues(p + 3))
		return NULL;
	return (a == 0xf0 && b < 0x90) || (a == 0xf4 && b > 0x8f) ? NULL : p + 4;
}

/* The end of the escape whose backslash is at p, or NULL with *f. */
static const char *
escape(const char *p, const char *end, struct scan_fault *f)
{
	if (end - p < 2)
		return fault(f, REJECT_NOT_JSON, end, "an escape after '\\'");
	if (p[1] != 'u') {
		if (p[1] != '\0' && strchr("\"\\/bfnrt", p[1]) != NULL)
			return p + 2;
		return fault(f, REJECT_NOT_JSON, p + 1, "one of \"\\/bfnrtu after '\\'");
	}
	for (int i = 2; i < 6; i++) {
		if (p + i == end || !((p[i] >= '0' && p[i] <= '9') ||
					((p[i] | 0x20) >= 'a' && (p[i] | 0x20) <= 'f')))
			return fault(f, REJECT_NOT_JSON, p + i, "four hex digits after '\\u'");
	}
	return p + 6;
}

const char *
text_string(const char *p, const char *end, int *escaped, struct scan_fault *f)
{
	for (;;) {
		const char *q;

		p = plain_run(p, end);
		if (p == end)
			return fault(f, REJECT_NOT_JSON, end, "the closing quote of a string");
		if (*p == '"')
			return p;
		if (*p == '\\') {
			*escaped = 1;
			p = escape(p, end, f);
			if (p == NULL)
				return NULL;
		} else if ((unsigned char)*p < 0x20) {
			return fault(
			    f, REJECT_CONTROL, p, "an escape, such as \\u0001, in a string");
		} else if ((unsigned char)*p < 0x80) {
			p++;
		} else {
			q = utf8_sequence(p, end);
			if (q == NULL)
				return fault(f, REJECT_BAD_UTF8, p, "UTF-8");
			p = q;
		}
	}
}

const char *
text_skip_string(const char *p, const char *end, int *escaped)
{
	for (;;) {
		while (end - p >= 8) {
			uint64_t w = load8(p);
			uint64_t stop = zero_bytes(w ^ EACH('"')) | zero_bytes(w ^ EACH('\\'));

			if (stop != 0) {
				p += __builtin_ctzll(stop) >> 3;
				break;
			}
			p += 8;
		}
		while (p < end && *p != '"' && *p != '\\')
			p++;
		if (p == end)
			return NULL;
		if (*p == '"')
			return p;
		*escaped = 1;
		if (end - p < 2)
			return NULL;
		p += 2;
	}
}

static const char *
digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

static const char *
number(const char *p, const char *end, struct scan_fault *f)
{
	const char *start;

	if (*p == '-')
		p++;
	start = p;
	p = digits(p, end);
	if (p == start)
		return fault(f, REJECT_NOT_JSON, p, "a digit");
	if (*start == '0' && p > start + 1)
		return fault(f, REJECT_NOT_JSON, start + 1, "a number without leading zero");
	if (p < end && *p == '.') {
		start = p + 1;
		p = digits(start, end);
		if (p == start)
			return fault(f, REJECT_NOT_JSON, p, "a digit after '.'");
	}
	if (p < end && (*p | 0x20) == 'e') {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		start = p;
		p = digits(p, end);
		if (p == start)
			return fault(f, REJECT_NOT_JSON, p, "a digit of the exponent");
	}
	return p;
}

const char *
text_scalar(const char *p, const char *end, struct scan_fault *f)
{
	static const struct {
		const char *word;
		size_t len;
	} words[] = {{"true", 4}, {"false", 5}, {"null", 4}};

	if (p < end && (*p == '-' || (*p >= '0' && *p <= '9')))
		return number(p, end, f);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if ((size_t)(end - p) >= words[i].len &&
		    memcmp(p, words[i].word, words[i].len) == 0)
			return p + words[i].len;
	return fault(f, REJECT_NOT_JSON, p, "a value");
}
