/* What is wrong with records, noted by the thread that checks them, until its turn to report comes.
 */
#ifndef NDJSON_FIT_NOTES_H
#define NDJSON_FIT_NOTES_H

#include "base/buf.h"
#include "ndjson/fit.h"
#include "ndjson/records.h"

/* Notes in order. Zero-initialised is none; ended with buf_free(&text). */
struct fit_notes {
	struct buf text;
};

/* One problem. The texts live until the notes change. */
struct fit_note {
	uint64_t line, offset; /* of the record, as it had them when it was noted */
	int first;             /* of its record */
	const char *reason;
	const char *key; /* "PLACE: KIND": equal for equal problems; "" for what is not counted */
	const char *detail; /* for the rejects manifest */
	const char *text;   /* for a message */
};

/* notes_record(n, rec, list, problems, more): a record that was refused for these problems and so
 * many more. notes_fault(n, rec): what is no record, by its fault. */
void notes_record(struct fit_notes *n, const struct record *rec, const struct fit_problem *list,
    size_t problems, size_t more);
void notes_fault(struct fit_notes *n, const struct record *rec);

/* notes_next(n, at, note): the note at *at (0 at first), which moves on; 0 when there are no more.
 */
int notes_next(const struct fit_notes *n, size_t *at, struct fit_note *note);

#endif
