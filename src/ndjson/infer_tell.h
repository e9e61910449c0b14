/* What ndschema says beside what it prints. */
#ifndef NDJSON_INFER_TELL_H
#define NDJSON_INFER_TELL_H

#include "ndjson/infer_files.h"
#include "ndjson/infer_schema.h"

/* infer_sample(text, parts, e): a share such as "10%" or "0.01%" as parts of a million; text NULL is
 * 0. -1 with EX_USAGE. */
int infer_sample(const char *text, uint64_t *parts, struct err *e);

/* infer_sample_text(plan, in): "10% of the records", "the first 7 records", NULL for all; valid
 * until the next call. */
const char *infer_sample_text(const struct infer_plan *plan, const struct infer *in);

/* infer_usable(in, e): -1 when there is nothing to infer from: EX_NOINPUT without a record, and
 * EX_DATAERR when all were set aside or passed over. */
int infer_usable(const struct infer *in, struct err *e);

/* infer_tell(in, s, map): on stderr what the schema leaves to know: samples, records set aside,
 * the cap, text columns, renamed keys (map: where they are written, or NULL). The exit code: 0, or
 * EX_DIFFER when there are records that no schema takes. */
int infer_tell(const struct infer *in, const struct infer_schema *s, const char *map);

/* infer_is_schema(file): whether the operands of --diff are one schema file, not records: it
 * begins with '[', which no record does, or is an object that schema_load takes. */
int infer_is_schema(char *const *file);

/* infer_same_file(a, b): whether two files to write are one, however they are spelled. */
int infer_same_file(const char *a, const char *b);

#endif
