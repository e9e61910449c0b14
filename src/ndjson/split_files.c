#include "base/crew.h"
#include "ndjson/batch.h"
#include "ndjson/split.h"

#include <stdlib.h>

struct run {
	struct split *split;
	const struct record_rules *rules;
	struct blocks *blocks;
	uint64_t line; /* number of the next block's first line */
	int alone;     /* one thread: there is nothing to find records ahead for */
};

/* One thread's block, its records, and what it is to write. */
struct hand {
	struct block block;
	struct batch *batch;
	struct pile_hand *pile_hand;
	struct run *run;
};

static void *
hand_new(void *arg)
{
	struct run *run = arg;
	struct hand *h = xcalloc(1, sizeof *h);

	h->run = run;
	h->batch = batch_new(run->rules);
	h->pile_hand = piles_hand(run->split->piles);
	return h;
}

static void
hand_free(void *hand)
{
	struct hand *h = hand;

	pile_hand_free(h->pile_hand);
	batch_free(h->batch);
	block_free(&h->block);
	free(h);
}

static int
take(void *arg, void *hand, struct err *e)
{
	struct run *run = arg;
	struct hand *h = hand;

	return blocks_piece(run->blocks, &h->block, run->split->progress, e);
}

static int
work(void *arg, void *hand, struct err *e)
{
	struct hand *h = hand;

	(void)arg, (void)e;
	if (!h->run->alone)
		batch_scan(h->batch, &h->block);
	return 0;
}

static int
write_taken(void *arg, void *hand, struct err *e)
{
	struct hand *h = hand;

	(void)arg;
	return pile_hand_write(h->pile_hand, e);
}

static void
show_counts(const struct split *s)
{
	progress_count(s->progress, 0, piles_types(s->piles));
	progress_count(s->progress, 1, split_rejected(s));
}

/* A record of a stream lives only until this returns, so all is written before. */
static int
split_streamed(void *hand, const struct record *rec, struct err *e)
{
	struct hand *h = hand;

	if (split_record(h->run->split, rec, e) != 0)
		return -1;
	piles_take(h->run->split->piles, h->pile_hand);
	if (h->run->split->progress != NULL) {
		progress_bytes(h->run->split->progress, blocks_read(h->run->blocks),
		    blocks_size(h->run->blocks));
		show_counts(h->run->split);
	}
	return pile_hand_write(h->pile_hand, e);
}

static int
give(void *arg, void *hand, struct err *e)
{
	struct run *run = arg;
	struct hand *h = hand;
	int rc;

	if (h->block.cut)
		return batch_stream(
		    h->batch, run->blocks, &h->block, &run->line, split_streamed, h, e);
	if (run->alone)
		rc = batch_stream(
		    h->batch, run->blocks, &h->block, &run->line, split_record, run->split, e);
	else
		rc = batch_give(h->batch, &run->line, split_record, run->split, e);
	if (rc != 0)
		return -1;
	piles_take(run->split->piles, h->pile_hand);
	if (run->split->progress != NULL)
		show_counts(run->split);
	return 0;
}

static void
stop(void *arg)
{
	struct run *run = arg;

	blocks_stop(run->blocks);
}

int
split_files(struct split *s, const struct record_rules *rules, char *const *file, unsigned threads,
    struct err *e)
{
	struct run run = {.split = s, .rules = rules, .line = 1, .alone = threads == 1};
	const struct crew crew = {.threads = threads,
	    .arg = &run,
	    .hand_new = hand_new,
	    .hand_free = hand_free,
	    .take = take,
	    .work = work,
	    .give = give,
	    .settle = write_taken,
	    .stop = stop};
	int rc;

	run.blocks = blocks_new(file, s->wake_fd);
	rc = crew_run(&crew, e);
	blocks_free(run.blocks);
	return rc;
}
