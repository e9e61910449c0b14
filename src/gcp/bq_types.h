/* The types of a put or load manifest, each with its rows of the manifest and the table it belongs
 * to. */
#ifndef GCP_BQ_TYPES_H
#define GCP_BQ_TYPES_H

#include "base/err.h"
#include "base/name.h"
#include "gcp/bq_name.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* One line: its rows, and columns three and four: of a put manifest the gs URL and generation, of a
 * load manifest job id and table. */
struct bq_item {
	uint64_t rows;
	char *third, *fourth;
};

struct bq_type {
	char *type; /* as the records have it; len bytes, and a NUL */
	size_t len;
	char *name; /* as name_type makes it */
	char *part; /* {type} of its table's name */
	struct bq_item *item;
	size_t n;
	uint64_t rows;    /* of its lines together */
	int rows_unknown; /* its lines do not tell */
	int skip;         /* set by the caller: it has no table */
	struct bq_table table;
};

/* In the order in which each type first appears. */
struct bq_types {
	struct bq_type **type;
	size_t n;
	struct bq_type_index *index;
};

/* bq_types_add(ts, type, len): the type's entry, made when missing. */
struct bq_type *bq_types_add(struct bq_types *ts, const char *type, size_t len);

/* bq_types_add_table(ts, table): one more type, of the table's name, placed in table, whose memory
 * is ts's now. Tables of one name in several datasets are types of their own. */
void bq_types_add_table(struct bq_types *ts, const struct bq_table *table);

/* bq_type_add_item(t, rows, third, fourth): one more line of t; the texts are copied. */
void bq_type_add_item(struct bq_type *t, uint64_t rows, const char *third, const char *fourth);

/* bq_types_read(ts, in, name, e): the lines of a manifest. Lines of the quarantine (TYPE_REJECTED)
 * are left out: it has no table. Errors of tsv_next; EX_NOINPUT when there is no line at all. name
 * is for messages. */
int bq_types_read(struct bq_types *ts, FILE *in, const char *name, struct err *e);

/* bq_types_map(ts, path, e): a file of "type<TAB>table part" lines says the {type} of those types'
 * tables. EX_CONFIG names the line; EX_NOINPUT, EX_IOERR when it can't be read. */
int bq_types_map(struct bq_types *ts, const char *path, struct err *e);

/* bq_types_place(ts, template, hour, project, e): fill in the table of each type that is not
 * skipped, from a template with {type} and {hour} (YYYYMMDDHH; hour may be NULL). EX_CONFIG names
 * two types that would meet in one table; EX_USAGE for a template or name that can't be. */
int bq_types_place(struct bq_types *ts, const char *template, const struct hour *hour,
    const char *project, struct err *e);

/* bq_types_pick(ts, name, e): skip every type but the one whose encoded name is name. EX_NOINPUT
 * when there is none. */
int bq_types_pick(struct bq_types *ts, const char *name, struct err *e);

void bq_types_free(struct bq_types *ts);

#endif
