#include "ndjson/pile.h"
#include "base/name.h"
#include "base/tsv.h"
#include "ndjson/pile_table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { PENDING_MOST = 256 << 10, ALL_MOST = 16 << 20, OPEN_MOST = 64 };

struct piles {
	const char *template;
	uint64_t part_size;
	int has_type;
	struct pile_table table;
	size_t pending;          /* bytes allocated for pending records of all piles */
	size_t open, most_open;  /* files that stay open */
	struct encoder *encoder; /* NULL: plain */
	struct buf packed;
};

static size_t
most_open(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur / 2 >= OPEN_MOST)
		return OPEN_MOST;
	return (size_t)limit.rlim_cur / 2;
}

struct piles *
piles_new(const char *template, uint64_t part_size, struct err *e)
{
	struct name_values v = {.type = "type"};
	size_t len = strlen(template);
	struct buf path = {0};
	struct piles *ps;
	enum codec kind;
	int rc = name_expand(&path, template, &v, e);

	buf_free(&path);
	if (rc != 0)
		return NULL;
	if (len == 0 || strcmp(template, "-") == 0 || template[len - 1] == '/') {
		err_set(e, EX_USAGE,
			"template '%s': expected the name of files, such as out/{type}.ndjson",
			template);
		return NULL;
	}
	if (part_size > 0 && strstr(template, "{part}") == NULL) {
		err_set(e, EX_USAGE, "template '%s': parts need {part} in their names", template);
		return NULL;
	}
	ps = xcalloc(1, sizeof *ps);
	ps->template = template;
	ps->part_size = part_size;
	ps->has_type = strstr(template, "{type}") != NULL;
	ps->most_open = most_open();
	kind = codec_of_path(template);
	if (kind != CODEC_PLAIN)
		ps->encoder = encoder_new(kind);
	return ps;
}

void
piles_free(struct piles *ps)
{
	if (ps == NULL)
		return;
	pile_table_free(&ps->table);
	encoder_free(ps->encoder);
	buf_free(&ps->packed);
	free(ps);
}

static int
open_part(struct piles *ps, const struct pile *pile, struct err *e)
{
	struct buf type = {0}, path = {0};
	struct name_values v = {.part = pile->last->number};
	int rc;

	buf_adds(&type, "");
	name_type(&type, pile->type, pile->type_len);
	v.type = type.data;
	rc = name_expand(&path, ps->template, &v, e);
	if (rc == 0)
		rc = outfile_open(&pile->last->file, path.data, e);
	if (rc == 0)
		ps->open++;
	buf_free(&type);
	buf_free(&path);
	return rc;
}

/* Write bytes as they are to the last part; afterwards the file is closed when many are open. */
static int
write_out(struct piles *ps, struct pile *pile, const char *p, size_t n, struct err *e)
{
	struct outfile *file = &pile->last->file;

	if (file->path == NULL) {
		if (open_part(ps, pile, e) != 0)
			return -1;
	} else if (file->fd < 0) {
		if (outfile_resume(file, e) != 0)
			return -1;
		ps->open++;
	}
	if (outfile_write(file, p, n, e) != 0)
		return -1;
	if (ps->open <= ps->most_open)
		return 0;
	ps->open--;
	return outfile_park(file, e);
}

/* Write p[0..n) of the last part, compressed when that is asked for. */
static int
put(struct piles *ps, struct pile *pile, const char *p, size_t n, struct err *e)
{
	if (n == 0)
		return 0;
	if (ps->encoder == NULL)
		return write_out(ps, pile, p, n, e);
	buf_clear(&ps->packed);
	encoder_segment(ps->encoder, &pile->encoded, p, n, &ps->packed);
	return write_out(ps, pile, ps->packed.data, ps->packed.len, e);
}

static int
flush(struct piles *ps, struct pile *pile, struct err *e)
{
	int rc = put(ps, pile, pile->pending.data, pile->pending.len, e);

	pile->pending.len = 0;
	return rc;
}

static int
flush_all(struct piles *ps, struct err *e)
{
	for (size_t i = 0; i < ps->table.cap; i++) {
		struct pile *pile = ps->table.slot[i];

		if (pile == NULL || pile->pending.data == NULL)
			continue;
		if (flush(ps, pile, e) != 0)
			return -1;
		ps->pending -= pile->pending.cap;
		buf_free(&pile->pending);
	}
	return 0;
}

/* Room for n more pending bytes, n <= PENDING_MOST; buffers grow by doubling up to PENDING_MOST and
 * a NUL. */
static void
reserve(struct piles *ps, struct pile *pile, size_t n)
{
	size_t want = pile->pending.len + n + 1, cap = pile->pending.cap;

	if (want <= cap)
		return;
	if (cap * 2 > want)
		want = cap * 2;
	if (want > PENDING_MOST + 1)
		want = PENDING_MOST + 1;
	buf_reserve(&pile->pending, want - 1 - pile->pending.len);
	ps->pending += pile->pending.cap - cap;
}

static int
append(struct piles *ps, struct pile *pile, const char *p, size_t n, struct err *e)
{
	pile->last->bytes += n;
	if (pile->pending.len + n > PENDING_MOST && flush(ps, pile, e) != 0)
		return -1;
	if (n > PENDING_MOST)
		return put(ps, pile, p, n, e);
	reserve(ps, pile, n);
	memcpy(pile->pending.data + pile->pending.len, p, n);
	pile->pending.len += n;
	return ps->pending > ALL_MOST ? flush_all(ps, e) : 0;
}

/* All of the last part is there: write what is pending and what ends it, and close it. */
static int
end_part(struct piles *ps, struct pile *pile, struct err *e)
{
	struct outfile *file = &pile->last->file;

	if (flush(ps, pile, e) != 0)
		return -1;
	if (ps->encoder != NULL) {
		buf_clear(&ps->packed);
		encoder_finish(ps->encoder, &pile->encoded, &ps->packed);
		if (write_out(ps, pile, ps->packed.data, ps->packed.len, e) != 0)
			return -1;
	}
	pile->encoded = (struct encoded){0};
	if (file->fd >= 0)
		ps->open--;
	return outfile_park(file, e);
}

static void
begin_part(struct pile *pile)
{
	struct part *part = xcalloc(1, sizeof *part);

	part->file.fd = -1;
	part->number = pile->last != NULL ? pile->last->number + 1 : 0;
	if (pile->last != NULL)
		pile->last->next = part;
	else
		pile->first = part;
	pile->last = part;
}

int
piles_add(struct piles *ps, const char *type, size_t type_len, const char *p, size_t n,
	  enum line_part part, struct err *e)
{
	int made, begins = part == LINE_WHOLE || part == LINE_BEGINS;
	struct pile *pile = pile_find(&ps->table, type, type_len, &made);

	if (made && ps->table.n > 1 && !ps->has_type)
		return err_set(e, EX_USAGE,
			       "template '%s': there is more than one type, and no {type} to tell "
			       "their files apart",
			       ps->template);
	if (made)
		begin_part(pile);
	if (begins && ps->part_size > 0 && pile->last->bytes > 0 &&
	    (part == LINE_BEGINS || pile->last->bytes + n + 1 > ps->part_size)) {
		if (end_part(ps, pile, e) != 0)
			return -1;
		begin_part(pile);
	}
	pile->last->rows += (uint64_t)begins;
	if (n > 0 && append(ps, pile, p, n, e) != 0)
		return -1;
	return part == LINE_WHOLE || part == LINE_ENDS ? append(ps, pile, "\n", 1, e) : 0;
}

static void
add_row(const struct pile *pile, const struct part *part, struct buf *manifest)
{
	tsv_add(manifest, pile->type, pile->type_len);
	buf_addf(manifest, "\t%llu", (unsigned long long)part->rows); /* the type may be empty */
	tsv_addu(manifest, part->bytes);
	tsv_adds(manifest, part->file.path);
	buf_addc(manifest, '\n');
}

int
piles_commit(struct piles *ps, struct buf *manifest, struct err *e)
{
	struct pile **sorted = pile_sort(&ps->table);
	int rc = 0;

	for (size_t i = 0; i < ps->table.n && rc == 0; i++) {
		rc = end_part(ps, sorted[i], e);
		buf_free(&sorted[i]->pending);
		for (struct part *p = sorted[i]->first; p != NULL && rc == 0; p = p->next)
			add_row(sorted[i], p, manifest);
	}
	for (size_t i = 0; i < ps->table.n && rc == 0; i++)
		for (struct part *p = sorted[i]->first; p != NULL && rc == 0; p = p->next) {
			rc = outfile_resume(&p->file, e);
			if (rc == 0)
				rc = outfile_commit(&p->file, e);
		}
	free(sorted);
	return rc;
}
