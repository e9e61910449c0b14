#include "gcp/bq_row.h"
#include "ndjson/fit.h"
#include "ndjson/records.h"
#include "ndjson/schema.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct bq_row {
	struct schema *schema;
	struct fit *fit;
	struct fit_state *state;
	bq_tell *tell;
	void *ctx;
	const char *place; /* of the row that is being explained */
	int told;          /* something of it */
};

static void
say(struct bq_row *r, const char *path, const char *what)
{
	struct buf line = {0};

	buf_addf(&line, "%s: %s%s%s", r->place, path, path[0] != '\0' ? ": " : "", what);
	r->tell(r->ctx, line.data);
	r->told = 1;
	buf_free(&line);
}

static void
say_fault(struct bq_row *r, const struct record *rec)
{
	struct buf detail = {0};

	record_detail(&detail, rec);
	say(r, reject_name(rec->fault.reason), detail.len > 0 ? detail.data : "no record");
	buf_free(&detail);
}

/* Everything that is wrong with one record of the row; there may be several, glued together. */
static int
check_record(void *arg, const struct record *rec, struct err *e)
{
	struct bq_row *r = arg;
	const struct fit_problem *problem;
	size_t n, more;

	(void)e;
	if (rec->fault.reason != REJECT_NONE) {
		say_fault(r, rec);
		return 0;
	}
	if (fit_record(r->state, rec->p, rec->len) == FIT_CHANGED)
		say(r, "", "does not load as it is, but would as ndfit(1) writes it");
	problem = fit_problems(r->state, &n, &more);
	for (size_t i = 0; i < n; i++)
		say(r, problem[i].path, problem[i].what);
	return 0;
}

/* The first bytes of the row, no character cut. */
static void
show(struct bq_row *r, const struct buf *row)
{
	size_t n = row->len < BQ_EXPLAIN_SHOWN ? row->len : BQ_EXPLAIN_SHOWN;
	struct buf line = {0};

	while (n > 0 && n < row->len && ((unsigned char)row->data[n] & 0xc0) == 0x80)
		n--;
	buf_addf(&line, "%s: the record: ", r->place);
	buf_add(&line, row->data, n);
	if (n < row->len)
		buf_adds(&line, "...");
	r->tell(r->ctx, line.data);
	buf_free(&line);
}

void
bq_row_tell(const struct bq_row *r, const char *line)
{
	r->tell(r->ctx, line);
}

void
bq_row_explain(struct bq_row *r, const char *uri, uint64_t line, uint64_t position,
    const struct buf *row, uint64_t beyond)
{
	const struct record_rules rules = {
	    .max_line = BQ_EXPLAIN_LONGEST, .max_depth = SCAN_MAX_DEPTH};
	struct records *records = records_new(&rules, check_record, r);
	struct buf place = {0};
	struct err never;

	if (line > 0)
		buf_addf(&place, "%s:%" PRIu64, uri, line);
	else
		buf_addf(&place, "%s: byte %" PRIu64, uri, position);
	r->place = place.data;
	r->told = 0;
	if (beyond == 0) {
		records_begin(records, uri);
		(void)records_feed(records, row->data != NULL ? row->data : "", row->len, &never);
		(void)records_end(records, &never);
		if (!r->told)
			say(r, "", "nothing is wrong by the rules of ndfit(1)");
	} else {
		say(r, "", "too long to be checked here");
	}
	show(r, row);
	records_free(records);
	buf_free(&place);
}

struct bq_row *
bq_row_new(const struct buf *fields, bq_tell *tell, void *ctx, struct err *e)
{
	struct bq_row *r = xcalloc(1, sizeof *r);

	r->tell = tell;
	r->ctx = ctx;
	r->schema = schema_parse(fields->data, fields->len, "schema", e);
	r->fit = r->schema != NULL ? fit_new(r->schema, NULL, e) : NULL;
	if (r->fit == NULL) {
		bq_row_free(r);
		return NULL;
	}
	r->state = fit_state_new(r->fit);
	return r;
}

void
bq_row_free(struct bq_row *r)
{
	if (r == NULL)
		return;
	fit_state_free(r->state);
	fit_free(r->fit);
	schema_free(r->schema);
	free(r);
}
