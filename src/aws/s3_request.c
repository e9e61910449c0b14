#include "aws/s3_request.h"
#include "net/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define OWN_HEADERS 3   /* that are signed: Host, x-amz-content-sha256, x-amz-request-payer */
#define ADDED_HEADERS 3 /* by signing: date, token, Authorization */

/* A call and the text of its signed form, which the request points into. */
struct attempt {
	struct s3 *s;
	const struct s3_call *call;
	struct aws_credentials used;
	struct buf url, line[S3_MAX_HEADERS + OWN_HEADERS + ADDED_HEADERS];
	char *header[S3_MAX_HEADERS + OWN_HEADERS + ADDED_HEADERS];
	size_t n;
};

static void
add_line(struct attempt *a, const char *name, const char *value)
{
	struct buf *b = &a->line[a->n];

	buf_clear(b);
	buf_addf(b, "%s: %s", name, value);
	a->header[a->n++] = b->data;
}

/* The headers to be signed; their count. */
static size_t
own_headers(const struct attempt *a, const char *host, struct sigv4_pair *headers)
{
	const struct s3_call *call = a->call;
	size_t n = call->n_header;

	memcpy(headers, call->header, n * sizeof *headers);
	headers[n++] = (struct sigv4_pair){"Host", host};
	if (s3_auth(a->s) != NULL)
		headers[n++] = (struct sigv4_pair){"x-amz-content-sha256", SIGV4_EMPTY_SHA256};
	if (s3_requester_pays(a->s))
		headers[n++] = (struct sigv4_pair){"x-amz-request-payer", "requester"};
	return n;
}

/* URL and headers of the request to at. Without credentials what is signed is only encoded. */
static void
sign(struct attempt *a, struct http_request *req, const struct s3_endpoint *at, const char *region)
{
	const struct s3_call *call = a->call;
	const struct aws_credentials *c = &a->used;
	const struct aws_auth *auth = s3_auth(a->s);
	struct sigv4_pair headers[S3_MAX_HEADERS + OWN_HEADERS];
	size_t n = own_headers(a, at->host, headers);
	struct sigv4 signature;
	struct buf path = {0};

	buf_addf(&path, "%s/%s", at->base, call->key != NULL ? call->key : "");
	sigv4_header(&(struct sigv4_request){.method = req->method,
			 .path = path.data,
			 .query = call->query,
			 .n_query = call->n_query,
			 .header = headers,
			 .n_header = n,
			 .payload_hash = SIGV4_EMPTY_SHA256,
			 .when = auth != NULL ? aws_auth_now(auth) : 0,
			 .region = region,
			 .service = "s3",
			 .access_key = auth != NULL ? c->access_key : "",
			 .secret_key = auth != NULL ? c->secret_key : "",
			 .token = c->token},
	    &signature);
	a->n = 0;
	for (size_t i = 0; i < n; i++)
		add_line(a, headers[i].name, headers[i].value);
	if (auth != NULL) {
		add_line(a, "x-amz-date", signature.date);
		if (c->token != NULL)
			add_line(a, "x-amz-security-token", c->token);
		add_line(a, "Authorization", signature.authorization.data);
	}
	buf_clear(&a->url);
	buf_addf(&a->url, "%s%s%s%s", at->origin, signature.path.data, call->n_query > 0 ? "?" : "",
	    call->n_query > 0 ? signature.query.data : "");
	sigv4_free(&signature);
	buf_free(&path);
}

/* Sign with the time and the credentials of this attempt: the one before may be minutes ago. */
static int
prepare(void *ctx, struct http_request *req, struct err *e)
{
	struct attempt *a = ctx;
	struct aws_auth *auth = s3_auth(a->s);
	struct s3_endpoint at;
	char *region;
	int rc;

	aws_credentials_free(&a->used);
	if (auth != NULL && aws_auth_get(auth, &a->used, e) != 0)
		return -1;
	region = s3_region(a->s, a->call->bucket);
	rc = s3_endpoint(s3_rules(a->s), region, a->call->bucket, &at, e);
	if (rc == 0) {
		sign(a, req, &at, region);
		req->url = a->url.data;
		req->header = a->header;
		req->n_header = a->n;
	}
	s3_endpoint_free(&at);
	free(region);
	return rc;
}

/* Whether the answer says that the bucket is in another region than the one asked: 301, 307, or 400
 * AuthorizationHeaderMalformed ("Making requests using the REST API", redirects). */
static int
leads_elsewhere(
    struct s3 *s, const char *bucket, const struct http_response *res, struct s3_error *error)
{
	char *region;
	int elsewhere;

	if (res->status != 301 && res->status != 307 && res->status != 400)
		return 0;
	s3_error_read(res, error);
	region = s3_region(s, bucket);
	elsewhere = error->region[0] != '\0' && strcmp(error->region, region) != 0;
	free(region);
	return elsewhere;
}

/* What was already changed because an answer asked for it: once each. */
struct changed {
	int region, credentials, clock;
};

/* Whether the same request, signed anew, may pass now: the bucket's region is another, the session
 * token has expired, or this machine's clock is off ("Error responses"). */
static int
may_pass_now(const struct attempt *a, const struct http_response *res, struct changed *changed)
{
	struct aws_auth *auth = s3_auth(a->s);
	struct s3_error error;
	char date[64];
	time_t now;

	if (!changed->region && leads_elsewhere(a->s, a->call->bucket, res, &error)) {
		s3_learn_region(a->s, a->call->bucket, error.region);
		return changed->region = 1;
	}
	if (auth == NULL || (res->status != 400 && res->status != 403))
		return 0;
	s3_error_read(res, &error);
	if (!changed->credentials && strcmp(error.code, "ExpiredToken") == 0) {
		aws_auth_expired(auth, &a->used);
		return changed->credentials = 1;
	}
	if (!changed->clock && strcmp(error.code, "RequestTimeTooSkewed") == 0 &&
	    http_header(res, "Date", date, sizeof date) > 0 && date_parse_http(date, &now) == 0) {
		aws_auth_saw_date(auth, now);
		return changed->clock = 1;
	}
	return 0;
}

int
s3_request(struct s3 *s, const struct s3_call *call, struct http_response *res, struct err *e)
{
	struct http_request req = {.method = call->method != NULL ? call->method : "GET",
	    .sink = call->sink,
	    .sink_ctx = call->sink_ctx,
	    .idempotent = 1,
	    .ca_file = getenv("AWS_CA_BUNDLE"),
	    .total_ms = call->total_ms};
	struct attempt a = {.s = s, .call = call};
	struct changed changed = {0};
	int rc = http_send(s3_http(s), &req, prepare, &a, s3_error_kind, res, e);

	while (rc == 0 && may_pass_now(&a, res, &changed)) {
		http_response_free(res);
		rc = http_send(s3_http(s), &req, prepare, &a, s3_error_kind, res, e);
	}
	aws_credentials_free(&a.used);
	buf_free(&a.url);
	for (size_t i = 0; i < sizeof a.line / sizeof *a.line; i++)
		buf_wipe(&a.line[i]);
	return rc;
}

int
s3_fail(const struct s3 *s, const struct s3_call *call, const char *action,
    const struct http_response *res, struct err *e)
{
	struct s3_asked asked = {.bucket = call->bucket,
	    .key = call->key,
	    .action = action,
	    .anonymous = s3_auth(s) == NULL,
	    .pays = s3_requester_pays(s),
	    .now = time(NULL)};

	for (size_t i = 0; i < call->n_query; i++)
		if (strcmp(call->query[i].name, "versionId") == 0)
			asked.version = call->query[i].value;
	return s3_error_fail(res, &asked, e);
}

void
s3_pin(struct s3_pin *pin, struct s3_call *call, const struct s3_object *object)
{
	if (object->version != NULL) {
		pin->version[0] = (struct sigv4_pair){"versionId", object->version};
		call->query = pin->version;
		call->n_query = 1;
	}
	if (object->etag == NULL || object->etag[0] == '\0')
		return;
	snprintf(pin->match, sizeof pin->match, "\"%s\"", object->etag);
	call->header[call->n_header++] = (struct sigv4_pair){"If-Match", pin->match};
}

void
s3_unquote(char *etag)
{
	size_t n = strlen(etag);

	if (n < 2 || etag[0] != '"' || etag[n - 1] != '"')
		return;
	memmove(etag, etag + 1, n - 2);
	etag[n - 2] = '\0';
}
