#include "ndjson/profile_page.h"
#include "ndjson/profile_text.h"

#include <string.h>

void
page_text(struct buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		switch (s[i]) {
		case '&':
			buf_adds(out, "&amp;");
			break;
		case '<':
			buf_adds(out, "&lt;");
			break;
		case '>':
			buf_adds(out, "&gt;");
			break;
		case '"':
			buf_adds(out, "&quot;");
			break;
		case '\'':
			buf_adds(out, "&#39;");
			break;
		default:
			buf_addc(out, s[i]);
		}
	}
}

/* What text holds, as text of the page; text is empty after. */
static void
move_text(struct buf *out, struct buf *text)
{
	page_text(out, text->data, text->len);
	buf_clear(text);
}

/* Data, kept from turning around what stands beside it. */
static void
move_data(struct buf *out, struct buf *text)
{
	buf_adds(out, "<bdi>");
	move_text(out, text);
	buf_adds(out, "</bdi>");
}

/* ", first in a.ndjson:7", or nothing. */
static void
add_first(struct buf *out, const struct infer *in, const struct infer_place *at, struct buf *text)
{
	if (at->line == 0)
		return;
	buf_adds(out, ", first in ");
	profile_place(text, in, at);
	move_data(out, text);
}

void
page_conflict(struct buf *out, const struct infer *in, const struct infer_path *p, size_t number)
{
	struct buf text = {0};

	buf_addf(out, "<li><a href=\"#p%zu\">", number);
	if (p->parent == NULL)
		buf_adds(&text, "the records");
	profile_path(&text, p);
	move_data(out, &text);
	buf_adds(out, "</a><ul>\n");
	for (int k = 0; k < INFER_KINDS; k++) {
		if (k == VALUE_NULL || p->kind[k] == 0)
			continue;
		buf_addf(out, "<li>%s ", types_kind_name((enum value_kind)k));
		profile_count(out, p->kind[k]);
		add_first(out, in, &p->first[k], &text);
		buf_adds(out, "</li>\n");
	}
	buf_adds(out, "</ul></li>\n");
	buf_free(&text);
}

/* A part of the bar, in tenths of a percent. */
static void
add_segment(struct buf *out, const char *class, unsigned tenths)
{
	if (tenths > 0)
		buf_addf(out, "<i class=\"%s\" style=\"width:%u.%u%%\"></i>", class, tenths / 10,
		    tenths % 10);
}

/* Values, those that are nothing of their type, null, missing, as a bar; add_shares says it in words.
 */
static void
add_bar(struct buf *out, const struct infer_path *p)
{
	uint64_t n[PROFILE_VOIDS], nothing = 0;
	const char *what;
	uint64_t base = profile_base(p, &what);
	unsigned zero, null, missing;

	profile_voids(p, n);
	for (int i = VOID_EMPTY_STRING; i < PROFILE_VOIDS; i++)
		nothing += n[i];
	zero = profile_tenths(nothing, base);
	null = profile_tenths(n[VOID_NULL], base);
	missing = profile_tenths(n[VOID_MISSING], base);
	buf_adds(out, "<span class=\"bar\" aria-hidden=\"true\">");
	add_segment(out, "value", zero + null + missing < 1000 ? 1000 - zero - null - missing : 0);
	add_segment(out, "zero", zero);
	add_segment(out, "null", null);
	add_segment(out, "missing", missing);
	buf_adds(out, "</span>");
}

static void
add_shares(struct buf *out, const struct infer_path *p, struct buf *text)
{
	uint64_t n[PROFILE_VOIDS];
	const char *what;
	uint64_t base = profile_base(p, &what);

	profile_voids(p, n);
	for (int i = 0; i < PROFILE_VOIDS; i++) {
		if (n[i] == 0)
			continue;
		buf_addf(text, "%s%s ", text->len > 0 ? ", " : "",
		    i == VOID_ZERO ? "zero" : profile_void_name[i]);
		profile_share(text, n[i], base);
	}
	if (text->len == 0)
		return;
	buf_adds(out, " <span class=\"shares\">");
	move_text(out, text);
	buf_adds(out, "</span>");
}

void
page_line(struct buf *out, const struct infer_path *p)
{
	struct buf text = {0};

	buf_adds(out, "<span class=\"name\">");
	if (p->parent == NULL) {
		buf_adds(out, "<i>records</i>");
	} else if (p == p->parent->element) {
		buf_adds(out, "<i>elements</i>");
	} else {
		profile_visible(&text, p->name_len > 0 ? p->name : "\"\"",
		    p->name_len > 0 ? p->name_len : 2, 0);
		move_data(out, &text);
	}
	buf_adds(out, "</span> ");
	add_bar(out, p);
	buf_addf(out, " <span class=\"%s\">", infer_mixed(p) ? "types mixed" : "types");
	profile_types(&text, p);
	move_text(out, &text);
	buf_adds(out, "</span>");
	add_shares(out, p, &text);
	if (p->example[0].text != NULL) {
		profile_value(&text, &p->example[0]);
		buf_adds(out, " <span class=\"example\">");
		move_data(out, &text);
		buf_adds(out, "</span>");
	}
	buf_free(&text);
}

/* A term of the list; its description follows and ends with "</dd>\n". */
static void
add_term(struct buf *out, const char *term)
{
	buf_adds(out, "<dt>");
	page_text(out, term, strlen(term));
	buf_adds(out, "</dt><dd>");
}

static void
add_counts(struct buf *out, const struct infer *in, const struct infer_path *p, struct buf *text)
{
	uint64_t n[PROFILE_VOIDS];
	const char *what;
	uint64_t base = profile_base(p, &what);

	add_term(out, "present");
	profile_count(out, p->present);
	buf_adds(out, " of ");
	profile_count(out, base);
	buf_addf(out, " %s</dd>\n", what);
	profile_voids(p, n);
	for (int i = 0; i < PROFILE_VOIDS; i++) {
		if (n[i] == 0)
			continue;
		add_term(out, profile_void_name[i]);
		profile_count(out, n[i]);
		buf_adds(out, " (");
		profile_share(text, n[i], base);
		move_text(out, text);
		buf_adds(out, ")</dd>\n");
	}
	for (int k = 0; k < INFER_KINDS; k++) {
		if (p->kind[k] == 0 || k == VALUE_NULL)
			continue;
		add_term(out, types_kind_name((enum value_kind)k));
		profile_count(out, p->kind[k]);
		add_first(out, in, &p->first[k], text);
		buf_adds(out, "</dd>\n");
	}
}

static void
add_range(struct buf *out, const char *term, const struct infer_text *least,
    const struct infer_text *greatest, struct buf *text)
{
	if (least->text == NULL || greatest->text == NULL)
		return;
	add_term(out, term);
	profile_value(text, least);
	move_data(out, text);
	buf_adds(out, " to ");
	profile_value(text, greatest);
	move_data(out, text);
	buf_adds(out, "</dd>\n");
}

static void
add_values(struct buf *out, const struct infer_path *p, struct buf *text)
{
	add_range(out, "numbers", &p->least_number, &p->greatest_number, text);
	add_range(out, "strings", &p->least_string, &p->greatest_string, text);
	if (p->kind[VALUE_STRING] > 0) {
		add_term(out, "characters");
		profile_count(out, p->shortest);
		buf_adds(out, " to ");
		profile_count(out, p->longest);
		buf_adds(out, "</dd>\n");
	}
	if (p->distinct > 0) {
		add_term(out, "distinct");
		buf_adds(out, p->distinct_exact ? "" : "about ");
		profile_count(out, p->distinct);
		buf_adds(out, "</dd>\n");
	}
	if (p->example[0].text == NULL)
		return;
	add_term(out, "examples");
	for (int i = 0; i < INFER_EXAMPLES && p->example[i].text != NULL; i++) {
		buf_adds(out, i > 0 ? ", " : "");
		profile_value(text, &p->example[i]);
		move_data(out, text);
	}
	buf_adds(out, "</dd>\n");
}

static void
add_note(void *arg, const char *text)
{
	struct buf *out = arg;

	add_term(out, "note");
	page_text(out, text, strlen(text));
	buf_adds(out, "</dd>\n");
}

void
page_facts(struct buf *out, const struct infer *in, const struct infer_path *p)
{
	struct buf text = {0};

	buf_adds(out, "<dl>\n");
	add_counts(out, in, p, &text);
	add_values(out, p, &text);
	profile_notes(p, in, add_note, out);
	buf_adds(out, "</dl>\n");
	buf_free(&text);
}
