/* Records to piles by the value of their key; what has no usable one goes to the quarantine. */
#ifndef NDJSON_SPLIT_H
#define NDJSON_SPLIT_H

#include "base/io.h"
#include "base/progress.h"
#include "ndjson/pile.h"
#include "ndjson/records.h"

struct split {
	struct piles *piles;
	const char *key;           /* as the user wrote it, for messages */
	uint64_t max_line;         /* bytes, for messages */
	size_t max_depth;          /* likewise */
	int wake_fd;               /* reading ends once it is readable (a signalfd) */
	struct progress *progress; /* told: bytes, types and rejects; or NULL */
	struct outfile *report;    /* open file for the rejects manifest, or NULL */
	struct buf report_text;    /* not yet written to it */
	struct buf unescaped;      /* the type at hand, when it is spelled with escapes */
	uint64_t good;             /* records of a type */
	uint64_t rejected[REJECT_REASONS];
};

/* split_files(s, rules, file, threads, e): split all files (see blocks_new) on so many threads.
 * What comes out does not depend on their number. -1 as blocks_take and split_record. */
int split_files(struct split *s, const struct record_rules *rules, char *const *file,
    unsigned threads, struct err *e);

/* split_record(split, rec, e): a record_sink. The record goes to the pile of its type, or to
 * TYPE_REJECTED and the report; the first of each reason is told on stderr. -1 as piles_add and
 * outfile_write. */
int split_record(void *split, const struct record *rec, struct err *e);

/* split_finish(s, e): write what is left of the report (it is not committed). */
int split_finish(struct split *s, struct err *e);

/* split_rejected(s): all records set aside. */
uint64_t split_rejected(const struct split *s);

/* split_tell(s): one line on stderr that sums up what was set aside, if anything. */
void split_tell(const struct split *s);

/* split_free(s): the buffers, neither piles nor report. */
void split_free(struct split *s);

#endif
