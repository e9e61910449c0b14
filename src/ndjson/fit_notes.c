#include "ndjson/fit_notes.h"

#include <string.h>

/* In front of the texts of a note: key, then detail and text, each ended by NUL. */
struct head {
	uint64_t line, offset;
	const char *reason;
	uint32_t key, detail, text; /* bytes, NUL included; text 0: the same as detail */
	int first;
};

static void
add(struct fit_notes *n, const struct record *rec, struct head h, const char *key,
    const char *detail, const char *text)
{
	h.line = rec->line;
	h.offset = rec->offset;
	h.key = (uint32_t)strlen(key) + 1;
	h.detail = (uint32_t)strlen(detail) + 1;
	h.text = text != NULL ? (uint32_t)strlen(text) + 1 : 0;
	buf_add(&n->text, &h, sizeof h);
	buf_add(&n->text, key, h.key);
	buf_add(&n->text, detail, h.detail);
	if (text != NULL)
		buf_add(&n->text, text, h.text);
}

void
notes_record(struct fit_notes *n, const struct record *rec, const struct fit_problem *list,
    size_t problems, size_t more)
{
	struct head h = {.first = 1};
	struct buf key = {0}, detail = {0};

	for (const struct fit_problem *b = list; b < list + problems; b++) {
		buf_clear(&key);
		buf_clear(&detail);
		buf_addf(&key, "%s: %s", b->place, b->kind);
		buf_addf(&detail, "%s: %s", b->path, b->what);
		h.reason = b->reason;
		add(n, rec, h, key.data, detail.data, NULL);
		h.first = 0;
	}
	if (more > 0) {
		buf_clear(&detail);
		buf_addf(&detail, "%zu more problems in this record", more);
		h.reason = "more";
		add(n, rec, h, "", detail.data, NULL);
	}
	buf_free(&key);
	buf_free(&detail);
}

void
notes_fault(struct fit_notes *n, const struct record *rec)
{
	const char *reason = reject_name(rec->fault.reason);
	struct buf detail = {0}, text = {0};

	buf_adds(&detail, "");
	record_detail(&detail, rec);
	buf_addf(&text, "%s%s%s", reason, detail.len > 0 ? ": " : "", detail.data);
	add(n, rec, (struct head){.reason = reason, .first = 1}, reason, detail.data, text.data);
	buf_free(&detail);
	buf_free(&text);
}

int
notes_next(const struct fit_notes *n, size_t *at, struct fit_note *note)
{
	const char *p = n->text.data + *at;
	struct head h;

	if (*at >= n->text.len)
		return 0;
	memcpy(&h, p, sizeof h);
	*note = (struct fit_note){h.line, h.offset, h.first, h.reason, p + sizeof h,
	    p + sizeof h + h.key, p + sizeof h + h.key + (h.text > 0 ? h.detail : 0)};
	*at += sizeof h + h.key + h.detail + h.text;
	return 1;
}
