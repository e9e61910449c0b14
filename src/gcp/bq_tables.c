#include "gcp/bq_tables.h"
#include "base/json.h"
#include "net/url.h"

#include <stdlib.h>
#include <string.h>

#define EXPECTED \
	"expected a table, project:dataset.table, or a dataset, project:dataset or dataset."

enum { LONGEST_NAME = 1024, PAGE = 1000 };

/* What is asked of a table; a part that it does not have is no error. */
static const char table_query[] =
    "?view=BASIC&prettyPrint=false&fields=type,schema,timePartitioning,rangePartitioning,"
    "view/useLegacySql,externalDataConfiguration/hivePartitioningOptions/fields";
static const char list_query[] =
    "/tables?prettyPrint=false&fields=nextPageToken,tables/tableReference/tableId&maxResults=";

/* Letters, marks and numbers of any script are left to BigQuery to tell apart. */
static int
is_table_name(const char *s)
{
	size_t n = strlen(s);

	for (const char *p = s; *p != '\0'; p++)
		if ((unsigned char)*p < 0x80 && strchr(" -_", *p) == NULL &&
		    !(*p >= '0' && *p <= '9') && !((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z'))
			return 0;
	return n > 0 && n <= LONGEST_NAME;
}

int
bq_tables_parse(const char *spec, const char *project, struct bq_table *t, struct err *e)
{
	const char *dot = strrchr(spec, '.'), *colon = strrchr(spec, ':');
	int named = colon != NULL; /* the project */
	struct buf head = {0};
	struct err why;
	int rc;

	*t = (struct bq_table){0};
	if (dot != NULL && colon != NULL && dot < colon)
		dot = NULL;
	for (const char *p = spec; dot != NULL && p < dot; p++)
		named |= *p == '.';
	if (!named && project == NULL)
		return err_set(e, EX_USAGE,
		    "'%s': no project: name it (project:dataset.table) or set BIGQUERY_PROJECT or "
		    "GOOGLE_CLOUD_PROJECT",
		    spec);
	if (dot != NULL && dot[1] != '\0' && !is_table_name(dot + 1))
		return err_set(e, EX_USAGE,
		    "'%s': table name '%s': expected letters, digits, '_', '-' and blanks", spec,
		    dot + 1);
	buf_add(&head, spec, dot != NULL ? (size_t)(dot - spec) : strlen(spec));
	buf_adds(&head, ".t"); /* any table, to have project and dataset checked */
	rc = bq_table_parse(head.data, project, t, &why);
	buf_free(&head);
	if (rc != 0)
		return err_set(e, EX_USAGE, "'%s': " EXPECTED, spec);
	free(t->table);
	t->table = dot != NULL && dot[1] != '\0' ? xstrdup(dot + 1) : NULL;
	return 0;
}

int
bq_tables_get(struct bq *b, const struct bq_table *t, yajl_val *table, struct err *e)
{
	struct buf path = {0}, what = {0};
	struct bq_request r = {.method = "GET"};
	long status;
	int rc;

	buf_addf(&path, "/projects/%s/datasets/%s/tables/", t->project, t->dataset);
	url_encode(&path, t->table, strlen(t->table), "");
	buf_adds(&path, table_query);
	bq_table_text(&what, t);
	r.path = path.data;
	r.what = what.data;
	rc = bq_call(b, &r, table, &status, e) == 0 ? 1 : -1;
	/* As bq_table_get: "Not found: Table" alone is an answer. */
	if (rc < 0 && status == 404 && strcasestr(e->text, "not found: table") != NULL)
		rc = 0;
	buf_free(&path);
	buf_free(&what);
	return rc;
}

/* One page of the list, from token on (NULL: the first). */
static int
list_page(
    struct bq *b, const struct bq_table *dataset, const char *token, yajl_val *page, struct err *e)
{
	struct buf path = {0}, what = {0};
	struct bq_request r = {.method = "GET"};
	long status;
	int rc;

	buf_addf(&path, "/projects/%s/datasets/%s%s%d", dataset->project, dataset->dataset,
	    list_query, PAGE);
	if (token != NULL) {
		buf_adds(&path, "&pageToken=");
		url_encode(&path, token, strlen(token), "");
	}
	buf_addf(&what, "%s:%s", dataset->project, dataset->dataset);
	r.path = path.data;
	r.what = what.data;
	rc = bq_call(b, &r, page, &status, e);
	buf_free(&path);
	buf_free(&what);
	return rc;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In order, each once: a table may be told twice when others come and go between pages. */
static void
settle(char **name, size_t *n)
{
	size_t kept = 0;

	if (*n > 0)
		qsort(name, *n, sizeof *name, compare_names);
	for (size_t i = 0; i < *n; i++)
		if (kept > 0 && strcmp(name[kept - 1], name[i]) == 0)
			free(name[i]);
		else
			name[kept++] = name[i];
	*n = kept;
}

int
bq_tables_list(struct bq *b, const struct bq_table *dataset, char ***name, size_t *n, struct err *e)
{
	char *token = NULL;
	int rc;

	*name = NULL;
	*n = 0;
	do {
		yajl_val page, *table;
		const char *next;
		size_t found;

		rc = list_page(b, dataset, token, &page, e);
		if (rc != 0)
			break;
		table = json_array(page, "tables", &found);
		*name = xrealloc(*name, (*n + found + 1) * sizeof **name);
		for (size_t i = 0; i < found; i++) {
			const char *id = json_string(table[i], "tableReference.tableId");

			if (id != NULL)
				(*name)[(*n)++] = xstrdup(id);
		}
		next = json_string(page, "nextPageToken");
		if (next != NULL && token != NULL && strcmp(next, token) == 0)
			rc = err_set(e, EX_UNAVAILABLE,
			    "%s:%s: the list of tables comes back to the page \"%s\"",
			    dataset->project, dataset->dataset, token);
		free(token);
		token = next != NULL && rc == 0 ? xstrdup(next) : NULL;
		yajl_tree_free(page);
	} while (token != NULL);
	free(token);
	settle(*name, n);
	if (rc == 0)
		return 0;
	bq_tables_free(*name, *n);
	*name = NULL;
	*n = 0;
	return -1;
}

void
bq_tables_free(char **name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(name[i]);
	free(name);
}
