#include "ndjson/ahead_out.h"
#include "base/buf.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

enum { KEEP = 64 << 10, LARGE = 32 << 10 };

void
out_open(struct ahead_out *o, int fd, int supply)
{
	*o = (struct ahead_out){.fd = fd, .supply = supply, .buffer = xmalloc(KEEP)};
}

void
out_close(struct ahead_out *o)
{
	free(o->buffer);
}

void
out_next(struct ahead_out *o)
{
	o->begun = 0;
}

/* Write what is kept, and n bytes behind it. */
static int
write_all(struct ahead_out *o, const void *p, size_t n, struct err *e)
{
	struct iovec v[2] = {{o->buffer, o->kept}, {(void *)(uintptr_t)p, n}};
	int i = o->kept == 0;

	o->kept = 0;
	while (i < 2 && v[1].iov_len + (i == 0 ? v[0].iov_len : 0) > 0) {
		ssize_t wrote = writev(o->fd, v + i, 2 - i);
		size_t done = (size_t)wrote;

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0) {
			o->broken = 1;
			return err_sys(e, EX_IOERR, "standard output");
		}
		for (; i < 2 && done >= v[i].iov_len; i++)
			done -= v[i].iov_len;
		if (i < 2) {
			v[i].iov_base = (char *)v[i].iov_base + done;
			v[i].iov_len -= done;
		}
	}
	return 0;
}

static int
keep(struct ahead_out *o, const void *p, size_t n, struct err *e)
{
	if (n >= LARGE)
		return write_all(o, p, n, e);
	if (n > KEEP - o->kept && write_all(o, NULL, 0, e) != 0)
		return -1;
	memcpy(o->buffer + o->kept, p, n);
	o->kept += n;
	return 0;
}

int
out_write(struct ahead_out *o, const void *p, size_t n, struct err *e)
{
	if (o->supply && o->open && !o->begun && keep(o, "\n", 1, e) != 0)
		return -1;
	o->begun = 1;
	o->open = ((const char *)p)[n - 1] != '\n';
	return keep(o, p, n, e);
}

int
out_flush(struct ahead_out *o, struct err *e)
{
	return o->broken ? -1 : write_all(o, NULL, 0, e);
}
