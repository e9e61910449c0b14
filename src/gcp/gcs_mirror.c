#include "gcp/gcs_batch.h"

#include <stdlib.h>
#include <string.h>

/* What was found beside the items. */
struct strays {
	const char **name; /* the items' names, sorted */
	size_t n;
	struct gcs_object *found;
	size_t n_found;
};

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
note_stray(void *ctx, const struct gcs_object *o, struct err *e)
{
	struct strays *s = ctx;
	const char *name = o->name;
	size_t len = strlen(name);
	struct gcs_object *stray;

	(void)e;
	if (len > 0 && name[len - 1] == '/')
		return 0;
	if (bsearch(&name, s->name, s->n, sizeof *s->name, by_name) != NULL)
		return 0;
	s->found = xrealloc(s->found, (s->n_found + 1) * sizeof *s->found);
	stray = &s->found[s->n_found++];
	*stray = *o;
	stray->name = xstrdup(name);
	return 0;
}

/* The length of name's folder with its '/'. */
static size_t
folder_length(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash != NULL ? (size_t)(slash + 1 - name) : 0;
}

static int
same_folder(const char *a, const char *b)
{
	size_t n = folder_length(a);

	return n == folder_length(b) && memcmp(a, b, n) == 0;
}

/* List every folder of the sorted names. One may come twice, with the names of a deeper one
 * between; what is noted then again is gone when its turn comes. */
static int
list_folders(struct gcs *g, const char *bucket, struct strays *s, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < s->n && rc == 0; i++) {
		char *folder;

		if (i > 0 && same_folder(s->name[i - 1], s->name[i]))
			continue;
		folder = xstrndup(s->name[i], folder_length(s->name[i]));
		rc = gcs_list(g, bucket, folder, "/", note_stray, s, e);
		free(folder);
	}
	return rc;
}

int
gcs_mirror_check(const struct gcs_item *item, size_t n, const char *manifest, struct err *e)
{
	if (n == 0)
		return err_set(e, EX_DATAERR,
		    "%s: the manifest is empty: nothing is removed without one", manifest);
	for (size_t i = 0; i < n; i++)
		if (folder_length(item[i].name) == 0)
			return err_set(e, EX_USAGE,
			    "gs://%s/%s: removal needs objects in a folder, not "
			    "in the bucket's root",
			    item[i].bucket, item[i].name);
	return 0;
}

int
gcs_mirror(struct gcs *g, const struct gcs_item *item, size_t n, int dry_run, gcs_removed *removed,
    void *ctx, struct err *e)
{
	struct strays s = {.name = xcalloc(n + 1, sizeof *s.name), .n = n};
	int rc;

	for (size_t i = 0; i < n; i++)
		s.name[i] = item[i].name;
	qsort(s.name, n, sizeof *s.name, by_name);
	rc = n > 0 ? list_folders(g, item[0].bucket, &s, e) : 0;
	for (size_t i = 0; i < s.n_found; i++) {
		const struct gcs_object *o = &s.found[i];

		if (rc == 0) {
			removed(ctx, item[0].bucket, o);
			if (!dry_run)
				rc = gcs_delete(g, item[0].bucket, o->name, o->generation, e);
		}
		gcs_object_free(&s.found[i]);
	}
	free(s.found);
	free(s.name);
	return rc;
}
