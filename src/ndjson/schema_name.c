/* Which names a column may have ("Specify a schema": Column names, Flexible column names). */
#include "ndjson/schema.h"

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
