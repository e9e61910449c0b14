/* The instance metadata service, version 2: "IMDS credential provider" (AWS SDKs and Tools Reference
 * Guide); "Use the Instance Metadata Service to access instance metadata" (Amazon EC2 User Guide). A
 * session token is asked for by PUT first; version 1, without one, is used only where
 * AWS_EC2_METADATA_V1_DISABLED=false allows it and the service knows no PUT. The service answers at
 * once or is not there: an attempt takes at most AWS_METADATA_SERVICE_TIMEOUT (1) seconds, and
 * AWS_METADATA_SERVICE_NUM_ATTEMPTS (3) of them are made. No proxy ever comes in between. */
#include "aws/chain.h"
#include "base/env.h"
#include "aws/credentials_json.h"
#include "base/msg.h"
#include "base/num.h"

#include <string.h>
#include <strings.h>

#define IPV4 "http://169.254.169.254"
#define IPV6 "http://[fd00:ec2::254]"
#define ROLES "/latest/meta-data/iam/security-credentials/"
#define TOKEN_TTL "21600"
#define MAX_ANSWER (64UL * 1024)
#define MAX_NAME 256
#define STILL_GOOD_S 600

struct imds {
	struct http *http;
	struct buf base; /* without '/' at its end */
	struct buf line; /* the token's header; empty for version 1 */
	long timeout_ms;
	int attempts;
};

static int
read_number(const char *name, long usual, long most, long *out, struct err *e)
{
	const char *s = env_value(name);
	uint64_t n;

	*out = usual;
	if (s == NULL)
		return 0;
	if (num_u64(s, strlen(s), &n) != 0 || n < 1 || n > (uint64_t)most)
		return err_set(e, EX_USAGE, "%s is '%.40s', expected 1 to %ld", name, s, most);
	*out = (long)n;
	return 0;
}

static int
is_true(const char *name)
{
	const char *s = env_value(name);

	return s != NULL && strcasecmp(s, "true") == 0;
}

static int
configure(struct imds *m, struct err *e)
{
	const char *endpoint = env_value("AWS_EC2_METADATA_SERVICE_ENDPOINT");
	const char *mode = env_value("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
	long seconds, attempts;

	if (read_number("AWS_METADATA_SERVICE_TIMEOUT", 1, 60, &seconds, e) != 0 ||
	    read_number("AWS_METADATA_SERVICE_NUM_ATTEMPTS", 3, 10, &attempts, e) != 0)
		return -1;
	if (mode != NULL && strcasecmp(mode, "ipv4") != 0 && strcasecmp(mode, "ipv6") != 0)
		return err_set(e, EX_USAGE,
		    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is '%.40s', expected IPv4 or IPv6",
		    mode);
	if (endpoint == NULL)
		endpoint = mode != NULL && strcasecmp(mode, "ipv6") == 0 ? IPV6 : IPV4;
	if (strncmp(endpoint, "http://", 7) != 0 && strncmp(endpoint, "https://", 8) != 0)
		return err_set(e, EX_USAGE,
		    "AWS_EC2_METADATA_SERVICE_ENDPOINT is not of the form http://host[:port]");
	buf_adds(&m->base, endpoint);
	while (m->base.data[m->base.len - 1] == '/')
		m->base.data[--m->base.len] = '\0';
	m->timeout_ms = seconds * 1000;
	m->attempts = (int)attempts;
	return 0;
}

/* A few attempts at one request; -1 with EX_TEMPFAIL when none was answered. 5xx and an empty body are
 * none either. */
static int
ask(const struct imds *m, const char *method, const char *path, char *header,
    struct http_response *res, struct err *e)
{
	struct buf url = {0};
	struct http_request req = {.method = method,
	    .header = &header,
	    .n_header = header != NULL,
	    .max_body = MAX_ANSWER,
	    .idempotent = 1,
	    .direct = 1,
	    .total_ms = m->timeout_ms};
	int rc = -1;

	buf_addf(&url, "%s%s", m->base.data, path);
	req.url = url.data;
	*res = (struct http_response){0};
	for (int i = 0; i < m->attempts && rc != 0; i++) {
		if (res->status / 100 == 5)
			(void)http_wait(m->http, i, RETRY_THROTTLED, -1);
		buf_wipe(&res->body);
		http_response_free(res);
		rc = http_once(m->http, &req, res, e);
		if (rc == 0 &&
		    (res->status / 100 == 5 || (res->status == 200 && res->body.len == 0)))
			rc = err_set(e, EX_TEMPFAIL,
			    "the instance metadata service answers HTTP %ld%s", res->status,
			    res->status == 200 ? " with nothing" : "");
	}
	buf_free(&url);
	return rc;
}

static void
done(struct http_response *res)
{
	buf_wipe(&res->body);
	http_response_free(res);
}

/* 1 with m->line set, 0 when there is no such service here (why is told to x), -1 with e. */
static int
get_token(struct imds *m, struct aws_chain *x, struct err *e)
{
	static char ttl[] = "X-aws-ec2-metadata-token-ttl-seconds: " TOKEN_TTL;
	const char *v1 = env_value("AWS_EC2_METADATA_V1_DISABLED");
	struct http_response res;
	int rc = ask(m, "PUT", "/latest/api/token", ttl, &res, e);

	if (rc != 0) {
		aws_looked(x, "the instance metadata service (%s)", e->text);
		rc = 0;
	} else if (res.status == 200 && strpbrk(res.body.data, "\r\n") == NULL) {
		buf_reserve(&m->line, res.body.len + 32);
		buf_addf(&m->line, "X-aws-ec2-metadata-token: %s", res.body.data);
		rc = 1;
	} else if (res.status == 403 || res.status == 404 || res.status == 405) {
		rc = v1 != NULL && strcasecmp(v1, "false") == 0;
		if (rc == 0)
			aws_looked(x,
			    "the instance metadata service (no token: HTTP %ld; version 1 is used "
			    "only with "
			    "AWS_EC2_METADATA_V1_DISABLED=false)",
			    res.status);
	} else {
		rc = err_set(e, EX_UNAVAILABLE,
		    "the instance metadata service gives no token (HTTP %ld)", res.status);
	}
	done(&res);
	return rc;
}

/* The name of the instance's role; 0 when it has none. */
static int
get_role(struct imds *m, struct buf *path, struct aws_chain *x, struct err *e)
{
	struct http_response res;
	int rc = ask(m, "GET", ROLES, m->line.data, &res, e), found = -1;
	size_t len = rc == 0 ? strcspn(res.body.data, "\r\n") : 0;

	if (rc == 0 && res.status == 404) {
		aws_looked(x, "the instance metadata service (this instance has no role)");
		found = 0;
	} else if (rc == 0 && res.status == 200 && len > 0 && len <= MAX_NAME) {
		res.body.data[len] = '\0';
		if (res.body.data[strspn(res.body.data,
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-")] ==
		    '\0')
			found = 1;
		buf_addf(path, "%s%s", ROLES, res.body.data);
	}
	if (rc == 0 && found < 0)
		err_set(e, res.status == 401 ? EX_NOPERM : EX_UNAVAILABLE,
		    "the instance metadata service names no role (HTTP %ld)", res.status);
	done(&res);
	return found;
}

/* The service gives what it has when it can't renew it, and AWS may take it still. */
static void
prolong(const struct aws_chain *x, struct aws_credentials *c)
{
	time_t now = aws_auth_now(x->auth);

	if (c->expires > now)
		return;
	msg_warn("the instance metadata service gives AWS credentials that have expired: they are "
		 "tried for %d minutes",
	    STILL_GOOD_S / 60);
	c->expires = now + STILL_GOOD_S;
}

static int
get_credentials(
    struct aws_chain *x, struct imds *m, const char *path, struct aws_credentials *c, struct err *e)
{
	struct http_response res;
	int rc = ask(m, "GET", path, m->line.data, &res, e);

	if (rc == 0 && res.status != 200)
		rc = err_set(e, EX_UNAVAILABLE,
		    "the instance metadata service gives no credentials (HTTP %ld)", res.status);
	else if (rc == 0)
		rc = aws_json_credentials(res.body.data, res.body.len,
		    "the answer of the instance metadata service", &aws_json_metadata, c, e);
	if (rc == 0) {
		prolong(x, c);
		buf_addf(
		    &x->source, "the instance metadata service (role %s)", path + strlen(ROLES));
	}
	done(&res);
	return rc == 0 ? 1 : -1;
}

int
aws_from_imds(struct aws_chain *x, struct aws_credentials *c, struct err *e)
{
	struct imds m = {.http = x->http};
	struct buf path = {0};
	int rc;

	if (is_true("AWS_EC2_METADATA_DISABLED")) {
		aws_looked(x, "not the instance metadata service (AWS_EC2_METADATA_DISABLED)");
		return 0;
	}
	rc = configure(&m, e) == 0 ? get_token(&m, x, e) : -1;
	if (rc > 0)
		rc = get_role(&m, &path, x, e);
	if (rc > 0)
		rc = get_credentials(x, &m, path.data, c, e);
	buf_free(&path);
	buf_free(&m.base);
	buf_wipe(&m.line);
	return rc;
}
