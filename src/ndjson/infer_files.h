/* NDJSON files, plain or compressed, into one tree of paths, on threads. */
#ifndef NDJSON_INFER_FILES_H
#define NDJSON_INFER_FILES_H

#include "base/progress.h"
#include "ndjson/infer.h"
#include "ndjson/records.h"

struct infer_plan {
	const struct record_rules *rules;
	unsigned threads;
	size_t max_paths;
	uint64_t sample;           /* parts of a million that are looked at; 0: all */
	uint64_t head;             /* no more than the first so many records; 0: all */
	int wake_fd;               /* reading ends once it is readable (a signalfd); -1: none */
	struct progress *progress; /* told: bytes; or NULL */
};

/* infer_files(plan, file, e): all that is in the files (by name, NULL behind the last; "-" is
 * standard input), to be ended with infer_free; NULL as blocks_take, and EX_DATAERR when the
 * records have more than max_paths keys of their own. What is no record is told on stderr, the
 * first of each reason. A record is in a sample or not by its bytes alone. sample and head of one
 * plan are not both set. Memory: what the tree needs (about 2 KiB a path), and on each thread 12
 * MiB at most of the like, twice 256 KiB and what is found in them; a record longer than that once
 * more. */
struct infer *infer_files(const struct infer_plan *plan, char *const *file, struct err *e);
void infer_free(struct infer *in);

#endif
