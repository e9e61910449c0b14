#include "ndjson/fit_level.h"
#include "ndjson/types_text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct fit_level *
fit_level_new(const struct schema_table *t)
{
	struct fit_level *l = xcalloc(1, sizeof *l);

	l->table = t;
	l->sub = xcalloc(t->n, sizeof(struct fit_level *));
	l->required = xcalloc(t->n, sizeof *l->required);
	for (size_t i = 0; i < t->n; i++) {
		if (t->field[i].sub != NULL)
			l->sub[i] = fit_level_new(t->field[i].sub);
		if (t->field[i].mode == MODE_REQUIRED)
			l->required[l->n_required++] = i;
	}
	return l;
}

void
fit_level_free(struct fit_level *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < l->table->n; i++)
		fit_level_free(l->sub[i]);
	for (size_t i = 0; i < l->renames; i++)
		free(l->rename[i].key);
	free(l->rename);
	free(l->sub);
	free(l->required);
	free(l);
}

void
fit_name(struct buf *out, const char *key, size_t len)
{
	if (len == 0 || (key[0] >= '0' && key[0] <= '9'))
		buf_addc(out, '_');
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)key[i];

		if (((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9'))
			buf_addc(out, key[i]);
		else if ((c & 0xc0) != 0x80) /* one for each character, however many bytes */
			buf_addc(out, '_');
	}
}

/* Where key is, or would be, among the renames; *found says which. */
static size_t
rename_place(const struct fit_level *l, const char *key, size_t len, int *found)
{
	size_t low = 0, high = l->renames;

	*found = 0;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct fit_rename *r = &l->rename[mid];
		int order = memcmp(r->key, key, r->len < len ? r->len : len);

		if (order == 0 && r->len == len) {
			*found = 1;
			return mid;
		}
		if (order < 0 || (order == 0 && r->len < len))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static const struct schema_field *
find_renamed(const struct fit_level *l, const char *key, size_t len)
{
	int found = 0;
	size_t i = l->renames > 0 ? rename_place(l, key, len, &found) : 0;

	return found ? l->rename[i].field : NULL;
}

/* The part of fit_level_find for keys that are no column's name as they stand. */
static const struct schema_field *
find_odd(const struct fit_level *l, const char *key, size_t len, struct buf *scratch, int *renamed)
{
	const struct schema_field *f;
	size_t plain;

	buf_clear(scratch);
	buf_reserve(scratch, len);
	text_unescape(scratch, key, len);
	plain = scratch->len;
	f = find_renamed(l, scratch->data, plain);
	if (f != NULL) {
		*renamed = f->name_len != plain || strncasecmp(f->name, scratch->data, plain) != 0;
		return f;
	}
	f = plain != len ? schema_find(l->table, scratch->data, plain) : NULL;
	if (f != NULL || plain > (size_t)SCHEMA_MAX_NAME * 4)
		return f;
	buf_reserve(scratch, plain + 2); /* so that the key stays put while its name is made */
	fit_name(scratch, scratch->data, plain);
	f = schema_find(l->table, scratch->data + plain, scratch->len - plain);
	*renamed = f != NULL;
	return f;
}

const struct schema_field *
fit_level_find(
    const struct fit_level *l, const char *key, size_t len, struct buf *scratch, int *renamed)
{
	const struct schema_field *f;

	*renamed = 0;
	if (l->renames == 0 || find_renamed(l, key, len) == NULL) {
		f = schema_find(l->table, key, len);
		if (f != NULL)
			return f;
	}
	return find_odd(l, key, len, scratch, renamed);
}
