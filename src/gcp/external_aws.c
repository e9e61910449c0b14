/* The proof of an AWS identity: a GetCallerIdentity request, signed and not sent, which Google sends
 * to see who signed it (AIP-4117, "Determining the subject token in AWS"; "GetCallerIdentity", AWS
 * Security Token Service API). The credentials are those that S3 is asked with. */
#include "aws/credentials.h"
#include "aws/sigv4.h"
#include "base/json.h"
#include "gcp/token_fetch.h"
#include "net/url.h"

#include <stdlib.h>
#include <string.h>

#define MAX_ANSWER 1024UL
#define METADATA_MS 3000L
#define MAX_PAIRS 16

/* The request's URL, for one region, and its parts. */
struct caller {
	struct buf url, host, query;
	struct sigv4_pair pair[MAX_PAIRS]; /* pointers into query */
	size_t n;
};

static void
caller_free(struct caller *r)
{
	buf_free(&r->url);
	buf_free(&r->host);
	buf_free(&r->query);
}

/* pattern with the region for each "{region}". */
static void
fill(const char *pattern, const char *region, struct buf *out)
{
	static const char mark[] = "{region}";
	const char *p;

	while ((p = strstr(pattern, mark)) != NULL) {
		buf_add(out, pattern, (size_t)(p - pattern));
		buf_adds(out, region);
		pattern = p + sizeof mark - 1;
	}
	buf_adds(out, pattern);
}

/* The query's pairs, decoded, each string NUL-terminated in r->query. */
static int
split_query(struct caller *r, const char *s)
{
	buf_reserve(&r->query, strlen(s) * 2 + 2); /* it must not move */
	while (*s != '\0' && r->n < MAX_PAIRS) {
		size_t n = strcspn(s, "&"), name = strcspn(s, "=&");
		struct sigv4_pair *pair = &r->pair[r->n++];

		pair->name = r->query.data + r->query.len;
		if (url_decode(&r->query, s, name, 0) != 0)
			return -1;
		buf_addc(&r->query, '\0');
		pair->value = r->query.data + r->query.len;
		if (name < n && url_decode(&r->query, s + name + 1, n - name - 1, 0) != 0)
			return -1;
		buf_addc(&r->query, '\0');
		s += n + (s[n] == '&');
	}
	return *s == '\0' ? 0 : -1;
}

static int
split_url(struct caller *r, const char *pattern, const char *region)
{
	const char *rest, *end;

	fill(pattern, region, &r->url);
	rest = strstr(r->url.data, "://") + 3; /* gcp_fields_take saw to it */
	end = rest + strcspn(rest, "/?");
	buf_add(&r->host, rest, (size_t)(end - rest));
	if (*end == '/')
		end++;
	if (*end != '\0' && *end != '?')
		return -1;
	return *end == '?' ? split_query(r, end + 1) : 0;
}

static void
add_header(struct buf *out, const char *name, const char *value)
{
	buf_adds(out, "{\"key\":");
	json_quotes(out, name);
	buf_adds(out, ",\"value\":");
	json_quotes(out, value);
	buf_addc(out, '}');
}

/* The signed request as JSON, and that URL-encoded. */
static void
write_token(const struct caller *r, const struct sigv4 *s, const char *session,
    const char *audience, struct buf *out)
{
	struct buf json = {0};

	buf_reserve(&json, 16384);
	buf_adds(&json, "{\"url\":");
	json_quotes(&json, r->url.data);
	buf_adds(&json, ",\"method\":\"POST\",\"headers\":[");
	add_header(&json, "Authorization", s->authorization.data);
	buf_addc(&json, ',');
	add_header(&json, "host", r->host.data);
	buf_addc(&json, ',');
	add_header(&json, "x-amz-date", s->date);
	if (session != NULL) {
		buf_addc(&json, ',');
		add_header(&json, "x-amz-security-token", session);
	}
	buf_addc(&json, ',');
	add_header(&json, "x-goog-cloud-target-resource", audience);
	buf_adds(&json, "]}");
	buf_reserve(out, json.len * 3);
	url_encode(out, json.data, json.len, "");
	buf_wipe(&json);
}

static int
sign(const struct gcp_credentials *c, const struct aws_credentials *who, const char *region,
    time_t when, struct buf *out, struct err *e)
{
	struct caller r = {0};
	struct sigv4 s = {0};
	const char *audience = c->field[GCP_AUDIENCE];
	struct sigv4_pair header[2];
	int rc = 0;

	if (split_url(&r, c->field[GCP_VERIFICATION_URL], region) != 0) {
		rc = err_set(e, EX_CONFIG,
		    "%s: \"regional_cred_verification_url\" is no GetCallerIdentity request",
		    c->place);
	} else {
		header[0] = (struct sigv4_pair){"host", r.host.data};
		header[1] = (struct sigv4_pair){"x-goog-cloud-target-resource", audience};
		sigv4_header(&(struct sigv4_request){.method = "POST",
				 .path = "/",
				 .query = r.pair,
				 .n_query = r.n,
				 .header = header,
				 .n_header = 2,
				 .payload_hash = SIGV4_EMPTY_SHA256,
				 .when = when,
				 .region = region,
				 .service = "sts",
				 .access_key = who->access_key,
				 .secret_key = who->secret_key,
				 .token = who->token},
		    &s);
		write_token(&r, &s, who->token, audience, out);
		sigv4_free(&s);
	}
	caller_free(&r);
	return rc;
}

/* One answer of the machine's metadata service, or -1. */
static int
ask_machine(const struct gcp_ask *ask, const char *method, const char *url, char *header,
    struct buf *out, struct err *e)
{
	struct http_request req = {.method = method,
	    .url = url,
	    .header = &header,
	    .n_header = header != NULL,
	    .max_body = MAX_ANSWER,
	    .direct = 1,
	    .total_ms = METADATA_MS,
	    .idempotent = 1};
	struct http_response res = {0};
	int rc = http_send(ask->http, &req, NULL, NULL, NULL, &res, e);

	if (rc == 0 && res.status / 100 != 2)
		rc = http_fail(&res, "EC2 metadata", e);
	if (rc == 0)
		buf_add(out, res.body.data, res.body.len);
	http_response_free(&res);
	return rc;
}

/* The region by the machine's availability zone ("us-east-1d"), as the file says where to ask. */
static int
region_of_machine(
    const struct gcp_credentials *c, const struct gcp_ask *ask, char **region, struct err *e)
{
	struct buf session = {0}, line = {0}, zone = {0};
	int rc = 0;

	if (c->field[GCP_REGION_URL] == NULL)
		return err_set(e, EX_CONFIG, "no AWS region: set AWS_REGION");
	if (c->field[GCP_SESSION_URL] != NULL) {
		rc = ask_machine(ask, "PUT", c->field[GCP_SESSION_URL],
		    "X-aws-ec2-metadata-token-ttl-seconds: 300", &session, e);
		if (rc == 0)
			buf_addf(&line, "X-aws-ec2-metadata-token: %s", session.data);
	}
	if (rc == 0)
		rc = ask_machine(ask, "GET", c->field[GCP_REGION_URL], line.data, &zone, e);
	if (rc != 0)
		err_prefix(e, "no AWS region: AWS_REGION is not set");
	else if (zone.len < 2 ||
		 strspn(zone.data, "abcdefghijklmnopqrstuvwxyz0123456789-") != zone.len)
		rc = err_set(e, EX_CONFIG,
		    "no AWS region: AWS_REGION is not set, and "
		    "\"region_url\" answers no availability zone");
	else
		*region = xstrndup(zone.data, zone.len - 1);
	buf_wipe(&session);
	buf_wipe(&line);
	buf_free(&zone);
	return rc;
}

int
token_subject_aws(
    const struct gcp_credentials *c, const struct gcp_ask *ask, struct buf *out, struct err *e)
{
	struct aws_auth *aws = aws_auth_new(ask->http, e);
	struct aws_credentials who = {0};
	char *region = NULL;
	time_t when;
	int rc;

	if (aws == NULL)
		return -1;
	rc = aws_auth_get(aws, &who, e);
	if (rc == 0)
		rc = aws_auth_region(aws, &region, e);
	if (rc != 0)
		err_prefix(e, "AWS credentials");
	else if (region == NULL)
		rc = region_of_machine(c, ask, &region, e);
	if (rc == 0) {
		when = *ask->ahead != 0 ? time(NULL) + *ask->ahead : aws_auth_now(aws);
		rc = sign(c, &who, region, when, out, e);
	}
	free(region);
	aws_credentials_free(&who);
	aws_auth_free(aws);
	return rc;
}
