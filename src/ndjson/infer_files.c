#include "ndjson/infer_files.h"
#include "base/crew.h"
#include "base/msg.h"
#include "ndjson/blocks.h"
#include "ndjson/hll.h"
#include "ndjson/infer_walk.h"

#include <pthread.h>
#include <stdlib.h>

/* A hand's tree is merged into the others' when it has grown so large, in bytes. */
enum { HAND_BYTES = 8 << 20, HAND_PATHS = 1500, LOOK_EVERY = 4 };
enum { SEED_RECORD = 11, MILLION = 1000000 };

/* What was set aside. */
struct aside {
	uint64_t n[REJECT_REASONS];
	char *first[REJECT_REASONS]; /* "column 12: ...", of a hand */
	uint64_t line[REJECT_REASONS];
};

struct inferred {
	struct infer in; /* first: what the caller sees */
	struct tree *tree;
	char **source;
};

/* What is shared; changed by the one hand whose turn it is to give. */
struct run {
	const struct infer_plan *plan;
	struct inferred *inferred;
	struct infer *in; /* its */
	pthread_mutex_t merging;
	struct blocks *blocks;
	struct aside aside;
	int alone;     /* one thread: its tree is all there is */
	uint64_t line; /* that ended before the next block */
	int begun;     /* the last source is being read */
};

struct hand {
	struct run *run;
	struct block block;
	struct records *records;
	struct walk walk;
	struct aside aside;
	uint64_t taken, passed_over; /* records, since the last block was given */
	uint64_t blocks;
};

static void
set_aside(struct aside *a, const struct record *rec)
{
	enum reject why = rec->fault.reason;
	struct buf detail = {0};

	if (rec->part != LINE_WHOLE && rec->part != LINE_BEGINS)
		return;
	if (a->n[why]++ > 0)
		return;
	buf_adds(&detail, "");
	record_detail(&detail, rec);
	a->line[why] = rec->line;
	a->first[why] = buf_take(&detail);
}

static int
is_sampled(const struct infer_plan *plan, const struct record *rec)
{
	if (plan->sample == 0)
		return 1;
	return hll_hash(rec->p, rec->len, SEED_RECORD) % MILLION < plan->sample;
}

/* A record_sink; lines are counted from the start of the block. */
static int
take_record(void *hand, const struct record *rec, struct err *e)
{
	struct hand *h = hand;
	const struct infer_plan *plan = h->run->plan;

	(void)e;
	if (plan->head > 0 && h->run->in->records + h->taken >= plan->head) {
		h->passed_over++;
		return 0;
	}
	if (rec->fault.reason != REJECT_NONE) {
		set_aside(&h->aside, rec);
		return 0;
	}
	if (!is_sampled(plan, rec)) {
		h->passed_over++;
		return 0;
	}
	h->taken++;
	walk_record(&h->walk, rec->p, rec->len, rec->line);
	return 0;
}

/* The hand's tree is large, or its last: merge it into the others'. */
static void
give_tree(struct run *run, struct tree *tree)
{
	pthread_mutex_lock(&run->merging);
	tree_merge(run->inferred->tree, tree);
	pthread_mutex_unlock(&run->merging);
	tree_free(tree);
}

static void *
hand_new(void *arg)
{
	struct run *run = arg;
	struct hand *h = xcalloc(1, sizeof *h);

	h->run = run;
	h->records = records_new(run->plan->rules, take_record, h);
	walk_into(&h->walk, run->alone ? run->inferred->tree : tree_new(run->plan->max_paths));
	return h;
}

static void
hand_free(void *hand)
{
	struct hand *h = hand;

	for (int i = 0; i < REJECT_REASONS; i++)
		free(h->aside.first[i]);
	if (!h->run->alone)
		give_tree(h->run, h->walk.tree);
	walk_free(&h->walk);
	records_free(h->records);
	block_free(&h->block);
	free(h);
}

static int
take(void *arg, void *hand, struct err *e)
{
	struct run *run = arg;
	struct hand *h = hand;

	if (run->plan->head > 0 && run->in->records >= run->plan->head)
		return CREW_NONE;
	return blocks_piece(run->blocks, &h->block, run->plan->progress, e);
}

static int
work(void *arg, void *hand, struct err *e)
{
	struct hand *h = hand;

	(void)arg;
	records_begin(h->records, h->block.source);
	return records_feed(h->records, h->block.data, h->block.len, e);
}

/* Tell the first of each reason, and count them. */
static void
give_aside(struct run *run, struct aside *a)
{
	for (int i = 0; i < REJECT_REASONS; i++) {
		if (a->n[i] > 0 && run->aside.n[i] == 0)
			msg_warn("%s:%llu: %s%s%s", run->inferred->source[run->in->sources - 1],
			    (unsigned long long)(a->line[i] + run->line),
			    reject_name((enum reject)i), a->first[i][0] != '\0' ? ": " : "",
			    a->first[i]);
		run->aside.n[i] += a->n[i];
		run->in->set_aside += a->n[i];
		free(a->first[i]);
	}
	*a = (struct aside){0};
}

static void
name_source(struct run *run, const char *name)
{
	if (run->begun)
		return;
	run->inferred->source =
	    xrealloc(run->inferred->source, (run->in->sources + 1) * sizeof *run->inferred->source);
	run->inferred->source[run->in->sources++] = xstrdup(name);
	run->begun = 1;
}

static int
give(void *arg, void *hand, struct err *e)
{
	struct run *run = arg;
	struct hand *h = hand;
	uint64_t lines;

	name_source(run, h->block.source);
	if (h->block.cut && work(run, h, e) != 0)
		return -1;
	while (h->block.cut)
		if (blocks_more(run->blocks, &h->block, e) < 0 ||
		    records_feed(h->records, h->block.data, h->block.len, e) != 0)
			return -1;
	lines = records_lines(h->records);
	if (records_end(h->records, e) != 0)
		return -1;
	give_aside(run, &h->aside);
	if (h->walk.fresh)
		tree_resolve(h->walk.tree, (uint32_t)(run->in->sources - 1), run->line);
	h->walk.fresh = 0;
	run->in->records += h->taken;
	run->in->passed_over += h->passed_over;
	h->taken = h->passed_over = 0;
	run->line = h->block.last ? 0 : run->line + lines;
	run->begun = !h->block.last;
	if (!run->alone && ++h->blocks % LOOK_EVERY == 0 && tree_paths(h->walk.tree) > HAND_PATHS &&
	    tree_bytes(h->walk.tree) > HAND_BYTES) {
		give_tree(run, h->walk.tree);
		walk_into(&h->walk, tree_new(run->plan->max_paths));
	}
	return 0;
}

static void
stop(void *arg)
{
	struct run *run = arg;

	blocks_stop(run->blocks);
}

/* All is read: what printers see. */
static int
finish(struct inferred *all, const struct infer_plan *plan, struct err *e)
{
	if (tree_overflows(all->tree))
		return err_set(e, EX_DATAERR,
		    "the records have more than %zu keys: expected at most as many (--max-paths)",
		    plan->max_paths);
	tree_finish(all->tree);
	all->in.top = &tree_top(all->tree)->path;
	all->in.paths = tree_paths(all->tree);
	all->in.source = all->source;
	return 0;
}

struct infer *
infer_files(const struct infer_plan *plan, char *const *file, struct err *e)
{
	struct inferred *all = xcalloc(1, sizeof *all);
	struct run run = {.plan = plan, .inferred = all, .in = &all->in};
	const struct crew crew = {.threads = plan->head > 0 ? 1 : plan->threads,
	    .arg = &run,
	    .hand_new = hand_new,
	    .hand_free = hand_free,
	    .take = take,
	    .work = work,
	    .give = give,
	    .stop = stop};
	int rc;

	run.alone = crew.threads == 1;
	all->tree = tree_new(plan->max_paths);
	all->in.max_paths = plan->max_paths;
	pthread_mutex_init(&run.merging, NULL);
	run.blocks = blocks_new(file, plan->wake_fd);
	rc = crew_run(&crew, e);
	blocks_free(run.blocks);
	pthread_mutex_destroy(&run.merging);
	if (rc == 0)
		rc = finish(all, plan, e);
	if (rc == 0)
		return &all->in;
	infer_free(&all->in);
	return NULL;
}

void
infer_free(struct infer *in)
{
	struct inferred *all = (struct inferred *)in;

	if (in == NULL)
		return;
	for (size_t i = 0; i < in->sources; i++)
		free(all->source[i]);
	free(all->source);
	tree_free(all->tree);
	free(all);
}
