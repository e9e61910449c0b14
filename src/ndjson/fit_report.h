/* What was refused, as people read it: one example of each problem as it is met, the counts at the
 * end, and every problem as a line of a rejects manifest. */
#ifndef NDJSON_FIT_REPORT_H
#define NDJSON_FIT_REPORT_H

#include "base/err.h"
#include "base/io.h"
#include "ndjson/fit.h"
#include "ndjson/records.h"

/* Bounds of what is kept and told; problems beyond them are only counted together. */
#define REPORT_MAX_GROUPS 1000
#define REPORT_MAX_EXAMPLES 100

struct fit_report;

/* report_new(out): out gets the rejects manifest (source, line, byte offset, reason, detail; one
 * line a problem), or NULL. It stays the caller's. The sources of records reported must outlive the
 * report. */
struct fit_report *report_new(struct outfile *out);

/* report_problem(r, rec, b, e): one problem of a record. EX_IOERR when out can't be written. */
int report_problem(
    struct fit_report *r, const struct record *rec, const struct fit_problem *b, struct err *e);

/* report_more(r, rec, n, e): the record had n problems more than were reported. EX_IOERR. */
int report_more(struct fit_report *r, const struct record *rec, size_t n, struct err *e);

/* report_fault(r, rec, e): what is no record, by its fault. EX_IOERR. */
int report_fault(struct fit_report *r, const struct record *rec, struct err *e);

/* report_finish(r, e): write what is left of the manifest; tell, for each problem met more than
 * once, how often. EX_IOERR. */
int report_finish(struct fit_report *r, struct err *e);

void report_free(struct fit_report *r);

#endif
