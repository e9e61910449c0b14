/* The records of a block, found by one thread while others are at other blocks, kept until it is
 * the block's turn. */
#ifndef NDJSON_BATCH_H
#define NDJSON_BATCH_H

#include "ndjson/blocks.h"
#include "ndjson/records.h"

struct batch;

/* batch_new(rules): see records_new. Ended with batch_free. */
struct batch *batch_new(const struct record_rules *rules);
void batch_free(struct batch *b);

/* batch_scan(b, block): find all records of a block that is not cut; they point into it. */
void batch_scan(struct batch *b, const struct block *block);

/* batch_give(b, line, sink, arg, e): hand the records that batch_scan found to sink, in order.
 * *line is the number of the block's first line in its source, from 1; it becomes that of the line
 * behind the block. -1 with what sink set. */
int batch_give(struct batch *b, uint64_t *line, record_sink *sink, void *arg, struct err *e);

/* batch_stream(b, blocks, block, line, sink, arg, e): a block, and what follows up to a line's end
 * when it is cut: hand the records to sink as they are found, those longer than the cap in parts.
 * Those of a cut block live until sink returns. -1 as blocks_more or with what sink set. */
int batch_stream(struct batch *b, struct blocks *blocks, struct block *block, uint64_t *line,
    record_sink *sink, void *arg, struct err *e);

#endif
