#include "ndjson/fit_file.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

struct segment {
	struct segment *next;
	uint64_t number;
	struct buf text;
};

struct record_hand {
	struct record_file *file;
	struct segment *first, **behind; /* not yet written */
	struct encoder *encoder;         /* NULL: plain */
	struct buf packed;
};

int
record_file_open(struct record_file *f, const char *path, struct err *e)
{
	*f = (struct record_file){.path = path};
	if (path != NULL && outfile_open(&f->out, path, e) != 0)
		return -1;
	f->kind = path != NULL ? codec_of_path(path) : CODEC_PLAIN;
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->turned, NULL);
	f->open = 1;
	return 0;
}

struct record_hand *
record_hand_new(struct record_file *f)
{
	struct record_hand *h;

	if (f == NULL)
		return NULL;
	h = xcalloc(1, sizeof *h);
	h->file = f;
	h->behind = &h->first;
	h->encoder = f->kind != CODEC_PLAIN ? encoder_new(f->kind) : NULL;
	return h;
}

static void
drop_first(struct record_hand *h)
{
	struct segment *s = h->first;

	h->first = s->next;
	if (h->first == NULL)
		h->behind = &h->first;
	buf_free(&s->text);
	free(s);
}

void
record_hand_free(struct record_hand *h)
{
	if (h == NULL)
		return;
	while (h->first != NULL)
		drop_first(h);
	encoder_free(h->encoder);
	buf_free(&h->packed);
	free(h);
}

static int
write_out(struct record_file *f, const char *p, size_t n, struct err *e)
{
	if (f->path != NULL)
		return outfile_write(&f->out, p, n, e);
	if (io_write(STDOUT_FILENO, p, n) == 0)
		return 0;
	err_sys(e, EX_IOERR, "standard output");
	if (errno == EPIPE) /* for the process: the signal held for this thread ends with it */
		kill(getpid(), SIGPIPE);
	return -1;
}

static int
flush_plain(struct record_file *f, struct err *e)
{
	int rc = f->gathered.len > 0 ? write_out(f, f->gathered.data, f->gathered.len, e) : 0;

	buf_clear(&f->gathered);
	return rc;
}

static int
add_plain(struct record_file *f, const char *p, size_t n, struct err *e)
{
	if (f->gathered.len + n >= RECORD_FILE_BUFFER && flush_plain(f, e) != 0)
		return -1;
	if (n >= RECORD_FILE_BUFFER / 4 && f->gathered.len == 0)
		return write_out(f, p, n, e);
	buf_add(&f->gathered, p, n);
	return 0;
}

/* What was gathered is a segment of h from now on. */
static void
take_segment(struct record_hand *h)
{
	struct segment *s = xcalloc(1, sizeof *s);

	s->number = h->file->segments++;
	s->text = h->file->gathered;
	h->file->gathered = (struct buf){0};
	*h->behind = s;
	h->behind = &s->next;
}

int
record_hand_add(struct record_hand *h, const char *p, size_t n, uint64_t rows, struct err *e)
{
	struct record_file *f = h->file;

	f->rows += rows;
	f->bytes += n;
	if (f->kind == CODEC_PLAIN)
		return add_plain(f, p, n, e);
	while (n > 0) {
		size_t room = RECORD_FILE_BUFFER - f->gathered.len, take = n < room ? n : room;

		if (f->gathered.cap == 0)
			buf_reserve(&f->gathered, RECORD_FILE_BUFFER);
		buf_add(&f->gathered, p, take);
		p += take;
		n -= take;
		if (take == room)
			take_segment(h);
	}
	return 0;
}

/* Wait for the turn of a segment; -1 when an earlier one could not be written, which was told. */
static int
wait_turn(struct record_file *f, uint64_t number)
{
	int failed;

	pthread_mutex_lock(&f->lock);
	while (f->written != number && !f->failed)
		pthread_cond_wait(&f->turned, &f->lock);
	failed = f->failed;
	pthread_mutex_unlock(&f->lock);
	return failed ? -1 : 0;
}

static void
end_turn(struct record_file *f, int rc)
{
	pthread_mutex_lock(&f->lock);
	f->written++;
	f->failed |= rc != 0;
	pthread_cond_broadcast(&f->turned);
	pthread_mutex_unlock(&f->lock);
}

/* The bytes of s compressed, in h->packed, written in their turn. */
static int
write_segment(struct record_hand *h, const struct segment *s, struct err *e)
{
	struct record_file *f = h->file;
	struct buf begin = {0};
	int rc = 0;

	buf_clear(&h->packed);
	encoder_pack(h->encoder, s->text.data, s->text.len, &h->packed);
	if (wait_turn(f, s->number) != 0)
		return err_set(e, EX_IOERR, "%s: an earlier write failed", f->path);
	encoder_begin(h->encoder, &f->state, &begin);
	encoded_add(&f->state, s->text.data, s->text.len);
	if (begin.len > 0)
		rc = write_out(f, begin.data, begin.len, e);
	if (rc == 0)
		rc = write_out(f, h->packed.data, h->packed.len, e);
	buf_free(&begin);
	end_turn(f, rc);
	return rc;
}

int
record_hand_write(struct record_hand *h, struct err *e)
{
	int rc = 0;

	while (h != NULL && h->first != NULL) {
		if (rc == 0)
			rc = write_segment(h, h->first, e);
		drop_first(h);
	}
	return rc;
}

/* The last segment and the end of the compressed stream. */
static int
finish(struct record_file *f, struct err *e)
{
	struct record_hand *h = record_hand_new(f);
	struct buf end = {0};
	int rc = 0;

	if (f->gathered.len > 0) {
		take_segment(h);
		rc = record_hand_write(h, e);
	}
	encoder_finish(h->encoder, &f->state, &end);
	if (rc == 0)
		rc = write_out(f, end.data, end.len, e);
	buf_free(&end);
	record_hand_free(h);
	return rc;
}

static void
release(struct record_file *f)
{
	if (f->open) {
		pthread_mutex_destroy(&f->lock);
		pthread_cond_destroy(&f->turned);
	}
	f->open = 0;
	buf_free(&f->gathered);
}

int
record_file_commit(struct record_file *f, struct err *e)
{
	int rc = f->kind == CODEC_PLAIN ? flush_plain(f, e) : finish(f, e);

	if (rc == 0 && f->path != NULL)
		rc = outfile_commit(&f->out, e);
	if (rc != 0)
		record_file_abort(f);
	release(f);
	return rc;
}

void
record_file_abort(struct record_file *f)
{
	outfile_abort(&f->out);
	release(f);
}
