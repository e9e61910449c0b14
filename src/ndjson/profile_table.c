/* The profile for people: conflicts in words, then a line a path. */
#include "base/width.h"
#include "ndjson/profile.h"
#include "ndjson/profile_text.h"

#include <string.h>

enum {
	COLUMN_PATH,
	COLUMN_OF,
	COLUMN_TYPES,
	COLUMN_VOIDS,
	COLUMN_DISTINCT = COLUMN_VOIDS + PROFILE_VOIDS,
	COLUMN_LEAST,
	COLUMN_GREATEST,
	COLUMN_LENGTH,
	COLUMNS /* examples and notes follow, as wide as they are */
};

/* WIDEST_PATH, WIDEST_VALUE: columns of the terminal. */
enum { WIDEST_PATH = 48, WIDEST_VALUE = 24, SHOWN_EXAMPLES = 2 };

struct row {
	struct buf cell[COLUMNS];
	struct buf rest;
};

static const char *
heading(int column)
{
	switch (column) {
	case COLUMN_PATH:
		return "path";
	case COLUMN_OF:
		return "of";
	case COLUMN_TYPES:
		return "types";
	case COLUMN_DISTINCT:
		return "distinct";
	case COLUMN_LEAST:
		return "least";
	case COLUMN_GREATEST:
		return "greatest";
	case COLUMN_LENGTH:
		return "length";
	default:
		return profile_void_name[column - COLUMN_VOIDS];
	}
}

static int
is_right(int column)
{
	return column == COLUMN_OF || (column >= COLUMN_VOIDS && column <= COLUMN_DISTINCT) ||
	       column == COLUMN_LENGTH;
}

/* A value at most WIDEST_VALUE wide, cut before a character, or before an escape as a whole. */
static void
add_value(struct buf *out, const struct infer_text *t)
{
	struct buf whole = {0};
	size_t end = 0, step = 0;

	profile_value(&whole, t);
	if (whole.len == 0 || width_of(whole.data, whole.len) <= WIDEST_VALUE) {
		buf_add(out, whole.data, whole.len);
		buf_free(&whole);
		return;
	}
	for (size_t i = 0; i < whole.len; i += step) {
		unsigned char c = (unsigned char)whole.data[i];

		step = c == '\\'  ? (whole.data[i + 1] == 'u' ? 6 : 2)
		       : c < 0x80 ? 1
		       : c < 0xe0 ? 2
		       : c < 0xf0 ? 3
				  : 4;
		if (width_of(whole.data, i + step) > WIDEST_VALUE - 1)
			break;
		end = i + step;
	}
	buf_add(out, whole.data, end);
	buf_adds(out, "…");
	buf_free(&whole);
}

static void
add_note(void *arg, const char *text)
{
	struct buf *out = arg;

	buf_addf(out, "%s%s", out->len > 0 ? "; " : "", text);
}

static void
fill_rest(struct row *r, const struct infer *in, const struct infer_path *p)
{
	struct buf notes = {0};

	for (int i = 0; i < SHOWN_EXAMPLES && p->example[i].text != NULL; i++) {
		if (i > 0)
			buf_adds(&r->rest, ", ");
		add_value(&r->rest, &p->example[i]);
	}
	profile_notes(p, in, add_note, &notes);
	if (notes.len > 0)
		buf_addf(&r->rest, "%s(%s)", r->rest.len > 0 ? "  " : "", notes.data);
	buf_free(&notes);
}

static void
fill(struct row *r, const struct infer *in, const struct infer_path *p)
{
	uint64_t n[PROFILE_VOIDS];
	const char *what;
	uint64_t base = profile_base(p, &what);
	int strings = p->least_number.text == NULL;

	profile_path(&r->cell[COLUMN_PATH], p);
	profile_count(&r->cell[COLUMN_OF], base);
	buf_addf(&r->cell[COLUMN_OF], " %s", what);
	profile_types(&r->cell[COLUMN_TYPES], p);
	profile_voids(p, n);
	for (int i = 0; i < PROFILE_VOIDS; i++) {
		if (n[i] > 0)
			profile_share(&r->cell[COLUMN_VOIDS + i], n[i], base);
		else
			buf_addc(&r->cell[COLUMN_VOIDS + i], '-');
	}
	if (p->distinct > 0) {
		if (!p->distinct_exact)
			buf_addc(&r->cell[COLUMN_DISTINCT], '~');
		profile_count(&r->cell[COLUMN_DISTINCT], p->distinct);
	}
	add_value(&r->cell[COLUMN_LEAST], strings ? &p->least_string : &p->least_number);
	add_value(&r->cell[COLUMN_GREATEST], strings ? &p->greatest_string : &p->greatest_number);
	if (p->kind[VALUE_STRING] > 0) {
		profile_count(&r->cell[COLUMN_LENGTH], p->shortest);
		if (p->longest != p->shortest) {
			buf_addc(&r->cell[COLUMN_LENGTH], '-');
			profile_count(&r->cell[COLUMN_LENGTH], p->longest);
		}
	}
	fill_rest(r, in, p);
}

static void
clear_row(struct row *r)
{
	for (int i = 0; i < COLUMNS; i++)
		buf_clear(&r->cell[i]);
	buf_clear(&r->rest);
}

static void
free_row(struct row *r)
{
	for (int i = 0; i < COLUMNS; i++)
		buf_free(&r->cell[i]);
	buf_free(&r->rest);
}

static void
measure(size_t width[COLUMNS], const struct row *r)
{
	for (int i = 0; i < COLUMNS; i++) {
		size_t w = width_of(r->cell[i].data, r->cell[i].len);

		if (w > width[i] && (i != COLUMN_PATH || w <= WIDEST_PATH))
			width[i] = w;
	}
}

static void
print_row(FILE *out, const size_t width[COLUMNS], const struct row *r)
{
	struct buf line = {0};

	for (int i = 0; i < COLUMNS; i++) {
		const char *s = r->cell[i].len > 0 ? r->cell[i].data : "";

		if (i > 0)
			buf_adds(&line, "  ");
		if (i == COLUMN_PATH && width_of(s, strlen(s)) > width[i]) {
			buf_addf(&line, "%s\n", s);
			s = "";
		}
		width_pad(&line, s, width[i], is_right(i));
	}
	buf_addf(&line, "  %s", r->rest.len > 0 ? r->rest.data : "");
	while (line.len > 0 && line.data[line.len - 1] == ' ')
		line.len--;
	buf_addc(&line, '\n');
	fwrite(line.data, 1, line.len, out);
	buf_free(&line);
}

static void
print_paths(FILE *out, const struct infer *in)
{
	size_t width[COLUMNS] = {0};
	struct row r = {0};

	for (int i = 0; i < COLUMNS; i++)
		buf_adds(&r.cell[i], heading(i));
	measure(width, &r);
	for (const struct infer_path *p = profile_next(in->top); p != NULL; p = profile_next(p)) {
		clear_row(&r);
		fill(&r, in, p);
		measure(width, &r);
	}
	clear_row(&r);
	for (int i = 0; i < COLUMNS; i++)
		buf_adds(&r.cell[i], heading(i));
	buf_adds(&r.rest, "examples (notes)");
	print_row(out, width, &r);
	for (const struct infer_path *p = profile_next(in->top); p != NULL; p = profile_next(p)) {
		clear_row(&r);
		fill(&r, in, p);
		print_row(out, width, &r);
	}
	free_row(&r);
}

/* "/a: INTEGER 9 (first x:1), STRING 2 (first x:7)", the oldest first as far as one file tells. */
static void
print_conflict(FILE *out, const struct infer *in, const struct infer_path *p)
{
	struct buf line = {0};
	const char *before = ": ";

	profile_path(&line, p);
	for (int k = 0; k < INFER_KINDS; k++) {
		if (k == VALUE_NULL || p->kind[k] == 0)
			continue;
		buf_addf(&line, "%s%s ", before, types_kind_name((enum value_kind)k));
		profile_count(&line, p->kind[k]);
		buf_adds(&line, " (first ");
		profile_place(&line, in, &p->first[k]);
		buf_addc(&line, ')');
		before = ", ";
	}
	fprintf(out, "  %s\n", line.data);
	buf_free(&line);
}

int
profile_table(FILE *out, const struct infer *in, struct err *e)
{
	struct buf head = {0};
	size_t conflicts = 0;

	profile_title(&head, in);
	buf_addc(&head, '\n');
	if (profile_sample(&head, in))
		buf_addc(&head, '\n');
	for (const struct infer_path *p = in->top; p != NULL; p = profile_next(p))
		conflicts += infer_mixed(p) != 0;
	fputs(head.data, out);
	if (conflicts > 0)
		fprintf(out, "\n%zu %s:\n", conflicts,
		    conflicts == 1 ? "path is of mixed types" : "paths are of mixed types");
	for (const struct infer_path *p = in->top; p != NULL && conflicts > 0; p = profile_next(p))
		if (infer_mixed(p))
			print_conflict(out, in, p);
	buf_free(&head);
	fputc('\n', out);
	print_paths(out, in);
	return ferror(out) ? err_set(e, EX_IOERR, "the profile can't be written") : 0;
}
