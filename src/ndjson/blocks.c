#include "ndjson/blocks.h"
#include "base/buf.h"
#include "base/crew.h"
#include "base/num.h"
#include "ndjson/source.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEAST_BYTES = 64, MOST_BYTES = 1 << 20 }; /* of HOURTOOLS_BLOCK_BYTES */

struct blocks {
	char *const *next; /* the file to be opened next */
	struct source *at; /* the open one */
	uint64_t offset;   /* of the next byte handed out, in it */
	struct buf begun;  /* of a line that is not handed out yet */
	int wake_fd, stop_fd;
	size_t usual, most;  /* bytes of a block, and of one that holds a single line */
	uint64_t read, size; /* read: of the files before */
};

/* The size of all files on the disk, 0 when one is no regular file. */
static uint64_t
size_of_all(char *const *file)
{
	uint64_t size = 0;

	for (; *file != NULL; file++) {
		int is_stdin = strcmp(*file, "-") == 0;
		struct stat st;

		if ((is_stdin ? fstat(STDIN_FILENO, &st) : stat(*file, &st)) != 0 ||
		    !S_ISREG(st.st_mode))
			return 0;
		size += (uint64_t)st.st_size;
	}
	return size;
}

/* BLOCK_BYTES, or what a test asks for, so that blocks end anywhere in small documents. */
static size_t
usual_bytes(void)
{
	const char *text = getenv("HOURTOOLS_BLOCK_BYTES");
	uint64_t n;

	if (text != NULL && num_size(text, &n) == 0 && n >= LEAST_BYTES && n <= MOST_BYTES)
		return (size_t)n;
	return BLOCK_BYTES;
}

struct blocks *
blocks_new(char *const *file, int wake_fd)
{
	struct blocks *bs = xcalloc(1, sizeof *bs);

	bs->next = file;
	bs->wake_fd = wake_fd;
	bs->stop_fd = eventfd(0, EFD_CLOEXEC);
	bs->usual = usual_bytes();
	bs->most = bs->usual * (BLOCK_LONG / BLOCK_BYTES);
	bs->size = size_of_all(file);
	return bs;
}

void
blocks_free(struct blocks *bs)
{
	if (bs == NULL)
		return;
	blocks_stop(bs);
	source_close(bs->at);
	if (bs->stop_fd >= 0)
		close(bs->stop_fd);
	buf_free(&bs->begun);
	free(bs);
}

void
block_free(struct block *b)
{
	free(b->data);
	*b = (struct block){0};
}

void
blocks_stop(struct blocks *bs)
{
	uint64_t one = 1;

	if (bs->stop_fd >= 0 && write(bs->stop_fd, &one, sizeof one) < 0)
		return; /* it is readable already */
}

uint64_t
blocks_read(const struct blocks *bs)
{
	return bs->read + (bs->at != NULL ? source_taken(bs->at) : 0);
}

uint64_t
blocks_size(const struct blocks *bs)
{
	return bs->size;
}

/* Ask for the start of a file that is opened later, so that it is in memory then. */
static void
read_ahead(const char *path)
{
	struct stat st;
	int fd = -1;

	if (path != NULL && strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode))
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED);
	close(fd);
}

static int
open_next(struct blocks *bs, struct err *e)
{
	bs->at = source_open(*bs->next, bs->wake_fd, bs->stop_fd, e);
	if (bs->at == NULL)
		return -1;
	read_ahead(*++bs->next);
	bs->offset = 0;
	return 0;
}

static void
close_source(struct blocks *bs)
{
	bs->read += source_taken(bs->at);
	source_close(bs->at);
	bs->at = NULL;
}

static void
grow(struct block *b, size_t cap)
{
	if (b->cap >= cap)
		return;
	b->data = xrealloc(b->data, cap);
	b->cap = cap;
}

/* Fill b behind its first len bytes, where no line ends, with at least a whole line when one fits
 * in. */
static int
fill(struct blocks *bs, struct block *b, struct err *e)
{
	const char *lf = NULL;
	ptrdiff_t n;

	for (;;) {
		while (b->len < b->cap) {
			n = source_read(bs->at, b->data + b->len, b->cap - b->len, e);
			if (n < 0)
				return -1;
			if (n == 0) {
				b->last = 1;
				if (b->len > 0 && b->data[b->len - 1] != '\n')
					b->data[b->len++] = '\n';
				return 0;
			}
			b->len += (size_t)n;
		}
		lf = memrchr(b->data, '\n', b->len);
		if (lf != NULL || b->cap >= bs->most)
			break;
		grow(b, b->cap * 2);
	}
	b->cut = lf == NULL;
	if (lf != NULL) {
		size_t whole = (size_t)(lf + 1 - b->data);

		buf_add(&bs->begun, lf + 1, b->len - whole);
		b->len = whole;
	}
	return 0;
}

static int
take(struct blocks *bs, struct block *b, struct err *e)
{
	b->source = source_name(bs->at);
	b->offset = bs->offset;
	b->last = b->cut = 0;
	b->len = bs->begun.len;
	grow(b, bs->usual);
	while (b->len >= b->cap)
		grow(b, b->cap * 2);
	if (b->len > 0)
		memcpy(b->data, bs->begun.data, b->len);
	buf_clear(&bs->begun);
	if (fill(bs, b, e) != 0)
		return -1;
	bs->offset += b->len;
	if (b->last)
		close_source(bs);
	return 1;
}

int
blocks_take(struct blocks *bs, struct block *b, struct err *e)
{
	if (bs->at == NULL && *bs->next == NULL)
		return 0;
	if (bs->at == NULL && open_next(bs, e) != 0)
		return -1;
	return take(bs, b, e);
}

int
blocks_more(struct blocks *bs, struct block *b, struct err *e)
{
	return take(bs, b, e);
}

int
blocks_piece(struct blocks *bs, struct block *b, struct progress *progress, struct err *e)
{
	int got = blocks_take(bs, b, e);

	if (got <= 0)
		return got < 0 ? -1 : CREW_NONE;
	progress_bytes(progress, blocks_read(bs), blocks_size(bs));
	return b->cut ? CREW_ALONE : CREW_PIECE;
}
