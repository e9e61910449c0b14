#include "ndjson/fit_files.h"
#include "base/crew.h"
#include "ndjson/blocks.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = 1 << 20 }; /* bytes of a long record that are written at a time */

struct run {
	struct fit_run *r;
	struct blocks *blocks;
	uint64_t line; /* the next block's first, less 1 */
};

/* One thread's block and what comes of its records. */
struct hand {
	struct run *run;
	struct block block;
	struct records *records;
	struct fit_state *state;
	struct record_hand *fitted, *rejected; /* NULL: not wanted */
	struct buf text;                       /* of records that fit, lines */
	const char *same, *same_end;           /* behind them: lines in the block, as they are */
	struct buf bad;                        /* of those that do not */
	struct fit_notes notes;
	uint64_t fits, refused; /* records, of which nothing was told yet */
	uint64_t lines;         /* that end in the block */
	uint64_t looked;        /* records (or parts) of the block that work has looked at */
	uint64_t skip;          /* of them, not to be looked at again */
	int full;               /* FIT_AHEAD is reached: the rest comes in the block's turn */
	int streamed;           /* it is the block's turn: what comes of a record goes at once */
};

/* n bytes of a file in pieces, so that a compressed one holds no more than a piece of them. */
static int
write_pieces(struct record_hand *to, const char *p, size_t n, uint64_t rows, struct err *e)
{
	while (n > PIECE) {
		if (record_hand_add(to, p, PIECE, 0, e) != 0 || record_hand_write(to, e) != 0)
			return -1;
		p += PIECE;
		n -= PIECE;
	}
	return record_hand_add(to, p, n, rows, e);
}

/* n bytes of a record, and its end if it ends, go to a file: by way of kept, or now. */
static int
put(struct hand *h, struct record_hand *to, struct buf *kept, const char *p, size_t n, int ends,
    struct err *e)
{
	if (to == NULL)
		return 0;
	if (h->streamed) {
		if (write_pieces(to, p, n, ends != 0, e) != 0)
			return -1;
		return ends ? record_hand_add(to, "\n", 1, 0, e) : 0;
	}
	buf_reserve(kept, n + 1);
	buf_add(kept, p, n);
	if (ends)
		buf_addc(kept, '\n');
	return 0;
}

static void
copy_same(struct hand *h)
{
	if (h->same != NULL)
		buf_add(&h->text, h->same, (size_t)(h->same_end - h->same));
	h->same = h->same_end = NULL;
}

/* A record that fits, as it is or as its text was changed. Lines of the block that follow each
 * other stay where they are until they are written. */
static int
take_fitting(struct hand *h, const struct record *rec, enum fit_result result, struct err *e)
{
	const char *text = rec->p, *end = rec->p + rec->len;
	size_t len = rec->len;

	h->fits++;
	if (h->fitted == NULL)
		return 0;
	if (result == FIT_CHANGED)
		text = fit_text(h->state, &len);
	if (h->streamed || result == FIT_CHANGED || *end != '\n') {
		copy_same(h);
		return put(h, h->fitted, &h->text, text, len, 1, e);
	}
	if (h->same_end != rec->p) {
		copy_same(h);
		h->same = rec->p;
	}
	h->same_end = end + 1;
	return 0;
}

static int
take_refused(struct hand *h, const struct record *rec, struct err *e)
{
	size_t n, more;
	const struct fit_problem *list = fit_problems(h->state, &n, &more);

	h->refused++;
	notes_record(&h->notes, rec, list, n, more);
	return put(h, h->rejected, &h->bad, rec->p, rec->len, 1, e);
}

/* What is no record, or a part of one that is too long. */
static int
take_fault(struct hand *h, const struct record *rec, struct err *e)
{
	if (rec->part == LINE_WHOLE || rec->part == LINE_BEGINS) {
		h->refused++;
		notes_fault(&h->notes, rec);
	}
	return put(h, h->rejected, &h->bad, rec->p, rec->len,
	    rec->part == LINE_WHOLE || rec->part == LINE_ENDS, e);
}

static int
judge(struct hand *h, const struct record *rec, struct err *e)
{
	enum fit_result result;
	size_t len = rec->len;

	if (rec->fault.reason != REJECT_NONE)
		return take_fault(h, rec, e);
	result = fit_record(h->state, rec->p, rec->len);
	if (result == FIT_CHANGED)
		fit_text(h->state, &len);
	if (len > h->run->r->rules.max_line) {
		struct record grown = *rec;

		grown.fault = (struct scan_fault){REJECT_TOO_LONG, NULL, NULL};
		return take_fault(h, &grown, e);
	}
	return result == FIT_REFUSED ? take_refused(h, rec, e) : take_fitting(h, rec, result, e);
}

/* Tell what came of the records, in the block's turn: line and offset are where the places that
 * were noted count from. */
static int
tell(struct hand *h, uint64_t line, uint64_t offset, struct err *e)
{
	struct fit_run *r = h->run->r;

	r->records += h->fits + h->refused;
	r->refused += h->refused;
	h->fits = h->refused = 0;
	progress_count(r->progress, 0, r->records);
	progress_count(r->progress, 1, r->refused);
	return report_notes(r->report, &h->notes, h->block.source, line, offset, e);
}

/* A record_sink. */
static int
take_record(void *hand, const struct record *rec, struct err *e)
{
	struct hand *h = hand;

	if (h->full)
		return 0;
	if (h->skip > 0) {
		h->skip--;
		return 0;
	}
	if (judge(h, rec, e) != 0)
		return -1;
	h->looked++;
	if (h->streamed)
		return h->notes.text.len > 0 ? tell(h, 0, 0, e) : 0;
	h->full = h->text.len + h->bad.len + h->notes.text.len > FIT_AHEAD;
	return 0;
}

static void *
hand_new(void *arg)
{
	struct run *run = arg;
	struct hand *h = xcalloc(1, sizeof *h);

	h->run = run;
	h->records = records_new(&run->r->rules, take_record, h);
	h->state = fit_state_new(run->r->fit);
	h->fitted = record_hand_new(run->r->fitted);
	h->rejected = record_hand_new(run->r->rejected);
	return h;
}

static void
hand_free(void *hand)
{
	struct hand *h = hand;

	record_hand_free(h->fitted);
	record_hand_free(h->rejected);
	fit_state_free(h->state);
	records_free(h->records);
	buf_free(&h->text);
	buf_free(&h->bad);
	buf_free(&h->notes.text);
	block_free(&h->block);
	free(h);
}

static int
take(void *arg, void *hand, struct err *e)
{
	struct run *run = arg;
	struct hand *h = hand;
	int got = blocks_take(run->blocks, &h->block, e);

	if (got <= 0)
		return got < 0 ? -1 : CREW_NONE;
	progress_bytes(run->r->progress, blocks_read(run->blocks), blocks_size(run->blocks));
	return h->block.cut ? CREW_ALONE : CREW_PIECE;
}

static int
work(void *arg, void *hand, struct err *e)
{
	struct hand *h = hand;

	(void)arg;
	h->looked = 0;
	h->full = h->streamed = 0;
	records_begin(h->records, h->block.source);
	if (records_feed(h->records, h->block.data, h->block.len, e) != 0)
		return -1;
	h->lines = records_lines(h->records);
	return records_end(h->records, e);
}

/* The records of the block from h->skip on, each outcome at once; of a cut one, also those that
 * follow up to a line's end. */
static int
stream(struct run *run, struct hand *h, struct err *e)
{
	int rc = 0;

	h->full = 0;
	h->streamed = 1;
	records_begin(h->records, h->block.source);
	records_place(h->records, run->line + 1, h->block.offset);
	while ((rc = records_feed(h->records, h->block.data, h->block.len, e)) == 0 && h->block.cut)
		if (blocks_more(run->blocks, &h->block, e) < 0)
			return -1;
	h->lines = records_lines(h->records) - run->line;
	if (rc != 0 || records_end(h->records, e) != 0)
		return -1;
	return tell(h, 0, 0, e);
}

/* What work kept, to the files. */
static int
give_kept(struct hand *h, struct err *e)
{
	if (h->fitted != NULL &&
	    (write_pieces(h->fitted, h->text.data, h->text.len, h->fits, e) != 0 ||
		write_pieces(h->fitted, h->same, (size_t)(h->same_end - h->same), 0, e) != 0))
		return -1;
	if (h->rejected != NULL &&
	    write_pieces(h->rejected, h->bad.data, h->bad.len, h->refused, e) != 0)
		return -1;
	h->same = h->same_end = NULL;
	buf_clear(&h->text);
	buf_clear(&h->bad);
	return 0;
}

static int
give(void *arg, void *hand, struct err *e)
{
	struct run *run = arg;
	struct hand *h = hand;
	int rc = 0;

	if (!h->block.cut)
		rc = give_kept(h, e) != 0 ? -1 : tell(h, run->line, h->block.offset, e);
	h->skip = h->full ? h->looked : 0;
	if (rc == 0 && (h->block.cut || h->full))
		rc = stream(run, h, e);
	run->line = h->block.last ? 0 : run->line + h->lines;
	return rc;
}

static int
settle(void *arg, void *hand, struct err *e)
{
	struct hand *h = hand;

	(void)arg;
	return record_hand_write(h->fitted, e) != 0 || record_hand_write(h->rejected, e) != 0 ? -1
											      : 0;
}

static void
stop(void *arg)
{
	struct run *run = arg;

	blocks_stop(run->blocks);
}

int
fit_files(struct fit_run *r, char *const *file, unsigned threads, struct err *e)
{
	struct run run = {.r = r};
	const struct crew crew = {.threads = threads,
	    .arg = &run,
	    .hand_new = hand_new,
	    .hand_free = hand_free,
	    .take = take,
	    .work = work,
	    .give = give,
	    .settle = settle,
	    .stop = stop};
	int rc;

	run.blocks = blocks_new(file, r->wake_fd);
	rc = crew_run(&crew, e);
	blocks_free(run.blocks);
	return rc;
}
