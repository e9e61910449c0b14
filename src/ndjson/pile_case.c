/* Where the file system does not tell upper from lower case, the files of two types may be one. */
#include "ndjson/pile_in.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static int
compare_paths(const void *a, const void *b)
{
	const struct pile *const *x = a, *const *y = b;

	return strcasecmp((*x)->first->file.path, (*y)->first->file.path);
}

/* Whether the growing file of a is found under the name that b's would have with the same ending.
 */
static int
are_one(const struct outfile *a, const struct outfile *b)
{
	struct buf name = {0};
	int one;

	if (a->tmp == NULL)
		return 0;
	buf_addf(&name, "%s%s", b->path, a->tmp + strlen(a->path));
	one = access(name.data, F_OK) == 0;
	buf_free(&name);
	return one;
}

int
pile_check_case(const struct piles *ps, struct err *e)
{
	struct pile **pile = pile_sort(&ps->table);
	int rc = 0;

	qsort(pile, ps->table.n, sizeof(struct pile *), compare_paths);
	for (size_t i = 1; i < ps->table.n && rc == 0; i++) {
		const struct outfile *a = &pile[i - 1]->first->file, *b = &pile[i]->first->file;

		if (strcasecmp(a->path, b->path) == 0 && are_one(a, b))
			rc = err_set(e, EX_IOERR,
			    "%s: is one file with %s here, where case is not told: expected "
			    "another place or key",
			    b->path, a->path);
	}
	free(pile);
	return rc;
}
