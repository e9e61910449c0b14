#include "aws/s3_error.h"
#include "aws/s3_xml.h"
#include "net/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* More about a refusal than a fixed sentence can say. */
typedef void say(struct buf *b, const struct s3_error *error, const struct s3_asked *asked);

/* "; it is 3600 s behind S3", or nothing. */
static void
say_skew(struct buf *b, const struct s3_error *error, const struct s3_asked *asked)
{
	time_t server;
	long long behind;

	if (date_parse_rfc3339(error->server_time, &server) != 0)
		return;
	behind = (long long)server - (long long)asked->now;
	buf_addf(b, ": it is %lld s %s S3's", behind < 0 ? -behind : behind,
	    behind < 0 ? "ahead of" : "behind");
}

/* A bare "Access Denied" leaves all to guess. For an object it also stands for "no such object" to
 * those who may not list ("GetObject", permissions). */
static void
say_denied(struct buf *b, const struct s3_error *error, const struct s3_asked *asked)
{
	const char *bare = "Access Denied";
	size_t n = strlen(bare);

	if (strncasecmp(error->message, bare, n) != 0 ||
	    error->message[n + (error->message[n] == '.')] != '\0')
		return;
	buf_addf(b, ": %s is needed", asked->action);
	if (asked->key != NULL)
		buf_adds(b, ", or the object is not there (who lacks s3:ListBucket is not told)");
	if (asked->anonymous)
		buf_adds(b, "; no credentials were sent, as asked");
	else if (!asked->pays)
		buf_adds(b, "; a bucket whose requester pays wants --requester-pays");
}

/* s in single quotes for a shell. */
static void
add_quoted(struct buf *b, const char *s)
{
	buf_addc(b, '\'');
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			buf_adds(b, "'\\'");
		buf_addc(b, *s);
	}
	buf_addc(b, '\'');
}

/* "RestoreObject", "Restoring an archived object": in Intelligent-Tiering for good, else for days. */
static void
say_restore(struct buf *b, const struct s3_error *error, const struct s3_asked *asked)
{
	if (error->storage_class[0] != '\0')
		buf_addf(b, " (%s%s%s)", error->storage_class,
		    error->access_tier[0] != '\0' ? ", " : "", error->access_tier);
	buf_adds(b, ": restore it first, aws s3api restore-object --bucket ");
	add_quoted(b, asked->bucket);
	buf_adds(b, " --key ");
	add_quoted(b, asked->key != NULL ? asked->key : "");
	if (asked->version != NULL) {
		buf_adds(b, " --version-id ");
		add_quoted(b, asked->version);
	}
	buf_adds(b, " --restore-request ");
	buf_adds(
	    b, error->access_tier[0] != '\0' ? "GlacierJobParameters={Tier=Standard}" : "Days=7");
}

static void
say_region(struct buf *b, const struct s3_error *error, const struct s3_asked *asked)
{
	(void)asked;
	if (error->region[0] != '\0')
		buf_addf(b, ": it is in %s", error->region);
	else
		buf_adds(b, ": set AWS_REGION to its region");
}

/* What a code means to the caller. A code not named here means what its HTTP status does. */
static const struct meaning {
	const char *code;
	int exit;
	enum retry_kind kind;
	const char *sentence; /* instead of S3's message; NULL: the message */
	say *more;
} meanings[] = {
    {"NoSuchBucket", EX_UNAVAILABLE, RETRY_NEVER, "no such bucket", NULL},
    {"NoSuchAccessPoint", EX_UNAVAILABLE, RETRY_NEVER, "no such access point", NULL},
    {"NoSuchKey", EX_NOINPUT, RETRY_NEVER, "no such object", NULL},
    {"NoSuchVersion", EX_NOINPUT, RETRY_NEVER, "no such version of the object", NULL},
    {"MethodNotAllowed", EX_NOINPUT, RETRY_NEVER, NULL, NULL},
    {"InvalidBucketName", EX_UNAVAILABLE, RETRY_NEVER, NULL, NULL},
    {"AccessDenied", EX_NOPERM, RETRY_NEVER, NULL, say_denied},
    {"SignatureDoesNotMatch", EX_NOPERM, RETRY_NEVER, "the secret key does not fit the access key",
	NULL},
    {"InvalidAccessKeyId", EX_NOPERM, RETRY_NEVER, "the access key does not exist", NULL},
    {"ExpiredToken", EX_NOPERM, RETRY_NEVER, "the session token has expired", NULL},
    {"TokenRefreshRequired", EX_NOPERM, RETRY_NEVER, NULL, NULL},
    {"InvalidToken", EX_NOPERM, RETRY_NEVER, "the session token is not the access key's", NULL},
    {"RequestTimeTooSkewed", EX_NOPERM, RETRY_NEVER, "this machine's clock is wrong", say_skew},
    {"InvalidObjectState", EX_DATAERR, RETRY_NEVER, "the object is archived", say_restore},
    {"PreconditionFailed", EX_DATAERR, RETRY_NEVER, "the object changed since it was listed", NULL},
    {"PermanentRedirect", EX_UNAVAILABLE, RETRY_NEVER, "the bucket is in another region",
	say_region},
    {"TemporaryRedirect", EX_UNAVAILABLE, RETRY_NEVER, "the bucket is in another region",
	say_region},
    {"SlowDown", EX_TEMPFAIL, RETRY_THROTTLED, NULL, NULL},
    {"ServiceUnavailable", EX_TEMPFAIL, RETRY_THROTTLED, NULL, NULL},
    {"Throttling", EX_TEMPFAIL, RETRY_THROTTLED, NULL, NULL},
    {"ThrottlingException", EX_TEMPFAIL, RETRY_THROTTLED, NULL, NULL},
    {"ThrottledException", EX_TEMPFAIL, RETRY_THROTTLED, NULL, NULL},
    {"RequestThrottled", EX_TEMPFAIL, RETRY_THROTTLED, NULL, NULL},
    {"RequestThrottledException", EX_TEMPFAIL, RETRY_THROTTLED, NULL, NULL},
    {"TooManyRequestsException", EX_TEMPFAIL, RETRY_THROTTLED, NULL, NULL},
    {"RequestLimitExceeded", EX_TEMPFAIL, RETRY_THROTTLED, NULL, NULL},
    {"BandwidthLimitExceeded", EX_TEMPFAIL, RETRY_THROTTLED, NULL, NULL},
    {"LimitExceededException", EX_TEMPFAIL, RETRY_THROTTLED, NULL, NULL},
    {"PriorRequestNotComplete", EX_TEMPFAIL, RETRY_THROTTLED, NULL, NULL},
    {"RequestTimeout", EX_TEMPFAIL, RETRY_TIMEOUT, NULL, NULL},
};

/* Objects under a customer's key have no code of their own, only this message. */
static const struct meaning customer_key = {"InvalidRequest", EX_UNAVAILABLE, RETRY_NEVER,
    "the object is encrypted with a customer's key (SSE-C), which is not read: copy it under "
    "another encryption",
    NULL};

static const struct meaning *
meaning_of(const struct s3_error *error)
{
	if (strcmp(error->code, customer_key.code) == 0 &&
	    strstr(error->message, "Server Side Encryption") != NULL)
		return &customer_key;
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (strcmp(meanings[i].code, error->code) == 0)
			return &meanings[i];
	return NULL;
}

static void
copy(char *out, size_t size, const char *s)
{
	size_t n = strlen(s);

	if (n >= size)
		n = size - 1;
	memcpy(out, s, n);
	out[n] = '\0';
}

static int
on_element(void *ctx, const char *path, const char *text, struct err *e)
{
	struct s3_error *out = ctx;

	(void)e;
	if (strcmp(path, "Error/Code") == 0)
		copy(out->code, sizeof out->code, text);
	else if (strcmp(path, "Error/Message") == 0)
		copy(out->message, sizeof out->message, text);
	else if (strcmp(path, "Error/Region") == 0)
		copy(out->region, sizeof out->region, text);
	else if (strcmp(path, "Error/ServerTime") == 0)
		copy(out->server_time, sizeof out->server_time, text);
	else if (strcmp(path, "Error/StorageClass") == 0)
		copy(out->storage_class, sizeof out->storage_class, text);
	else if (strcmp(path, "Error/AccessTier") == 0)
		copy(out->access_tier, sizeof out->access_tier, text);
	return 0;
}

void
s3_error_read(const struct http_response *res, struct s3_error *out)
{
	char region[sizeof out->region];
	struct err ignored;

	*out = (struct s3_error){0};
	if (res->body.len > 0 &&
	    s3_xml_read(res->body.data, res->body.len, on_element, out, &ignored) != 0)
		out->code[0] = out->message[0] = '\0';
	if (http_header(res, "x-amz-bucket-region", region, sizeof region) > 0)
		copy(out->region, sizeof out->region, region);
	/* It becomes part of a host name. */
	if (out->region[strspn(out->region, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0')
		out->region[0] = '\0';
}

enum retry_kind
s3_error_kind(const struct http_response *res)
{
	enum retry_kind kind = retry_kind_of_status(res->status);
	const struct meaning *m;
	struct s3_error error;

	if (res->status < 400)
		return RETRY_NEVER;
	/* 503 is SlowDown, in an answer to HEAD without a word. */
	if (res->status == 503)
		kind = RETRY_THROTTLED;
	s3_error_read(res, &error);
	m = meaning_of(&error);
	return m != NULL && m->kind != RETRY_NEVER ? m->kind : kind;
}

/* " (SlowDown, HTTP 503, request id 4442587FB7D0A2F9)": what the service's people ask for. */
static void
add_ids(struct buf *b, const struct s3_error *error, const struct http_response *res)
{
	char id[65];

	buf_addf(b, " (%s, HTTP %ld", error->code, res->status);
	if (http_header(res, "x-amz-request-id", id, sizeof id) > 0)
		buf_addf(b, ", request id %s", id);
	buf_addc(b, ')');
}

int
s3_error_fail(const struct http_response *res, const struct s3_asked *asked, struct err *e)
{
	const struct meaning *m;
	struct s3_error error;
	struct buf text = {0};

	s3_error_read(res, &error);
	m = meaning_of(&error);
	if (error.code[0] == '\0' && res->status == 412)
		return err_set(e, EX_DATAERR, "the object changed since it was listed (HTTP 412)");
	if (error.code[0] == '\0')
		return http_fail(res, "S3 answers", e);
	buf_adds(&text, m != NULL && m->sentence != NULL ? m->sentence : error.message);
	if (m != NULL && m->more != NULL)
		m->more(&text, &error, asked);
	add_ids(&text, &error, res);
	err_set(e, m != NULL ? m->exit : http_exit_code(res->status), "%s", text.data);
	buf_free(&text);
	return -1;
}

int
s3_error_strange(const struct http_response *res, struct err *e)
{
	char type[64], server[64];
	size_t n = strlen(e->text);

	if (http_header(res, "Content-Type", type, sizeof type) <= 0 ||
	    strncasecmp(type, "text/html", 9) != 0)
		return -1;
	if (http_header(res, "Server", server, sizeof server) <= 0)
		server[0] = '\0';
	snprintf(e->text + n, sizeof e->text - n,
	    ": an HTML page came%s%s, as from a proxy or a sign-in, expected S3's answer",
	    server[0] != '\0' ? " from " : "", server);
	return -1;
}
