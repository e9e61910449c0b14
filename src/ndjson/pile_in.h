/* The inside of piles, for pile.c (adding), pile_gather.c (records to writes), pile_filter.c
 * (records to commands) and pile_end.c (settling, appearing, listing) alone. */
#ifndef NDJSON_PILE_IN_H
#define NDJSON_PILE_IN_H

#include "ndjson/pile.h"
#include "ndjson/pile_heap.h"
#include "ndjson/pile_write.h"

struct piles {
	struct pile_plan plan;
	struct pile_files files;
	struct pile_writers writers;
	int has_type;
	struct pile_table table;
	size_t pending; /* bytes pending of all piles; with a command, their memory */
	struct pile_write *due, **end; /* handed off, but not taken: oldest first */
	struct pile_heap largest;      /* with a command: piles that gather a part */
	struct pile_hand *own;         /* with a command: for writes done by the thread that adds */
	struct pile **sorted;          /* by piles_settle, by the bytes of the types */
	size_t settled;                /* of them */
};

/* pile_begin_part(pile): another part follows the last one. */
void pile_begin_part(struct pile *pile);

/* pile_hand_off(ps, pile, write): a write for the last part, what is set in it and the rest. */
void pile_hand_off(struct piles *ps, struct pile *pile, struct pile_write write);

/* pile_gather(ps, pile, p, n, part, e): what piles_add does for a pile of files. */
int pile_gather(struct piles *ps, struct pile *pile, const char *p, size_t n, enum line_part part,
    struct err *e);

/* pile_flush(ps, pile, last, e): hand off what is pending of the last part; nothing follows when
 * last. */
int pile_flush(struct piles *ps, struct pile *pile, int last, struct err *e);

/* pile_check_case(ps, e): every file was begun. -1 with EX_IOERR when those of two types, whose
 * names differ in upper and lower case alone, would be one. */
int pile_check_case(const struct piles *ps, struct err *e);

/* pile_filter_init(ps): there is a command. */
void pile_filter_init(struct piles *ps);

/* pile_filter(ps, pile, p, n, part, e): what piles_add does with a command. */
int pile_filter(struct piles *ps, struct pile *pile, const char *p, size_t n, enum line_part part,
    struct err *e);

/* pile_filter_rest(ps, pile): hand off the last part when it is not yet. */
void pile_filter_rest(struct piles *ps, struct pile *pile);

#endif
