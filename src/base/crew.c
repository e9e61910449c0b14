#include "base/crew.h"
#include "base/buf.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

struct state {
	const struct crew *crew;
	pthread_mutex_t taking; /* held while a piece is taken */
	uint64_t taken;         /* pieces */
	int ended;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t turned;
	uint64_t turn; /* the next piece to be given */
	int failed;
	struct err *e; /* of failed */
};

static void
fail(struct state *s, const struct err *e)
{
	pthread_mutex_lock(&s->lock);
	if (!s->failed) {
		*s->e = *e;
		if (s->crew->stop != NULL)
			s->crew->stop(s->crew->arg);
	}
	s->failed = 1;
	pthread_cond_broadcast(&s->turned);
	pthread_mutex_unlock(&s->lock);
}

static int
has_failed(struct state *s)
{
	int failed;

	pthread_mutex_lock(&s->lock);
	failed = s->failed;
	pthread_mutex_unlock(&s->lock);
	return failed;
}

/* Wait until it is the turn of piece; -1 when the work has failed. */
static int
wait_turn(struct state *s, uint64_t piece)
{
	int failed;

	pthread_mutex_lock(&s->lock);
	while (s->turn != piece && !s->failed)
		pthread_cond_wait(&s->turned, &s->lock);
	failed = s->failed;
	pthread_mutex_unlock(&s->lock);
	return failed ? -1 : 0;
}

static void
end_turn(struct state *s)
{
	pthread_mutex_lock(&s->lock);
	s->turn++;
	pthread_cond_broadcast(&s->turned);
	pthread_mutex_unlock(&s->lock);
}

/* From the turn of a piece on: its outcome, or the error that was met before. */
static int
give(struct state *s, void *hand, uint64_t piece, int rc, struct err *e)
{
	if (wait_turn(s, piece) != 0)
		return -1;
	if (rc == 0)
		rc = s->crew->give(s->crew->arg, hand, e);
	if (rc != 0)
		fail(s, e);
	else
		end_turn(s);
	return rc;
}

static int
settle(struct state *s, void *hand, struct err *e)
{
	if (s->crew->settle == NULL || s->crew->settle(s->crew->arg, hand, e) == 0)
		return 0;
	fail(s, e);
	return -1;
}

/* One piece; non-zero when there are no more. */
static int
one_piece(struct state *s, void *hand)
{
	const struct crew *crew = s->crew;
	uint64_t piece;
	struct err e;
	int got = CREW_NONE, rc = 0;

	pthread_mutex_lock(&s->taking);
	piece = s->taken;
	if (!s->ended && !has_failed(s))
		got = crew->take(crew->arg, hand, &e);
	if (got == CREW_NONE)
		s->ended = 1;
	s->taken += got != CREW_NONE;
	if (got == CREW_PIECE)
		pthread_mutex_unlock(&s->taking);
	if (got == CREW_PIECE && crew->work != NULL)
		rc = crew->work(crew->arg, hand, &e);
	if (got != CREW_NONE)
		rc = give(s, hand, piece, got < 0 ? -1 : rc, &e);
	if (got != CREW_NONE && rc == 0)
		rc = settle(s, hand, &e);
	if (got != CREW_PIECE)
		pthread_mutex_unlock(&s->taking);
	return rc != 0 || got == CREW_NONE;
}

static void *
run_hand(void *state)
{
	struct state *s = state;
	void *hand = s->crew->hand_new(s->crew->arg);

	while (one_piece(s, hand) == 0)
		;
	s->crew->hand_free(hand);
	return NULL;
}

int
crew_run(const struct crew *crew, struct err *e)
{
	struct state s = {.crew = crew, .e = e};
	pthread_t *thread = xcalloc(crew->threads, sizeof *thread);
	unsigned started = 0;

	pthread_mutex_init(&s.taking, NULL);
	pthread_mutex_init(&s.lock, NULL);
	pthread_cond_init(&s.turned, NULL);
	while (started + 1 < crew->threads &&
	       pthread_create(&thread[started], NULL, run_hand, &s) == 0)
		started++;
	run_hand(&s);
	while (started > 0)
		pthread_join(thread[--started], NULL);
	pthread_cond_destroy(&s.turned);
	pthread_mutex_destroy(&s.lock);
	pthread_mutex_destroy(&s.taking);
	free(thread);
	return s.failed ? -1 : 0;
}
