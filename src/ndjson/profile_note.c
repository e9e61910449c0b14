/* What profiles say of a path, and of all, in phrases. */
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
		buf_addf(text, " beyond INT64, at most %u digits", p->whole_digits);
		note(arg, text->data);
		buf_clear(text);
	}
	if (p->integral_floats > 0) {
		add_counted(text, p->integral_floats, "float is whole", "floats are whole");
		buf_adds(text, " of ");
		profile_count(text, p->kind[VALUE_FLOAT]);
		note(arg, text->data);
		buf_clear(text);
	}
	if (p->beyond_double)
		note(arg, "a number is beyond double precision");
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
	if (p->parent != NULL &&
	    p->present == p->kind[VALUE_NULL] + p->empty_array + p->empty_object)
		note(arg, "empty everywhere");
	else if (p->distinct_exact && p->distinct == 1 && p->present > 1)
		note(arg, "one value");
	if (p->twice > 0) {
		add_counted(&text, p->twice, "object holds", "objects hold");
		buf_adds(&text, " a key twice or too long, first ");
		profile_place(&text, in, &p->first_twice);
		note(arg, text.data);
		buf_clear(&text);
	}
	if (p->cut)
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
