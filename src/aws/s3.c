#include "aws/s3.h"
#include "aws/credentials.h"
#include "aws/s3_endpoint.h"
#include "aws/s3_error.h"
#include "aws/s3_request.h"
#include "base/num.h"
#include "net/date.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DEFAULT_REGION "us-east-1"

/* A bucket whose region is known not to be the client's own. */
struct learned {
	char *bucket, *region;
};

struct s3 {
	struct http *http;
	struct aws_auth *auth;
	char *region;         /* unless a bucket's is learned */
	const char *endpoint; /* of the environment, or NULL for AWS */
	enum s3_style style;
	struct learned *learned;
	size_t n_learned;
};

static const char *
env(const char *name)
{
	const char *s = getenv(name);

	return s != NULL && s[0] != '\0' ? s : NULL;
}

static int
read_style(enum s3_style *style, struct err *e)
{
	static const char *const names[] = {
	    [S3_STYLE_AUTO] = "auto", [S3_STYLE_PATH] = "path", [S3_STYLE_VIRTUAL] = "virtual"};
	const char *s = env("AWS_S3_ADDRESSING_STYLE");

	*style = S3_STYLE_AUTO;
	if (s == NULL)
		return 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(s, names[i]) != 0)
			continue;
		*style = (enum s3_style)i;
		return 0;
	}
	return err_set(
	    e, EX_USAGE, "AWS_S3_ADDRESSING_STYLE is '%.40s', expected auto, path or virtual", s);
}

static int
read_attempts(struct retry_policy *policy, struct err *e)
{
	const char *s = env("AWS_MAX_ATTEMPTS");
	uint64_t n;

	if (s == NULL)
		return 0;
	if (num_u64(s, strlen(s), &n) != 0 || n < 1 || n > 1000)
		return err_set(e, EX_USAGE, "AWS_MAX_ATTEMPTS is '%.40s', expected 1 to 1000", s);
	policy->max_attempts = (int)n;
	return 0;
}

/* The region, and whether there are credentials at all: told before any request. */
static int
find_region(struct s3 *s, struct err *e)
{
	struct aws_credentials c;

	if (aws_auth_get(s->auth, &c, e) != 0)
		return -1;
	aws_credentials_free(&c);
	if (aws_auth_region(s->auth, &s->region, e) != 0)
		return -1;
	if (s->region == NULL)
		s->region = xstrdup(DEFAULT_REGION);
	return 0;
}

struct s3 *
s3_new(struct err *e)
{
	struct s3 *s = xcalloc(1, sizeof *s);

	s->endpoint = env("AWS_ENDPOINT_URL_S3");
	if (s->endpoint == NULL)
		s->endpoint = env("AWS_ENDPOINT_URL");
	s->http = http_new(e);
	if (s->http != NULL)
		s->auth = aws_auth_new(s->http, e);
	if (s->auth != NULL && read_style(&s->style, e) == 0 &&
	    read_attempts(http_policy(s->http), e) == 0 && find_region(s, e) == 0)
		return s;
	s3_free(s);
	return NULL;
}

void
s3_free(struct s3 *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n_learned; i++) {
		free(s->learned[i].bucket);
		free(s->learned[i].region);
	}
	free(s->learned);
	aws_auth_free(s->auth);
	free(s->region);
	http_free(s->http);
	free(s);
}

struct http *
s3_http(struct s3 *s)
{
	return s->http;
}

static const char *
region_of(const struct s3 *s, const char *bucket)
{
	for (size_t i = 0; i < s->n_learned; i++)
		if (strcmp(s->learned[i].bucket, bucket) == 0)
			return s->learned[i].region;
	return s->region;
}

static void
learn(struct s3 *s, const char *bucket, const char *region)
{
	for (size_t i = 0; i < s->n_learned; i++) {
		if (strcmp(s->learned[i].bucket, bucket) != 0)
			continue;
		free(s->learned[i].region);
		s->learned[i].region = xstrdup(region);
		return;
	}
	s->learned = xrealloc(s->learned, (s->n_learned + 1) * sizeof *s->learned);
	s->learned[s->n_learned++] = (struct learned){xstrdup(bucket), xstrdup(region)};
}

/* A call and the text of its signed form, which the request points into. */
struct attempt {
	struct s3 *s;
	const struct s3_call *call;
	struct aws_credentials used;
	struct buf url, line[S3_MAX_HEADERS + 4];
	char *header[S3_MAX_HEADERS + 4];
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

/* Sign with the time of this attempt: the one before may be minutes ago. */
static int
prepare(void *ctx, struct http_request *req, struct err *e)
{
	struct attempt *a = ctx;
	const struct s3_call *call = a->call;
	const struct aws_credentials *c = &a->used;
	const char *region = region_of(a->s, call->bucket);
	struct sigv4_pair headers[S3_MAX_HEADERS + 2];
	struct s3_endpoint at;
	struct sigv4 signature;
	struct buf path = {0};

	aws_credentials_free(&a->used);
	if (aws_auth_get(a->s->auth, &a->used, e) != 0 ||
	    s3_endpoint(a->s->endpoint, a->s->style, region, call->bucket, &at, e) != 0)
		return -1;
	buf_addf(&path, "%s/%s", at.base, call->key != NULL ? call->key : "");
	memcpy(headers, call->header, call->n_header * sizeof *headers);
	headers[call->n_header] = (struct sigv4_pair){"Host", at.host};
	headers[call->n_header + 1] =
	    (struct sigv4_pair){"x-amz-content-sha256", SIGV4_EMPTY_SHA256};
	sigv4_header(&(struct sigv4_request){.method = req->method,
			 .path = path.data,
			 .query = call->query,
			 .n_query = call->n_query,
			 .header = headers,
			 .n_header = call->n_header + 2,
			 .payload_hash = SIGV4_EMPTY_SHA256,
			 .when = aws_auth_now(a->s->auth),
			 .region = region,
			 .service = "s3",
			 .access_key = c->access_key,
			 .secret_key = c->secret_key,
			 .token = c->token},
	    &signature);
	a->n = 0;
	for (size_t i = 0; i < call->n_header + 2; i++)
		add_line(a, headers[i].name, headers[i].value);
	add_line(a, "x-amz-date", signature.date);
	if (c->token != NULL)
		add_line(a, "x-amz-security-token", c->token);
	add_line(a, "Authorization", signature.authorization.data);
	buf_clear(&a->url);
	buf_addf(&a->url, "%s%s%s%s", at.origin, signature.path.data, call->n_query > 0 ? "?" : "",
	    call->n_query > 0 ? signature.query.data : "");
	req->url = a->url.data;
	req->header = a->header;
	req->n_header = a->n;
	sigv4_free(&signature);
	s3_endpoint_free(&at);
	buf_free(&path);
	return 0;
}

/* Whether the answer says that the bucket is in another region than the one asked: 301, 307, or 400
 * AuthorizationHeaderMalformed ("Making requests using the REST API", redirects). */
static int
leads_elsewhere(
    const struct s3 *s, const char *bucket, const struct http_response *res, struct s3_error *error)
{
	if (res->status != 301 && res->status != 307 && res->status != 400)
		return 0;
	s3_error_read(res, error);
	return error->region[0] != '\0' && strcmp(error->region, region_of(s, bucket)) != 0;
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
	struct s3_error error;
	char date[64];
	time_t now;

	if (!changed->region && leads_elsewhere(a->s, a->call->bucket, res, &error)) {
		learn(a->s, a->call->bucket, error.region);
		return changed->region = 1;
	}
	if (res->status != 400 && res->status != 403)
		return 0;
	s3_error_read(res, &error);
	if (!changed->credentials && strcmp(error.code, "ExpiredToken") == 0) {
		aws_auth_expired(a->s->auth, &a->used);
		return changed->credentials = 1;
	}
	if (!changed->clock && strcmp(error.code, "RequestTimeTooSkewed") == 0 &&
	    http_header(res, "Date", date, sizeof date) > 0 && date_parse_http(date, &now) == 0) {
		aws_auth_saw_date(a->s->auth, now);
		return changed->clock = 1;
	}
	return 0;
}

int
s3_request(struct s3 *s, const struct s3_call *call, struct http_response *res, struct err *e)
{
	struct http_request req = {.method = "GET",
	    .sink = call->sink,
	    .sink_ctx = call->sink_ctx,
	    .idempotent = 1,
	    .total_ms = call->total_ms};
	struct attempt a = {.s = s, .call = call};
	struct changed changed = {0};
	int rc = http_send(s->http, &req, prepare, &a, s3_error_kind, res, e);

	while (rc == 0 && may_pass_now(&a, res, &changed)) {
		http_response_free(res);
		rc = http_send(s->http, &req, prepare, &a, s3_error_kind, res, e);
	}
	aws_credentials_free(&a.used);
	buf_free(&a.url);
	for (size_t i = 0; i < sizeof a.line / sizeof *a.line; i++)
		buf_wipe(&a.line[i]);
	return rc;
}
