#include "ndjson/fit_hand.h"

#include <stdlib.h>

enum { PIECE = 1 << 20 }; /* bytes of a long record that are written at a time */

struct fit_hand {
	struct fit_run *run;
	const char *source; /* of the block */
	struct records *records;
	struct fit_state *state;
	struct record_hand *fitted, *rejected; /* NULL: not wanted */
	struct buf text;                       /* of records that fit, lines */
	const char *same, *same_end;           /* behind them: lines in the block, as they are */
	struct buf bad;                        /* of those that do not */
	struct fit_notes notes;
	uint64_t fits, refused; /* records, of which nothing was told yet */
	uint64_t dropped;       /* unknown fields of those that fit */
	uint64_t lines;         /* that end in the block */
	uint64_t looked;        /* records of the block so far */
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
put(struct fit_hand *h, struct record_hand *to, struct buf *kept, const char *p, size_t n, int ends,
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
copy_same(struct fit_hand *h)
{
	if (h->same != NULL)
		buf_add(&h->text, h->same, (size_t)(h->same_end - h->same));
	h->same = h->same_end = NULL;
}

/* A record that fits, as it is or as its text was changed. Lines of the block that follow each
 * other stay where they are until they are written. */
static int
take_fitting(struct fit_hand *h, const struct record *rec, enum fit_result result, struct err *e)
{
	const char *text = rec->p, *end = rec->p + rec->len;
	size_t len = rec->len;

	h->fits++;
	h->dropped += fit_dropped(h->state);
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
take_refused(struct fit_hand *h, const struct record *rec, struct err *e)
{
	size_t n, more;
	const struct fit_problem *list = fit_problems(h->state, &n, &more);

	h->refused++;
	notes_record(&h->notes, rec, list, n, more);
	return put(h, h->rejected, &h->bad, rec->p, rec->len, 1, e);
}

/* What is no record, or a part of one that is too long. */
static int
take_fault(struct fit_hand *h, const struct record *rec, struct err *e)
{
	if (rec->part == LINE_WHOLE || rec->part == LINE_BEGINS) {
		h->refused++;
		notes_fault(&h->notes, rec);
	}
	return put(h, h->rejected, &h->bad, rec->p, rec->len,
	    rec->part == LINE_WHOLE || rec->part == LINE_ENDS, e);
}

static int
judge(struct fit_hand *h, const struct record *rec, struct err *e)
{
	enum fit_result result;
	size_t len = rec->len;

	if (rec->fault.reason != REJECT_NONE)
		return take_fault(h, rec, e);
	result = fit_record(h->state, rec->p, rec->len);
	if (result == FIT_CHANGED)
		fit_text(h->state, &len);
	if (len > h->run->rules.max_line) {
		struct record grown = *rec;

		grown.fault = (struct scan_fault){REJECT_TOO_LONG, NULL, NULL};
		return take_fault(h, &grown, e);
	}
	return result == FIT_REFUSED ? take_refused(h, rec, e) : take_fitting(h, rec, result, e);
}

/* Tell what came of the records, in the block's turn: line and offset are where the places that
 * were noted count from. */
static int
tell(struct fit_hand *h, uint64_t line, uint64_t offset, struct err *e)
{
	struct fit_run *r = h->run;

	r->records += h->fits + h->refused;
	r->refused += h->refused;
	r->dropped += h->dropped;
	h->fits = h->refused = h->dropped = 0;
	progress_count(r->progress, 0, r->records);
	progress_count(r->progress, 1, r->refused);
	return report_notes(r->report, &h->notes, h->source, line, offset, e);
}

/* A record_sink. */
static int
take_record(void *hand, const struct record *rec, struct err *e)
{
	struct fit_hand *h = hand;

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

struct fit_hand *
fit_hand_new(struct fit_run *run)
{
	struct fit_hand *h = xcalloc(1, sizeof *h);

	h->run = run;
	h->records = records_new(&run->rules, take_record, h);
	h->state = fit_state_new(run->fit);
	h->fitted = record_hand_new(run->fitted);
	h->rejected = record_hand_new(run->rejected);
	return h;
}

void
fit_hand_free(struct fit_hand *h)
{
	record_hand_free(h->fitted);
	record_hand_free(h->rejected);
	fit_state_free(h->state);
	records_free(h->records);
	buf_free(&h->text);
	buf_free(&h->bad);
	buf_free(&h->notes.text);
	free(h);
}

void
fit_hand_look(struct fit_hand *h, const struct block *block)
{
	struct err e;

	h->looked = 0;
	h->full = h->streamed = 0;
	records_begin(h->records, block->source);
	records_feed(h->records, block->data, block->len, &e); /* keeping can't fail */
	h->lines = records_lines(h->records);
	records_end(h->records, &e);
}

/* The records of the block from h->skip on, each outcome at once; of a cut one, also those that
 * follow up to a line's end. */
static int
stream(struct fit_hand *h, struct blocks *blocks, struct block *block, uint64_t line, struct err *e)
{
	int rc = 0;

	h->full = 0;
	h->streamed = 1;
	records_begin(h->records, block->source);
	records_place(h->records, line, block->offset);
	while ((rc = records_feed(h->records, block->data, block->len, e)) == 0 && block->cut)
		if (blocks_more(blocks, block, e) < 0)
			return -1;
	h->lines = records_lines(h->records) + 1 - line;
	if (rc != 0 || records_end(h->records, e) != 0)
		return -1;
	return tell(h, 0, 0, e);
}

/* What work kept, to the files. */
static int
give_kept(struct fit_hand *h, struct err *e)
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

int
fit_hand_give(
    struct fit_hand *h, struct blocks *blocks, struct block *block, uint64_t *line, struct err *e)
{
	int whole = !block->cut, rc = 0;

	h->source = block->source;
	if (whole)
		rc = give_kept(h, e) != 0 ? -1 : tell(h, *line - 1, block->offset, e);
	h->skip = whole && h->full ? h->looked : 0;
	if (rc == 0 && (!whole || h->full))
		rc = stream(h, blocks, block, *line, e);
	*line = block->last ? 1 : *line + h->lines;
	return rc;
}

int
fit_hand_settle(struct fit_hand *h, struct err *e)
{
	if (record_hand_write(h->fitted, e) != 0)
		return -1;
	return record_hand_write(h->rejected, e);
}
