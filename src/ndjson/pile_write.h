/* The writes of piles: handed off in the order of the records, done by many threads at once.
 *
 * A write goes to its offset in its file, so that writes need not wait for each other; only where
 * the offset is not known before (compressed files) or there is none (pipes) do those of one file
 * wait for their turn. The last write of a part brings its file to the disk. With a command each
 * part is one write, which is piped to it. */
#ifndef NDJSON_PILE_WRITE_H
#define NDJSON_PILE_WRITE_H

#include "ndjson/pile.h"
#include "ndjson/pile_file.h"

#include <pthread.h>

struct pile_write {
	struct pile_write *next;
	const struct pile *pile;
	struct part *part;
	char *own; /* the bytes, to be freed; NULL: they are in the block that the writing thread
		      holds */
	const char *p; /* the bytes */
	size_t n;
	uint64_t at; /* offset in the file, before compression */
	uint32_t number;
	char last; /* of its part */
	char full; /* own is of full size */
};

enum { SPARE_MOST = 32 };

struct pile_writers {
	struct pile_files *files;
	size_t most; /* bytes of a full buffer */
	pthread_mutex_t lock;
	pthread_cond_t done; /* a write was, or one failed */
	int failed;
	struct err e;            /* of the first that failed */
	char *spare[SPARE_MOST]; /* full-size buffers that are free */
	size_t n_spare;
	/* with a command instead of files */
	const char *command;  /* NULL: none */
	const char *template; /* of the files it writes, or NULL */
	size_t held;          /* memory of parts handed off, until their commands have ended */
	int wake_fd;          /* see struct pile_plan */
	int stop_fd;          /* readable once a write has failed */
};

/* pile_writers_init(ws, files, most): ended with pile_writers_free when no thread writes. */
void pile_writers_init(struct pile_writers *ws, struct pile_files *files, size_t most);
void pile_writers_free(struct pile_writers *ws);

/* pile_writers_command(ws, command, template, wake_fd): parts go to the command, which writes files
 * of these names; NULL: of none that are known. */
void pile_writers_command(
    struct pile_writers *ws, const char *command, const char *template, int wake_fd);

/* pile_writers_hold(ws, n): a part of n bytes of memory is handed off. */
void pile_writers_hold(struct pile_writers *ws, size_t n);

/* pile_writers_fit(ws, n, memory, wait): whether n bytes beside what is held are within the memory;
 * wait until that is so, or until a write has failed. */
int pile_writers_fit(struct pile_writers *ws, size_t n, size_t memory, int wait);

/* pile_writers_failed(ws, e): whether a write has failed, and how. */
int pile_writers_failed(struct pile_writers *ws, struct err *e);

/* pile_spare(ws): a free buffer of most + 1 bytes, or NULL. */
char *pile_spare(struct pile_writers *ws);

/* What one thread needs to write: see pile.h. */
struct pile_hand *pile_hand_new(struct pile_writers *ws);

/* pile_hand_take(h, list): these writes, oldest first, are for pile_hand_write. */
void pile_hand_take(struct pile_hand *h, struct pile_write *list);

#endif
