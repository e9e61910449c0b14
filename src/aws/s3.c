#include "aws/s3.h"
#include "aws/credentials.h"
#include "aws/s3_endpoint.h"
#include "aws/s3_error.h"
#include "aws/s3_request.h"
#include "base/num.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DEFAULT_REGION "us-east-1"

/* A bucket whose region is known not to be the client's own. */
struct learned {
	char *bucket, *region;
};

struct s3 {
	struct http *http; /* the caller's */
	struct aws_credentials credentials;
	const char *endpoint; /* of the environment, or NULL for AWS */
	enum s3_style style;
	pthread_mutex_t lock; /* of what was learned */
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

struct s3 *
s3_new(struct http *http, struct err *e)
{
	struct s3 *s = xcalloc(1, sizeof *s);

	pthread_mutex_init(&s->lock, NULL);
	s->endpoint = env("AWS_ENDPOINT_URL_S3");
	if (s->endpoint == NULL)
		s->endpoint = env("AWS_ENDPOINT_URL");
	s->http = http;
	if (read_style(&s->style, e) == 0 && read_attempts(http_policy(s->http), e) == 0 &&
	    aws_credentials_load(&s->credentials, e) == 0) {
		if (s->credentials.region == NULL)
			s->credentials.region = xstrdup(DEFAULT_REGION);
		return s;
	}
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
	aws_credentials_free(&s->credentials);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

struct http *
s3_http(struct s3 *s)
{
	return s->http;
}

/* The bucket's region, for the caller to free. */
static char *
region_of(struct s3 *s, const char *bucket)
{
	const char *region = s->credentials.region;
	char *copy;

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->n_learned; i++)
		if (strcmp(s->learned[i].bucket, bucket) == 0)
			region = s->learned[i].region;
	copy = xstrdup(region);
	pthread_mutex_unlock(&s->lock);
	return copy;
}

static void
learn(struct s3 *s, const char *bucket, const char *region)
{
	size_t i = 0;

	pthread_mutex_lock(&s->lock);
	while (i < s->n_learned && strcmp(s->learned[i].bucket, bucket) != 0)
		i++;
	if (i == s->n_learned) {
		s->learned = xrealloc(s->learned, ++s->n_learned * sizeof *s->learned);
		s->learned[i] = (struct learned){xstrdup(bucket), NULL};
	}
	free(s->learned[i].region);
	s->learned[i].region = xstrdup(region);
	pthread_mutex_unlock(&s->lock);
}

/* A call and the text of its signed form, which the request points into. */
struct attempt {
	struct s3 *s;
	const struct s3_call *call;
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
	const struct aws_credentials *c = &a->s->credentials;
	char *region = region_of(a->s, call->bucket);
	struct sigv4_pair headers[S3_MAX_HEADERS + 2];
	struct s3_endpoint at;
	struct sigv4 signature;
	struct buf path = {0};

	if (s3_endpoint(a->s->endpoint, a->s->style, region, call->bucket, &at, e) != 0) {
		free(region);
		return -1;
	}
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
			 .when = time(NULL),
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
	free(region);
	buf_free(&path);
	return 0;
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
	region = region_of(s, bucket);
	elsewhere = error->region[0] != '\0' && strcmp(error->region, region) != 0;
	free(region);
	return elsewhere;
}

int
s3_request(struct s3 *s, const struct s3_call *call, struct http_response *res, struct err *e)
{
	struct http_request req = {.method = call->method != NULL ? call->method : "GET",
	    .sink = call->sink,
	    .sink_ctx = call->sink_ctx,
	    .idempotent = 1,
	    .total_ms = call->total_ms};
	struct attempt a = {.s = s, .call = call};
	struct s3_error error;
	int rc = http_send(s->http, &req, prepare, &a, s3_error_kind, res, e);

	if (rc == 0 && leads_elsewhere(s, call->bucket, res, &error)) {
		learn(s, call->bucket, error.region);
		http_response_free(res);
		rc = http_send(s->http, &req, prepare, &a, s3_error_kind, res, e);
	}
	buf_free(&a.url);
	for (size_t i = 0; i < sizeof a.line / sizeof *a.line; i++)
		buf_wipe(&a.line[i]);
	return rc;
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
s3_ask_checksum(const struct s3 *s, struct s3_call *call)
{
	(void)s;
	call->header[call->n_header++] = (struct sigv4_pair){"x-amz-checksum-mode", "ENABLED"};
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
