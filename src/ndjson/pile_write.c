#include "ndjson/pile_write.h"
#include "ndjson/pile_pipe.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { PACK_MOST = 1 << 20 };

struct pile_hand {
	struct pile_writers *ws;
	struct encoder *encoder; /* NULL: plain */
	struct buf packed;
	struct pile_write *list;
};

void
pile_writers_init(struct pile_writers *ws, struct pile_files *files, size_t most)
{
	*ws = (struct pile_writers){.files = files, .most = most, .wake_fd = -1, .stop_fd = -1};
	pthread_mutex_init(&ws->lock, NULL);
	pthread_cond_init(&ws->done, NULL);
}

void
pile_writers_free(struct pile_writers *ws)
{
	while (ws->n_spare > 0)
		free(ws->spare[--ws->n_spare]);
	pthread_cond_destroy(&ws->done);
	pthread_mutex_destroy(&ws->lock);
	if (ws->stop_fd >= 0)
		close(ws->stop_fd);
}

void
pile_writers_command(
    struct pile_writers *ws, const char *command, const char *template, int wake_fd)
{
	ws->template = template;
	ws->command = command;
	ws->wake_fd = wake_fd;
	ws->stop_fd = eventfd(0, EFD_CLOEXEC);
}

void
pile_writers_hold(struct pile_writers *ws, size_t n)
{
	pthread_mutex_lock(&ws->lock);
	ws->held += n;
	pthread_mutex_unlock(&ws->lock);
}

int
pile_writers_fit(struct pile_writers *ws, size_t n, size_t memory, int wait)
{
	int fit;

	pthread_mutex_lock(&ws->lock);
	while (wait && ws->held > 0 && ws->held + n > memory && !ws->failed)
		pthread_cond_wait(&ws->done, &ws->lock);
	fit = ws->held == 0 || ws->held + n <= memory;
	pthread_mutex_unlock(&ws->lock);
	return fit;
}

int
pile_writers_failed(struct pile_writers *ws, struct err *e)
{
	int failed;

	pthread_mutex_lock(&ws->lock);
	failed = ws->failed;
	if (failed)
		*e = ws->e;
	pthread_mutex_unlock(&ws->lock);
	return failed;
}

/* A write has failed, with e; the error of the first that did is told of all. */
static void
fail(struct pile_writers *ws, struct err *e)
{
	uint64_t one = 1;

	pthread_mutex_lock(&ws->lock);
	if (!ws->failed)
		ws->e = *e;
	*e = ws->e;
	ws->failed = 1;
	if (ws->stop_fd >= 0 && write(ws->stop_fd, &one, sizeof one) < 0)
		ws->failed = 1; /* it is readable already */
	pthread_cond_broadcast(&ws->done);
	pthread_mutex_unlock(&ws->lock);
}

char *
pile_spare(struct pile_writers *ws)
{
	char *spare = NULL;

	pthread_mutex_lock(&ws->lock);
	if (ws->n_spare > 0)
		spare = ws->spare[--ws->n_spare];
	pthread_mutex_unlock(&ws->lock);
	return spare;
}

static void
give_back(struct pile_writers *ws, char *full)
{
	pthread_mutex_lock(&ws->lock);
	if (ws->n_spare < SPARE_MOST) {
		ws->spare[ws->n_spare++] = full;
		full = NULL;
	}
	pthread_mutex_unlock(&ws->lock);
	free(full);
}

struct pile_hand *
pile_hand_new(struct pile_writers *ws)
{
	struct pile_hand *h = xcalloc(1, sizeof *h);

	h->ws = ws;
	if (ws->files->kind != CODEC_PLAIN)
		h->encoder = encoder_new(ws->files->kind);
	return h;
}

/* Free the first write of the list. */
static void
drop(struct pile_hand *h)
{
	struct pile_write *w = h->list;

	h->list = w->next;
	if (w->full)
		give_back(h->ws, w->own);
	else
		free(w->own);
	free(w);
}

void
pile_hand_free(struct pile_hand *h)
{
	if (h == NULL)
		return;
	while (h->list != NULL)
		drop(h);
	encoder_free(h->encoder);
	buf_free(&h->packed);
	free(h);
}

void
pile_hand_take(struct pile_hand *h, struct pile_write *list)
{
	struct pile_write **end = &h->list;

	while (*end != NULL)
		end = &(*end)->next;
	*end = list;
}

/* Wait until all earlier writes of the part are done. */
static int
wait_turn(struct pile_writers *ws, const struct pile_write *w, struct err *e)
{
	int failed;

	pthread_mutex_lock(&ws->lock);
	while (w->part->done != w->number && !ws->failed)
		pthread_cond_wait(&ws->done, &ws->lock);
	failed = ws->failed;
	if (failed)
		*e = ws->e;
	pthread_mutex_unlock(&ws->lock);
	return failed ? -1 : 0;
}

/* Count a write as done; whether it was the last of its part to be so. */
static int
count_done(struct pile_writers *ws, const struct pile_write *w)
{
	struct part *part = w->part;
	int all;

	pthread_mutex_lock(&ws->lock);
	part->done++;
	if (w->last)
		part->all = w->number + 1;
	all = part->done == part->all;
	pthread_cond_broadcast(&ws->done);
	pthread_mutex_unlock(&ws->lock);
	return all;
}

static int
append(struct part *part, const char *p, size_t n, struct err *e)
{
	uint64_t at = part->size;

	part->size += n;
	if (part->file.tmp == NULL)
		return outfile_write(&part->file, p, n, e);
	return outfile_write_at(&part->file, at, p, n, e);
}

/* Append a piece, packed into h->packed already when it is to be, and what begins and ends the
 * file. */
static int
append_piece(
    struct pile_hand *h, struct part *part, const char *p, size_t n, int last, struct err *e)
{
	struct buf head = {0};
	int rc = 0;

	if (h->encoder == NULL)
		return append(part, p, n, e);
	encoder_begin(h->encoder, &part->encoded, &head);
	encoded_add(&part->encoded, p, n);
	if (last)
		encoder_finish(h->encoder, &part->encoded, &h->packed);
	if (head.len > 0)
		rc = append(part, head.data, head.len, e);
	if (rc == 0)
		rc = append(part, h->packed.data, h->packed.len, e);
	buf_free(&head);
	return rc;
}

/* Compress the first piece, wait for the write's turn, then append it and the others. */
static int
write_in_order(struct pile_hand *h, const struct pile_write *w, struct err *e)
{
	const char *p = w->p;
	size_t rest = w->n, n;
	int waited = 0;

	do {
		n = rest < PACK_MOST ? rest : PACK_MOST;
		buf_clear(&h->packed);
		if (h->encoder != NULL && n > 0)
			encoder_pack(h->encoder, p, n, &h->packed);
		if (!waited++ && wait_turn(h->ws, w, e) != 0)
			return -1;
		if (append_piece(h, w->part, p, n, w->last && n == rest, e) != 0)
			return -1;
		p += n;
		rest -= n;
	} while (rest > 0);
	return 0;
}

/* The whole of a part to a command; then its memory is free. */
static int
write_to_command(struct pile_writers *ws, const struct pile_write *w, struct err *e)
{
	if (pile_pipe(ws, w, e) != 0)
		return -1;
	part_forget(w->part);
	pthread_mutex_lock(&ws->lock);
	ws->held -= w->part->memory;
	pthread_cond_broadcast(&ws->done);
	pthread_mutex_unlock(&ws->lock);
	return 0;
}

static int
write_one(struct pile_hand *h, const struct pile_write *w, struct err *e)
{
	struct part *part = w->part;
	int rc = 0;

	if (h->ws->command != NULL)
		return write_to_command(h->ws, w, e);
	if (h->encoder != NULL || part->file.tmp == NULL)
		rc = write_in_order(h, w, e);
	else if (w->n > 0)
		rc = outfile_write_at(&part->file, w->at, w->p, w->n, e);
	if (rc == 0 && count_done(h->ws, w))
		rc = pile_file_settle(h->ws->files, part, e);
	return rc;
}

int
pile_hand_write(struct pile_hand *h, struct err *e)
{
	while (h->list != NULL) {
		if (write_one(h, h->list, e) != 0) {
			fail(h->ws, e);
			return -1;
		}
		drop(h);
	}
	return 0;
}
