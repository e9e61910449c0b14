/* The columns of one RECORD (or of the table) as JSON keys find them: by name ignoring case, by the
 * MAP, or after their illegal characters became '_'. */
#ifndef NDJSON_FIT_LEVEL_H
#define NDJSON_FIT_LEVEL_H

#include "base/buf.h"
#include "base/err.h"
#include "ndjson/schema.h"

#include <stddef.h>

/* A line of the MAP that concerns this level. */
struct fit_rename {
	char *key; /* unescaped */
	size_t len;
	const struct schema_field *field;
};

struct fit_level {
	const struct schema_table *table;
	struct fit_level **sub;    /* one a column; NULL unless it is a RECORD */
	struct fit_rename *rename; /* sorted by key */
	size_t renames;
	size_t *required; /* indexes of the REQUIRED columns */
	size_t n_required;
};

/* fit_level_new(t): the level of t and those below it. t must outlive it. */
struct fit_level *fit_level_new(const struct schema_table *t);
void fit_level_free(struct fit_level *l);

/* fit_level_map(top, path, e): enter the MAP file: lines "pointer TAB column". The pointer (RFC
 * 6901, made of keys only: elements of arrays are not counted) names a key of the data, column the
 * column of the same RECORD that it goes to. EX_CONFIG, "path:line: ...": not of this form, no such
 * RECORD or column, a key or a column named twice. EX_NOINPUT, EX_IOERR as opening and reading
 * fail. */
int fit_level_map(struct fit_level *top, const char *path, struct err *e);

/* fit_level_find(l, key, len, scratch, renamed): the column for a key as it stands in JSON (escapes
 * as they are), or NULL. *renamed is non-zero when the key must be replaced by the column's name.
 */
const struct schema_field *fit_level_find(
    const struct fit_level *l, const char *key, size_t len, struct buf *scratch, int *renamed);

/* fit_name(out, key, len): append the unescaped key as a column name that any table takes: each character that is
 * no letter (A-Z, a-z), digit or underscore becomes '_', a leading digit gets '_' before it, an
 * empty key is "_". */
void fit_name(struct buf *out, const char *key, size_t len);

#endif
