#include "ndjson/fit_files.h"
#include "base/crew.h"
#include "ndjson/fit_hand.h"

#include <stdlib.h>

struct run {
	struct fit_run *r;
	struct blocks *blocks;
	uint64_t line; /* number of the next block's first line */
};

struct hand {
	struct block block;
	struct fit_hand *fit;
};

static void *
hand_new(void *arg)
{
	struct run *run = arg;
	struct hand *h = xcalloc(1, sizeof *h);

	h->fit = fit_hand_new(run->r);
	return h;
}

static void
hand_free(void *hand)
{
	struct hand *h = hand;

	fit_hand_free(h->fit);
	block_free(&h->block);
	free(h);
}

static int
take(void *arg, void *hand, struct err *e)
{
	struct run *run = arg;
	struct hand *h = hand;

	return blocks_piece(run->blocks, &h->block, run->r->progress, e);
}

static int
work(void *arg, void *hand, struct err *e)
{
	struct hand *h = hand;

	(void)arg, (void)e;
	fit_hand_look(h->fit, &h->block);
	return 0;
}

static int
give(void *arg, void *hand, struct err *e)
{
	struct run *run = arg;
	struct hand *h = hand;

	return fit_hand_give(h->fit, run->blocks, &h->block, &run->line, e);
}

static int
settle(void *arg, void *hand, struct err *e)
{
	struct hand *h = hand;

	(void)arg;
	return fit_hand_settle(h->fit, e);
}

static void
stop(void *arg)
{
	struct run *run = arg;

	blocks_stop(run->blocks);
}

int
fit_files(struct fit_run *r, char *const *file, unsigned threads, struct err *e)
{
	struct run run = {.r = r, .line = 1};
	const struct crew crew = {.threads = threads,
	    .arg = &run,
	    .hand_new = hand_new,
	    .hand_free = hand_free,
	    .take = take,
	    .work = work,
	    .give = give,
	    .settle = settle,
	    .stop = stop};
	int rc;

	run.blocks = blocks_new(file, r->wake_fd);
	rc = crew_run(&crew, e);
	blocks_free(run.blocks);
	return rc;
}
