/* A schema as its file has it, every member kept: what is compared, merged, made and written again.
 * To check records there is ndjson/schema.h. */
#ifndef NDJSON_COLUMN_H
#define NDJSON_COLUMN_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>

/* The longest description that BigQuery takes ("Specify a schema", Column descriptions), in
 * characters. */
#define COLUMN_MAX_DESCRIPTION 1024

/* Zero-initialised is empty. */
struct columns {
	struct column *column;
	size_t n;
};

struct column {
	char *name;        /* UTF-8, as written */
	char *type, *mode; /* legacy names in capitals: "INTEGER", "NULLABLE" */
	char *description; /* NULL: none */
	char *rest; /* other members as JSON text, as they came: "\"maxLength\": 10"; NULL: none */
	struct columns fields; /* of a RECORD */
};

/* columns_add(c, name, len, type, mode): a new last column of that name; type and mode are copied.
 * What is returned is c's, and valid until the next add to c. */
struct column *columns_add(
    struct columns *c, const char *name, size_t len, const char *type, const char *mode);

/* columns_copy(c, from): a new last column of c, equal to from with its fields. */
struct column *columns_copy(struct columns *c, const struct column *from);

/* columns_find(c, name): the column of that name ignoring the case of ASCII letters, or NULL. */
struct column *columns_find(const struct columns *c, const char *name);

/* column_describe(c, text): set the description to the UTF-8 text, cut to COLUMN_MAX_DESCRIPTION
 * characters ("..." for what is cut); NULL or "": none. */
void column_describe(struct column *c, const char *text);

/* columns_parse(text, len, name, out, e): the columns of a schema in any of the forms that
 * schema_parse takes, which checks it first; name is for messages. *out is empty before, and after
 * -1: its errors are those of schema_parse. */
int columns_parse(
    const char *text, size_t len, const char *name, struct columns *out, struct err *e);

/* columns_load(path, out, e): the same of a file ("-": standard input); errors of schema_load. */
int columns_load(const char *path, struct columns *out, struct err *e);

/* columns_write(out, c): append the schema in its one stable form: an array, a column a line, name,
 * type, mode and description first, then the others in the order they came, a RECORD's fields last
 * and two blanks deeper; UTF-8 as it is, a newline at the end. */
void columns_write(struct buf *out, const struct columns *c);

/* columns_sort(c): by name in small ASCII letters, then by name, bytewise, at every level. */
void columns_sort(struct columns *c);

/* columns_sorted(c): pointers to its n columns in that order, for the caller to free(3); the columns
 * stay where they are. */
const struct column **columns_sorted(const struct columns *c);

/* column_name_compare(a, b): that order. column_name_same(a, b): non-zero when BigQuery takes two
 * names for one. */
int column_name_compare(const char *a, const char *b);
int column_name_same(const char *a, const char *b);

void columns_free(struct columns *c);

#endif
