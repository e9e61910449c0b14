/* The SQL that bqstamp and bqcount send, as text. Pure: names are checked and quoted, the hour is a
 * literal, so that what is logged can be run again by hand. */
#ifndef GCP_BQ_SCRIPT_H
#define GCP_BQ_SCRIPT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/name.h"
#include "gcp/bq_name.h"

#include <stddef.h>
#include <yajl/yajl_tree.h>

/* Fails the script, and so undoes its transaction, when not every row of TEMP was inserted. */
#define BQ_ROWS_DIFFER "rows inserted differ from rows of TEMP"

/* A column that holds numbers since 1970: unit is "s", "ms" or "us". */
struct bq_epoch {
	char *column;
	const char *unit;
};

/* bq_epoch_parse(text, epoch, e): "COL=s", "COL=ms" or "COL=us"; column is the caller's to free. -1
 * with EX_USAGE. */
int bq_epoch_parse(const char *text, struct bq_epoch *epoch, struct err *e);

struct bq_select {
	const char *source; /* `p.d.temp`, or a SELECT in parentheses */
	yajl_val *field;    /* columns of source as REST schema fields, n of them */
	size_t n;
	const char *zone; /* TIMESTAMP columns become DATETIME there; NULL: they stay */
	const struct bq_epoch *epoch;
	size_t n_epochs;
};

/* bq_select_text(out, s, e): append SELECT ... FROM source, each column by name. An epoch column
 * becomes TIMESTAMP_SECONDS, _MILLIS or _MICROS of it, and then local time under zone like any
 * TIMESTAMP. -1 with EX_CONFIG: an epoch column that source lacks or that is no INTEGER;
 * EX_DATAERR: a name that can't be quoted. */
int bq_select_text(struct buf *out, const struct bq_select *s, struct err *e);

/* bq_user_select(out, text, temp, hour): append the user's SELECT with {temp} and {hour} replaced
 * by the quoted table and the TIMESTAMP literal, and without what ends it: one ';', white space,
 * comments. Nothing when it holds no statement. */
void bq_user_select(
    struct buf *out, const char *text, const struct bq_table *temp, const struct hour *hour);

/* bq_hour_literal(out, hour): append TIMESTAMP '2021-01-01 00:00:00+00'. */
void bq_hour_literal(struct buf *out, const struct hour *hour);

struct bq_stamp_text {
	const struct bq_table *origin, *temp, *audit;
	const struct hour *hour;
	const char *column; /* of the folder hour */
	const char *select;
	yajl_val *field; /* columns of select, n of them */
	size_t n;
};

/* bq_stamp_script(out, s, e): append the script: delete the hour, insert select's columns with the
 * hour, check the count, write the audit row (parameters @type and @job), all in one transaction;
 * its last statement gives rows deleted and inserted. -1 with EX_DATAERR as bq_column_quote. */
int bq_stamp_script(struct buf *out, const struct bq_stamp_text *s, struct err *e);

/* bq_count_query(out, table, n, column, hour): append one query that gives, for each table, its
 * place in the list and its rows of the hour. column is checked already. */
void bq_count_query(struct buf *out, const struct bq_table *const *table, size_t n,
    const char *column, const struct hour *hour);

#endif
