/* The threads that decode and write. The one whose item's turn it is writes what it decodes; another
 * one decodes a compressed item ahead and keeps it, until its memory is full or its turn comes.
 *
 * A free hand always takes the item whose turn it is, if no other has: so that item goes on, and
 * who waits for its turn does not wait for good. */
#include "base/msg.h"
#include "ndjson/ahead_in.h"

#include <stdlib.h>

/* An item's turn is over: the next one's has come. The lock is held. */
static void
end_turn(struct ahead *a, struct item *it)
{
	if (it->object != NULL)
		a->source->free(it->object);
	free(it->failed);
	a->turn++;
	out_next(&a->out);
	if (a->turn < a->told)
		ahead_item(a, a->turn)->turn = 1;
	if (a->told - a->turn == a->sizes.objects / 2)
		pthread_cond_signal(&a->may_add);
	if (a->hands_full > 0 || (a->hands_idle > 0 && a->turn == a->told))
		pthread_cond_broadcast(&a->may_give);
	progress_count(a->options->progress, 0, a->turn);
}

/* In its turn: write what is left to write of an item, or fail as it did. */
static int
conclude(struct hand *h, int rc, struct err *e)
{
	struct ahead *a = h->a;
	struct item *it = h->item;
	struct err ignored;

	if (!a->out.broken && ahead_write_kept(h, &ignored) != 0) {
		*e = ignored;
		rc = -1;
	}
	if (rc != 0 && !a->out.broken && out_flush(&a->out, &ignored) != 0)
		*e = ignored;
	if (rc == 0 && it->object != NULL) {
		struct buf name = {0};

		a->source->name(it->object, &name);
		msg_debug("%s: %llu bytes, %s", name.data, (unsigned long long)it->size,
		    codec_name(it->kind));
		buf_free(&name);
	}
	return rc;
}

/* A compressed item further on that nobody decodes yet, when there is memory for it. */
static struct item *
find_compressed(struct ahead *a)
{
	if (a->decoded == a->most_decoded)
		return NULL;
	for (uint64_t i = a->turn + 1; i <= a->take && i < a->told; i++) {
		struct item *it = ahead_item(a, i);

		if (it->state == ITEM_WAITING && it->kind != CODEC_PLAIN)
			return it;
	}
	return NULL;
}

/* What a free hand does next; NULL when nothing is left. The lock is held. */
static struct item *
claim(struct ahead *a)
{
	while (!a->stopped) {
		struct item *it = a->turn < a->told ? ahead_item(a, a->turn) : NULL;

		if (it == NULL && a->all_told)
			return NULL;
		if (it != NULL && it->state == ITEM_CLAIMED)
			it = find_compressed(a);
		if (it != NULL)
			return it;
		a->hands_idle++;
		pthread_cond_wait(&a->may_give, &a->lock);
		a->hands_idle--;
	}
	return NULL;
}

/* Do it. The lock is held, but not meanwhile. */
static void
handle(struct hand *h, enum item_state was)
{
	struct ahead *a = h->a;
	struct item *it = h->item;
	struct err e = {0};
	int rc;

	pthread_mutex_unlock(&a->lock);
	if (it->object == NULL || was == ITEM_DECODED)
		rc = it->failed == NULL ? 0 : -1;
	else
		rc = ahead_decode(h, &e);
	pthread_mutex_lock(&a->lock);
	if (a->stopped)
		return;
	if (!it->turn) {
		it->state = ITEM_DECODED;
		it->failed = rc != 0 ? err_keep(&e) : NULL;
		return;
	}
	if (it->failed != NULL)
		e = *it->failed;
	pthread_mutex_unlock(&a->lock);
	rc = conclude(h, rc, &e);
	pthread_mutex_lock(&a->lock);
	if (rc != 0)
		ahead_stop(a, &e);
	else
		end_turn(a, it);
}

void *
ahead_give(void *ahead)
{
	struct hand h = {.a = ahead};
	struct ahead *a = ahead;

	h.decoder = decoder_new(ahead_decoded, &h);
	pthread_mutex_lock(&a->lock);
	while ((h.item = claim(a)) != NULL) {
		enum item_state was = h.item->state;

		h.item->state = ITEM_CLAIMED;
		handle(&h, was);
	}
	pthread_cond_broadcast(&a->may_fetch); /* who waits for room sees the end */
	pthread_mutex_unlock(&a->lock);
	decoder_free(h.decoder);
	return NULL;
}
