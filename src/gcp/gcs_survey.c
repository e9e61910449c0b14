/* Which objects of many are there, in few requests: a listing tells as much of each as a look at it
 * ("Objects: list" and "Objects: get" give the same resource). */
#include "gcp/gcs_batch.h"

#include <stdlib.h>
#include <string.h>

enum {
	FEWEST = 8,  /* items of a folder that are worth a listing */
	STRAYS = 500 /* other objects that a listing may hold beside as many as the items, a page */
};

/* A folder's items, sorted by name, and what its listing holds beside. */
struct folder {
	struct gcs_item **item;
	size_t n, at; /* at: the first item not before the listing's last name */
	size_t strays;
};

static int
by_name(const void *a, const void *b)
{
	return strcmp((*(struct gcs_item *const *)a)->name, (*(struct gcs_item *const *)b)->name);
}

/* The length of name's folder with its '/'. */
static size_t
folder_length(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash != NULL ? (size_t)(slash + 1 - name) : 0;
}

/* The listing and the items are in one order: those passed over are not there. */
static int
note(void *ctx, const struct gcs_object *o, struct err *e)
{
	struct folder *f = ctx;
	int order = -1;

	while (f->at < f->n && (order = strcmp(f->item[f->at]->name, o->name)) < 0)
		f->item[f->at++]->seen = 1;
	if (f->at < f->n && order == 0) {
		f->item[f->at]->there = *o;
		f->item[f->at]->there.name = NULL;
		f->item[f->at++]->seen = 1;
	} else if (f->at == f->n || ++f->strays > STRAYS + f->n) {
		return err_set(e, EX_SOFTWARE, "enough");
	}
	return 0;
}

static void
list_folder(struct gcs *g, struct folder *f)
{
	char *prefix = xstrndup(f->item[0]->name, folder_length(f->item[0]->name));
	struct err ignored;

	if (gcs_list(g, f->item[0]->bucket, prefix, "/", note, f, &ignored) == 0)
		while (f->at < f->n)
			f->item[f->at++]->seen = 1;
	free(prefix);
}

void
gcs_survey(struct gcs *g, struct gcs_item *item, size_t n)
{
	struct gcs_item **sorted = xcalloc(n + 1, sizeof *sorted);
	size_t end;

	for (size_t i = 0; i < n; i++)
		sorted[i] = &item[i];
	qsort(sorted, n, sizeof *sorted, by_name);
	for (size_t i = 0; i < n; i = end) {
		const char *name = sorted[i]->name;
		size_t length = folder_length(name);

		for (end = i + 1; end < n && folder_length(sorted[end]->name) == length &&
				  memcmp(sorted[end]->name, name, length) == 0;)
			end++;
		if (end - i >= FEWEST)
			list_folder(g, &(struct folder){.item = sorted + i, .n = end - i});
	}
	free(sorted);
}
