/* What was refused, as people read it: one example of each problem as it is met, the counts at the
 * end, and every problem as a line of a rejects manifest.
 *
 * Threads take notes of the problems in the records of their blocks; the notes are reported in the
 * order of the blocks, once it is known which line each block begins with. */
#ifndef NDJSON_FIT_REPORT_H
#define NDJSON_FIT_REPORT_H

#include "base/err.h"
#include "base/io.h"
#include "ndjson/fit_notes.h"

/* Bounds of what is kept and told; problems beyond them are only counted together. */
#define REPORT_MAX_GROUPS 1000
#define REPORT_MAX_EXAMPLES 100

/* When at least so many records, and so many percent of all, have one problem, the schema is
 * suspected to be another type's. */
#define REPORT_SUSPECT_RECORDS 10
#define REPORT_SUSPECT_PERCENT 90

struct fit_report;

/* report_new(out): out gets the rejects manifest (source, line, byte offset, reason, detail; one
 * line a problem), or NULL. It stays the caller's. */
struct fit_report *report_new(struct outfile *out);

/* report_notes(r, n, source, line, offset, e): report the notes and clear them. line and offset are
 * added to those of the records noted. EX_IOERR when out can't be written. */
int report_notes(struct fit_report *r, struct fit_notes *n, const char *source, uint64_t line,
    uint64_t offset, struct err *e);

/* report_finish(r, records, e): write what is left of the manifest; tell, for each problem met more
 * than once, how often, and whether the schema looks like that of another type than all those
 * records have. EX_IOERR. */
int report_finish(struct fit_report *r, uint64_t records, struct err *e);

void report_free(struct fit_report *r);

#endif
