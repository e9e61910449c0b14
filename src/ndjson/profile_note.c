/* What profiles say of a path, and of all, in phrases. */
#include "ndjson/infer_type.h"
#include "ndjson/profile_text.h"
#include "ndjson/schema.h"
#include "ndjson/types_suggest.h"

#include <string.h>

void
profile_types(struct buf *out, const struct infer_path *p)
{
	uint64_t values = p->present - p->kind[VALUE_NULL];
	size_t kinds = 0, told = 0;

	for (int k = 0; k < INFER_KINDS; k++)
		kinds += k != VALUE_NULL && p->kind[k] > 0;
	if (kinds == 0)
		buf_adds(out, "null");
	for (int k = 0; k < INFER_KINDS; k++) {
		if (k == VALUE_NULL || p->kind[k] == 0)
			continue;
		buf_addf(out, "%s%s", told++ > 0 ? ", " : "", types_kind_name((enum value_kind)k));
		if (kinds > 1) {
			buf_addc(out, ' ');
			profile_share(out, p->kind[k], values);
		}
	}
}

static const char *
suggestion(const struct infer_path *p)
{
	enum schema_type type;

	return types_suggested(p->suggested, &type) ? schema_type_name(type) : NULL;
}

/* n of something, with its plural. */
static void
add_counted(struct buf *out, uint64_t n, const char *one, const char *many)
{
	profile_count(out, n);
	buf_addf(out, " %s", n == 1 ? one : many);
}

static void
note_numbers(const struct infer_path *p, struct buf *text, profile_note *note, void *arg)
{
	if (p->beyond_int64 > 0) {
		add_counted(text, p->beyond_int64, "integer", "integers");
		buf_adds(text, " beyond INT64");
		note(arg, text->data);
		buf_clear(text);
	}
	if (p->integral_floats > 0) {
		buf_adds(text, "whole floats: ");
		profile_count(text, p->integral_floats);
		buf_adds(text, " of ");
		profile_count(text, p->kind[VALUE_FLOAT]);
		note(arg, text->data);
		buf_clear(text);
	}
}

/* Why the column of p is not what its values look like. */
static void
note_reason(const struct infer_path *p, profile_note *note, void *arg)
{
	const struct infer_wish wish = {0};
	struct infer_type t = {0};

	if (p->name == NULL)
		return;
	infer_type(p, &wish, &t);
	if (t.reason.len > 0)
		note(arg, t.reason.data);
	buf_free(&t.reason);
}

void
profile_notes(const struct infer_path *p, const struct infer *in, profile_note *note, void *arg)
{
	struct buf text = {0};
	const char *type = suggestion(p);

	if (type != NULL) {
		buf_addf(&text, "all strings%s parse as %s", p->empty_string > 0 ? " but \"\"" : "",
		    type);
		note(arg, text.data);
		buf_clear(&text);
	}
	note_numbers(p, &text, note, arg);
	note_reason(p, note, arg);
	if (p->distinct_exact && p->distinct == 1 && p->present > 1)
		note(arg, "one value");
	if (p->twice > 0) {
		add_counted(&text, p->twice, "object holds", "objects hold");
		buf_adds(&text, " a key twice or too long, first ");
		profile_place(&text, in, &p->first_twice);
		note(arg, text.data);
		buf_clear(&text);
	}
	if (p->cut && p->name == NULL)
		note(arg, "more keys, which have no path");
	buf_free(&text);
}

void
profile_title(struct buf *out, const struct infer *in)
{
	add_counted(out, in->records, "record", "records");
	buf_adds(out, " in ");
	add_counted(out, in->sources, "file", "files");
	buf_adds(out, ", ");
	add_counted(out, in->paths, "path", "paths");
	if (in->set_aside > 0) {
		buf_adds(out, "; ");
		add_counted(out, in->set_aside, "line", "lines");
		buf_adds(out, " set aside");
	}
}

int
profile_sample(struct buf *out, const struct infer *in)
{
	if (in->sample == NULL)
		return 0;
	buf_addf(out, "from a sample: %s", in->sample);
	if (in->passed_over > 0) {
		buf_adds(out, ", ");
		profile_count(out, in->passed_over);
		buf_adds(out, " passed over");
	}
	return 1;
}
