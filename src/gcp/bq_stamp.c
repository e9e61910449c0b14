#include "gcp/bq_stamp.h"
#include "base/json.h"
#include "base/msg.h"
#include "gcp/bq_fields.h"
#include "gcp/bq_job.h"
#include "gcp/bq_origin.h"
#include "gcp/bq_query.h"
#include "gcp/bq_table.h"

#include <string.h>

enum { MOST_RUNS = 8 };

/* What one stamp gathers on its way; freed together. */
struct work {
	struct bq *b;
	const struct bq_stamp *s;
	struct bq_table audit;         /* its names are the origin's, but for the table's */
	yajl_val temp, source, result; /* answers: TEMP, the dry runs of source and of select */
	struct buf select, sql;
	struct bq_fields columns; /* of select */
};

static int
read_temp(struct work *w, struct err *e)
{
	const struct bq_stamp *s = w->s;
	struct buf place = {0};
	uint64_t rows = 0;
	int rc = bq_table_get(w->b, s->temp, &w->temp, e);

	if (rc < 0)
		return -1;
	bq_table_text(&place, s->temp);
	if (rc == 0)
		err_set(
		    e, EX_NOINPUT, "%s: there is no such table; load the hour first", place.data);
	else if (json_u64(w->temp, "numRows", &rows) != 0)
		rc = err_set(e, EX_UNAVAILABLE, "%s: BigQuery does not tell its rows", place.data);
	else if (s->rows != UINT64_MAX && rows != s->rows)
		rc = err_set(e, EX_DIFFER,
		    "%s: it holds %llu rows, the load manifest says %llu; load it again",
		    place.data, (unsigned long long)rows, (unsigned long long)s->rows);
	buf_free(&place);
	return rc == 1 ? 0 : -1;
}

/* A column that BigQuery had to name itself (f0_) can't be named in the INSERT. */
static int
is_unnamed(const char *name)
{
	size_t n = strlen(name);

	return n >= 3 && name[0] == 'f' && name[n - 1] == '_' &&
	       strspn(name + 1, "0123456789") == n - 2;
}

static int
check_columns(
    const struct work *w, const char *place, const struct bq_fields *columns, struct err *e)
{
	if (bq_fields_find(columns, w->s->column) != NULL)
		return err_set(e, EX_CONFIG,
		    "%s: column %s is the folder hour's; rename it, or name "
		    "another with -c",
		    place, w->s->column);
	for (size_t i = 0; w->s->user_select != NULL && i < columns->n; i++) {
		const char *name = json_string(columns->field[i], "name");

		if (name == NULL || is_unnamed(name))
			return err_set(e, EX_CONFIG,
			    "%s: column %zu has no name; give it one with AS", place, i + 1);
	}
	return 0;
}

/* The rows' source: TEMP itself, or the user's SELECT over it, whose columns a dry run tells. */
static int
find_source(struct work *w, struct buf *source, struct bq_fields *columns, struct err *e)
{
	const struct bq_stamp *s = w->s;
	struct buf sql = {0};

	if (s->user_select == NULL) {
		bq_table_quote(source, s->temp);
		*columns = bq_fields_at(w->temp, "schema.fields");
		if (columns->n == 0)
			return err_set(e, EX_DATAERR, "%s.%s: the table has no columns",
			    s->temp->dataset, s->temp->table);
		return check_columns(w, s->temp->table, columns, e);
	}
	bq_user_select(&sql, s->user_select, s->temp, s->hour);
	if (sql.len == 0)
		err_set(
		    e, EX_CONFIG, "%s: found nothing, expected a SELECT statement", s->user_name);
	else if (bq_query_columns(w->b, sql.data, s->user_name, &w->source, e) == 0)
		*columns = bq_fields_at(w->source, "statistics.query.schema.fields");
	if (columns->n > 0)
		buf_addf(source, "(\n%s\n)", sql.data);
	buf_free(&sql);
	return columns->n > 0 ? check_columns(w, s->user_name, columns, e) : -1;
}

static int
make_select(struct work *w, struct err *e)
{
	const struct bq_stamp *s = w->s;
	struct bq_select select = {.zone = s->zone, .epoch = s->epoch, .n_epochs = s->n_epochs};
	struct bq_fields columns = {0};
	struct buf source = {0};
	int rc = find_source(w, &source, &columns, e);

	if (rc == 0) {
		select.source = source.data;
		select.field = columns.field;
		select.n = columns.n;
		rc = bq_select_text(&w->select, &select, e);
	}
	if (rc == 0)
		rc = bq_query_columns(w->b, w->select.data,
		    s->user_select != NULL ? s->user_name : s->temp->table, &w->result, e);
	w->columns = bq_fields_at(w->result, "statistics.query.schema.fields");
	buf_free(&source);
	return rc;
}

static int
make_script(struct work *w, struct err *e)
{
	struct bq_stamp_text text = {.origin = w->s->origin,
	    .temp = w->s->temp,
	    .audit = &w->audit,
	    .hour = w->s->hour,
	    .column = w->s->column,
	    .select = w->select.data,
	    .field = w->columns.field,
	    .n = w->columns.n};

	return bq_stamp_script(&w->sql, &text, e);
}

/* One run of the script: its DONE job in *job, whether it succeeded or failed. */
static int
run_once(const struct work *w, const char *id, yajl_val *job, struct err *e)
{
	const struct bq_param param[] = {{"type", w->s->type, w->s->len}, {"job", id, strlen(id)}};
	struct buf config = {0};
	enum bq_start start;

	bq_query_config(&config, w->sql.data, param, sizeof param / sizeof param[0], 0);
	start = bq_job_start(w->b, id, &config, job, e);
	buf_free(&config);
	if (start == BQ_REFUSED)
		return -1;
	msg_debug("job %s: started", id);
	return bq_job_wait(w->b, job, e);
}

/* What a failed script's message means where its reason (mostly invalidQuery) does not tell. Of a
 * script that may run again nothing is left: "Multi-statement transactions", Transaction
 * concurrency (conflicting transactions are cancelled); "Troubleshoot quota and limit errors",
 * Maximum number of DML statements. */
static const struct outcome {
	const char *words;
	int code, again;
} outcomes[] = {
    {BQ_ROWS_DIFFER, EX_DIFFER, 0},
    {"Invalid time zone", EX_CONFIG, 0},
    {"concurrent update", EX_TEMPFAIL, 1},
    {"Too many DML statements outstanding", EX_TEMPFAIL, 1},
};

static struct outcome
outcome_of(yajl_val job)
{
	const char *reason = bq_job_reason(job);
	const char *message = json_string(job, "status.errorResult.message");

	for (size_t i = 0; message != NULL && i < sizeof outcomes / sizeof outcomes[0]; i++)
		if (strstr(message, outcomes[i].words) != NULL)
			return outcomes[i];
	return (struct outcome){reason, bq_code(reason, 0), bq_transient(reason)};
}

static int
failed(const struct work *w, yajl_val job, struct err *e)
{
	const struct bq_stamp *s = w->s;
	struct buf text = {0};
	uint64_t rows = 0;
	int code = outcome_of(job).code;

	bq_job_error(job, 0, &text);
	if (code == EX_DIFFER && json_u64(w->temp, "numRows", &rows) == 0)
		buf_addf(&text, "; %s has %llu, and each must become one", s->temp->table,
		    (unsigned long long)rows);
	err_set(e, code, "%s.%s: nothing was changed: %s", s->origin->dataset, s->origin->table,
	    text.data);
	buf_free(&text);
	return -1;
}

/* Run the script until it is through or refused for good; id and *job are of the last run. */
static int
run_script(const struct work *w, struct buf *id, yajl_val *job, struct err *e)
{
	for (int run = 1;; run++) {
		yajl_tree_free(*job);
		*job = NULL;
		if (bq_job_new_id(id, "stamp", e) != 0 || run_once(w, id->data, job, e) != 0)
			return -1;
		if (bq_job_reason(*job) == NULL)
			return 0;
		if (!outcome_of(*job).again || run == MOST_RUNS)
			return failed(w, *job, e);
		msg_debug("job %s: aborted; the whole script again", id->data);
		bq_pause(w->b, run);
	}
}

static int
read_result(const struct work *w, const char *id, struct bq_stamped *done, struct err *e)
{
	uint64_t rows = 0;
	yajl_val answer;
	int rc = 0;

	if (bq_query_rows(w->b, id, &answer, e) != 0)
		return -1;
	if (bq_query_u64(answer, 0, 0, &done->deleted) != 0 ||
	    bq_query_u64(answer, 0, 1, &done->inserted) != 0)
		rc = err_set(e, EX_UNAVAILABLE, "job %s: done, but it does not tell the rows", id);
	else if (json_u64(w->temp, "numRows", &rows) == 0 && rows != done->inserted)
		rc = err_set(e, EX_DIFFER, "job %s: %llu rows inserted, %s held %llu", id,
		    (unsigned long long)done->inserted, w->s->temp->table,
		    (unsigned long long)rows);
	yajl_tree_free(answer);
	return rc;
}

int
bq_stamp(struct bq *b, const struct bq_stamp *s, struct bq_stamped *done, struct err *e)
{
	struct work w = {.b = b,
	    .s = s,
	    .audit = {s->origin->project, s->origin->dataset, (char[]){BQ_AUDIT_TABLE}}};
	struct buf id = {0};
	yajl_val job = NULL;
	int rc = bq_locate(b, s->origin, e);

	if (rc == 0)
		rc = read_temp(&w, e);
	if (rc == 0)
		rc = make_select(&w, e);
	if (rc == 0)
		rc = bq_origin_prepare(b, s->origin, &w.columns, s->column, e);
	if (rc == 0)
		rc = bq_audit_prepare(b, &w.audit, e);
	if (rc == 0)
		rc = make_script(&w, e);
	if (rc == 0)
		rc = run_script(&w, &id, &job, e);
	if (rc == 0)
		rc = read_result(&w, id.data, done, e);
	yajl_tree_free(job);
	yajl_tree_free(w.temp);
	yajl_tree_free(w.source);
	yajl_tree_free(w.result);
	buf_free(&w.select);
	buf_free(&w.sql);
	buf_free(&id);
	return rc;
}
