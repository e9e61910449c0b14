#include "ndjson/key.h"
#include "base/num.h"
#include "ndjson/types_text.h"

#include <stdlib.h>
#include <string.h>

static void
token_add(struct key *k, const char *p, size_t len)
{
	struct key_token *t;
	char *out;

	k->token = xrealloc(k->token, (k->n + 1) * sizeof *k->token);
	t = &k->token[k->n++];
	t->name = out = xmalloc(len + 1);
	for (size_t i = 0; i < len; i++) {
		*out++ = p[i];
		if (p[i] == '~' && i + 1 < len)
			out[-1] = p[++i] == '0' ? '~' : '/';
	}
	*out = '\0';
	t->len = (size_t)(out - t->name);
	if ((t->len > 1 && t->name[0] == '0') || num_u64(t->name, t->len, &t->index) != 0)
		t->index = UINT64_MAX;
}

int
key_compile(const char *text, struct key *k, struct err *e)
{
	*k = (struct key){0};
	if (text[0] == '\0')
		return err_set(
		    e, EX_USAGE, "the key is empty: expected a name, or /a/b for a nested one");
	if (text[0] != '/') {
		k->token = xcalloc(1, sizeof *k->token);
		k->token->name = xstrdup(text);
		k->token->len = strlen(text);
		k->token->index = UINT64_MAX;
		k->n = 1;
		return 0;
	}
	for (const char *t = strchr(text, '~'); t != NULL; t = strchr(t + 1, '~'))
		if (t[1] != '0' && t[1] != '1')
			return err_set(e, EX_USAGE,
			    "key '%s': in a JSON Pointer '~' is written ~0 and '/' "
			    "inside a name ~1",
			    text);
	while (*text == '/') {
		size_t len = strcspn(text + 1, "/");

		token_add(k, text + 1, len);
		text += 1 + len;
	}
	return 0;
}

void
key_free(struct key *k)
{
	for (size_t i = 0; i < k->n; i++)
		free(k->token[i].name);
	free(k->token);
	*k = (struct key){0};
}

static int
hex4(const char *p, const char *end)
{
	int value = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = p[i];

		value *= 16;
		if (c >= '0' && c <= '9')
			value += c - '0';
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			value += (c | 0x20) - 'a' + 10;
		else
			return -1;
	}
	return value;
}

/* The escape whose first byte after the 'u' is p; where it ends, or NULL. */
static const char *
unescape_u(struct buf *out, const char *p, const char *end)
{
	int high = hex4(p, end), low;

	if (high < 0 || (high >= 0xdc00 && high <= 0xdfff))
		return NULL;
	p += 4;
	if (high < 0xd800 || high > 0xdbff) {
		text_add_utf8(out, (unsigned)high);
		return p;
	}
	if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
		return NULL;
	low = hex4(p + 2, end);
	if (low < 0xdc00 || low > 0xdfff)
		return NULL;
	text_add_utf8(out, 0x10000 + (((unsigned)high & 0x3ff) << 10 | ((unsigned)low & 0x3ff)));
	return p + 6;
}

int
unescape(struct buf *out, const char *p, size_t len)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *end = p + len, *which;

	while (p < end) {
		const char *slash = memchr(p, '\\', (size_t)(end - p));

		if (slash == NULL)
			slash = end;
		buf_add(out, p, (size_t)(slash - p));
		if (slash == end)
			return 0;
		if (slash + 1 == end)
			return -1;
		p = slash + 2;
		if (slash[1] == 'u') {
			p = unescape_u(out, p, end);
			if (p == NULL)
				return -1;
			continue;
		}
		which = slash[1] != '\0' ? strchr(from, slash[1]) : NULL;
		if (which == NULL)
			return -1;
		buf_addc(out, to[which - from]);
	}
	return 0;
}

int
key_matches(const struct key_token *t, const char *p, size_t len, int escaped)
{
	struct buf b = {0};
	int same;

	if (!escaped)
		return len == t->len && memcmp(p, t->name, len) == 0;
	if (len < t->len || len / 6 > t->len) /* an escape is at most 6 bytes for one of the name */
		return 0;
	same = unescape(&b, p, len) == 0 && b.len == t->len && memcmp(b.data, t->name, b.len) == 0;
	buf_free(&b);
	return same;
}
