#include "aws/profile.h"
#include "base/io.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_FILE (1UL << 20)
#define BOM "\xef\xbb\xbf" /* editors of Windows write one */

static const char blanks[] = " \t\r";

/* s without the blanks around it, cut in place. */
static char *
trim(char *s)
{
	size_t n;

	s += strspn(s, blanks);
	n = strlen(s);
	while (n > 0 && strchr(blanks, s[n - 1]) != NULL)
		n--;
	s[n] = '\0';
	return s;
}

static void
wipe(char *s)
{
	if (s != NULL)
		explicit_bzero(s, strlen(s));
	free(s);
}

/* A name with blanks may stand in quotes. */
static char *
unquote(char *s)
{
	size_t n = strlen(s);

	if (n < 2 || s[0] != s[n - 1] || strchr("\"'", s[0]) == NULL)
		return s;
	s[n - 1] = '\0';
	return s + 1;
}

/* "[profile  x]" names x with its blanks made one: "profile x". -1 when nothing closes the bracket.
 */
static int
names_section(char *line, const char *section)
{
	char *end = strchr(line, ']'), *name;
	size_t word;

	if (end == NULL)
		return -1;
	*end = '\0';
	name = trim(line + 1);
	word = strcspn(name, blanks);
	if (name[word] != '\0' && strncmp(section, name, word) == 0 && section[word] == ' ')
		return strcmp(unquote(trim(name + word)), section + word + 1) == 0;
	return strcmp(name, section) == 0;
}

static int
take(char *line, struct profile_setting *found, size_t n)
{
	char *equals = strchr(line, '='), *name;

	if (equals == NULL)
		return -1;
	*equals = '\0';
	name = trim(line);
	for (size_t i = 0; i < n; i++) {
		if (strcasecmp(name, found[i].name) != 0)
			continue;
		wipe(found[i].value);
		found[i].value = xstrdup(trim(equals + 1));
	}
	return 0;
}

static int
scan(char *text, const char *path, const char *section, struct profile_setting *found, size_t n,
    struct err *e)
{
	size_t indent = SIZE_MAX; /* of the settings of this section, once the first is read */
	int inside = -1, seen = 0, line_number = 0; /* -1: before the first section */
	char *line;

	if (text != NULL && strncmp(text, BOM, strlen(BOM)) == 0)
		text += strlen(BOM);
	while ((line = strsep(&text, "\n")) != NULL) {
		size_t blank = strspn(line, blanks);
		char *s = trim(line);

		line_number++;
		if (*s == '\0' || *s == '#' || *s == ';')
			continue;
		if (*s == '[') {
			inside = names_section(s, section);
			indent = SIZE_MAX;
		}
		if (inside < 0)
			return err_set(
			    e, EX_CONFIG, "%s:%d: expected '[section]'", path, line_number);
		seen |= inside;
		if (*s == '[')
			continue;
		if (!inside || blank > indent) /* "s3 =" has its own settings below it */
			continue;
		indent = blank;
		if (take(s, found, n) != 0)
			return err_set(
			    e, EX_CONFIG, "%s:%d: expected 'name = value'", path, line_number);
	}
	return seen;
}

int
profile_read(const char *path, const char *section, struct profile_setting *settings, size_t n,
    struct err *e)
{
	struct profile_setting *found = xcalloc(n, sizeof *found);
	struct buf text = {0};
	int rc;

	for (size_t i = 0; i < n; i++)
		found[i].name = settings[i].name;
	if (io_slurp(path, MAX_FILE, &text, e) != 0) {
		rc = e->code == EX_NOINPUT ? 0 : -1;
		if (e->code == EX_IOERR)
			e->code = EX_NOPERM;
	} else {
		rc = scan(text.data, path, section, found, n, e);
	}
	for (size_t i = 0; i < n; i++) {
		if (rc >= 0 && settings[i].value == NULL) {
			settings[i].value = found[i].value;
			continue;
		}
		wipe(found[i].value);
	}
	free(found);
	buf_wipe(&text);
	return rc;
}
