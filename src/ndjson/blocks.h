/* The bytes of files, plain or compressed (told by their first bytes), as blocks of whole lines.
 *
 * Blocks are taken by one thread at a time; what is in one is the taker's until it takes the next
 * into it. Compressed files are decoded by a thread of their own, which runs at most a few blocks
 * ahead. */
#ifndef NDJSON_BLOCKS_H
#define NDJSON_BLOCKS_H

#include "base/err.h"
#include "base/progress.h"

#include <stddef.h>
#include <stdint.h>

enum {
	BLOCK_BYTES = 256 << 10, /* what a block usually holds at most */
	BLOCK_LONG = 1 << 20     /* a line that is longer comes in pieces */
};

/* One block. All zero at first; ended with block_free. */
struct block {
	const char *source; /* its name as messages give it; lives as long as the blocks */
	uint64_t offset;    /* of data in the source (decoded), in bytes from 0 */
	char *data;
	size_t len, cap;
	int last; /* the source ends with it (a missing last line feed is there), maybe with no byte
		     at all */
	int cut;  /* the bytes of a longer line: more follow, see blocks_more */
};

void block_free(struct block *b);

struct blocks;

/* blocks_new(file, wake_fd): files by name, NULL behind the last one; "-" is standard input.
 * Reading ends once wake_fd is readable (a signalfd); -1 for none. Ended with blocks_free. */
struct blocks *blocks_new(char *const *file, int wake_fd);
void blocks_free(struct blocks *bs);

/* blocks_take(bs, b, e): the next block: 1, or 0 when there is none. It begins at the start of a
 * line and ends at the end of one. -1 with EX_NOINPUT: no such file; EX_IOERR: unreadable;
 * EX_DATAERR: its compressed stream is damaged or cut, with the byte; EX_TEMPFAIL: woken or
 * stopped. */
int blocks_take(struct blocks *bs, struct block *b, struct err *e);

/* blocks_piece(bs, b, progress, e): blocks_take as a step of a crew (base/crew.h): CREW_PIECE, or
 * CREW_ALONE when b was cut, CREW_NONE, -1. Shows in progress, which may be NULL, what was read. */
int blocks_piece(struct blocks *bs, struct block *b, struct progress *progress, struct err *e);

/* blocks_more(bs, b, e): b was cut: what follows, up to the end of the line and maybe beyond it to
 * the end of another. As blocks_take; 0 never. */
int blocks_more(struct blocks *bs, struct block *b, struct err *e);

/* blocks_stop(bs): a waiting blocks_take returns with EX_TEMPFAIL soon. Any thread may call it. */
void blocks_stop(struct blocks *bs);

/* blocks_read(bs), blocks_size(bs): bytes read from files so far, as they are on the disk, and the
 * size of all of them, 0 when that of one can't be known (a pipe). By the thread that takes. */
uint64_t blocks_read(const struct blocks *bs);
uint64_t blocks_size(const struct blocks *bs);

#endif
