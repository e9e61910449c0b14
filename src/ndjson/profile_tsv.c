/* The profile for programs: a header and a line a path. */
#include "base/tsv.h"
#include "ndjson/profile.h"
#include "ndjson/profile_text.h"
#include "ndjson/schema.h"
#include "ndjson/types_suggest.h"

#include <string.h>

static const char header[] =
    "path\ttype\trepeated\tsuggested\tbase\tpresent\tmissing\tnull\tempty_string\tzero\tfalse\t"
    "empty_array\tempty_object\tstring\tinteger\tfloat\tboolean\tobject\tarray\tbeyond_int64\t"
    "integral_floats\tmin_number\tmax_number\tmin_string\tmax_string\tshortest\tlongest\tdistinct\t"
    "distinct_exact\tfirst_string\tfirst_integer\tfirst_float\tfirst_boolean\tfirst_object\t"
    "first_array\texample_1\texample_2\texample_3\tsample\tnote\n";

/* What JSON types alone make of a path; an array in an array has no columns. */
static const char *
type_word(const struct infer_path *p)
{
	static const char *const words[INFER_KINDS] = {[VALUE_STRING] = "STRING",
	    [VALUE_INTEGER] = "INTEGER",
	    [VALUE_FLOAT] = "FLOAT",
	    [VALUE_BOOLEAN] = "BOOLEAN",
	    [VALUE_OBJECT] = "RECORD"};
	const char *found = "NONE";

	if (infer_mixed(p) || (p->name == NULL && p->kind[VALUE_ARRAY] > 0))
		return "MIXED";
	if (p->kind[VALUE_ARRAY] > 0)
		return p->element != NULL ? type_word(p->element) : "NONE";
	for (int k = 0; k < INFER_KINDS; k++)
		if (words[k] != NULL && p->kind[k] > 0)
			found = words[k];
	return found;
}

static const char *
suggested_word(const struct infer_path *p)
{
	enum schema_type type;

	return types_suggested(p->suggested, &type) ? schema_type_name(type) : "";
}

static void
add_counts(struct buf *row, const struct infer_path *p)
{
	static const int order[] = {
	    VALUE_STRING, VALUE_INTEGER, VALUE_FLOAT, VALUE_BOOLEAN, VALUE_OBJECT, VALUE_ARRAY};
	uint64_t n[PROFILE_VOIDS];
	const char *what;

	tsv_addu(row, profile_base(p, &what));
	tsv_addu(row, p->present);
	profile_voids(p, n);
	for (int i = 0; i < PROFILE_VOIDS; i++)
		tsv_addu(row, n[i]);
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
		tsv_addu(row, p->kind[order[i]]);
	tsv_addu(row, p->beyond_int64);
	tsv_addu(row, p->integral_floats);
}

static void
add_value(struct buf *row, const struct infer_text *t)
{
	struct buf text = {0};

	profile_value(&text, t);
	tsv_add(row, text.data, text.len);
	buf_free(&text);
}

static void
add_place(struct buf *row, const struct infer *in, const struct infer_place *at)
{
	struct buf text = {0};

	if (at->line > 0)
		buf_addf(&text, "%s:%llu", at->source < in->sources ? in->source[at->source] : "",
		    (unsigned long long)at->line);
	tsv_add(row, text.data, text.len);
	buf_free(&text);
}

static void
add_note(void *arg, const char *text)
{
	struct buf *out = arg;

	buf_addf(out, "%s%s", out->len > 0 ? "; " : "", text);
}

static void
add_values(struct buf *row, const struct infer *in, const struct infer_path *p)
{
	add_value(row, &p->least_number);
	add_value(row, &p->greatest_number);
	add_value(row, &p->least_string);
	add_value(row, &p->greatest_string);
	tsv_addu(row, p->kind[VALUE_STRING] > 0 ? p->shortest : 0);
	tsv_addu(row, p->longest);
	tsv_addu(row, p->distinct);
	tsv_adds(row, p->distinct_exact ? "yes" : "no");
	for (int k = 0; k < INFER_KINDS; k++)
		if (k != VALUE_NULL)
			add_place(row, in, &p->first[k]);
	for (int i = 0; i < INFER_EXAMPLES; i++)
		add_value(row, &p->example[i]);
}

static void
print_row(FILE *out, const struct infer *in, const struct infer_path *p)
{
	struct buf path = {0}, row = {0}, notes = {0};

	infer_pointer(&path, p);
	tsv_adds(&row, type_word(p));
	tsv_adds(&row, p->kind[VALUE_ARRAY] > 0 && !infer_mixed(p) ? "yes" : "no");
	tsv_adds(&row, suggested_word(p));
	add_counts(&row, p);
	add_values(&row, in, p);
	tsv_adds(&row, in->sample != NULL ? in->sample : "");
	profile_notes(p, in, add_note, &notes);
	tsv_add(&row, notes.data, notes.len);
	(void)tsv_put(out, path.data, path.len, &row); /* ferror tells */
	buf_free(&path);
	buf_free(&row);
	buf_free(&notes);
}

int
profile_tsv(FILE *out, const struct infer *in, struct err *e)
{
	fputs(header, out);
	for (const struct infer_path *p = in->top; p != NULL; p = profile_next(p))
		if (infer_mixed(p))
			print_row(out, in, p);
	for (const struct infer_path *p = in->top; p != NULL; p = profile_next(p))
		if (!infer_mixed(p))
			print_row(out, in, p);
	return ferror(out) ? err_set(e, EX_IOERR, "the profile can't be written") : 0;
}
