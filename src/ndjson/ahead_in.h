/* What the parts of reading ahead share: their state. Not for programs. */
#ifndef NDJSON_AHEAD_IN_H
#define NDJSON_AHEAD_IN_H

#include "ndjson/ahead.h"
#include "ndjson/ahead_out.h"
#include "ndjson/codec.h"

#include <pthread.h>
#include <stdatomic.h>

struct slab {
	struct slab *next;
	size_t n; /* bytes in it */
	char *data;
};

/* Slabs in order. */
struct slabs {
	struct slab *first, *last;
};

/* Bytes of an object that one request brings. */
struct piece {
	struct piece *next; /* of its object */
	struct item *item;
	uint64_t from;
	size_t length, filled;
	struct slabs slabs;
	struct slab *at; /* being filled */
	int done;
	struct err *failed; /* or NULL */
};

enum item_state {
	ITEM_WAITING, /* nobody decodes it yet */
	ITEM_CLAIMED, /* a hand does, or writes what was decoded */
	ITEM_DECODED  /* all of it before its turn: kept, and failed */
};

/* An object that was told, or the failure of telling them. */
struct item {
	void *object;                /* NULL: only a failure */
	uint64_t size, asked;        /* bytes; asked: those of the pieces taken */
	struct piece *first, **last; /* fetched or being fetched */
	enum item_state state;
	enum codec kind;    /* from its first piece on */
	int taken;          /* all its pieces are, to be fetched */
	int checked;        /* it has a checksum of the whole */
	int awaited;        /* a hand waits for its next piece */
	_Atomic int turn;   /* all before it is written */
	struct slabs kept;  /* decoded before its turn */
	struct err *failed; /* or NULL */
};

/* How many threads fetch small objects (ahead_pace.c). */
struct ahead_pace {
	unsigned fetching, wanted; /* pieces under way; of small ones, the most */
	int watched;               /* an idle thread looks whether those under way stand still */
	uint64_t ended;            /* pieces */
	uint64_t least_us;         /* that one of the last few took */
};

/* What was fetched since the hands were woken. */
struct ahead_ready {
	unsigned pieces;
	size_t bytes;
	int awaited, packed; /* a hand waits for one of them; an idle hand could decode one */
	int wake;            /* they are enough: to be told once the lock is open */
};

struct ahead {
	const struct ahead_source *source;
	const struct ahead_options *options;
	struct ahead_sizes sizes;
	struct ahead_out out; /* of the hand whose item's turn it is */

	pthread_mutex_t lock; /* of all below */
	pthread_cond_t may_add, may_fetch, may_give;
	pthread_cond_t may_take;   /* the next piece of an item that a hand decodes */
	struct item *items;        /* a ring of sizes.objects; item i is at i modulo that */
	uint64_t turn, take, told; /* the next to be written, to be fetched, to be told */
	int all_told;
	int no_more; /* a piece failed: what comes after it is not wanted */
	unsigned fetchers_idle, hands_idle, hands_full;
	struct ahead_pace pace;
	struct ahead_ready ready;
	char *memory;
	size_t memory_size;
	struct slab *slab, *free_slabs;
	size_t free;                     /* slabs */
	size_t decoded, most_decoded;    /* slabs of bytes decoded before their turn */
	uint64_t told_bytes, done_bytes; /* done: decoded or written */
	_Atomic int stopped;             /* also read without the lock */
	struct err *e;                   /* of the failure */
	int failed;
};

/* A thread that decodes and writes. */
struct hand {
	struct ahead *a;
	struct decoder *decoder;
	struct item *item;
	int looked; /* the item's first byte that is no white space was seen */
};

/* ahead_item(a, i): item number i. */
struct item *ahead_item(struct ahead *a, uint64_t i);

/* ahead_memory(a): reserve the slabs; only those used take memory. -1 when there is no room. */
int ahead_memory(struct ahead *a);
void ahead_memory_free(struct ahead *a);

/* slab_take(a, to), slabs_release(a, slabs): a free slab to the end of to; all slabs back, how many,
 * and who waits for them is woken. The lock is held. */
void slab_take(struct ahead *a, struct slabs *to);
size_t slabs_release(struct ahead *a, struct slabs *slabs);

/* err_keep(e): a copy on the heap. */
struct err *err_keep(const struct err *e);

/* ahead_fetch(a): the life of a thread that fetches. */
void *ahead_fetch(void *a);

/* ahead_wake_fetcher(a): wake one when there is something to fetch and room for it. The lock is
 * held. */
void ahead_wake_fetcher(struct ahead *a);

/* pace_allows(a, length): whether a thread more may fetch a piece of that length now. pace_wait(a): an
 * idle thread waits on may_fetch; pace_unwatched(a): one has to, that looks after those under way. pace_ended(a, length, us): a piece was fetched in so long. The lock is held. */
int pace_allows(const struct ahead *a, size_t length);
void pace_wait(struct ahead *a);
int pace_unwatched(const struct ahead *a);
void pace_ended(struct ahead *a, size_t length, uint64_t us);

/* ready_wake(a): tell the hands what is ready. The lock is held. */
void ready_wake(struct ahead *a);

/* ahead_taken(a, p): the bytes of p were taken: its memory is free again. Takes the lock. */
void ahead_taken(struct ahead *a, struct piece *p);

/* ahead_decode(h, e): decode the hand's item from its first byte to its last. -1 with e, which names
 * the object, or when all has ended. ahead_decoded is its decoder's sink. */
int ahead_decode(struct hand *h, struct err *e);
int ahead_decoded(void *hand, const void *bytes, size_t n, struct err *e);

/* ahead_write_kept(h, e): in its turn, write what was decoded of the item before. */
int ahead_write_kept(struct hand *h, struct err *e);

/* ahead_give(a): the life of a thread that decodes and writes. */
void *ahead_give(void *a);

/* ahead_stop(a, e): the work has failed. The lock is held. */
void ahead_stop(struct ahead *a, const struct err *e);

#endif
