/* Decoding one item: to standard output when its turn has come, before that into memory, as long as
 * there is some. */
#include "ndjson/ahead_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
ahead_write_kept(struct hand *h, struct err *e)
{
	struct ahead *a = h->a;

	for (struct slab *s = h->item->kept.first; s != NULL; s = s->next)
		if (out_write(&a->out, s->data, s->n, e) != 0)
			return -1;
	if (h->item->kept.first == NULL)
		return 0;
	pthread_mutex_lock(&a->lock);
	a->decoded -= slabs_release(a, &h->item->kept);
	if (a->hands_idle > 0)
		pthread_cond_broadcast(&a->may_give);
	pthread_mutex_unlock(&a->lock);
	return 0;
}

/* Room for more that is decoded before its turn; NULL when the turn has come, or all has ended. */
static struct slab *
room(struct ahead *a, struct item *it)
{
	struct slab *last = it->kept.last;

	if (last != NULL && last->n < a->sizes.slab)
		return last;
	last = NULL;
	pthread_mutex_lock(&a->lock);
	a->hands_full++;
	while (!it->turn && !a->stopped && (a->decoded == a->most_decoded || a->free == 0))
		pthread_cond_wait(&a->may_give, &a->lock);
	a->hands_full--;
	if (!it->turn && !a->stopped) {
		a->decoded++;
		slab_take(a, &it->kept);
		last = it->kept.last;
	}
	pthread_mutex_unlock(&a->lock);
	return last;
}

/* An error page stored under a log's name would end up record by record in the quarantine. Byte
 * order mark and white space may stand before. */
static int
refuse_markup(struct hand *h, const char *p, size_t n, struct err *e)
{
	static const char before[] = " \t\r\n\xef\xbb\xbf";

	for (size_t i = 0; i < n && !h->looked; i++) {
		if (memchr(before, p[i], sizeof before - 1) != NULL)
			continue;
		h->looked = 1;
		if (p[i] == '<')
			return err_set(
			    e, EX_DATAERR, "found an HTML or XML page, expected JSON lines");
	}
	return 0;
}

int
ahead_decoded(void *hand, const void *bytes, size_t n, struct err *e)
{
	struct hand *h = hand;
	struct ahead *a = h->a;
	const char *p = bytes;

	if (!h->looked && a->options->refuse_markup && refuse_markup(h, p, n, e) != 0)
		return -1;
	while (!h->item->turn && n > 0) {
		struct slab *s = room(a, h->item);
		size_t some;

		if (a->stopped)
			return err_set(e, EX_TEMPFAIL, "given up");
		if (s == NULL)
			break;
		some = a->sizes.slab - s->n;
		some = n < some ? n : some;
		memcpy(s->data + s->n, p, some);
		s->n += some;
		p += some;
		n -= some;
	}
	if (n == 0)
		return 0;
	return ahead_write_kept(h, e) == 0 ? out_write(&a->out, p, n, e) : -1;
}

/* The next piece of the item, once it came; NULL when there are no more, or all has ended. */
static struct piece *
next_piece(struct ahead *a, struct item *it)
{
	struct piece *p;

	pthread_mutex_lock(&a->lock);
	it->awaited = 1;
	while (!a->stopped && (it->first != NULL ? !it->first->done : !it->taken))
		pthread_cond_wait(&a->may_take, &a->lock);
	it->awaited = 0;
	p = a->stopped ? NULL : it->first;
	if (p != NULL) {
		it->first = p->next;
		if (it->first == NULL)
			it->last = &it->first;
	}
	pthread_mutex_unlock(&a->lock);
	return p;
}

static int
decode_piece(struct hand *h, const struct piece *p, struct err *e)
{
	struct ahead *a = h->a;

	if (p->failed != NULL) {
		*e = *p->failed;
		return -1;
	}
	for (const struct slab *s = p->slabs.first; s != NULL; s = s->next) {
		int rc = a->options->undecoded ? ahead_decoded(h, s->data, s->n, e)
					       : decoder_feed(h->decoder, s->data, s->n, e);

		if (rc != 0)
			return -1;
	}
	return 0;
}

static void
add_piece(const struct ahead *a, const struct item *it, const struct piece *p)
{
	for (const struct slab *s = p->slabs.first; s != NULL && it->checked; s = s->next)
		a->source->add(it->object, s->data, s->n);
}

/* Put the object's name before what its decoder said. */
static int
name_item(const struct ahead *a, const struct item *it, struct err *e)
{
	struct buf name = {0};

	if (!a->out.broken && !a->stopped) {
		a->source->name(it->object, &name);
		err_prefix(e, "%s", name.data);
		buf_free(&name);
	}
	return -1;
}

static int
finish(struct hand *h, struct err *e)
{
	const struct item *it = h->item;
	size_t used;

	if (h->a->options->undecoded || decoder_finish(h->decoder, e) == 0)
		return 0;
	used = strlen(e->text);
	snprintf(e->text + used, sizeof e->text - used, " (object is %llu bytes)",
	    (unsigned long long)it->size);
	return name_item(h->a, it, e);
}

/* What can't be decoded may be so stored, or was
 * spoilt on the way: a checksum of the whole tells, so the rest of its bytes is let through. */
int
ahead_decode(struct hand *h, struct err *e)
{
	struct ahead *a = h->a;
	struct item *it = h->item;
	struct err *damage = NULL;
	struct piece *p;
	int rc = 0;

	h->looked = 0;
	decoder_reset(h->decoder);
	while (rc == 0 && (p = next_piece(a, it)) != NULL) {
		int fetched = p->failed == NULL;

		add_piece(a, it, p);
		if (damage == NULL || !fetched)
			rc = decode_piece(h, p, e);
		if (rc != 0 && fetched)
			name_item(a, it, e);
		if (rc != 0 && fetched && it->checked && !a->out.broken) {
			damage = err_keep(e);
			rc = 0;
		}
		ahead_taken(a, p);
	}
	if (rc == 0 && it->checked && !a->stopped)
		rc = a->source->verify(it->object, e);
	if (rc == 0 && damage != NULL) {
		*e = *damage;
		rc = -1;
	}
	free(damage);
	return rc == 0 && !a->stopped ? finish(h, e) : rc;
}
