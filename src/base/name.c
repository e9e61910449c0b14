#include "base/name.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KEPT_OF_LONG = 150, DIGEST_BYTES = 16 };

static int
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static void
encode(struct buf *out, const char *type, size_t len, size_t most)
{
	size_t start = out->len;

	for (size_t i = 0; i < len && out->len - start < most; i++) {
		char c = type[i];
		int plain = is_alnum(c) || c == '-' || ((c == '.' || c == '_') && i > 0);

		if (plain)
			buf_addc(out, c);
		else
			buf_addf(out, "%%%02X", (unsigned char)c);
	}
}

void
name_type(struct buf *out, const char *type, size_t len)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	size_t start = out->len, cut = KEPT_OF_LONG;
	const char *made;

	if (len == 0) {
		buf_addc(out, '%');
		return;
	}
	if (len == strlen(TYPE_REJECTED) && memcmp(type, TYPE_REJECTED, len) == 0) {
		buf_add(out, type, len);
		return;
	}
	encode(out, type, len, NAME_LONGEST + 1);
	if (out->len - start <= NAME_LONGEST)
		return;
	made = out->data + start;
	if (made[cut - 1] == '%')
		cut -= 1;
	else if (made[cut - 2] == '%')
		cut -= 2;
	out->len = start + cut;
	buf_addc(out, '~');
	SHA256((const unsigned char *)type, len, digest);
	for (int i = 0; i < DIGEST_BYTES; i++)
		buf_addf(out, "%02x", digest[i]);
}

void
name_table(struct buf *out, const char *type, size_t len)
{
	if (len == 0)
		buf_addc(out, '_');
	for (size_t i = 0; i < len; i++)
		buf_addc(out, is_alnum(type[i]) ? type[i] : '_');
}

/* Append the value of the {word} at p; its length with braces, 0 when p begins no word, -1 with e. */
static int
expand_word(struct buf *out, const char *p, const char *template, const struct name_values *v,
    struct err *e)
{
	size_t n = strspn(p + 1, "abcdefghijklmnopqrstuvwxyz");
	const char *word = p + 1;

	if (n == 0 || word[n] != '}')
		return 0;
	if (n == 4 && memcmp(word, "type", 4) == 0 && v->type != NULL)
		buf_adds(out, v->type);
	else if (n == 4 && memcmp(word, "hour", 4) == 0 && v->hour != NULL)
		buf_adds(out, v->hour);
	else if (n == 4 && memcmp(word, "part", 4) == 0 && v->part != UINT64_MAX)
		buf_addf(out, "%llu", (unsigned long long)v->part);
	else
		return err_set(e, EX_USAGE, "template '%s': {%.*s} has no meaning here", template,
		    (int)n, word);
	return (int)n + 2;
}

int
name_expand(struct buf *out, const char *template, const struct name_values *v, struct err *e)
{
	for (const char *p = template; *p != '\0';) {
		int n = *p == '{' ? expand_word(out, p, template, v, e) : 0;

		if (n < 0)
			return -1;
		if (n == 0)
			buf_addc(out, *p++);
		else
			p += n;
	}
	return 0;
}

int
hour_parse(const char *text, struct hour *h, struct err *e)
{
	int year, month, day, hour, end = 0;
	struct tm tm;

	if (strlen(text) == 13 && strspn(text, "0123456789/") == 13 &&
	    sscanf(text, "%4d/%2d/%2d/%2d%n", &year, &month, &day, &hour, &end) == 4 && end == 13) {
		tm = (struct tm){
		    .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour};
		if (year >= 1970 && timegm(&tm) != -1 && tm.tm_year == year - 1900 &&
		    tm.tm_mon == month - 1 && tm.tm_mday == day && tm.tm_hour == hour) {
			snprintf(h->path, sizeof h->path, "%s", text);
			snprintf(h->compact, sizeof h->compact, "%.4s%.2s%.2s%.2s", text, text + 5,
			    text + 8, text + 11);
			snprintf(h->literal, sizeof h->literal, "%.4s-%.2s-%.2s %.2s:00:00+00",
			    text, text + 5, text + 8, text + 11);
			return 0;
		}
	}
	return err_set(
	    e, EX_USAGE, "hour '%s': expected YYYY/MM/DD/HH in UTC, e.g. 2021/01/01/00", text);
}

size_t
url_bucket_length(const char *s)
{
	static const char point[] = ":accesspoint";
	size_t n = strcspn(s, "/"), end = sizeof point - 1;

	if (s[n] == '/' && n > end && strncmp(s, "arn:", 4) == 0 &&
	    strncmp(s + n - end, point, end) == 0)
		n += 1 + strcspn(s + n + 1, "/");
	return n;
}

int
url_parse(const char *text, const char *scheme, struct url *u, struct err *e)
{
	size_t n = strlen(scheme);
	const char *bucket = text + n + 3;
	size_t len;

	*u = (struct url){0};
	if (strncmp(text, scheme, n) != 0 || strncmp(text + n, "://", 3) != 0 ||
	    bucket[0] == '\0' || bucket[0] == '/')
		return err_set(e, EX_USAGE, "'%s': expected %s://bucket/%s", text, scheme,
		    strcmp(scheme, "s3") == 0 ? "key-or-prefix/" : "object-or-prefix/");
	len = url_bucket_length(bucket);
	u->bucket = xstrndup(bucket, len);
	u->path = xstrdup(bucket[len] == '\0' ? "" : bucket + len + 1);
	len = strlen(u->path);
	if (len > 0 && u->path[len - 1] == '*')
		u->path[len - 1] = '\0';
	u->prefix = len == 0 || u->path[len - 1] == '/' || u->path[len - 1] == '\0';
	return 0;
}

void
url_free(struct url *u)
{
	free(u->bucket);
	free(u->path);
	*u = (struct url){0};
}
