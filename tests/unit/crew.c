/* Pieces are taken and given in order whatever the threads do, and the earliest error is told. */
#include "base/crew.h"
#include "check.h"

#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { PIECES = 2000, NEVER = -1 };

/* What is to happen, and what has. */
struct plan {
	int pieces, alone_every;                              /* 0: none is alone */
	int take_fails, work_fails, give_fails, settle_fails; /* the piece, or NEVER */
	int slow;  /* the piece whose work waits until its successors' is done, or NEVER */
	int waits; /* the piece whose taking waits to be stopped, or NEVER */
	int stop_fd;
	int taken, given; /* without locks: the crew promises that */
	int alone;        /* one is being given alone */
	atomic_int worked, settled, hands, stops, wrong;
};

struct hand {
	int piece, alone;
};

static const struct plan usual = {.pieces = PIECES,
    .take_fails = NEVER,
    .work_fails = NEVER,
    .give_fails = NEVER,
    .settle_fails = NEVER,
    .slow = NEVER,
    .waits = NEVER,
    .stop_fd = -1};

static int
fail_at(int piece, const char *step, struct err *e)
{
	return err_set(e, EX_SOFTWARE, "%s %d", step, piece);
}

static void *
hand_new(void *plan)
{
	struct plan *p = plan;

	p->hands++;
	return calloc(1, sizeof(struct hand));
}

static int
take(void *plan, void *hand, struct err *e)
{
	struct plan *p = plan;
	struct hand *h = hand;
	struct pollfd stopped = {p->stop_fd, POLLIN, 0};

	p->wrong += p->alone;
	if (p->taken == p->pieces)
		return CREW_NONE;
	h->piece = p->taken++;
	if (h->piece == p->waits) {
		while (poll(&stopped, 1, -1) < 0)
			;
		return fail_at(h->piece, "stopped", e);
	}
	if (h->piece == p->take_fails)
		return fail_at(h->piece, "take", e);
	h->alone = p->alone_every > 0 && h->piece % p->alone_every == 0;
	return h->alone ? CREW_ALONE : CREW_PIECE;
}

static int
work(void *plan, void *hand, struct err *e)
{
	struct plan *p = plan;
	struct hand *h = hand;

	p->wrong += h->alone;
	if (h->piece == p->slow)
		while (p->worked < h->piece + 1)
			sched_yield();
	p->worked++;
	return h->piece == p->work_fails ? fail_at(h->piece, "work", e) : 0;
}

static int
give(void *plan, void *hand, struct err *e)
{
	struct plan *p = plan;
	struct hand *h = hand;

	p->wrong += h->piece != p->given;
	p->given++;
	if (h->alone) {
		p->alone = 1;
		if (p->taken < p->pieces &&
		    p->taken % 3 == 0) { /* an alone piece takes more itself */
			p->taken++;
			p->given++;
		}
	}
	return h->piece == p->give_fails ? fail_at(h->piece, "give", e) : 0;
}

static int
settle(void *plan, void *hand, struct err *e)
{
	struct plan *p = plan;
	struct hand *h = hand;

	if (h->alone)
		p->alone = 0;
	p->settled++;
	return h->piece == p->settle_fails ? fail_at(h->piece, "settle", e) : 0;
}

static void
stop(void *plan)
{
	struct plan *p = plan;
	uint64_t one = 1;

	p->stops++;
	if (p->stop_fd >= 0 && write(p->stop_fd, &one, sizeof one) < 0)
		p->wrong++;
}

static void
hand_free(void *hand)
{
	free(hand);
}

static int
run(struct plan *p, unsigned threads, struct err *e)
{
	const struct crew crew = {threads, p, hand_new, hand_free, take, work, give, settle, stop};
	int rc = crew_run(&crew, e);

	CHECK(p->wrong == 0);
	CHECK(p->hands >= 1 && p->hands <= (int)threads);
	CHECK(p->stops == (rc != 0));
	return rc;
}

static const unsigned threads[] = {1, 2, 3, 8};

static void
all_in_order(void)
{
	for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++)
		for (int alone = 0; alone < 8; alone++) {
			struct plan p = usual;
			struct err e;

			p.alone_every = alone;
			CHECK(run(&p, threads[i], &e) == 0);
			CHECK(p.taken == PIECES && p.given == PIECES && p.alone == 0);
			CHECK(alone > 0 || (p.worked == PIECES && p.settled == PIECES));
		}
}

static void
nothing_to_do(void)
{
	struct plan p = usual;
	struct err e;

	p.pieces = 0;
	CHECK(run(&p, 4, &e) == 0);
	CHECK(p.given == 0 && p.settled == 0);
}

/* An error ends the work; all in front of it is given. */
static void
each_step_may_fail(void)
{
	for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++)
		for (int step = 0; step < 4; step++)
			for (int alone = 0; alone < 2; alone++) {
				static const char *const told[] = {
				    "take 70", "work 70", "give 70", "settle 70"};
				struct plan p = usual;
				struct err e;
				int *fails[] = {
				    &p.take_fails, &p.work_fails, &p.give_fails, &p.settle_fails};

				p.alone_every = alone * 35;
				if (alone && step == 1)
					continue; /* no work is done on one that is alone */
				*fails[step] = 70;
				CHECK(run(&p, threads[i], &e) == -1);
				CHECK(e.code == EX_SOFTWARE);
				CHECK_STR(e.text, told[step]);
				CHECK(step >= 2 || p.given == 70);
				CHECK(step != 2 || p.given == 71 + (alone && 71 % 3 == 0));
			}
}

/* The later piece fails first, but the earlier one is told. */
static void
the_earliest_error_is_told(void)
{
	for (int round = 0; round < 50; round++) {
		struct plan p = usual;
		struct err e;

		p.slow = 1; /* waits for the work on piece 2 or 0, one of which has failed then */
		p.work_fails = 2;
		p.give_fails = 1;
		CHECK(run(&p, 4, &e) == -1);
		CHECK_STR(e.text, "give 1");
		CHECK(p.given == 2);

		p = usual;
		p.slow = 1;
		p.work_fails = 1;
		p.take_fails = 3;
		CHECK(run(&p, 4, &e) == -1);
		CHECK_STR(e.text, "work 1");
		CHECK(p.given == 1);
	}
}

/* What waits for input that never comes is stopped when an earlier piece fails. */
static void
a_waiting_take_is_stopped(void)
{
	for (int step = 0; step < 3; step++) {
		struct plan p = usual;
		struct err e;

		p.stop_fd = eventfd(0, EFD_CLOEXEC);
		p.waits = 5;
		*(step == 0 ? &p.work_fails : step == 1 ? &p.give_fails : &p.settle_fails) = 4;
		CHECK(run(&p, 4, &e) == -1);
		CHECK_STR(e.text, step == 0 ? "work 4" : step == 1 ? "give 4" : "settle 4");
		close(p.stop_fd);
	}
}

/* Others wait for their turns behind a piece that can't be taken. */
static void
a_take_that_fails_ends_all(void)
{
	for (int piece = 0; piece < 6; piece++)
		for (int round = 0; round < 20; round++) {
			struct plan p = usual;
			struct err e;

			p.take_fails = piece;
			CHECK(run(&p, 4, &e) == -1);
			CHECK(e.code == EX_SOFTWARE && strncmp(e.text, "take ", 5) == 0);
			CHECK(p.given == piece);
			CHECK(p.settled == piece);
		}
}

int
main(void)
{
	all_in_order();
	nothing_to_do();
	each_step_may_fail();
	the_earliest_error_is_told();
	a_waiting_take_is_stopped();
	a_take_that_fails_ends_all();
	return check_done();
}
