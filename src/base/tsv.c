#include "base/tsv.h"
#include "base/num.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void
tsv_add(struct buf *b, const char *s, size_t len)
{
	if (b->len > 0 && b->data[b->len - 1] != '\n')
		buf_addc(b, '\t');
	for (size_t i = 0; i < len; i++) {
		switch (s[i]) {
		case '\t':
			buf_adds(b, "\\t");
			break;
		case '\n':
			buf_adds(b, "\\n");
			break;
		case '\r':
			buf_adds(b, "\\r");
			break;
		case '\\':
			buf_adds(b, "\\\\");
			break;
		default:
			buf_addc(b, s[i]);
		}
	}
}

void
tsv_adds(struct buf *b, const char *s)
{
	tsv_add(b, s, strlen(s));
}

void
tsv_addu(struct buf *b, uint64_t n)
{
	char text[24];
	int len = snprintf(text, sizeof text, "%llu", (unsigned long long)n);

	tsv_add(b, text, (size_t)len);
}

int
tsv_put(FILE *out, const char *type, size_t len, const struct buf *rest)
{
	struct buf line = {0};
	int rc;

	tsv_add(&line, type, len);
	buf_addc(&line, '\t');
	buf_add(&line, rest->data, rest->len);
	buf_addc(&line, '\n');
	rc = fwrite(line.data, 1, line.len, out) == line.len ? 0 : -1;
	buf_free(&line);
	return rc;
}

/* Unescape f in place; -1 on a backslash that starts no escape. */
static int
unescape(struct tsv_field *f)
{
	static const char from[] = "tnr\\", to[] = "\t\n\r\\";
	char *w = memchr(f->s, '\\', f->len);
	const char *end = f->s + f->len;

	if (w == NULL)
		return 0;
	for (const char *r = w; r < end; r++) {
		const char *c;

		if (*r != '\\') {
			*w++ = *r;
			continue;
		}
		c = r + 1 < end ? memchr(from, r[1], 4) : NULL;
		if (c == NULL)
			return -1;
		*w++ = to[c - from];
		r++;
	}
	f->len = (size_t)(w - f->s);
	*w = '\0';
	return 0;
}

int
tsv_next(struct tsv_reader *r, size_t least, struct err *e)
{
	ssize_t len;
	char *p;

	errno = 0;
	len = getline(&r->text, &r->cap, r->in);
	if (len < 0)
		return ferror(r->in) ? err_sys(e, EX_IOERR, r->name) : 0;
	r->line++;
	if (len > 0 && r->text[len - 1] == '\n')
		r->text[--len] = '\0';
	p = r->text;
	for (r->n = 0; r->n < TSV_MAX_FIELDS && p != NULL; r->n++) {
		char *tab = memchr(p, '\t', (size_t)(r->text + len - p));
		struct tsv_field *f = &r->field[r->n];

		f->s = p;
		f->len = (size_t)((tab != NULL ? tab : r->text + len) - p);
		p[f->len] = '\0';
		if (unescape(f) != 0)
			return err_set(e, EX_CONFIG,
			    "%s:%llu: bad escape in column %zu, expected \\t, "
			    "\\n, \\r or \\\\",
			    r->name, (unsigned long long)r->line, r->n + 1);
		p = tab != NULL ? tab + 1 : NULL;
	}
	if (r->n < least)
		return err_set(e, EX_CONFIG,
		    "%s:%llu: found %zu tab-separated columns, expected %zu", r->name,
		    (unsigned long long)r->line, r->n, least);
	return 1;
}

int
tsv_u64(const struct tsv_reader *r, size_t i, uint64_t *out, struct err *e)
{
	if (num_u64(r->field[i].s, r->field[i].len, out) == 0)
		return 0;
	return err_set(e, EX_CONFIG, "%s:%llu: column %zu is '%.40s', expected a number", r->name,
	    (unsigned long long)r->line, i + 1, r->field[i].s);
}

void
tsv_done(struct tsv_reader *r)
{
	free(r->text);
	r->text = NULL;
	r->cap = 0;
}
