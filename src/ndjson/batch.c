#include "ndjson/batch.h"
#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

/* A good record in 32 bytes: a block may hold tens of thousands. */
struct item {
	uint32_t at, len;          /* in the block */
	uint32_t value, value_len; /* in the record */
	uint32_t line;             /* from 0 in the block */
	uint32_t column, escaped;
	uint32_t odd; /* index + 1 of a record that is not good; then nothing else is set */
};

struct batch {
	struct records *records;
	const struct block *block;
	uint64_t lines; /* that end in the block */
	struct item *item;
	size_t n, cap;
	struct record *odd;
	size_t n_odd, cap_odd;
	/* of batch_stream */
	record_sink *sink;
	void *arg;
};

/* Whether a record with a verdict can be told from an item again. */
static int
is_plain(const struct record *rec)
{
	return rec->fault.reason == REJECT_NONE && rec->part == LINE_WHOLE && rec->value != NULL;
}

static void
keep(struct batch *b, const struct record *rec)
{
	struct item *item;

	if (b->n == b->cap) {
		b->cap = b->cap > 0 ? b->cap * 2 : 256;
		b->item = xrealloc(b->item, b->cap * sizeof *b->item);
	}
	item = &b->item[b->n++];
	if (is_plain(rec)) {
		*item = (struct item){.at = (uint32_t)(rec->p - b->block->data),
		    .len = (uint32_t)rec->len,
		    .value = (uint32_t)(rec->value - rec->p),
		    .value_len = (uint32_t)rec->value_len,
		    .line = (uint32_t)(rec->line - 1),
		    .column = (uint32_t)rec->column,
		    .escaped = (uint32_t)rec->value_escaped};
		return;
	}
	if (b->n_odd == b->cap_odd) {
		b->cap_odd = b->cap_odd > 0 ? b->cap_odd * 2 : 16;
		b->odd = xrealloc(b->odd, b->cap_odd * sizeof *b->odd);
	}
	*item = (struct item){.odd = (uint32_t)b->n_odd + 1};
	b->odd[b->n_odd++] = *rec;
}

/* A record_sink: records are kept, or go on at once. */
static int
take_record(void *batch, const struct record *rec, struct err *e)
{
	struct batch *b = batch;

	if (b->sink != NULL)
		return b->sink(b->arg, rec, e);
	keep(b, rec);
	return 0;
}

struct batch *
batch_new(const struct record_rules *rules)
{
	struct batch *b = xcalloc(1, sizeof *b);

	b->records = records_new(rules, take_record, b);
	return b;
}

void
batch_free(struct batch *b)
{
	if (b == NULL)
		return;
	records_free(b->records);
	free(b->item);
	free(b->odd);
	free(b);
}

void
batch_scan(struct batch *b, const struct block *block)
{
	struct err e;

	b->block = block;
	b->n = b->n_odd = 0;
	b->sink = NULL;
	records_begin(b->records, block->source);
	records_feed(b->records, block->data, block->len, &e); /* keeping can't fail */
	b->lines = records_lines(b->records);
	records_end(b->records, &e);
}

int
batch_give(struct batch *b, uint64_t *line, record_sink *sink, void *arg, struct err *e)
{
	const struct block *block = b->block;
	struct record rec = {.source = block->source, .part = LINE_WHOLE};

	for (size_t i = 0; i < b->n; i++) {
		const struct item *item = &b->item[i];

		if (item->odd > 0) {
			struct record odd = b->odd[item->odd - 1];

			odd.line += *line - 1;
			odd.offset += block->offset;
			if (sink(arg, &odd, e) != 0)
				return -1;
			continue;
		}
		rec.p = block->data + item->at;
		rec.len = item->len;
		rec.line = *line + item->line;
		rec.offset = block->offset + item->at;
		rec.value = rec.p + item->value;
		rec.value_len = item->value_len;
		rec.value_escaped = (int)item->escaped;
		rec.column = item->column;
		rec.fault.at = rec.value[-1] == '"' ? rec.value - 1 : rec.value;
		if (sink(arg, &rec, e) != 0)
			return -1;
	}
	*line = block->last ? 1 : *line + b->lines;
	return 0;
}

int
batch_stream(struct batch *b, struct blocks *blocks, struct block *block, uint64_t *line,
    record_sink *sink, void *arg, struct err *e)
{
	int rc = 0;

	b->sink = sink;
	b->arg = arg;
	records_begin(b->records, block->source);
	records_place(b->records, *line, block->offset);
	while ((rc = records_feed(b->records, block->data, block->len, e)) == 0 && block->cut)
		if (blocks_more(blocks, block, e) < 0)
			return -1;
	if (rc != 0)
		return -1;
	*line = block->last ? 1 : records_lines(b->records) + 1;
	return records_end(b->records, e);
}
