#include "ndjson/infer_kept.h"
#include "base/json.h"
#include "ndjson/column_type.h"

/* A string that is longer than what is kept of it can't be told; its length is known. */
static int
kept_fits(const struct infer_text *t, const struct schema_field *f)
{
	struct buf text = {0}, scratch = {0};
	struct value v = {.kind = (enum value_kind)t->kind};
	int string = v.kind == VALUE_STRING;
	enum verdict verdict;

	if (t->text == NULL)
		return 1;
	if (t->cut)
		return string;
	if (string)
		json_quote(&text, t->text, t->len);
	else
		buf_add(&text, t->text, t->len);
	v.text = text.data + string;
	v.len = text.len - (string ? 2 : 0);
	verdict = types_check(f, &v, &scratch);
	buf_free(&text);
	buf_free(&scratch);
	return verdict == VALUE_FITS || verdict == VALUE_RESPELLED;
}

static int
all_kept_fit(const struct infer_path *p, const struct schema_field *f)
{
	for (size_t i = 0; i < INFER_EXAMPLES; i++)
		if (!kept_fits(&p->example[i], f))
			return 0;
	return kept_fits(&p->least_number, f) && kept_fits(&p->greatest_number, f) &&
	       kept_fits(&p->least_string, f) && kept_fits(&p->greatest_string, f);
}

int
infer_kept_fit(const struct infer_path *p, const struct column *c)
{
	struct column_type t = column_type_of(c);
	struct schema_field f = {.max_length = t.max_length,
	    .whole_digits = (unsigned)t.whole,
	    .fraction_digits = (unsigned)t.fraction};

	if (column_type_is(&t, "STRING"))
		return p->kind[VALUE_STRING] + p->kind[VALUE_NULL] == p->present &&
		       p->longest <= t.max_length;
	if (column_type_is(&t, "BYTES"))
		f.type = TYPE_BYTES;
	else if (column_type_is(&t, "NUMERIC") || column_type_is(&t, "BIGNUMERIC"))
		f.type = column_type_is(&t, "NUMERIC") ? TYPE_NUMERIC : TYPE_BIGNUMERIC;
	else
		return 1;
	return (f.type == TYPE_BYTES ||
		   (p->float_whole <= t.whole && p->float_fraction <= t.fraction)) &&
	       all_kept_fit(p, &f);
}
