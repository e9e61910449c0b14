/* A BigQuery table schema from its JSON file, as a table that a record can be walked with. */
#ifndef NDJSON_SCHEMA_H
#define NDJSON_SCHEMA_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* BigQuery's own limits ("Quotas and limits", Standard tables; "Specify a schema", Column names).
 */
#define SCHEMA_MAX_COLUMNS 10000    /* nested ones counted */
#define SCHEMA_MAX_DEPTH 15         /* levels of RECORD */
#define SCHEMA_MAX_NAME 300         /* characters */
#define SCHEMA_MAX_DESCRIPTION 1024 /* characters */
#define SCHEMA_MAX_BYTES (32u << 20)

enum schema_type {
	TYPE_STRING,
	TYPE_BYTES,
	TYPE_INTEGER,
	TYPE_FLOAT,
	TYPE_NUMERIC,
	TYPE_BIGNUMERIC,
	TYPE_BOOLEAN,
	TYPE_TIMESTAMP,
	TYPE_DATE,
	TYPE_TIME,
	TYPE_DATETIME,
	TYPE_INTERVAL,
	TYPE_GEOGRAPHY,
	TYPE_JSON,
	TYPE_RANGE,
	TYPE_RECORD
};

enum schema_mode { MODE_NULLABLE, MODE_REQUIRED, MODE_REPEATED };

struct schema_field;

/* The columns of one level, in the order of the file. */
struct schema_table {
	struct schema_field *field;
	size_t n;
	uint32_t *slot; /* open addressing by folded name: index + 1, or 0 */
	size_t mask;    /* slots - 1 */
	size_t id;      /* 0 for the top level, then one number for each RECORD */
};

struct schema_field {
	char *name; /* as written in the file */
	size_t name_len;
	enum schema_type type;
	enum schema_mode mode;
	uint64_t max_length;      /* STRING: characters, BYTES: bytes; 0: no limit */
	unsigned whole_digits;    /* NUMERIC, BIGNUMERIC: most before the point */
	unsigned fraction_digits; /* NUMERIC, BIGNUMERIC, TIMESTAMP: most after the point */
	struct schema_table *sub; /* RECORD: its fields; else NULL */
};

struct schema {
	struct schema_table *top;
	size_t tables;  /* how many tables, top included: ids are below it */
	size_t columns; /* fields of all levels */
};

/* schema_load(path, e): the schema in a file, or NULL: an array of fields, {"fields": [...]}, or
 * what "bq show --format=json" prints ({"schema": {"fields": [...]}}). Legacy and standard type
 * names ("REST Resource: tables", TableFieldSchema.type), any case. Checked as BigQuery would: names
 * (see schema_name_fault), duplicates ignoring case, types and their
 * parameters, modes, RECORD with fields, depth, number of columns, descriptions, properties that
 * TableFieldSchema has; those without a word here are read and left. EX_NOINPUT: not there; EX_IOERR: unreadable; EX_CONFIG: "path:line:column:
 * ...". */
struct schema *schema_load(const char *path, struct err *e);

/* schema_parse(text, len, name, e): as schema_load, for text in memory; name is for messages. */
struct schema *schema_parse(const char *text, size_t len, const char *name, struct err *e);

void schema_free(struct schema *s);

/* schema_find(t, name, len): the column of that name ignoring the case of ASCII letters, or NULL.
 */
const struct schema_field *schema_find(const struct schema_table *t, const char *name, size_t len);

/* schema_index(t, i): enter field i, whose name is set, into the lookup of t. For the parser. */
void schema_index(struct schema_table *t, size_t i);

/* schema_type_name(type): the legacy name, "INTEGER". schema_mode_name: "NULLABLE". */
const char *schema_type_name(enum schema_type type);
const char *schema_mode_name(enum schema_mode mode);

/* schema_type_of(name, type): the type of either name, any case, into *type; 0 when BigQuery has
 * none of that name. schema_mode_of alike. */
int schema_type_of(const char *name, enum schema_type *type);
int schema_mode_of(const char *name, enum schema_mode *mode);

/* schema_name_fault(name, len): why BigQuery refuses the column name, or NULL when it does not:
 * empty, longer than 300 characters, one that flexible column names may not hold, a reserved prefix.
 * Tables that are not external take such names; fit_name makes those that any table takes. */
const char *schema_name_fault(const char *name, size_t len);

/* schema_twins(t, first, second): whether two names with letters beyond ASCII differ in nothing but
 * case; the indexes of such two. schema_find has seen to the others. */
int schema_twins(const struct schema_table *t, size_t *first, size_t *second);

#endif
