#include "gcp/bq.h"
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENDPOINT "https://bigquery.googleapis.com"

enum {
	LONGEST_ANSWER = 16 << 20,
	LONGEST_MESSAGE = 1200,
	CALL_MS = 120000,
	LONGEST_WAIT_S = 366 * 86400
};

/* BigQuery, "Error messages", table of reasons. A reason that is not here goes by its HTTP status.
 */
static const struct reason {
	const char *name;
	int code;
	enum retry_kind kind;
} reasons[] = {
    {"accessDenied", EX_NOPERM, RETRY_NEVER},
    {"authError", EX_NOPERM, RETRY_NEVER},
    {"backendError", EX_TEMPFAIL, RETRY_TRANSIENT},
    {"badRequest", EX_UNAVAILABLE, RETRY_NEVER},
    {"billingNotEnabled", EX_UNAVAILABLE, RETRY_NEVER},
    {"billingTierLimitExceeded", EX_UNAVAILABLE, RETRY_NEVER},
    {"blocked", EX_UNAVAILABLE, RETRY_NEVER},
    {"duplicate", EX_UNAVAILABLE, RETRY_NEVER},
    {"internalError", EX_TEMPFAIL, RETRY_TRANSIENT},
    {"invalid", EX_UNAVAILABLE, RETRY_NEVER},
    {"invalidQuery", EX_UNAVAILABLE, RETRY_NEVER},
    {"jobBackendError", EX_TEMPFAIL, RETRY_TRANSIENT},
    {"jobInternalError", EX_TEMPFAIL, RETRY_TRANSIENT},
    {"jobRateLimitExceeded", EX_TEMPFAIL, RETRY_THROTTLED},
    {"notFound", EX_UNAVAILABLE, RETRY_NEVER},
    {"notImplemented", EX_UNAVAILABLE, RETRY_NEVER},
    {"quotaExceeded", EX_TEMPFAIL, RETRY_NEVER},
    {"rateLimitExceeded", EX_TEMPFAIL, RETRY_THROTTLED},
    {"resourceInUse", EX_UNAVAILABLE, RETRY_NEVER},
    {"resourcesExceeded", EX_UNAVAILABLE, RETRY_NEVER},
    {"responseTooLarge", EX_UNAVAILABLE, RETRY_NEVER},
    {"stopped", EX_UNAVAILABLE, RETRY_NEVER},
    {"tableUnavailable", EX_TEMPFAIL, RETRY_TRANSIENT},
    {"timeout", EX_TEMPFAIL, RETRY_NEVER},
};

static const struct reason *
find_reason(const char *name)
{
	for (size_t i = 0; name != NULL && i < sizeof reasons / sizeof reasons[0]; i++)
		if (strcmp(reasons[i].name, name) == 0)
			return &reasons[i];
	return NULL;
}

int
bq_code(const char *reason, long status)
{
	const struct reason *r = find_reason(reason);

	if (r != NULL)
		return r->code;
	return status > 0 ? http_exit_code(status) : EX_UNAVAILABLE;
}

int
bq_transient(const char *reason)
{
	const struct reason *r = find_reason(reason);

	return r != NULL && r->kind != RETRY_NEVER;
}

const char *
bq_default_project(void)
{
	const char *project = getenv("BIGQUERY_PROJECT");

	if (project == NULL || project[0] == '\0')
		project = getenv("GOOGLE_CLOUD_PROJECT");
	return project != NULL && project[0] != '\0' ? project : NULL;
}

int
bq_open(struct bq *b, const char *project, const char *location, uint64_t timeout_s, struct err *e)
{
	const char *emulator = getenv("BIGQUERY_EMULATOR_HOST"), *own = bq_default_project();
	struct buf base = {0};

	if (emulator != NULL && emulator[0] == '\0')
		emulator = NULL;
	*b = (struct bq){.timeout_s = timeout_s < LONGEST_WAIT_S ? timeout_s : LONGEST_WAIT_S};
	if (location != NULL && bq_location_check(location, e) != 0)
		return -1;
	gcp_base_url(&base, emulator, ENDPOINT);
	buf_adds(&base, "/bigquery/v2");
	b->base = buf_take(&base);
	b->project = xstrdup(own != NULL ? own : project);
	b->location = location != NULL ? xstrdup(location) : NULL;
	b->http = http_new(e);
	if (b->http != NULL)
		b->auth = gcp_auth_new(GCP_SCOPE_BIGQUERY, emulator, e);
	if (b->auth != NULL)
		return 0;
	bq_close(b);
	return -1;
}

void
bq_close(struct bq *b)
{
	if (b->auth != NULL)
		gcp_auth_free(b->auth);
	if (b->http != NULL)
		http_free(b->http);
	free(b->base);
	free(b->project);
	free(b->location);
	*b = (struct bq){0};
}

/* The reason of an error body, copied: {"error": {"errors": [{"reason": ...}], "message": ...}}. */
static char *
body_reason(yajl_val body)
{
	size_t n;
	yajl_val *errors = json_array(body, "error.errors", &n);
	const char *reason = n > 0 ? json_string(errors[0], "reason") : NULL;

	return reason != NULL ? xstrdup(reason) : NULL;
}

static yajl_val
parse_body(const struct http_response *res, struct err *e)
{
	return json_parse(res->body.data != NULL ? res->body.data : "", res->body.len,
	    LONGEST_ANSWER, "answer", e);
}

static enum retry_kind
classify(const struct http_response *res)
{
	enum retry_kind kind = retry_kind_of_status(res->status);
	const struct reason *r;
	struct err ignored;
	yajl_val body;
	char *name;

	if (res->status < 400 || kind != RETRY_NEVER)
		return kind;
	body = parse_body(res, &ignored);
	name = body_reason(body);
	r = find_reason(name);
	if (r != NULL)
		kind = r->kind;
	free(name);
	yajl_tree_free(body);
	return kind;
}

static int
refused(struct bq *b, const struct http_response *res, const char *what, struct err *e)
{
	struct err ignored;
	yajl_val body = parse_body(res, &ignored);
	const char *message = json_string(body, "error.message");
	char *reason = body_reason(body);

	if (message == NULL) {
		http_fail(res, what, e);
	} else {
		err_set(e, bq_code(reason, res->status), "%s: HTTP %ld %s: %.*s", what, res->status,
		    reason != NULL ? reason : "refused", LONGEST_MESSAGE, message);
		http_tell_request(res, e);
	}
	snprintf(b->reason, sizeof b->reason, "%s", reason != NULL ? reason : "");
	free(reason);
	yajl_tree_free(body);
	return -1;
}

/* The answer's tree in *answer, or -1. An empty answer is no answer to anything asked here. */
static int
accept_answer(const struct http_response *res, const char *what, yajl_val *answer, struct err *e)
{
	*answer = parse_body(res, e);
	if (*answer != NULL)
		return 0;
	e->code = EX_UNAVAILABLE;
	return err_prefix(e, "%s: HTTP %ld", what, res->status);
}

int
bq_call(struct bq *b, const struct bq_request *r, yajl_val *answer, long *status, struct err *e)
{
	struct http_response res = {0};
	struct buf url = {0}, match = {0};
	char *header[2];
	struct http_request req = {.method = r->method,
	    .header = header,
	    .max_body = LONGEST_ANSWER,
	    .idempotent = 1,
	    .total_ms = CALL_MS};
	int rc;

	*answer = NULL;
	b->reason[0] = '\0';
	buf_addf(&url, "%s%s", b->base, r->path);
	req.url = url.data;
	if (r->body != NULL) {
		header[req.n_header++] = "Content-Type: application/json";
		req.body = r->body->data;
		req.body_len = r->body->len;
	}
	if (r->if_match != NULL) {
		buf_addf(&match, "If-Match: %s", r->if_match);
		header[req.n_header++] = match.data;
	}
	rc = gcp_send(b->auth, b->http, &req, classify, &res, e);
	*status = rc == 0 ? res.status : 0;
	if (rc != 0)
		err_prefix(e, "%s", r->what);
	else
		rc = res.status / 100 == 2 ? accept_answer(&res, r->what, answer, e)
					   : refused(b, &res, r->what, e);
	http_response_free(&res);
	buf_free(&url);
	buf_free(&match);
	return rc;
}

int
bq_locate(struct bq *b, const struct bq_table *t, struct err *e)
{
	struct buf path = {0}, what = {0};
	struct bq_request r = {.method = "GET"};
	const char *location;
	yajl_val dataset;
	long status;

	if (b->location != NULL)
		return 0;
	buf_addf(&path, "/projects/%s/datasets/%s", t->project, t->dataset);
	buf_addf(&what, "%s:%s", t->project, t->dataset);
	r.path = path.data;
	r.what = what.data;
	if (bq_call(b, &r, &dataset, &status, e) == 0) {
		location = json_string(dataset, "location");
		b->location = xstrdup(location != NULL ? location : "US");
		yajl_tree_free(dataset);
		if (bq_location_check(b->location, e) != 0) {
			e->code = EX_UNAVAILABLE;
			free(b->location);
			b->location = NULL;
		}
	}
	buf_free(&path);
	buf_free(&what);
	return b->location != NULL ? 0 : -1;
}
