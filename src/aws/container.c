/* Amazon ECS and EKS Pod Identity: "Container credential provider" (AWS SDKs and Tools Reference
 * Guide). AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is a path at 169.254.170.2;
 * AWS_CONTAINER_CREDENTIALS_FULL_URI is https, or a loopback or link-local address of those agents:
 * anywhere else the credentials would cross a network in the clear. AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
 * is read anew each time, and goes before AWS_CONTAINER_AUTHORIZATION_TOKEN. */
#include "aws/chain.h"
#include "base/env.h"
#include "aws/credentials_json.h"
#include "base/io.h"

#include <string.h>
#include <strings.h>

#define ECS_AGENT "http://169.254.170.2"
#define MAX_ANSWER (64UL * 1024)
#define MAX_TOKEN 16384
#define TOTAL_MS 5000

/* Of http: addresses of this machine. A name could lead anywhere. */
static int
is_local(const char *host, size_t len)
{
	static const char *const hosts[] = {
	    "localhost", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"};

	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
		if (strlen(hosts[i]) == len && strncasecmp(host, hosts[i], len) == 0)
			return 1;
	return len > 4 && strncmp(host, "127.", 4) == 0 &&
	       strspn(host, "0123456789.") >= len; /* an address, no name that begins like one */
}

static int
check_url(const char *url, struct err *e)
{
	const char *host = url + strlen("http://");
	size_t len;

	if (strncasecmp(url, "https://", 8) == 0 && strcspn(url + 8, "/?#") > 0 &&
	    memchr(url + 8, '@', strcspn(url + 8, "/?#")) == NULL)
		return 0;
	if (strncasecmp(url, "http://", 7) != 0)
		return err_set(e, EX_USAGE,
		    "AWS_CONTAINER_CREDENTIALS_FULL_URI is not of the form "
		    "http(s)://host[:port]/path");
	len = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/?#");
	if (strpbrk(host, "@\\") == NULL && is_local(host, len))
		return 0;
	return err_set(e, EX_USAGE,
	    "AWS_CONTAINER_CREDENTIALS_FULL_URI leads to another machine without TLS: expected "
	    "https, "
	    "a loopback address, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23]");
}

/* "Authorization: TOKEN", or nothing. */
static int
read_authorization(struct buf *line, struct err *e)
{
	const char *file = env_value("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	const char *token = env_value("AWS_CONTAINER_AUTHORIZATION_TOKEN");
	const char *from = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
	struct buf text = {0};
	int rc = 0;

	if (file != NULL) {
		from = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
		rc = io_slurp(file, MAX_TOKEN, &text, e);
		if (rc != 0) {
			e->code = EX_NOPERM;
			err_prefix(e, "%s", from);
		}
		token = text.data;
	}
	if (rc == 0 && token != NULL) {
		if (strpbrk(token, "\r\n") != NULL || (file != NULL && strlen(token) != text.len))
			rc = err_set(
			    e, EX_NOPERM, "%s holds a line break, which no header value may", from);
		buf_reserve(line, strlen(token) + 32);
		buf_addf(line, "Authorization: %s", token);
	}
	buf_wipe(&text);
	return rc;
}

static int
ask(struct aws_chain *x, const char *url, struct buf *line, struct aws_credentials *c,
    struct err *e)
{
	struct http_request req = {.method = "GET",
	    .url = url,
	    .header = &line->data,
	    .n_header = line->len > 0,
	    .max_body = MAX_ANSWER,
	    .idempotent = 1,
	    .direct = 1,
	    .total_ms = TOTAL_MS};
	struct http_response res;
	int rc = http_send(x->http, &req, NULL, NULL, NULL, &res, e);

	if (rc == 0 && res.status == 200)
		rc = aws_json_credentials(
		    res.body.data, res.body.len, "the answer", &aws_json_metadata, c, e);
	else if (rc == 0) {
		rc =
		    err_set(e, res.status / 100 == 4 && res.status != 429 ? EX_NOPERM : EX_TEMPFAIL,
			"HTTP %ld", res.status);
	}
	if (rc != 0)
		err_prefix(e, "the container's AWS credentials");
	buf_wipe(&res.body);
	http_response_free(&res);
	return rc;
}

int
aws_from_container(struct aws_chain *x, struct aws_credentials *c, struct err *e)
{
	const char *relative = env_value("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	const char *full = env_value("AWS_CONTAINER_CREDENTIALS_FULL_URI");
	struct buf url = {0}, line = {0};
	int rc = 0;

	if (relative == NULL && full == NULL) {
		aws_looked(x, "the container's AWS_CONTAINER_CREDENTIALS_FULL_URI (not set)");
		return 0;
	}
	if (relative != NULL && relative[0] != '/')
		rc = err_set(
		    e, EX_USAGE, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with '/'");
	else if (relative != NULL)
		buf_addf(&url, "%s%s", ECS_AGENT, relative);
	else
		rc = check_url(full, e);
	if (relative == NULL)
		buf_adds(&url, full);
	if (rc == 0)
		rc = read_authorization(&line, e);
	if (rc == 0)
		rc = ask(x, url.data, &line, c, e);
	if (rc == 0)
		buf_addf(&x->source, "the container (%s)",
		    relative != NULL ? "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
				     : "AWS_CONTAINER_CREDENTIALS_FULL_URI");
	buf_wipe(&line);
	buf_free(&url);
	return rc == 0 ? 1 : -1;
}
