#include "gcp/gcs_tally.h"

#include <stddef.h>

void
gcs_tally_bytes(struct gcs_tally *t, uint64_t n)
{
	if (t != NULL)
		progress_bytes(t->progress, atomic_fetch_add(&t->bytes, n) + n, t->size);
}

void
gcs_tally_object(struct gcs_tally *t)
{
	if (t != NULL)
		progress_count(t->progress, 0, atomic_fetch_add(&t->objects, 1) + 1);
}
