/* The MAP file: which keys go to which columns. */
#include "base/tsv.h"
#include "ndjson/fit_level.h"
#include "ndjson/types_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct line {
	char *pointer, *column;
	uint64_t number;
	size_t depth;
};

struct map {
	const char *path;
	struct line *line;
	size_t n;
	struct err *e;
};

static int
fail(const struct map *m, const struct line *l, const char *what, const char *name)
{
	return err_set(m->e, EX_CONFIG, "%s:%llu: %s: %s%s%s", m->path,
	    (unsigned long long)l->number, l->pointer, what, name != NULL ? " " : "",
	    name != NULL ? name : "");
}

/* Take the next key off a pointer (at its '/') into key, unescaped; -1 on a '~' that escapes
 * nothing. */
static int
next_key(const char **pointer, struct buf *key)
{
	const char *p = *pointer + 1;

	buf_clear(key);
	buf_reserve(key, 1);
	for (; *p != '/' && *p != '\0'; p++) {
		if (*p == '~' && p[1] != '0' && p[1] != '1')
			return -1;
		if (*p == '~')
			buf_addc(key, *++p == '0' ? '~' : '/');
		else
			buf_addc(key, *p);
	}
	*pointer = p;
	return 0;
}

/* Enter the key of line l into the level it belongs to. */
static int
enter(const struct map *m, const struct line *l, struct fit_level *level, const struct buf *key)
{
	const struct schema_field *f = schema_find(level->table, l->column, strlen(l->column));
	size_t at = 0;

	if (f == NULL)
		return fail(m, l, "no such column in this place of the schema:", l->column);
	for (size_t i = 0; i < level->renames; i++) {
		const struct fit_rename *r = &level->rename[i];
		size_t both = r->len < key->len ? r->len : key->len;
		int order = memcmp(r->key, key->data, both);

		if (order == 0 && r->len == key->len)
			return fail(m, l, "the key is mapped twice", NULL);
		if (r->field == f)
			return fail(m, l, "another key already goes to column", f->name);
		if (order < 0 || (order == 0 && r->len < key->len))
			at = i + 1;
	}
	level->rename = xrealloc(level->rename, (level->renames + 1) * sizeof *level->rename);
	memmove(&level->rename[at + 1], &level->rename[at],
	    (level->renames - at) * sizeof *level->rename);
	level->rename[at] = (struct fit_rename){xstrndup(key->data, key->len), key->len, f};
	level->renames++;
	return 0;
}

/* Walk down the pointer of line l from top and enter its last key. */
static int
resolve(const struct map *m, const struct line *l, struct fit_level *top, struct buf *key,
    struct buf *scratch)
{
	const char *p = l->pointer;
	struct fit_level *level = top;

	if (*p != '/')
		return fail(m, l, "expected a pointer that starts with '/'", NULL);
	for (;;) {
		const struct schema_field *f;
		struct buf escaped = {0};
		int renamed;

		if (next_key(&p, key) != 0)
			return fail(m, l, "'~' stands only in ~0 (for ~) and ~1 (for /)", NULL);
		if (*p == '\0')
			return enter(m, l, level, key);
		text_quote(&escaped, key->data, key->len);
		f = fit_level_find(level, escaped.data + 1, escaped.len - 2, scratch, &renamed);
		buf_free(&escaped);
		if (f == NULL || f->type != TYPE_RECORD)
			return fail(m, l, "no RECORD in the schema for", key->data);
		level = level->sub[f - level->table->field];
	}
}

/* Shallow keys first: a deeper pointer walks through what they rename. */
static int
by_depth(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->depth != y->depth)
		return x->depth < y->depth ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static int
read_lines(struct map *m)
{
	struct tsv_reader r = {.name = m->path};
	int rc;

	r.in = fopen(m->path, "re");
	if (r.in == NULL)
		return err_sys(m->e, errno == ENOENT ? EX_NOINPUT : EX_IOERR, m->path);
	while ((rc = tsv_next(&r, 2, m->e)) > 0) {
		struct line *l;

		m->line = xrealloc(m->line, (m->n + 1) * sizeof *m->line);
		l = &m->line[m->n++];
		*l = (struct line){xstrdup(r.field[0].s), xstrdup(r.field[1].s), r.line, 0};
		for (const char *p = l->pointer; *p != '\0'; p++)
			l->depth += *p == '/';
	}
	tsv_done(&r);
	fclose(r.in);
	return rc;
}

int
fit_level_map(struct fit_level *top, const char *path, struct err *e)
{
	struct map m = {.path = path, .e = e};
	struct buf key = {0}, scratch = {0};
	int rc = read_lines(&m);

	if (m.n > 0)
		qsort(m.line, m.n, sizeof *m.line, by_depth);
	for (size_t i = 0; rc == 0 && i < m.n; i++)
		rc = resolve(&m, &m.line[i], top, &key, &scratch);
	for (size_t i = 0; i < m.n; i++) {
		free(m.line[i].pointer);
		free(m.line[i].column);
	}
	free(m.line);
	buf_free(&key);
	buf_free(&scratch);
	return rc;
}
