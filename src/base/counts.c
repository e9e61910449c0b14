#include "base/counts.h"
#include "base/tsv.h"

#include <stdlib.h>
#include <string.h>

const char *const counts_stage[COUNTS_STAGES] = {
    "read", "rejected", "stored", "loaded", "inserted"};

static int
read_row(struct tsv_reader *r, struct counts *c, struct err *e)
{
	struct counts_row row = {.type = NULL};

	if (c->hour == NULL)
		c->hour = xstrdup(r->field[0].s);
	else if (strcmp(c->hour, r->field[0].s) != 0)
		return err_set(e, EX_CONFIG, "%s:%llu: hour %s, but the lines above are of %s",
		    r->name, (unsigned long long)r->line, r->field[0].s, c->hour);
	for (size_t i = 0; i < COUNTS_STAGES; i++) {
		row.applies[i] = strcmp(r->field[i + 2].s, "-") != 0;
		if (row.applies[i] && tsv_u64(r, i + 2, &row.count[i], e) != 0)
			return -1;
	}
	row.type = xstrdup(r->field[1].s);
	c->row = xrealloc(c->row, (c->n + 1) * sizeof *c->row);
	c->row[c->n++] = row;
	return 0;
}

int
counts_read(FILE *in, const char *name, struct counts *c, struct err *e)
{
	struct tsv_reader r = {.in = in, .name = name};
	int got;

	*c = (struct counts){0};
	while ((got = tsv_next(&r, COUNTS_STAGES + 2, e)) > 0)
		if (read_row(&r, c, e) != 0) {
			got = -1;
			break;
		}
	tsv_done(&r);
	if (got == 0 && c->n == 0)
		return err_set(e, EX_NOINPUT, "%s: no lines, expected a counts manifest", name);
	return got;
}

void
counts_free(struct counts *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->row[i].type);
	free(c->row);
	free(c->hour);
	*c = (struct counts){0};
}

struct counts_row
counts_total(const struct counts *c)
{
	struct counts_row total = {.type = NULL};

	for (int s = 0; s < COUNTS_STAGES; s++) {
		total.applies[s] = 1;
		for (size_t i = 0; i < c->n; i++)
			total.count[s] += c->row[i].count[s];
	}
	return total;
}

static int
differs(struct buf *out, const struct counts_row *r, int before, int after)
{
	if (!r->applies[before] || !r->applies[after] || r->count[before] == r->count[after])
		return 0;
	buf_addf(out, "%s %llu, but %s %llu", counts_stage[before],
	    (unsigned long long)r->count[before], counts_stage[after],
	    (unsigned long long)r->count[after]);
	return 1;
}

enum counts_verdict
counts_warning(struct buf *out, const struct counts_row *r)
{
	uint64_t kept = r->count[COUNTS_STORED] + r->count[COUNTS_REJECTED];

	if (r->applies[COUNTS_READ] && r->count[COUNTS_READ] != kept) {
		buf_addf(out, "read %llu, but stored + rejected %llu",
		    (unsigned long long)r->count[COUNTS_READ], (unsigned long long)kept);
		return COUNTS_BAD;
	}
	if (r->count[COUNTS_READ] == 0 && kept == 0 && r->count[COUNTS_INSERTED] > 0) {
		buf_addf(out, "S3 has none of it any more, but its table still holds %llu rows",
		    (unsigned long long)r->count[COUNTS_INSERTED]);
		return COUNTS_BAD;
	}
	if (differs(out, r, COUNTS_STORED, COUNTS_LOADED) ||
	    differs(out, r, COUNTS_LOADED, COUNTS_INSERTED))
		return COUNTS_BAD;
	if (r->count[COUNTS_REJECTED] > 0) {
		buf_addf(out, "%llu rejected, see _rejected/ in GCS",
		    (unsigned long long)r->count[COUNTS_REJECTED]);
		return COUNTS_BAD;
	}
	if (r->applies[COUNTS_LOADED])
		return COUNTS_GOOD;
	buf_adds(out, "no schema, its objects stay in GCS");
	return COUNTS_NOTE;
}
