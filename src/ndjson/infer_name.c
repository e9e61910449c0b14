#include "ndjson/infer_name.h"
#include "ndjson/fit_level.h"
#include "ndjson/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uthash.h>

struct taken {
	UT_hash_handle hh;
	unsigned next; /* the first number that may be free behind it */
	char folded[];
};

struct infer_names {
	struct taken *taken;
};

struct infer_names *
infer_names_new(void)
{
	return xcalloc(1, sizeof(struct infer_names));
}

void
infer_names_free(struct infer_names *n)
{
	struct taken *t, *next;

	HASH_ITER(hh, n->taken, t, next)
	{
		HASH_DEL(n->taken, t);
		free(t);
	}
	free(n);
}

/* Take a name of letters, digits and underscores; NULL, or the one that is taken. */
static struct taken *
take(struct infer_names *n, const char *name, size_t len)
{
	struct taken *t = xcalloc(1, sizeof *t + len + 1), *other;

	for (size_t i = 0; i < len; i++)
		t->folded[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] | 0x20) : name[i];
	HASH_FIND(hh, n->taken, t->folded, len, other);
	if (other != NULL) {
		free(t);
		return other;
	}
	t->next = 2;
	HASH_ADD_KEYPTR(hh, n->taken, t->folded, len, t);
	return NULL;
}

int
infer_names_keep(struct infer_names *n, const char *key, size_t len)
{
	struct buf legal = {0};
	int may;

	fit_name(&legal, key, len);
	may = legal.len == len && memcmp(legal.data, key, len) == 0 &&
	      schema_name_fault(key, len) == NULL && take(n, key, len) == NULL;
	buf_free(&legal);
	return may;
}

void
infer_names_make(struct infer_names *n, const char *key, size_t len, struct buf *out)
{
	struct taken *same;
	size_t whole;

	buf_clear(out);
	fit_name(out, key, len);
	if (out->len > SCHEMA_MAX_NAME)
		out->len = SCHEMA_MAX_NAME;
	if (schema_name_fault(out->data, out->len) != NULL) {
		struct buf prefixed = {0};

		buf_addc(&prefixed, 'x');
		buf_add(&prefixed, out->data,
		    out->len < SCHEMA_MAX_NAME ? out->len : SCHEMA_MAX_NAME - 1);
		buf_free(out);
		*out = prefixed;
	}
	whole = out->len;
	buf_reserve(out, 1);
	out->data[whole] = '\0';
	same = take(n, out->data, out->len);
	for (struct taken *other = same; other != NULL; other = take(n, out->data, out->len)) {
		char suffix[16];
		size_t behind = (size_t)snprintf(suffix, sizeof suffix, "_%u", same->next++);

		out->len = whole + behind > SCHEMA_MAX_NAME ? SCHEMA_MAX_NAME - behind : whole;
		buf_add(out, suffix, behind);
	}
}

int
infer_name_found(const char *key, size_t len, const char *name)
{
	struct buf legal = {0};
	int found;

	if (len == strlen(name) && strncasecmp(key, name, len) == 0)
		return 1;
	if (len > (size_t)SCHEMA_MAX_NAME * 4)
		return 0;
	fit_name(&legal, key, len);
	found = legal.len == strlen(name) && strncasecmp(legal.data, name, legal.len) == 0;
	buf_free(&legal);
	return found;
}
