#include "ndjson/reader.h"
#include "base/io.h"
#include "ndjson/codec.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 256 << 10 };

struct reader {
	struct records *records;
	struct decoder *decoder;
	int wake_fd;
	int sunk; /* the error in hand is the sink's: it needs no place */
	char *block;
};

static int
take_bytes(void *arg, const void *p, size_t n, struct err *e)
{
	struct reader *r = arg;

	if (records_feed(r->records, p, n, e) == 0)
		return 0;
	r->sunk = 1;
	return -1;
}

struct reader *
reader_new(const struct record_rules *rules, int wake_fd, record_sink *sink, void *arg)
{
	struct reader *r = xcalloc(1, sizeof *r);

	r->records = records_new(rules, sink, arg);
	r->decoder = decoder_new(take_bytes, r);
	r->wake_fd = wake_fd;
	r->block = xmalloc(BLOCK);
	return r;
}

void
reader_free(struct reader *r)
{
	if (r == NULL)
		return;
	records_free(r->records);
	decoder_free(r->decoder);
	free(r->block);
	free(r);
}

/* read(2), or -1 with EINTR once woken. */
static ssize_t
read_or_wake(const struct reader *r, int fd)
{
	struct pollfd fds[2] = {{fd, POLLIN, 0}, {r->wake_fd, POLLIN, 0}};
	int n;

	if (r->wake_fd >= 0) {
		do
			n = poll(fds, 2, -1);
		while (n < 0 && errno == EINTR);
		if (n > 0 && fds[1].revents != 0) {
			errno = EINTR;
			return -1;
		}
	}
	return io_read(fd, r->block, BLOCK);
}

static int
read_all(struct reader *r, int fd, const char *name, struct err *e)
{
	ssize_t n;

	while ((n = read_or_wake(r, fd)) > 0)
		if (decoder_feed(r->decoder, r->block, (size_t)n, e) != 0)
			return -1;
	if (n < 0) {
		r->sunk = 1;
		return err_sys(e, errno == EINTR ? EX_TEMPFAIL : EX_IOERR, name);
	}
	if (decoder_finish(r->decoder, e) != 0)
		return -1;
	r->sunk = 1;
	return records_end(r->records, e);
}

int
reader_file(struct reader *r, const char *path, struct err *e)
{
	int is_stdin = strcmp(path, "-") == 0, fd = STDIN_FILENO, rc;
	const char *name = is_stdin ? "standard input" : path;

	if (!is_stdin)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, errno == ENOENT ? EX_NOINPUT : EX_IOERR, name);
	r->sunk = 0;
	decoder_reset(r->decoder);
	records_begin(r->records, name);
	rc = read_all(r, fd, name, e);
	if (!is_stdin)
		close(fd);
	return rc != 0 && !r->sunk ? err_prefix(e, "%s", name) : rc;
}
