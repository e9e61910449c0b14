#include "aws/sts.h"
#include "base/env.h"
#include "aws/partition.h"
#include "aws/s3_xml.h"
#include "aws/sigv4.h"
#include "aws/sts_error.h"
#include "net/date.h"
#include "net/url.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define GLOBAL_REGION "us-east-1"
#define MAX_ANSWER (64UL * 1024)
#define HEADERS 5

/* Where the STS that is asked answers, and what region a signature names. */
struct place {
	char *origin, *host, *region;
};

/* One request, with the text of its signed form, which it points into. */
struct call {
	struct aws_chain *x;
	const struct aws_credentials *source; /* NULL: not signed */
	struct place at;
	struct buf form, line[HEADERS];
	char *header[HEADERS];
	size_t n;
	char payload_hash[65];
};

/* The regions that "legacy" leads to the global endpoint. */
static const char legacy[] =
    " ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 "
    "eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 "
    "us-east-1 us-east-2 us-west-1 us-west-2 ";

static int
is_global(const char *region, const char *endpoints)
{
	const char *told = env_value("AWS_STS_REGIONAL_ENDPOINTS");
	struct buf word = {0};
	int found;

	if (region == NULL)
		return 1;
	if (told == NULL)
		told = endpoints;
	if (told == NULL || strcmp(told, "legacy") != 0)
		return 0;
	buf_addf(&word, " %s ", region);
	found = strstr(legacy, word.data) != NULL;
	buf_free(&word);
	return found;
}

/* AWS's own: the name of a region is part of a host's. */
static int
aws_host(const char *region, const char *endpoints, struct buf *host, struct err *e)
{
	const char *told = env_value("AWS_USE_FIPS_ENDPOINT");
	int fips = told != NULL && strcasecmp(told, "true") == 0;

	if (is_global(region, endpoints)) { /* which has no FIPS endpoint itself */
		buf_addf(host, "sts%s.amazonaws.com", fips ? "-fips." GLOBAL_REGION : "");
		return 0;
	}
	if (region[strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0')
		return err_set(
		    e, EX_USAGE, "region '%s': expected a name such as us-east-1", region);
	buf_addf(
	    host, "sts%s.%s.%s", fips ? "-fips" : "", region, aws_partition_of(region)->domain);
	return 0;
}

static int
find_place(const struct aws_chain *x, const char *endpoints, struct place *at, struct err *e)
{
	const char *given = env_value("AWS_ENDPOINT_URL_STS");
	struct buf origin = {0}, host = {0};
	int rc = 0;

	if (aws_chain_region(x, &at->region, e) != 0)
		return -1;
	if (given == NULL)
		given = env_value("AWS_ENDPOINT_URL");
	if (given != NULL) {
		const char *name = strstr(given, "://");

		rc = name == NULL || strcspn(name + 3, "/") == 0 || strpbrk(name + 3, "?#@") != NULL
			 ? err_set(e, EX_USAGE,
			       "the STS endpoint is not of the form http(s)://host[:port]")
			 : 0;
		if (rc == 0) {
			buf_add(&host, name + 3, strcspn(name + 3, "/"));
			buf_addf(&origin, "%.*s%s", (int)(name + 3 - given), given, host.data);
		}
	} else {
		rc = aws_host(at->region, endpoints, &host, e);
		if (rc == 0)
			buf_addf(&origin, "https://%s", host.data);
		if (rc == 0 && is_global(at->region, endpoints)) {
			free(at->region);
			at->region = xstrdup(GLOBAL_REGION);
		}
	}
	if (at->region == NULL)
		at->region = xstrdup(GLOBAL_REGION);
	buf_adds(&origin, "/");
	at->origin = buf_take(&origin);
	at->host = buf_take(&host);
	return rc;
}

static void
add_line(struct call *call, const char *name, const char *value)
{
	struct buf *b = &call->line[call->n];

	buf_wipe(b);
	buf_reserve(b, strlen(name) + strlen(value) + 2); /* nothing is left behind by growing */
	buf_addf(b, "%s: %s", name, value);
	call->header[call->n++] = b->data;
}

static int
prepare(void *ctx, struct http_request *req, struct err *e)
{
	static const char form_type[] = "application/x-www-form-urlencoded";
	struct call *call = ctx;
	struct sigv4_pair headers[] = {{"Host", call->at.host}, {"Content-Type", form_type}};
	struct sigv4 signature;

	(void)e;
	call->n = 0;
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
		add_line(call, headers[i].name, headers[i].value);
	if (call->source != NULL) {
		sigv4_header(&(struct sigv4_request){.method = "POST",
				 .path = "/",
				 .header = headers,
				 .n_header = sizeof headers / sizeof *headers,
				 .payload_hash = call->payload_hash,
				 .when = aws_auth_now(call->x->auth),
				 .region = call->at.region,
				 .service = "sts",
				 .access_key = call->source->access_key,
				 .secret_key = call->source->secret_key,
				 .token = call->source->token},
		    &signature);
		add_line(call, "x-amz-date", signature.date);
		add_line(call, "Authorization", signature.authorization.data);
		if (call->source->token != NULL)
			add_line(call, "x-amz-security-token", call->source->token);
		sigv4_free(&signature);
	}
	req->header = call->header;
	req->n_header = call->n;
	return 0;
}

/* An answer's credentials; paths differ in the action's name alone. */
static int
on_element(void *ctx, const char *path, const char *text, struct err *e)
{
	struct aws_credentials *c = ctx;
	const char *name = strstr(path, "Result/Credentials/");
	char **to = NULL;

	if (name == NULL)
		return 0;
	name += strlen("Result/Credentials/");
	if (strcmp(name, "AccessKeyId") == 0)
		to = &c->access_key;
	else if (strcmp(name, "SecretAccessKey") == 0)
		to = &c->secret_key;
	else if (strcmp(name, "SessionToken") == 0)
		to = &c->token;
	if (to != NULL) {
		aws_wipe(*to);
		*to = xstrdup(text);
	} else if (strcmp(name, "Expiration") == 0 && date_parse_rfc3339(text, &c->expires) != 0) {
		return err_set(e, EX_UNAVAILABLE, "STS gives an Expiration that is no time");
	}
	return 0;
}

static int
read_answer(const struct http_response *res, struct aws_credentials *c, struct err *e)
{
	if (s3_xml_read(res->body.data, res->body.len, on_element, c, e) != 0)
		return err_prefix(e, "STS answers");
	if (c->access_key == NULL || c->secret_key == NULL || c->token == NULL || c->expires == 0)
		return err_set(e, EX_UNAVAILABLE, "STS answers without credentials");
	return 0;
}

/* A clock that is off by this much makes expiration times useless too. */
static void
learn_clock(struct call *call, const struct http_response *res, long long tolerated_s)
{
	char date[64];
	time_t now;
	long long off;

	if (http_header(res, "Date", date, sizeof date) <= 0 || date_parse_http(date, &now) != 0)
		return;
	off = (long long)now - (long long)aws_auth_now(call->x->auth);
	if (off > tolerated_s || off < -tolerated_s)
		aws_auth_saw_date(call->x->auth, now);
}

static int
send_call(struct call *call, struct aws_credentials *c, struct err *e)
{
	struct http_request req = {.method = "POST",
	    .url = call->at.origin,
	    .body = call->form.data,
	    .body_len = call->form.len,
	    .ca_file = getenv("AWS_CA_BUNDLE"),
	    .max_body = MAX_ANSWER,
	    .idempotent = 1};
	struct http_response res;
	int rc = http_send(call->x->http, &req, prepare, call, sts_error_kind, &res, e);

	if (rc == 0 && sts_error_is_skew(&res)) {
		learn_clock(call, &res, 0);
		http_response_free(&res);
		rc = http_send(call->x->http, &req, prepare, call, sts_error_kind, &res, e);
	}
	if (rc == 0)
		rc = res.status == 200 ? read_answer(&res, c, e) : sts_error_fail(&res, e);
	if (rc == 0)
		learn_clock(call, &res, 240);
	buf_wipe(&res.body);
	http_response_free(&res);
	return rc;
}

static void
add_field(struct buf *form, const char *name, const char *value)
{
	if (value == NULL)
		return;
	buf_addf(form, "&%s=", name);
	url_encode(form, value, strlen(value), "");
}

static int
assume(struct call *call, const char *action, const struct sts_role *role, const char *token,
    struct aws_credentials *c, struct err *e)
{
	unsigned char digest[32];
	char made_up[48];
	int rc;

	snprintf(made_up, sizeof made_up, "hourtools-%lld", (long long)aws_auth_now(call->x->auth));
	buf_reserve(&call->form, 1024 + 3 * (token != NULL ? strlen(token) : 0));
	buf_addf(&call->form, "Action=%s&Version=2011-06-15", action);
	add_field(&call->form, "RoleArn", role->arn);
	add_field(&call->form, "RoleSessionName",
	    role->session_name != NULL ? role->session_name : made_up);
	add_field(&call->form, "ExternalId", role->external_id);
	add_field(&call->form, "DurationSeconds", role->duration);
	add_field(&call->form, "WebIdentityToken", token);
	EVP_Digest(call->form.data, call->form.len, digest, NULL, EVP_sha256(), NULL);
	for (size_t i = 0; i < sizeof digest; i++)
		snprintf(call->payload_hash + 2 * i, 3, "%02x", digest[i]);
	rc = find_place(call->x, role->endpoints, &call->at, e);
	if (rc == 0)
		rc = send_call(call, c, e);
	if (rc != 0) {
		aws_credentials_free(c);
		err_prefix(e, "role %s", role->arn);
	}
	free(call->at.origin);
	free(call->at.host);
	free(call->at.region);
	buf_wipe(&call->form);
	for (size_t i = 0; i < HEADERS; i++)
		buf_wipe(&call->line[i]);
	return rc;
}

int
sts_assume_role(struct aws_chain *x, const struct sts_role *role,
    const struct aws_credentials *source, struct aws_credentials *c, struct err *e)
{
	return assume(&(struct call){.x = x, .source = source}, "AssumeRole", role, NULL, c, e);
}

int
sts_with_web_identity(struct aws_chain *x, const struct sts_role *role, const char *token,
    struct aws_credentials *c, struct err *e)
{
	return assume(&(struct call){.x = x}, "AssumeRoleWithWebIdentity", role, token, c, e);
}
