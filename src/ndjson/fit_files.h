/* All records of files made to fit, on threads, what comes of them in order. */
#ifndef NDJSON_FIT_FILES_H
#define NDJSON_FIT_FILES_H

#include "base/progress.h"
#include "ndjson/fit.h"
#include "ndjson/fit_file.h"
#include "ndjson/fit_report.h"
#include "ndjson/records.h"

/* Bytes that a thread keeps of the outcome of its block until it is the block's turn, about: what
 * comes of a block beyond them is found again in its turn. */
#define FIT_AHEAD (4u << 20)

struct fit_run {
	const struct fit *fit;
	struct record_rules rules;
	struct record_file *fitted;   /* open; NULL: no records are written */
	struct record_file *rejected; /* open; NULL: refused records are left out */
	struct fit_report *report;
	struct progress *progress; /* told: bytes, records, rejects; or NULL */
	int wake_fd;               /* reading ends once it is readable; -1: none */
	/* counted here */
	uint64_t records, refused; /* the refused ones are in both */
	uint64_t dropped;          /* unknown fields left out of records that fit */
};

/* fit_files(r, file, threads, e): make the records of all files fit (see blocks_new) on so many
 * threads. Nothing that is written depends on their number. -1 as blocks_take, record_hand_add and
 * report_notes. Memory: 16 MiB a thread at most, beside twice the longest record beyond 1 MiB. */
int fit_files(struct fit_run *r, char *const *file, unsigned threads, struct err *e);

#endif
