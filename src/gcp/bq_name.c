#include "gcp/bq_name.h"

#include <stdlib.h>
#include <string.h>

#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"
#define WORD UPPER LOWER DIGITS "_"

enum { LONGEST_NAME = 1024, LONGEST_COLUMN = 300, LONGEST_PLACE = 64 };

static int
made_of(const char *s, const char *allowed, size_t most)
{
	size_t n = strlen(s);

	return n > 0 && n <= most && strspn(s, allowed) == n;
}

static int
check_parts(const char *spec, const struct bq_table *t, struct err *e)
{
	if (!made_of(t->project, LOWER DIGITS "-.:", LONGEST_NAME) ||
	    strchr(LOWER, t->project[0]) == NULL)
		return err_set(e, EX_USAGE,
		    "table '%s': project '%s': expected a project id (small letters, digits, '-')",
		    spec, t->project);
	if (!made_of(t->dataset, WORD, LONGEST_NAME))
		return err_set(e, EX_USAGE,
		    "table '%s': dataset '%s': expected letters, digits and '_'", spec, t->dataset);
	if (!made_of(t->table, WORD "-", LONGEST_NAME))
		return err_set(e, EX_USAGE,
		    "table '%s': table name '%s': expected letters, digits, '_' and '-'", spec,
		    t->table);
	return 0;
}

int
bq_table_parse(const char *spec, const char *project, struct bq_table *t, struct err *e)
{
	const char *table = strrchr(spec, '.'), *dataset = table, *colon = strrchr(spec, ':');

	*t = (struct bq_table){0};
	if (table == NULL || (colon != NULL && colon > table))
		return err_set(e, EX_USAGE,
		    "table '%s': expected project:dataset.table or dataset.table", spec);
	while (dataset > spec && dataset[-1] != '.' && dataset[-1] != ':')
		dataset--;
	if (dataset == spec && project == NULL)
		return err_set(e, EX_USAGE,
		    "table '%s': no project: name it (project:dataset.table) or set "
		    "BIGQUERY_PROJECT or "
		    "GOOGLE_CLOUD_PROJECT",
		    spec);
	t->project =
	    dataset == spec ? xstrdup(project) : xstrndup(spec, (size_t)(dataset - spec) - 1);
	t->dataset = xstrndup(dataset, (size_t)(table - dataset));
	t->table = xstrdup(table + 1);
	if (check_parts(spec, t, e) == 0)
		return 0;
	bq_table_free(t);
	return -1;
}

void
bq_table_free(struct bq_table *t)
{
	free(t->project);
	free(t->dataset);
	free(t->table);
	*t = (struct bq_table){0};
}

void
bq_table_quote(struct buf *out, const struct bq_table *t)
{
	buf_addf(out, "`%s.%s.%s`", t->project, t->dataset, t->table);
}

void
bq_table_text(struct buf *out, const struct bq_table *t)
{
	buf_addf(out, "%s:%s.%s", t->project, t->dataset, t->table);
}

int
bq_table_compare(const struct bq_table *s, const struct bq_table *t)
{
	int order = strcmp(s->project, t->project);

	if (order == 0)
		order = strcmp(s->dataset, t->dataset);
	return order != 0 ? order : strcmp(s->table, t->table);
}

int
bq_column_quote(struct buf *out, const char *name, struct err *e)
{
	size_t n = strlen(name);

	if (n == 0 || n > LONGEST_COLUMN)
		return err_set(e, EX_DATAERR, "column '%.40s': a name has 1 to 300 bytes", name);
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)name[i] < 0x20 || name[i] == '`' || name[i] == '\\' ||
		    name[i] == 0x7f)
			return err_set(e, EX_DATAERR,
			    "column '%s': its name can't be quoted in SQL; rename it", name);
	buf_addf(out, "`%s`", name);
	return 0;
}

int
bq_column_check(const char *name, struct err *e)
{
	if (made_of(name, WORD, LONGEST_COLUMN) && strchr(DIGITS, name[0]) == NULL)
		return 0;
	return err_set(
	    e, EX_USAGE, "column '%s': expected letters, digits and '_', no digit first", name);
}

int
bq_zone_check(const char *zone, struct err *e)
{
	if (made_of(zone, WORD "+/-", LONGEST_PLACE) && strchr(UPPER LOWER, zone[0]) != NULL)
		return 0;
	return err_set(
	    e, EX_USAGE, "time zone '%s': expected an IANA name such as Asia/Seoul", zone);
}

int
bq_location_check(const char *location, struct err *e)
{
	if (made_of(location, UPPER LOWER DIGITS "-", LONGEST_PLACE))
		return 0;
	return err_set(
	    e, EX_USAGE, "location '%s': expected one such as US or asia-northeast3", location);
}
