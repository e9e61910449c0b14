#include "ndjson/pile_name.h"
#include "base/name.h"

#include <limits.h>
#include <string.h>

/* What outfile_open puts behind a name while the file grows. */
enum { TEMPORARY = sizeof ".XXXXXX.tmp" - 1 };

/* Whether only digits, or nothing, lie between two words of the template. */
static int
words_touch(const char *template, const char *before, const char *behind)
{
	for (const char *p = strstr(template, before); p != NULL; p = strstr(p + 1, before)) {
		const char *next = p + strlen(before);

		next += strspn(next, "0123456789");
		if (strncmp(next, behind, strlen(behind)) == 0)
			return 1;
	}
	return 0;
}

/* Whether every component of the longest path fits a directory entry. */
static int
check_length(const char *template, struct err *e)
{
	char type[NAME_LONGEST + 1];
	struct name_values v = {.type = type, .part = UINT64_MAX - 1};
	struct buf path = {0};
	int rc;

	memset(type, 'x', NAME_LONGEST);
	type[NAME_LONGEST] = '\0';
	rc = name_expand(&path, template, &v, e);
	for (const char *p = path.data; rc == 0 && p != NULL;) {
		size_t n = strcspn(p, "/");

		if (n + (p[n] == '\0' ? TEMPORARY : 0) > NAME_MAX)
			rc = err_set(e, EX_USAGE,
			    "template '%s': a type takes up to %d bytes, which makes a "
			    "name of %zu: expected at most %zu, shorten it by %zu",
			    template, NAME_LONGEST, n,
			    (size_t)NAME_MAX - (p[n] == '\0' ? TEMPORARY : 0),
			    n + (p[n] == '\0' ? TEMPORARY : 0) - NAME_MAX);
		p = p[n] == '/' ? p + n + 1 : NULL;
	}
	buf_free(&path);
	return rc;
}

int
pile_name_check(const char *template, uint64_t part_size, struct err *e)
{
	size_t len = strlen(template);

	if (len == 0 || strcmp(template, "-") == 0 || template[len - 1] == '/')
		return err_set(e, EX_USAGE,
		    "template '%s': expected the name of files, such as "
		    "out/{type}.ndjson",
		    template);
	if (check_length(template, e) != 0)
		return -1;
	if (part_size == 0)
		return 0;
	if (strstr(template, "{part}") == NULL)
		return err_set(
		    e, EX_USAGE, "template '%s': parts need {part} in their names", template);
	if (words_touch(template, "{type}", "{part}") || words_touch(template, "{part}", "{type}"))
		return err_set(e, EX_USAGE,
		    "template '%s': expected more than digits between {type} and "
		    "{part}, to tell part 10 of a from part 0 of a1",
		    template);
	return 0;
}

int
pile_name(const char *template, const char *type, size_t len, uint64_t part, struct buf *path,
    struct err *e)
{
	struct name_values v = {.part = part};
	struct buf name = {0};
	int rc;

	name_type(&name, type, len);
	v.type = name.data;
	rc = name_expand(path, template, &v, e);
	buf_free(&name);
	return rc;
}
