#include "aws/sts_error.h"
#include "aws/s3_xml.h"

#include <stdio.h>
#include <string.h>

/* What a code means. A code not named here means what its HTTP status does. say stands for messages
 * that quote the request. */
static const struct meaning {
	const char *code;
	int exit;
	enum retry_kind kind;
	const char *say;
} meanings[] = {
    {"AccessDenied", EX_NOPERM, RETRY_NEVER, NULL},
    {"ExpiredTokenException", EX_NOPERM, RETRY_NEVER, NULL},
    {"ExpiredToken", EX_NOPERM, RETRY_NEVER, "the session token has expired"},
    {"InvalidClientTokenId", EX_NOPERM, RETRY_NEVER, "the access key does not exist"},
    {"SignatureDoesNotMatch", EX_NOPERM, RETRY_NEVER,
	"the secret key does not fit the access key, or this machine's clock is wrong"},
    {"RequestExpired", EX_NOPERM, RETRY_NEVER, "this machine's clock is wrong"},
    {"InvalidIdentityToken", EX_NOPERM, RETRY_NEVER, NULL},
    {"IDPRejectedClaim", EX_NOPERM, RETRY_NEVER, NULL},
    {"IDPCommunicationError", EX_TEMPFAIL, RETRY_THROTTLED, NULL},
    {"RegionDisabledException", EX_NOPERM, RETRY_NEVER, NULL},
    {"ValidationError", EX_CONFIG, RETRY_NEVER, NULL},
    {"Throttling", EX_TEMPFAIL, RETRY_THROTTLED, NULL},
    {"ThrottlingException", EX_TEMPFAIL, RETRY_THROTTLED, NULL},
};

struct sts_error {
	char code[64], message[512];
	const struct meaning *meaning;
};

static int
on_element(void *ctx, const char *path, const char *text, struct err *e)
{
	struct sts_error *out = ctx;

	(void)e;
	if (strcmp(path, "ErrorResponse/Error/Code") == 0)
		snprintf(out->code, sizeof out->code, "%s", text);
	else if (strcmp(path, "ErrorResponse/Error/Message") == 0)
		snprintf(out->message, sizeof out->message, "%s", text);
	return 0;
}

static void
read_error(const struct http_response *res, struct sts_error *out)
{
	struct err ignored;

	*out = (struct sts_error){0};
	if (res->body.len > 0 &&
	    s3_xml_read(res->body.data, res->body.len, on_element, out, &ignored) != 0)
		out->code[0] = out->message[0] = '\0';
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (strcmp(meanings[i].code, out->code) == 0)
			out->meaning = &meanings[i];
}

enum retry_kind
sts_error_kind(const struct http_response *res)
{
	struct sts_error error;

	if (res->status < 400)
		return RETRY_NEVER;
	read_error(res, &error);
	if (error.meaning != NULL && error.meaning->kind != RETRY_NEVER)
		return error.meaning->kind;
	return retry_kind_of_status(res->status);
}

int
sts_error_is_skew(const struct http_response *res)
{
	struct sts_error error;

	if (res->status < 400)
		return 0;
	read_error(res, &error);
	return strcmp(error.code, "RequestExpired") == 0 ||
	       strncmp(error.message, "Signature expired", 17) == 0 ||
	       strncmp(error.message, "Signature not yet current", 25) == 0;
}

int
sts_error_fail(const struct http_response *res, struct err *e)
{
	struct sts_error error;
	const char *say;

	read_error(res, &error);
	if (error.code[0] == '\0')
		return http_fail(res, "STS answers", e);
	say = error.meaning != NULL && error.meaning->say != NULL ? error.meaning->say
								  : error.message;
	err_set(e, error.meaning != NULL ? error.meaning->exit : http_exit_code(res->status),
	    "STS refuses: %s (%s, HTTP %ld)", say, error.code, res->status);
	return http_tell_request(res, e);
}
