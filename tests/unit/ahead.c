/* Objects read ahead: the same bytes out whatever the threads and the memory, in order, and the first
 * failure in that order. */
#include "base/buf.h"
#include "check.h"
#include "ndjson/ahead.h"
#include "ndjson/codec.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST = 400 };

struct object {
	struct store *store;
	struct buf stored, text;
	int number;
	int damaged;   /* times that its bytes are told to be */
	int broken;    /* it can't be fetched */
	int checked;   /* there is a checksum of the whole */
	int spoilt;    /* and it differs */
	uint64_t seen; /* bytes given to the checksum */
	atomic_int fetched, freed;
};

/* A store of objects, of which some are told. */
struct store {
	struct object object[MOST];
	int n, list_fails;
	unsigned jitter;
	atomic_int under_way, most_under_way, wrong;
	atomic_ullong bytes; /* fetched in all */
};

static int
list(void *arg, struct ahead *a, struct err *e)
{
	struct store *s = arg;

	for (int i = 0; i < s->n; i++) {
		s->object[i].store = s;
		if (ahead_add(a, &s->object[i], s->object[i].stored.len, e) != 0)
			return -1;
	}
	return s->list_fails ? err_set(e, EX_NOINPUT, "the listing fails") : 0;
}

/* In bites of any size, after a while. */
static int
fetch(void *object, uint64_t from, uint64_t to, ahead_sink *sink, void *ctx, struct err *e)
{
	struct object *o = object;
	struct store *s = o->store;
	int now = ++s->under_way, most = s->most_under_way;
	uint64_t state = from * 7919 + (uint64_t)o->number * 104729 + s->jitter;
	int rc = 0;

	while (now > most && !atomic_compare_exchange_weak(&s->most_under_way, &most, now))
		;
	for (unsigned i = 0; i < state % 7 && s->jitter > 0; i++)
		sched_yield();
	o->fetched++;
	while (from < to && rc == 0) {
		uint64_t n = 1 + (state = state * 6364136223846793005ULL + 1) % 300;

		n = n < to - from ? n : to - from;
		if (o->broken && from + n > o->stored.len / 2)
			rc = err_set(e, EX_DATAERR, "object %d is broken", o->number);
		else
			rc = sink(ctx, o->stored.data + from, (size_t)n, e);
		from += n;
		s->bytes += n;
	}
	if (rc == 0 && o->damaged > 0) {
		o->damaged--;
		rc = err_set(e, EX_TEMPFAIL, "object %d is damaged", o->number);
	}
	s->under_way--;
	return rc;
}

static int
open_object(void *object, struct err *e)
{
	(void)e;
	return ((struct object *)object)->checked;
}

static void
add(void *object, const void *p, size_t n)
{
	struct object *o = object;
	struct store *s = o->store;

	s->wrong += memcmp(o->stored.data + o->seen, p, n) != 0;
	o->seen += n;
}

static int
verify(void *object, struct err *e)
{
	struct object *o = object;
	struct store *s = o->store;

	s->wrong += o->seen != o->stored.len;
	return o->spoilt ? err_set(e, EX_TEMPFAIL, "object %d is spoilt", o->number) : 0;
}

static void
name(const void *object, struct buf *out)
{
	buf_addf(out, "object %d", ((const struct object *)object)->number);
}

static void
free_object(void *object)
{
	((struct object *)object)->freed++;
}

static const struct ahead_source source = {
    .list = list,
    .fetch = fetch,
    .open = open_object,
    .add = add,
    .verify = verify,
    .name = name,
    .free = free_object,
};

static void
fill_text(struct buf *out, int number, size_t n)
{
	uint64_t state = (uint64_t)number;

	while (out->len < n) {
		state = state * 6364136223846793005ULL + 1442695040888963407ULL;
		buf_addf(out, "{\"object\":%d,\"random\":\"%llx\"}\n", number,
		    (unsigned long long)state);
	}
	buf_reserve(out, 0);
	out->len = n;
}

/* Every third object is plain, gzip or zstd; sizes are mixed; some end in the middle of a line. */
static void
store_fill(struct store *s, int n, size_t most)
{
	static const enum codec kinds[] = {CODEC_PLAIN, CODEC_GZIP, CODEC_ZSTD};

	memset(s, 0, sizeof *s);
	s->n = n;
	for (int i = 0; i < n; i++) {
		struct object *o = &s->object[i];
		struct encoder *enc = encoder_new(kinds[i % 3]);
		struct encoded f = {0};

		o->number = i;
		fill_text(&o->text, i, (size_t)i * 2654435761u % most);
		encoder_segment(enc, &f, o->text.data, o->text.len, &o->stored);
		encoder_finish(enc, &f, &o->stored);
		encoder_free(enc);
	}
}

/* That of the first n objects, as it is to come out. */
static void
expect(const struct store *s, int n, int undecoded, struct buf *out)
{
	for (int i = 0; i < n; i++) {
		const struct buf *b = undecoded ? &s->object[i].stored : &s->object[i].text;

		if (b->len > 0 && out->len > 0 && out->data[out->len - 1] != '\n' && !undecoded)
			buf_addc(out, '\n');
		buf_add(out, b->data, b->len);
	}
}

static void
store_free(struct store *s)
{
	for (int i = 0; i < s->n; i++) {
		buf_free(&s->object[i].stored);
		buf_free(&s->object[i].text);
	}
}

static int
run(struct store *s, struct ahead_options options, struct buf *out, struct err *e)
{
	struct ahead_source from = source;
	int fd = memfd_create("out", 0), rc;
	off_t n;

	from.arg = s;
	options.fd = fd;
	s->most_under_way = 0;
	for (int i = 0; i < s->n; i++) {
		s->object[i].seen = 0;
		s->object[i].freed = 0;
	}
	rc = ahead_run(&from, &options, e);
	n = lseek(fd, 0, SEEK_END);
	buf_clear(out);
	buf_reserve(out, (size_t)n);
	CHECK(pread(fd, out->data, (size_t)n, 0) == n);
	out->len = (size_t)n;
	close(fd);
	for (int i = 0; i < s->n; i++)
		CHECK(s->object[i].freed <= 1 && (rc != 0 || s->object[i].freed == 1));
	CHECK(s->wrong == 0 && s->under_way == 0);
	CHECK(s->most_under_way <= (int)options.jobs);
	return rc;
}

/* The least memory there can be, a little more, and the usual. */
static const struct ahead_sizes tight = {64, 64, 64, 128, 1}, small = {128, 256, 512, 2560, 7};
static const struct ahead_sizes *const all_sizes[] = {&tight, &small, NULL};

static void
same_bytes(void)
{
	static const unsigned jobs[] = {1, 2, 7, 64};
	struct store s;
	struct buf expected = {0}, found = {0};
	struct err e = {0};

	store_fill(&s, 200, 3000);
	expect(&s, s.n, 0, &expected);
	for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++)
		for (size_t k = 0; k < 3 * 3; k++) {
			struct ahead_options o = {.jobs = jobs[i],
			    .decoders = (unsigned)(k % 3),
			    .sizes = all_sizes[k / 3]};

			s.jitter = (unsigned)(i * 9 + k);
			for (int n = 0; n < s.n; n++)
				s.object[n].checked = n % 2;
			CHECK(run(&s, o, &found, &e) == 0);
			CHECK(found.len == expected.len &&
			      memcmp(found.data, expected.data, found.len) == 0);
		}
	buf_clear(&expected);
	expect(&s, s.n, 1, &expected);
	CHECK(run(&s, (struct ahead_options){.jobs = 3, .sizes = &small, .undecoded = 1}, &found,
		  &e) == 0);
	CHECK(found.len == expected.len && memcmp(found.data, expected.data, found.len) == 0);
	store_free(&s);
	buf_free(&expected);
	buf_free(&found);
}

/* Run with every number of threads: the message, and the output, which is that of the first n objects
 * and, when the sizes split the failing one, some of its beginning. */
static void
fails(struct store *s, int n, int whole, int code, const char *text)
{
	struct buf expected = {0}, found = {0};

	expect(s, n, 0, &expected);
	for (unsigned k = 0; k < 12; k++) {
		struct err e = {0};
		struct ahead_options o = {
		    .jobs = 1 + k * 3, .decoders = 1 + k % 2, .sizes = whole ? NULL : &small};
		int damaged = s->object[n < s->n ? n : 0].damaged;

		s->jitter = k;
		CHECK(run(s, o, &found, &e) == -1);
		s->object[n < s->n ? n : 0].damaged = damaged;
		CHECK(e.code == code);
		CHECK_STR(e.text, text);
		CHECK(whole ? found.len == expected.len : found.len >= expected.len);
		CHECK(memcmp(found.data, expected.data, expected.len) == 0);
	}
	buf_free(&expected);
	buf_free(&found);
}

static void
failures(void)
{
	struct store s;
	struct buf found = {0};
	struct err e = {0};
	char text[200];
	size_t last;

	store_fill(&s, 60, 3000);
	s.list_fails = 1;
	fails(&s, 60, 1, EX_NOINPUT, "the listing fails");
	s.object[41].broken = s.object[42].broken = s.object[50].broken = 1;
	fails(&s, 41, 1, EX_DATAERR, "object 41 is broken");
	fails(&s, 41, 0, EX_DATAERR, "object 41 is broken");
	s.object[33].damaged = 3;
	fails(&s, 33, 1, EX_TEMPFAIL, "object 33 is damaged");
	s.object[33].damaged = 2;
	fails(&s, 41, 1, EX_DATAERR, "object 41 is broken");
	last = s.object[28].stored.len - 1;
	s.object[28].stored.data[last] ^= 1; /* of its length before compression */
	snprintf(text, sizeof text,
	    "object 28: gzip stream is corrupt at byte %zu: checksum or "
	    "length differs",
	    last + 1);
	fails(&s, 28, 0, EX_DATAERR, text);
	s.object[28].checked = 1;
	fails(&s, 28, 0, EX_DATAERR, text);
	s.object[28].spoilt = 1;
	fails(&s, 28, 0, EX_TEMPFAIL, "object 28 is spoilt");
	last = s.object[25].stored.len -= 9;
	snprintf(text, sizeof text,
	    "object 25: gzip stream ends early at byte %zu (object is %zu "
	    "bytes)",
	    last, last);
	fails(&s, 25, 0, EX_DATAERR, text);
	s.n = 0;
	s.list_fails = 0;
	CHECK(run(&s, (struct ahead_options){.jobs = 2}, &found, &e) == 0 && found.len == 0);
	s.n = 60;
	store_free(&s);
	buf_free(&found);
}

static void
refuses_markup(void)
{
	struct store s;

	memset(&s, 0, sizeof s);
	s.n = 1;
	for (int refuse = 0; refuse < 2; refuse++) {
		struct buf found = {0};
		struct err e = {0};

		buf_clear(&s.object[0].stored);
		buf_adds(&s.object[0].stored, " \r\n<html>");
		CHECK(run(&s, (struct ahead_options){.jobs = 1, .refuse_markup = refuse}, &found,
			  &e) == -refuse);
		CHECK(found.len == (refuse ? 0 : s.object[0].stored.len));
		if (refuse)
			CHECK_STR(
			    e.text, "object 0: found an HTML or XML page, expected JSON lines");
		buf_free(&found);
	}
	store_free(&s);
}

/* Someone who takes what comes, and looks meanwhile how much more was fetched. */
struct taker {
	int fd;
	const struct store *s;
	uint64_t taken, most; /* bytes; most: fetched beyond them */
};

static void *
take_slowly(void *taker)
{
	struct taker *t = taker;
	char p[4096];
	ssize_t n;

	while ((n = read(t->fd, p, sizeof p)) > 0) {
		t->taken += (uint64_t)n;
		for (int i = 0; i < 50; i++)
			sched_yield();
		if (t->s->bytes - t->taken > t->most && t->s->bytes > t->taken)
			t->most = t->s->bytes - t->taken;
	}
	return NULL;
}

static void
bounded_before_a_slow_reader(void)
{
	static const struct ahead_sizes sizes = {1 << 12, 1 << 14, 1 << 15, 1 << 16, 1000};
	struct ahead_source from = source;
	struct store s;
	struct err e = {0};
	int fd[2];
	pthread_t thread;
	struct taker t = {.s = &s};
	struct buf expected = {0};

	memset(&s, 0, sizeof s);
	s.n = 40;
	for (int i = 0; i < s.n; i++) {
		fill_text(&s.object[i].stored, i, 100000);
		fill_text(&s.object[i].text, i, 100000);
	}
	expect(&s, s.n, 0, &expected);
	CHECK(pipe(fd) == 0 && fcntl(fd[1], F_SETPIPE_SZ, 4096) > 0);
	t.fd = fd[0];
	CHECK(pthread_create(&thread, NULL, take_slowly, &t) == 0);
	from.arg = &s;
	CHECK(ahead_run(&from, &(struct ahead_options){.jobs = 8, .sizes = &sizes, .fd = fd[1]},
		  &e) == 0);
	close(fd[1]);
	CHECK(pthread_join(thread, NULL) == 0);
	close(fd[0]);
	CHECK(t.taken == expected.len);
	/* The raw pieces, one more on its way out, what is gathered, the pipe. */
	CHECK(t.most <= sizes.memory + sizes.range + (128 << 10) + 2 * 4096);
	store_free(&s);
	buf_free(&expected);
}

static void
ends_with_its_output(void)
{
	struct ahead_source from = source;
	struct store s;
	int full = open("/dev/full", O_WRONLY);

	store_fill(&s, 100, 100000);
	from.arg = &s;
	for (unsigned k = 1; k < 9; k++) {
		struct err e = {0};

		CHECK(ahead_run(&from,
			  &(struct ahead_options){
			      .jobs = k, .sizes = k % 2 ? &small : NULL, .fd = full},
			  &e) == -1);
		CHECK(e.code == EX_IOERR);
		CHECK_STR(e.text, "standard output: No space left on device");
	}
	close(full);
	store_free(&s);
}

int
main(void)
{
	same_bytes();
	failures();
	refuses_markup();
	bounded_before_a_slow_reader();
	ends_with_its_output();
	return check_done();
}
