#include "gcp/bq_fields.h"
#include "base/json.h"
#include "gcp/bq_json.h"

#include <string.h>
#include <strings.h>

/* TableFieldSchema.type: the legacy names and the standard ones are the same types. */
static const struct spelling {
	const char *standard, *legacy;
} spellings[] = {
    {"INT64", "INTEGER"},
    {"FLOAT64", "FLOAT"},
    {"BOOL", "BOOLEAN"},
    {"STRUCT", "RECORD"},
};

static const struct coercion {
	const char *from, *to;
} lossless[] = {{"INTEGER", "NUMERIC"}, {"INTEGER", "BIGNUMERIC"}, {"NUMERIC", "BIGNUMERIC"}};

/* What is being compared: the merged text, the obstacles found, whether a field was added. */
struct merge {
	struct buf *out, faults;
	int added;
};

static const char *
field_name(yajl_val field)
{
	const char *name = json_string(field, "name");

	return name != NULL ? name : "";
}

static const char *
field_type(yajl_val field)
{
	const char *type = json_string(field, "type");

	for (size_t i = 0; type != NULL && i < sizeof spellings / sizeof spellings[0]; i++)
		if (strcasecmp(type, spellings[i].standard) == 0)
			return spellings[i].legacy;
	return type != NULL ? type : "";
}

static int
has_mode(yajl_val field, const char *mode)
{
	const char *found = json_string(field, "mode");

	return found != NULL && strcasecmp(found, mode) == 0;
}

struct bq_fields
bq_fields_at(yajl_val v, const char *path)
{
	struct bq_fields f;

	f.field = json_array(v, path, &f.n);
	return f;
}

yajl_val
bq_fields_find(const struct bq_fields *fields, const char *name)
{
	for (size_t i = 0; i < fields->n; i++)
		if (strcasecmp(field_name(fields->field[i]), name) == 0)
			return fields->field[i];
	return NULL;
}

static void
write_new(struct buf *out, yajl_val field)
{
	struct bq_fields sub = bq_fields_at(field, "fields");
	yajl_val range = json_get(field, "rangeElementType");

	buf_addc(out, '{');
	bq_json_member(out, "name", field_name(field));
	bq_json_member(out, "type", field_type(field));
	bq_json_member(out, "mode", has_mode(field, "REPEATED") ? "REPEATED" : "NULLABLE");
	if (range != NULL) {
		buf_adds(out, ",\"rangeElementType\":");
		json_write(out, range, 0);
	}
	if (sub.n > 0) {
		buf_adds(out, ",\"fields\":[");
		for (size_t i = 0; i < sub.n; i++) {
			if (i > 0)
				buf_addc(out, ',');
			write_new(out, sub.field[i]);
		}
		buf_addc(out, ']');
	}
	buf_addc(out, '}');
}

static void
write_hour(struct buf *out, const char *column)
{
	buf_addc(out, '{');
	bq_json_member(out, "name", column);
	bq_json_member(out, "type", "TIMESTAMP");
	bq_json_member(out, "mode", "NULLABLE");
	bq_json_member(out, "description", "The folder hour (UTC) the row was loaded from");
	buf_addc(out, '}');
}

void
bq_fields_create(struct buf *out, const struct bq_fields *rows, const char *column)
{
	buf_addc(out, '[');
	for (size_t i = 0; i < rows->n; i++) {
		write_new(out, rows->field[i]);
		buf_addc(out, ',');
	}
	write_hour(out, column);
	buf_addc(out, ']');
}

static void
fault(struct merge *m, const char *path, const char *text, const char *a, const char *b)
{
	buf_addf(&m->faults, "%scolumn %s ", m->faults.len > 0 ? "; " : "", path);
	buf_addf(&m->faults, "%s%s%s%s", text, a, b[0] != '\0' ? ", the new rows have " : "", b);
}

static int
fits(const char *from, const char *to, int nested)
{
	if (strcasecmp(from, to) == 0)
		return 1;
	for (size_t i = 0; !nested && i < sizeof lossless / sizeof lossless[0]; i++)
		if (strcasecmp(from, lossless[i].from) == 0 && strcasecmp(to, lossless[i].to) == 0)
			return 1;
	return 0;
}

static void merge_record(
    struct merge *m, yajl_val table, yajl_val row, const char *path, int depth);

/* A column that both have: what the table has is kept, its RECORDs may gain fields. */
static void
merge_column(struct merge *m, yajl_val table, yajl_val row, const char *path, int depth)
{
	const char *to = field_type(table), *from = field_type(row);
	int repeated = has_mode(table, "REPEATED");

	if (repeated != has_mode(row, "REPEATED"))
		fault(m, path, "is ", repeated ? "REPEATED" : "not REPEATED",
		    repeated ? "one value" : "REPEATED");
	else if (!fits(from, to, depth > 0 || repeated))
		fault(m, path, "is ", to, from);
	if (strcasecmp(to, "RECORD") == 0 && strcasecmp(from, "RECORD") == 0)
		merge_record(m, table, row, path, depth);
	else
		json_write(m->out, table, 0);
}

static void
write_members_but_fields(struct buf *out, yajl_val record)
{
	for (size_t i = 0; i < record->u.object.len; i++) {
		if (strcmp(record->u.object.keys[i], "fields") == 0)
			continue;
		json_quotes(out, record->u.object.keys[i]);
		buf_addc(out, ':');
		json_write(out, record->u.object.values[i], 0);
		buf_addc(out, ',');
	}
}

/* The fields of a RECORD are matched by position; the table may gain some at the end. */
static void
merge_record(struct merge *m, yajl_val table, yajl_val row, const char *path, int depth)
{
	struct bq_fields have = bq_fields_at(table, "fields"), want = bq_fields_at(row, "fields");
	struct buf sub = {0};

	buf_addc(m->out, '{');
	write_members_but_fields(m->out, table);
	buf_adds(m->out, "\"fields\":[");
	for (size_t i = 0; i < have.n || i < want.n; i++) {
		const char *name = field_name(i < have.n ? have.field[i] : want.field[i]);

		if (i > 0)
			buf_addc(m->out, ',');
		buf_clear(&sub);
		buf_addf(&sub, "%s.%s", path, name);
		if (i >= have.n) {
			write_new(m->out, want.field[i]);
			m->added = 1;
		} else if (i >= want.n) {
			fault(m, sub.data, "is in the table, the new rows lack it", "", "");
			json_write(m->out, have.field[i], 0);
		} else if (strcasecmp(name, field_name(want.field[i])) != 0) {
			fault(m, sub.data, "stands where the new rows have ",
			    field_name(want.field[i]), "");
			json_write(m->out, have.field[i], 0);
		} else {
			merge_column(m, have.field[i], want.field[i], sub.data, depth + 1);
		}
	}
	buf_adds(m->out, "]}");
	buf_free(&sub);
}

static void
merge_hour(struct merge *m, const struct bq_fields *table, const char *column)
{
	yajl_val hour = bq_fields_find(table, column);

	if (hour == NULL) {
		buf_addc(m->out, ',');
		write_hour(m->out, column);
		m->added = 1;
	} else if (strcasecmp(field_type(hour), "TIMESTAMP") != 0 || has_mode(hour, "REPEATED")) {
		fault(m, column, "is ", field_type(hour), "the folder hour, a TIMESTAMP");
	}
}

int
bq_fields_widen(struct buf *out, const struct bq_fields *table, const struct bq_fields *rows,
    const char *column, struct err *e)
{
	struct merge m = {.out = out};
	int rc;

	buf_addc(out, '[');
	for (size_t i = 0; i < table->n; i++) {
		const char *name = field_name(table->field[i]);
		yajl_val row = bq_fields_find(rows, name);

		if (i > 0)
			buf_addc(out, ',');
		if (row != NULL) {
			merge_column(&m, table->field[i], row, name, 0);
			continue;
		}
		if (has_mode(table->field[i], "REQUIRED") && strcasecmp(name, column) != 0)
			fault(&m, name, "is REQUIRED, the new rows lack it", "", "");
		json_write(out, table->field[i], 0);
	}
	for (size_t i = 0; i < rows->n; i++) {
		if (bq_fields_find(table, field_name(rows->field[i])) != NULL)
			continue;
		if (table->n > 0 || m.added)
			buf_addc(out, ',');
		write_new(out, rows->field[i]);
		m.added = 1;
	}
	merge_hour(&m, table, column);
	buf_addc(out, ']');
	rc = m.added;
	if (m.faults.len > 0)
		rc = err_set(e, EX_CONFIG, "%s", m.faults.data);
	buf_free(&m.faults);
	return rc;
}
