#include "gcp/gcs_request.h"
#include "base/json.h"
#include "net/url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_OBJECT_JSON (1024UL * 1024)
#define MAX_ERROR_JSON (64UL * 1024)

static const char *
emulator(void)
{
	return getenv("STORAGE_EMULATOR_HOST");
}

struct gcp_auth *
gcs_auth_new(struct err *e)
{
	return gcp_auth_new(GCP_SCOPE_STORAGE, emulator(), e);
}

struct gcs *
gcs_new(struct http *http, struct gcp_auth *auth)
{
	struct buf base = {0};
	struct gcs *g = xmalloc(sizeof *g);

	gcp_base_url(&base, emulator(), "https://storage.googleapis.com");
	*g = (struct gcs){.http = http, .auth = auth, .base = buf_take(&base)};
	return g;
}

void
gcs_free(struct gcs *g)
{
	if (g == NULL)
		return;
	free(g->base);
	free(g);
}

void
gcs_url(
    struct buf *out, const struct gcs *g, const char *service, const char *bucket, const char *name)
{
	buf_addf(out, "%s%s/storage/v1/b/", g->base, service);
	url_encode(out, bucket, strlen(bucket), "");
	buf_adds(out, "/o");
	if (name != NULL) {
		buf_addc(out, '/');
		url_encode(out, name, strlen(name), "");
	}
}

char *
gcs_what(const char *bucket, const char *name)
{
	struct buf what = {0};

	buf_addf(&what, "gs://%s/%s", bucket, name);
	return buf_take(&what);
}

/* The error of an answer as JSON, its first reason and message; NULL when it has no such form. The
 * strings live with the tree. */
static yajl_val
read_error(const struct http_response *res, const char **reason, const char **message)
{
	struct err ignored;
	yajl_val v = json_parse(res->body.data, res->body.len, MAX_ERROR_JSON, "answer", &ignored);
	size_t n;
	yajl_val *items = json_array(v, "error.errors", &n);

	*message = json_string(v, "error.message");
	*reason = n > 0 ? json_string(items[0], "reason") : NULL;
	if (*message != NULL)
		return v;
	yajl_tree_free(v);
	return NULL;
}

static int
is_rate_limit(const char *reason)
{
	return reason != NULL && (strcmp(reason, "rateLimitExceeded") == 0 ||
				     strcmp(reason, "userRateLimitExceeded") == 0);
}

/* Refusals that are of another kind than their status says, or that the reader can do something
 * about; reason or the beginning of the message tells them. */
static const struct refusal {
	const char *reason, *message;
	int code; /* 0: by the status */
	const char *advice;
} refusals[] = {
    {"rateLimitExceeded", NULL, EX_TEMPFAIL, ""},
    {"userRateLimitExceeded", NULL, EX_TEMPFAIL, ""},
    {"objectUnderActiveHold", NULL, EX_UNAVAILABLE, ""},
    {"retentionPolicyNotMet", NULL, EX_UNAVAILABLE, ""},
    {NULL, "Bucket is a requester pays bucket", 0,
	" Set GOOGLE_CLOUD_QUOTA_PROJECT to the project that pays."},
};

static struct refusal
find_refusal(const char *reason, const char *message)
{
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		const struct refusal *r = &refusals[i];

		if (r->reason != NULL && reason != NULL && strcmp(reason, r->reason) == 0)
			return *r;
		if (r->message != NULL && strncmp(message, r->message, strlen(r->message)) == 0)
			return *r;
	}
	return (struct refusal){.advice = ""};
}

int
gcs_fail(const struct http_response *res, const char *what, struct err *e)
{
	const char *reason, *message;
	yajl_val v = read_error(res, &reason, &message);
	struct refusal known;

	if (v == NULL)
		return http_fail(res, what, e);
	known = find_refusal(reason, message);
	err_set(e, known.code != 0 ? known.code : http_exit_code(res->status),
	    "%s: HTTP %ld%s%s: %s%s", what, res->status, reason != NULL ? " " : "",
	    reason != NULL ? reason : "", message, known.advice);
	yajl_tree_free(v);
	return http_tell_request(res, e);
}

enum retry_kind
gcs_kind(const struct http_response *res)
{
	enum retry_kind kind = retry_kind_of_status(res->status);
	const char *reason, *message;
	yajl_val v;

	if (res->status != 403)
		return kind;
	v = read_error(res, &reason, &message);
	if (v != NULL && is_rate_limit(reason))
		kind = RETRY_THROTTLED;
	yajl_tree_free(v);
	return kind;
}

int
gcs_no_bucket(const struct http_response *res)
{
	const char *reason, *message;
	yajl_val v = read_error(res, &reason, &message);
	const char *told = v != NULL ? message : res->body.data;
	int found = told != NULL && strncmp(told, "The specified bucket", 20) == 0;

	yajl_tree_free(v);
	return found;
}

int
gcs_call(struct gcs *g, const char *method, const char *url, const char *what,
    struct http_response *res, struct err *e)
{
	struct http_request req = {.method = method, .url = url, .idempotent = 1};

	if (gcp_send(g->auth, g->http, &req, gcs_kind, res, e) == 0)
		return 0;
	return res->lost != RETRY_NEVER ? err_prefix(e, "%s", what) : -1;
}

/* A short string of the resource, or empty. */
static void
copy_string(yajl_val v, const char *name, char *out, size_t size)
{
	const char *s = json_string(v, name);

	snprintf(out, size, "%s", s != NULL ? s : "");
}

int
gcs_object_parse(yajl_val v, const char *what, struct gcs_object *o, struct err *e)
{
	const char *name = json_string(v, "name");

	*o = (struct gcs_object){0};
	if (name == NULL || json_u64(v, "size", &o->size) != 0 ||
	    json_u64(v, "generation", &o->generation) != 0 || o->generation == 0) {
		*o = (struct gcs_object){0};
		return err_set(
		    e, EX_UNAVAILABLE, "%s: answer without name, size or generation", what);
	}
	o->name = xstrdup(name);
	copy_string(v, "crc32c", o->crc32c, sizeof o->crc32c);
	copy_string(v, "updated", o->updated, sizeof o->updated);
	return 0;
}

int
gcs_object_answer(
    const struct http_response *res, const char *what, struct gcs_object *o, struct err *e)
{
	yajl_val v = json_parse(res->body.data, res->body.len, MAX_OBJECT_JSON, "answer", e);
	int rc;

	*o = (struct gcs_object){0};
	if (v == NULL) {
		e->code = EX_UNAVAILABLE;
		return err_prefix(e, "%s", what);
	}
	rc = gcs_object_parse(v, what, o, e);
	yajl_tree_free(v);
	return rc;
}

void
gcs_object_free(struct gcs_object *o)
{
	free(o->name);
	*o = (struct gcs_object){0};
}
