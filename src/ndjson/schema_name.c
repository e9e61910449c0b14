/* Which names a column may have ("Specify a schema": Column names, Flexible column names). */
#include "base/buf.h"
#include "ndjson/schema.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

/* No column may begin so, whatever the case. */
static const char *const reserved[] = {"_TABLE_", "_FILE_", "_PARTITION", "_ROW_TIMESTAMP",
    "__ROOT__", "_COLIDENTIFIER", "_CHANGE_SEQUENCE_NUMBER", "_CHANGE_TYPE", "_CHANGE_TIMESTAMP"};

/* Letters, numbers, marks, connecting punctuation and dashes of any script, and ten more. White
 * space is that of a line: a tab or line feed in a name would not survive in a JSON key as it is. */
static int
is_legal(utf8proc_int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_PC:
	case UTF8PROC_CATEGORY_PD:
	case UTF8PROC_CATEGORY_ZS:
		return 1;
	default:
		return c > 0 && c < 0x80 && strchr("&%=+:'<>#|", (char)c) != NULL;
	}
}

const char *
schema_name_fault(const char *name, size_t len)
{
	size_t characters = 0;

	if (len == 0)
		return "is empty";
	for (size_t i = 0; i < len; characters++) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate(
		    (const utf8proc_uint8_t *)name + i, (utf8proc_ssize_t)(len - i), &c);

		if (n < 1 || !is_legal(c))
			return "may hold only letters, digits, spaces, _ - & % = + : ' < > # and |";
		i += (size_t)n;
	}
	if (characters > SCHEMA_MAX_NAME)
		return "is longer than 300 characters";
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (len >= strlen(reserved[i]) &&
		    strncasecmp(name, reserved[i], strlen(reserved[i])) == 0)
			return "starts with a prefix that BigQuery reserves";
	return NULL;
}

struct folded {
	utf8proc_uint8_t *name;
	size_t field;
};

static int
by_name(const void *a, const void *b)
{
	const struct folded *x = a, *y = b;
	int order = strcmp((const char *)x->name, (const char *)y->name);

	if (order != 0)
		return order;
	return x->field < y->field ? -1 : x->field > y->field;
}

static int
is_ascii(const char *s)
{
	while (*s != '\0' && (unsigned char)*s < 0x80)
		s++;
	return *s == '\0';
}

int
schema_twins(const struct schema_table *t, size_t *first, size_t *second)
{
	struct folded *list = xcalloc(t->n, sizeof *list);
	size_t n = 0;
	int found = 0;

	for (size_t i = 0; i < t->n; i++) {
		const utf8proc_uint8_t *name = (const utf8proc_uint8_t *)t->field[i].name;

		if (is_ascii(t->field[i].name))
			continue;
		list[n].field = i;
		if (utf8proc_map(name, 0, &list[n].name,
			UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_CASEFOLD) >= 0)
			n++;
	}
	if (n > 1)
		qsort(list, n, sizeof *list, by_name);
	for (size_t i = 1; i < n && !found; i++)
		if (strcmp((const char *)list[i - 1].name, (const char *)list[i].name) == 0) {
			*first = list[i - 1].field;
			*second = list[i].field;
			found = 1;
		}
	for (size_t i = 0; i < n; i++)
		free(list[i].name);
	free(list);
	return found;
}
