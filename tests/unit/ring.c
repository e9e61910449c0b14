/* Bytes come out of a ring as they went in, however they are cut, and neither side waits for good. */
#include "base/buf.h"
#include "check.h"
#include "ndjson/ring.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

enum { SIZE = 1 << 12, BYTES = 1 << 20 };

struct filler {
	struct ring *ring;
	unsigned seed; /* 0: each room is filled whole */
	uint64_t filled;
	int wrong; /* rooms: only one thread may CHECK */
};

static unsigned
draw(unsigned *seed, unsigned most)
{
	*seed = *seed * 1103515245 + 12345;
	return 1 + (*seed >> 16) % most;
}

static char
byte_at(uint64_t at)
{
	return (char)((at * 2654435761u) >> 24);
}

static void *
fill(void *filler)
{
	struct filler *f = filler;
	const struct err e = {.code = EX_DATAERR, .text = "cut"};

	while (f->filled < BYTES) {
		size_t n;
		char *room = ring_room(f->ring, &n);

		if (room == NULL)
			return NULL;
		f->wrong += n == 0 || n > SIZE;
		if (f->seed != 0)
			n = draw(&f->seed, (unsigned)n);
		if (n > BYTES - f->filled)
			n = BYTES - f->filled;
		for (size_t i = 0; i < n; i++)
			room[i] = byte_at(f->filled + i);
		ring_fill(f->ring, n);
		f->filled += n;
	}
	ring_end(f->ring, &e);
	return NULL;
}

/* Get until the end, or some bytes and then no more. */
static void
through(unsigned fill_seed, unsigned most, uint64_t until)
{
	struct filler f = {.ring = ring_new(SIZE), .seed = fill_seed};
	unsigned seed = fill_seed + most;
	char *got = xmalloc(most);
	struct err e = {0};
	uint64_t at = 0;
	ptrdiff_t n = 1;
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, fill, &f) == 0);
	while (n > 0 && at < until) {
		n = ring_get(f.ring, got, draw(&seed, most), &e);
		for (ptrdiff_t i = 0; i < n; i++)
			CHECK(got[i] == byte_at(at + (uint64_t)i));
		at += n > 0 ? (uint64_t)n : 0;
	}
	ring_stop(f.ring);
	CHECK(pthread_join(thread, NULL) == 0 && f.wrong == 0);
	if (until > BYTES) {
		CHECK(at == BYTES && n == -1);
		CHECK_STR(e.text, "cut");
	} else
		CHECK(f.filled < BYTES && f.filled - at <= SIZE);
	ring_free(f.ring);
	free(got);
}

int
main(void)
{
	static const unsigned seeds[] = {0, 1, 2}, most[] = {1, 100, SIZE, 3 * SIZE};

	for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++)
		for (size_t j = 0; j < sizeof most / sizeof most[0]; j++) {
			through(seeds[i], most[j], UINT64_MAX);
			through(seeds[i], most[j], BYTES / 2);
			through(seeds[i], most[j], 0);
		}
	return check_done();
}
