#include "ndjson/source.h"
#include "base/io.h"
#include "ndjson/codec.h"
#include "ndjson/ring.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { READ_BYTES = 256 << 10, RING_BYTES = 2 << 20, PIPE_BYTES = 1 << 20 };

struct source {
	const char *name;
	int fd, wake_fd, stop_fd;
	unsigned char head[CODEC_MAGIC]; /* its first bytes, which tell the kind */
	size_t n_head, head_given;
	_Atomic uint64_t taken;
	/* when it is compressed */
	struct ring *ring;
	pthread_t thread;
};

/* read(2), or -1 with e; woken when a descriptor besides becomes readable first. */
static ptrdiff_t
read_some(struct source *s, void *p, size_t n, struct err *e)
{
	struct pollfd fds[3] = {
	    {s->fd, POLLIN, 0}, {s->wake_fd, POLLIN, 0}, {s->stop_fd, POLLIN, 0}};
	ssize_t got;

	while (poll(fds, 3, -1) < 0)
		if (errno != EINTR)
			return err_sys(e, EX_IOERR, s->name);
	if (fds[1].revents != 0 || fds[2].revents != 0)
		return err_set(e, EX_TEMPFAIL, "%s: interrupted", s->name);
	got = io_read(s->fd, p, n);
	if (got < 0)
		return err_sys(e, EX_IOERR, s->name);
	s->taken += (uint64_t)got;
	return got;
}

static void *
room(void *source, size_t *n, struct err *e)
{
	struct source *s = source;
	void *p = ring_room(s->ring, n);

	if (p == NULL)
		err_set(e, EX_TEMPFAIL, "%s: interrupted", s->name);
	return p;
}

/* They are in the ring already. */
static int
put_decoded(void *source, const void *p, size_t n, struct err *e)
{
	struct source *s = source;

	(void)p;
	(void)e;
	ring_fill(s->ring, n);
	return 0;
}

static int
decode_all(struct source *s, struct err *e)
{
	struct decoder *decoder = decoder_new(put_decoded, s);
	char *raw = xmalloc(READ_BYTES);
	ptrdiff_t n;
	int rc;

	decoder_into(decoder, room);
	rc = decoder_feed(decoder, s->head, s->n_head, e);
	while (rc == 0 && (n = read_some(s, raw, READ_BYTES, e)) != 0)
		rc = n < 0 ? -1 : decoder_feed(decoder, raw, (size_t)n, e);
	if (rc == 0)
		rc = decoder_finish(decoder, e);
	if (rc != 0 && e->code == EX_DATAERR)
		err_prefix(e, "%s", s->name);
	free(raw);
	decoder_free(decoder);
	return rc;
}

static void *
decode(void *source)
{
	struct source *s = source;
	struct err e;
	int rc = decode_all(s, &e);

	ring_end(s->ring, rc == 0 ? NULL : &e);
	return NULL;
}

/* Read what tells the kind, and begin to decode. */
static int
tell_kind(struct source *s, struct err *e)
{
	ptrdiff_t n = 1;

	while (n > 0 && s->n_head < sizeof s->head) {
		n = read_some(s, s->head + s->n_head, sizeof s->head - s->n_head, e);
		if (n < 0)
			return -1;
		s->n_head += (size_t)n;
	}
	if (codec_of_magic(s->head, s->n_head) == CODEC_PLAIN)
		return 0;
	s->ring = ring_new(RING_BYTES);
	errno = pthread_create(&s->thread, NULL, decode, s);
	if (errno == 0)
		return 0;
	ring_free(s->ring);
	s->ring = NULL;
	return err_sys(e, EX_TEMPFAIL, "a thread to decode");
}

struct source *
source_open(const char *path, int wake_fd, int stop_fd, struct err *e)
{
	struct source *s = xcalloc(1, sizeof *s);
	int is_stdin = strcmp(path, "-") == 0;

	s->name = is_stdin ? "standard input" : path;
	s->wake_fd = wake_fd;
	s->stop_fd = stop_fd;
	s->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0)
		err_sys(e, errno == ENOENT ? EX_NOINPUT : EX_IOERR, s->name);
	if (s->fd >= 0)
		fcntl(s->fd, F_SETPIPE_SZ,
		    PIPE_BYTES); /* fewer switches; refused, or no pipe, is as well */
	if (s->fd >= 0 && tell_kind(s, e) == 0)
		return s;
	source_close(s);
	return NULL;
}

void
source_close(struct source *s)
{
	if (s == NULL)
		return;
	if (s->ring != NULL) {
		ring_stop(s->ring);
		pthread_join(s->thread, NULL);
		ring_free(s->ring);
	}
	if (s->fd > STDIN_FILENO)
		close(s->fd);
	free(s);
}

const char *
source_name(const struct source *s)
{
	return s->name;
}

ptrdiff_t
source_read(struct source *s, char *p, size_t n, struct err *e)
{
	size_t head = s->n_head - s->head_given;

	if (s->ring != NULL)
		return ring_get(s->ring, p, n, e);
	if (head == 0)
		return read_some(s, p, n, e);
	if (head > n)
		head = n;
	memcpy(p, s->head + s->head_given, head);
	s->head_given += head;
	return (ptrdiff_t)head;
}

uint64_t
source_taken(const struct source *s)
{
	return s->taken;
}
