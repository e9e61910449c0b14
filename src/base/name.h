/* Names of things: types as file, object and table names, hours, templates, URLs. */
#ifndef BASE_NAME_H
#define BASE_NAME_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* The quarantine: the only type that is written as it is though it starts with '_'. */
#define TYPE_REJECTED "_rejected"

/* The longest name that name_type makes, in bytes. */
#define NAME_LONGEST 200

/* name_type(out, type, len): append the type as a file or object name: every byte outside A-Za-z0-9._-
 * and a leading '.' or '_' as %XX; the empty type is "%"; a name that would be longer than
 * NAME_LONGEST bytes is its first 150 (no %XX cut), '~' and 32 hex digits of the type's SHA-256. Distinct types give distinct
 * names. TYPE_REJECTED stays as it is. */
void name_type(struct buf *out, const char *type, size_t len);

/* name_table(out, type, len): append the type with every byte outside A-Za-z0-9_ as '_', "_" when it
 * is empty: the part of a BigQuery table name. Not injective: callers refuse two types in one table. */
void name_table(struct buf *out, const char *type, size_t len);

struct name_values {
	const char
	    *type; /* already as name_type or name_table made it; NULL: "{type}" is refused */
	const char *hour; /* as the template wants it; NULL: "{hour}" is refused */
	uint64_t part;    /* printed as is; UINT64_MAX: "{part}" is refused */
};

/* name_expand(out, template, v, e): append template with {type}, {hour}, {part} replaced; any other
 * {word} is EX_USAGE. A lone '{' that begins no {word} is itself. */
int name_expand(struct buf *out, const char *template, const struct name_values *v, struct err *e);

/* An hour: "YYYY/MM/DD/HH", UTC, the S3 folder. */
struct hour {
	char path[14];    /* YYYY/MM/DD/HH */
	char compact[11]; /* YYYYMMDDHH */
	char literal[26]; /* YYYY-MM-DD HH:00:00+00, for SQL */
};

/* hour_parse(text, h, e): -1 with EX_USAGE unless text is an existing hour from 1970 on. */
int hour_parse(const char *text, struct hour *h, struct err *e);

/* A URL operand "SCHEME://BUCKET/PATH". */
struct url {
	char *bucket, *path; /* path without its leading '/', may be empty; both to free */
	int prefix;          /* path was empty, ended in '/', or in '*' (the '*' is removed) */
};

/* url_bucket_length(s): how much of "bucket/key" is the bucket, which may be the ARN of an access
 * point of S3 ("arn:...:accesspoint/name"). */
size_t url_bucket_length(const char *s);

/* url_parse(text, scheme, u, e): -1 with EX_USAGE ("...: expected s3://bucket/key"). */
int url_parse(const char *text, const char *scheme, struct url *u, struct err *e);
void url_free(struct url *u);

#endif
