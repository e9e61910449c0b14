#include "gcp/bq_script.h"
#include "base/json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct unit {
	const char *name, *function;
} units[] = {{"s", "TIMESTAMP_SECONDS"}, {"ms", "TIMESTAMP_MILLIS"}, {"us", "TIMESTAMP_MICROS"}};

static const struct unit *
find_unit(const char *name)
{
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	return NULL;
}

int
bq_epoch_parse(const char *text, struct bq_epoch *epoch, struct err *e)
{
	const char *equals = strrchr(text, '=');
	const struct unit *unit = equals != NULL ? find_unit(equals + 1) : NULL;

	if (unit == NULL)
		return err_set(
		    e, EX_USAGE, "epoch column '%s': expected COLUMN=s, =ms or =us", text);
	epoch->unit = unit->name;
	epoch->column = xstrndup(text, (size_t)(equals - text));
	if (bq_column_check(epoch->column, e) == 0)
		return 0;
	free(epoch->column);
	epoch->column = NULL;
	return -1;
}

static const struct bq_epoch *
find_epoch(const struct bq_select *s, const char *column)
{
	for (size_t i = 0; i < s->n_epochs; i++)
		if (strcasecmp(s->epoch[i].column, column) == 0)
			return &s->epoch[i];
	return NULL;
}

static int
is_type(yajl_val field, const char *legacy, const char *standard)
{
	const char *type = json_string(field, "type");

	return type != NULL && (strcasecmp(type, legacy) == 0 || strcasecmp(type, standard) == 0);
}

static int
is_repeated(yajl_val field)
{
	const char *mode = json_string(field, "mode");

	return mode != NULL && strcasecmp(mode, "REPEATED") == 0;
}

static int
check_epochs(const struct bq_select *s, struct err *e)
{
	for (size_t i = 0; i < s->n_epochs; i++) {
		const char *column = s->epoch[i].column;
		yajl_val found = NULL;

		for (size_t j = 0; j < s->n && found == NULL; j++) {
			const char *name = json_string(s->field[j], "name");

			if (name != NULL && strcasecmp(name, column) == 0)
				found = s->field[j];
		}
		if (found == NULL)
			return err_set(e, EX_CONFIG, "-e %s=%s: there is no column %s", column,
			    s->epoch[i].unit, column);
		if (!is_type(found, "INTEGER", "INT64") || is_repeated(found))
			return err_set(e, EX_CONFIG, "-e %s=%s: found %s%s, expected INTEGER",
			    column, s->epoch[i].unit, is_repeated(found) ? "REPEATED " : "",
			    json_string(found, "type"));
	}
	return 0;
}

/* One column of the SELECT: the epoch made a TIMESTAMP, the TIMESTAMP made local, its name kept. */
static void
add_column(struct buf *out, const struct bq_select *s, yajl_val field, const char *quoted)
{
	const struct bq_epoch *epoch = find_epoch(s, json_string(field, "name"));
	int timestamp =
	    epoch != NULL || (is_type(field, "TIMESTAMP", "TIMESTAMP") && !is_repeated(field));
	int local = timestamp && s->zone != NULL;

	if (local)
		buf_adds(out, "DATETIME(");
	if (epoch != NULL)
		buf_addf(out, "%s(%s)", find_unit(epoch->unit)->function, quoted);
	else
		buf_adds(out, quoted);
	if (local)
		buf_addf(out, ", '%s')", s->zone);
	if (local || epoch != NULL)
		buf_addf(out, " AS %s", quoted);
}

int
bq_select_text(struct buf *out, const struct bq_select *s, struct err *e)
{
	struct buf quoted = {0};
	int rc = check_epochs(s, e);

	buf_adds(out, "SELECT ");
	for (size_t i = 0; rc == 0 && i < s->n; i++) {
		const char *name = json_string(s->field[i], "name");

		buf_clear(&quoted);
		rc = bq_column_quote(&quoted, name != NULL ? name : "", e);
		if (rc != 0)
			break;
		if (i > 0)
			buf_adds(out, ", ");
		add_column(out, s, s->field[i], quoted.data);
	}
	buf_addf(out, " FROM %s", s->source);
	buf_free(&quoted);
	return rc;
}

void
bq_hour_literal(struct buf *out, const struct hour *hour)
{
	buf_addf(out, "TIMESTAMP '%s'", hour->literal);
}

/* The length of the string, quoted name or comment that p begins with; 0 when it is none, or has
 * no end: BigQuery shall refuse that.
 * "Lexical structure and syntax": a backslash keeps a quote from ending a string, raw ones too. */
static size_t
opaque_length(const char *p)
{
	static const char *const quotes[] = {"\"\"\"", "'''", "\"", "'", "`"};

	if (*p == '#' || strncmp(p, "--", 2) == 0)
		return strcspn(p, "\n");
	if (strncmp(p, "/*", 2) == 0) {
		const char *end = strstr(p + 2, "*/");

		return end != NULL ? (size_t)(end - p) + 2 : 0;
	}
	for (size_t i = 0; i < sizeof quotes / sizeof quotes[0]; i++) {
		size_t n = strlen(quotes[i]), at = n;

		if (strncmp(p, quotes[i], n) != 0)
			continue;
		while (p[at] != '\0' && strncmp(p + at, quotes[i], n) != 0)
			at += p[at] == '\\' && p[at + 1] != '\0' ? 2 : 1;
		return p[at] != '\0' ? at + n : 0;
	}
	return 0;
}

/* How much of text is its statement: without the last ';' and what follows it, when that is but
 * white space and comments. 0 when there is none; all of it when more follows. */
static size_t
statement_length(const char *text)
{
	size_t end = 0, semicolon = SIZE_MAX, n;

	for (size_t i = 0; text[i] != '\0'; i += n > 0 ? n : 1) {
		n = opaque_length(text + i);
		if (strchr(" \t\r\n#", text[i]) != NULL || (n > 0 && strchr("-/", text[i]) != NULL))
			continue;
		if (text[i] == ';' && semicolon == SIZE_MAX)
			semicolon = i;
		else if (semicolon != SIZE_MAX)
			return strlen(text);
		else
			end = i + (n > 0 ? n : 1);
	}
	return end > 0 && semicolon != SIZE_MAX ? semicolon : end;
}

void
bq_user_select(
    struct buf *out, const char *text, const struct bq_table *temp, const struct hour *hour)
{
	size_t len = statement_length(text);

	for (const char *p = text; p < text + len;) {
		if (strncmp(p, "{temp}", 6) == 0) {
			bq_table_quote(out, temp);
			p += 6;
		} else if (strncmp(p, "{hour}", 6) == 0) {
			bq_hour_literal(out, hour);
			p += 6;
		} else {
			buf_addc(out, *p++);
		}
	}
}

static int
add_names(struct buf *out, const struct bq_stamp_text *s, struct err *e)
{
	for (size_t i = 0; i < s->n; i++) {
		const char *name = json_string(s->field[i], "name");

		if (bq_column_quote(out, name != NULL ? name : "", e) != 0)
			return -1;
		buf_adds(out, ", ");
	}
	return 0;
}

static void
add_delete(struct buf *out, const struct bq_stamp_text *s)
{
	buf_adds(out, "DELETE FROM ");
	bq_table_quote(out, s->origin);
	buf_addf(out, " WHERE `%s` = ", s->column);
	bq_hour_literal(out, s->hour);
	buf_adds(out, ";\nSET deleted = @@row_count;\n");
}

static int
add_insert(struct buf *out, const struct bq_stamp_text *s, struct err *e)
{
	buf_adds(out, "INSERT INTO ");
	bq_table_quote(out, s->origin);
	buf_adds(out, " (");
	if (add_names(out, s, e) != 0)
		return -1;
	buf_addf(out, "`%s`)\nSELECT ", s->column);
	if (add_names(out, s, e) != 0)
		return -1;
	bq_hour_literal(out, s->hour);
	/* The newline ends a comment that the user's SELECT may end in. */
	buf_addf(out, "\nFROM (%s\n);\nSET inserted = @@row_count;\n", s->select);
	return 0;
}

static void
add_check_and_audit(struct buf *out, const struct bq_stamp_text *s)
{
	buf_adds(out, "SET expected = (SELECT COUNT(*) FROM ");
	bq_table_quote(out, s->temp);
	buf_adds(out, ");\nASSERT inserted = expected AS '" BQ_ROWS_DIFFER "';\nINSERT INTO ");
	bq_table_quote(out, s->audit);
	buf_adds(out, " (`hour`, `type`, `rows`, `job`, `at`)\nVALUES (");
	bq_hour_literal(out, s->hour);
	buf_adds(out, ", @type, inserted, @job, CURRENT_TIMESTAMP());\n");
}

int
bq_stamp_script(struct buf *out, const struct bq_stamp_text *s, struct err *e)
{
	buf_adds(out, "DECLARE deleted INT64;\nDECLARE inserted INT64;\nDECLARE expected INT64;\n"
		      "BEGIN TRANSACTION;\n");
	add_delete(out, s);
	if (add_insert(out, s, e) != 0)
		return -1;
	add_check_and_audit(out, s);
	buf_adds(out, "COMMIT TRANSACTION;\nSELECT deleted, inserted;\n");
	return 0;
}

void
bq_count_query(struct buf *out, const struct bq_table *const *table, size_t n, const char *column,
    const struct hour *hour)
{
	for (size_t i = 0; i < n; i++) {
		buf_addf(out, "%sSELECT %zu AS place, COUNT(*) AS n FROM ",
		    i > 0 ? "\nUNION ALL\n" : "", i);
		bq_table_quote(out, table[i]);
		buf_addf(out, " WHERE `%s` = ", column);
		bq_hour_literal(out, hour);
	}
	if (n > 1)
		buf_adds(out, "\nORDER BY place");
}
