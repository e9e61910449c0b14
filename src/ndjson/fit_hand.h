/* What comes of a block's records, kept by one thread until it is the block's turn, or written at
 * once when it is. */
#ifndef NDJSON_FIT_HAND_H
#define NDJSON_FIT_HAND_H

#include "ndjson/blocks.h"
#include "ndjson/fit_files.h"

struct fit_hand;
struct fit_hand *fit_hand_new(struct fit_run *run);
void fit_hand_free(struct fit_hand *h);

/* fit_hand_look(h, block): find what comes of the records of a block that is not cut, until
 * FIT_AHEAD is reached; the block stays until fit_hand_give. */
void fit_hand_look(struct fit_hand *h, const struct block *block);

/* fit_hand_give(h, blocks, block, line, e): in the block's turn: write and tell all of it, and of
 * one that is cut what follows up to a line's end. *line is the number of the block's first line,
 * from 1; it becomes that of the line behind the block. -1 as fit_files. */
int fit_hand_give(
    struct fit_hand *h, struct blocks *blocks, struct block *block, uint64_t *line, struct err *e);

/* fit_hand_settle(h, e): write what giving left to this hand. -1 as record_hand_write. */
int fit_hand_settle(struct fit_hand *h, struct err *e);

#endif
