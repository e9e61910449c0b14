#include "aws/s3_error.h"
#include "aws/s3_xml.h"
#include "net/date.h"

#include <stdlib.h>
#include <string.h>

/* What a code means to the caller. A code not named here means what its HTTP status does. */
static const struct meaning {
	const char *code;
	int exit;
	enum retry_kind kind;
	const char *say; /* instead of S3's message; NULL: the message */
} meanings[] = {
    {"NoSuchBucket", EX_UNAVAILABLE, RETRY_NEVER, "no such bucket"},
    {"NoSuchKey", EX_NOINPUT, RETRY_NEVER, "no such object"},
    {"InvalidBucketName", EX_UNAVAILABLE, RETRY_NEVER, NULL},
    {"AccessDenied", EX_NOPERM, RETRY_NEVER, NULL},
    {"SignatureDoesNotMatch", EX_NOPERM, RETRY_NEVER, "the secret key does not fit the access key"},
    {"InvalidAccessKeyId", EX_NOPERM, RETRY_NEVER, "the access key does not exist"},
    {"ExpiredToken", EX_NOPERM, RETRY_NEVER, "the session token has expired"},
    {"TokenRefreshRequired", EX_NOPERM, RETRY_NEVER, NULL},
    {"InvalidToken", EX_NOPERM, RETRY_NEVER, "the session token is not the access key's"},
    {"RequestTimeTooSkewed", EX_NOPERM, RETRY_NEVER, "this machine's clock is wrong"},
    {"InvalidObjectState", EX_DATAERR, RETRY_NEVER,
	"the object is archived (Glacier) and must be restored before it can be read"},
    {"PreconditionFailed", EX_DATAERR, RETRY_NEVER, "the object changed since it was listed"},
    {"SlowDown", EX_TEMPFAIL, RETRY_THROTTLED, NULL},
    {"ServiceUnavailable", EX_TEMPFAIL, RETRY_THROTTLED, NULL},
    {"RequestTimeout", EX_TEMPFAIL, RETRY_TIMEOUT, NULL},
};

static const struct meaning *
meaning_of(const struct s3_error *error)
{
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
	s3_error_read(res, &error);
	m = meaning_of(&error);
	return m != NULL && m->kind != RETRY_NEVER ? m->kind : kind;
}

/* "; it is 3600 s behind S3", or nothing. */
static void
add_skew(struct buf *b, const struct s3_error *error, time_t now)
{
	time_t server;
	long long behind;

	if (date_parse_rfc3339(error->server_time, &server) != 0)
		return;
	behind = (long long)server - (long long)now;
	buf_addf(b, ": it is %lld s %s S3's", behind < 0 ? -behind : behind,
	    behind < 0 ? "ahead of" : "behind");
}

int
s3_error_fail(const struct http_response *res, time_t now, struct err *e)
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
	buf_adds(&text, m != NULL && m->say != NULL ? m->say : error.message);
	if (strcmp(error.code, "RequestTimeTooSkewed") == 0)
		add_skew(&text, &error, now);
	buf_addf(&text, " (%s, HTTP %ld)", error.code, res->status);
	err_set(e, m != NULL ? m->exit : http_exit_code(res->status), "%s", text.data);
	buf_free(&text);
	return -1;
}
