/* The largest of the parts that are being gathered: a binary heap of piles.
 *
 * Of two whose last parts hold as many bytes the one whose type comes first by its bytes is the
 * larger, so that there is no doubt. */
#ifndef NDJSON_PILE_HEAP_H
#define NDJSON_PILE_HEAP_H

#include "ndjson/pile_table.h"

struct pile_heap {
	struct pile **pile; /* the largest first; [i] is larger than [2i + 1] and [2i + 2] */
	size_t n, cap;
};

/* pile_heap_grew(h, pile): its last part has more bytes than before; it is put in when it is not
 * there yet. pile_heap_remove(h, pile): nothing when it is not there. */
void pile_heap_grew(struct pile_heap *h, struct pile *pile);
void pile_heap_remove(struct pile_heap *h, struct pile *pile);

#endif
