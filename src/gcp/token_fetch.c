#include "gcp/token_fetch.h"
#include "base/json.h"
#include "net/jwt.h"
#include "net/url.h"

#include <string.h>
#include <strings.h>

#define MAX_ANSWER (64UL * 1024)
#define GRANT "urn:ietf:params:oauth:grant-type:jwt-bearer"
#define METADATA_PATH "/computeMetadata/v1/instance/service-accounts/default/token"

/* Where nobody listens, packets to the metadata server's address may simply vanish. */
#define METADATA_MS 3000L
#define GRANT_MS 30000L

void
token_claims(struct buf *out, const struct service_account *sa, const char *scopes, time_t now)
{
	buf_adds(out, "{\"iss\":");
	json_quotes(out, sa->email);
	buf_adds(out, ",\"scope\":");
	json_quotes(out, scopes);
	buf_adds(out, ",\"aud\":");
	json_quotes(out, sa->token_uri);
	buf_addf(out, ",\"iat\":%lld,\"exp\":%lld}", (long long)now, (long long)now + 3600);
}

/* t from the body of a good answer; the body is overwritten. */
static int
read_token(struct http_response *res, const char *what, struct token *t, struct err *e)
{
	yajl_val v = json_parse(res->body.data, res->body.len, MAX_ANSWER, what, e);
	const char *text = json_string(v, "access_token");
	int rc = 0;

	explicit_bzero(res->body.data, res->body.len);
	if (text == NULL || text[0] == '\0' || text[strcspn(text, "\r\n")] != '\0') {
		rc = err_set(e, EX_UNAVAILABLE, "%s: answer without an access token", what);
	} else {
		buf_adds(&t->text, text);
		if (json_u64(v, "expires_in", &t->seconds) != 0)
			t->seconds = 0;
	}
	if (text != NULL)
		explicit_bzero((char *)text, strlen(text));
	yajl_tree_free(v);
	return rc;
}

/* e from a refusal of the token endpoint: {"error": ..., "error_description": ...} (RFC 6749
 * section 5.2). */
static int
refused(const struct service_account *sa, const struct http_response *res, struct err *e)
{
	struct err ignored;
	yajl_val v = json_parse(res->body.data, res->body.len, MAX_ANSWER, "answer", &ignored);
	const char *error = json_string(v, "error"), *why = json_string(v, "error_description");

	if (error == NULL || http_exit_code(res->status) == EX_TEMPFAIL)
		http_fail(res, sa->token_uri, e);
	else
		err_set(e, EX_NOPERM, "%s: the key of %s was refused: %s: %s", sa->token_uri,
		    sa->email, error, why != NULL ? why : "no reason given");
	yajl_tree_free(v);
	return -1;
}

int
token_by_key(const struct service_account *sa, const char *scopes, struct http *h, struct token *t,
    struct err *e)
{
	char *header[] = {"Content-Type: application/x-www-form-urlencoded"};
	struct buf claims = {0}, jwt = {0}, form = {0};
	struct http_request req = {.method = "POST",
	    .url = sa->token_uri,
	    .header = header,
	    .n_header = 1,
	    .max_body = MAX_ANSWER,
	    .total_ms = GRANT_MS,
	    .idempotent = 1};
	struct http_response res = {0};
	int rc;

	token_claims(&claims, sa, scopes, time(NULL));
	rc = jwt_rs256(&jwt, sa->key_id, claims.data, sa->key, e);
	if (rc != 0) {
		err_prefix(e, "%s", sa->path);
	} else {
		buf_adds(&form, "grant_type=");
		url_encode(&form, GRANT, strlen(GRANT), "");
		buf_adds(&form, "&assertion=");
		buf_add(&form, jwt.data, jwt.len);
		req.body = form.data;
		req.body_len = form.len;
		rc = http_send(h, &req, NULL, NULL, NULL, &res, e);
		if (rc != 0)
			err_prefix(e, "access token");
		else
			rc = res.status / 100 == 2 ? read_token(&res, sa->token_uri, t, e)
						   : refused(sa, &res, e);
		http_response_free(&res);
	}
	buf_free(&claims);
	buf_wipe(&jwt);
	buf_wipe(&form);
	return rc;
}

static int
nothing_there(const char *host, const char *why, struct err *e)
{
	return err_set(e, EX_NOPERM,
	    "no Google credentials: GOOGLE_APPLICATION_CREDENTIALS is not "
	    "set, and the metadata server at %s: %s",
	    host, why);
}

/* Anything else may answer at that address, e.g. a router: the real one says so in each answer. */
static int
is_metadata_server(const struct http_response *res)
{
	char flavor[16];

	return http_header(res, "Metadata-Flavor", flavor, sizeof flavor) > 0 &&
	       strcasecmp(flavor, "Google") == 0;
}

int
token_from_metadata(const char *host, struct http *h, struct token *t, struct err *e)
{
	char *header[] = {"Metadata-Flavor: Google"};
	struct http_request req = {.method = "GET",
	    .header = header,
	    .n_header = 1,
	    .max_body = MAX_ANSWER,
	    .direct = 1,
	    .total_ms = METADATA_MS,
	    .idempotent = 1};
	struct http_response res = {0};
	struct buf url = {0};
	struct err why;
	int rc;

	if (strstr(host, "://") == NULL)
		buf_adds(&url, "http://");
	buf_adds(&url, host);
	buf_adds(&url, METADATA_PATH);
	req.url = url.data;
	rc = http_send(h, &req, NULL, NULL, NULL, &res, &why);
	if (rc != 0 && res.lost == RETRY_TRANSIENT) /* somebody took the connection */
		rc = err_set(e, EX_TEMPFAIL, "metadata server: %s", why.text);
	else if (rc != 0)
		nothing_there(host, why.text, e);
	else if (http_exit_code(res.status) == EX_TEMPFAIL)
		rc = http_fail(&res, "metadata server", e);
	else if (!is_metadata_server(&res))
		rc = nothing_there(host, "what answers there is none", e);
	else if (res.status == 404)
		rc = nothing_there(host, "the machine has no service account", e);
	else if (res.status / 100 != 2)
		rc = http_fail(&res, "metadata server", e);
	else
		rc = read_token(&res, "metadata server", t, e);
	http_response_free(&res);
	buf_free(&url);
	return rc;
}
