#include "aws/sso.h"
#include "base/env.h"
#include "aws/credentials_json.h"
#include "aws/partition.h"
#include "aws/profile.h"
#include "base/io.h"
#include "base/json.h"
#include "net/date.h"
#include "net/url.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILE (64UL * 1024)
#define REGION_BYTES "abcdefghijklmnopqrstuvwxyz0123456789-"

static const struct aws_json_names names = {"roleCredentials.accessKeyId",
    "roleCredentials.secretAccessKey", "roleCredentials.sessionToken", "roleCredentials.expiration",
    1};

/* What one profile needs to ask; texts of the profile, or owned where the session gives them. */
struct login {
	const char *profile, *session; /* session NULL: the settings of the profile itself */
	char *start_url, *region;
	const char *account, *role;
};

static int
login_again(const struct login *l, const char *why, struct err *e)
{
	return err_set(e, EX_NOPERM, "%s: run `aws sso login --profile %s`", why, l->profile);
}

/* A setting that the profile repeats must be the session's. */
static int
merge(const struct login *l, const struct aws_profile *p, enum aws_setting setting,
    char *of_session, char **out, struct err *e)
{
	const char *of_profile = p->value[setting];

	if (l->session != NULL && of_session != NULL && of_profile != NULL &&
	    strcmp(of_session, of_profile) != 0) {
		free(of_session);
		return err_set(e, EX_CONFIG, "%s is not that of sso-session '%s'",
		    aws_setting_name(setting), l->session);
	}
	*out = of_session != NULL ? of_session : of_profile != NULL ? xstrdup(of_profile) : NULL;
	return 0;
}

static int
read_session(const struct aws_chain *x, const struct aws_profile *p, struct login *l, struct err *e)
{
	struct profile_setting s[] = {{"sso_start_url", NULL}, {"sso_region", NULL}};
	struct buf section = {0};
	int there = 1, rc;

	if (l->session != NULL) {
		buf_addf(&section, "sso-session %s", l->session);
		there = profile_read(x->config_file, section.data, s, 2, e);
		buf_free(&section);
	}
	if (there == 0)
		return err_set(e, EX_CONFIG, "%s has no [sso-session %s], which sso_session names",
		    x->config_file, l->session);
	if (there < 0)
		return -1;
	rc = merge(l, p, SETTING_SSO_START_URL, s[0].value, &l->start_url, e);
	if (rc != 0)
		free(s[1].value);
	else
		rc = merge(l, p, SETTING_SSO_REGION, s[1].value, &l->region, e);
	return rc;
}

static int
check_login(const struct login *l, struct err *e)
{
	const struct {
		const char *value;
		enum aws_setting setting;
	} needed[] = {{l->account, SETTING_SSO_ACCOUNT}, {l->role, SETTING_SSO_ROLE},
	    {l->start_url, SETTING_SSO_START_URL}, {l->region, SETTING_SSO_REGION}};

	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (needed[i].value == NULL)
			return err_set(
			    e, EX_CONFIG, "%s is missing", aws_setting_name(needed[i].setting));
	if (l->region[strspn(l->region, REGION_BYTES)] != '\0')
		return err_set(e, EX_CONFIG, "sso_region is no name such as us-east-1");
	return 0;
}

/* ~/.aws/sso/cache/, and the SHA-1 of the session's name or the start URL. */
static char *
cache_file(const struct login *l)
{
	const char *home = env_value("HOME"), *key = l->session != NULL ? l->session : l->start_url;
	unsigned char digest[20];
	struct buf path = {0};

	EVP_Digest(key, strlen(key), digest, NULL, EVP_sha1(), NULL);
	buf_addf(&path, "%s/.aws/sso/cache/", home != NULL ? home : "");
	for (size_t i = 0; i < sizeof digest; i++)
		buf_addf(&path, "%02x", digest[i]);
	buf_adds(&path, ".json");
	return buf_take(&path);
}

/* "2020-01-01T00:00:00Z"; the CLI once wrote "UTC" for "Z". */
static int
parse_end(const char *s, time_t *end)
{
	char text[DATE_SIZE];
	size_t n = strlen(s);

	if (n < 4 || n >= sizeof text || strcmp(s + n - 3, "UTC") != 0)
		return date_parse_rfc3339(s, end);
	memcpy(text, s, n - 3);
	memcpy(text + n - 3, "Z", 2);
	return date_parse_rfc3339(text, end);
}

static int
read_token(const struct aws_chain *x, const struct login *l, struct buf *token, struct err *e)
{
	char *path = cache_file(l), *text;
	const char *end;
	struct buf file = {0};
	yajl_val v = NULL;
	time_t until;
	int rc = 0;

	if (io_slurp(path, MAX_FILE, &file, e) == 0)
		v = json_parse(file.data, file.len, MAX_FILE, path, e);
	text = YAJL_GET_STRING(json_get(v, "accessToken"));
	end = json_string(v, "expiresAt");
	if (file.len == 0)
		rc = login_again(l, "not logged in to IAM Identity Center", e);
	else if (text == NULL || end == NULL || parse_end(end, &until) != 0)
		rc = err_set(e, EX_CONFIG, "%s is no token of IAM Identity Center", path);
	else if (until <= aws_auth_now(x->auth))
		rc = login_again(l, "the login to IAM Identity Center has expired", e);
	else {
		buf_reserve(token, strlen(text));
		buf_adds(token, text);
	}
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	yajl_tree_free(v);
	buf_wipe(&file);
	free(path);
	return rc;
}

static int
fail(const struct login *l, const struct http_response *res, struct err *e)
{
	struct err ignored;
	yajl_val v = json_parse(res->body.data, res->body.len, MAX_FILE, "", &ignored);
	const char *message = json_string(v, "message");

	if (res->status == 401)
		login_again(l, "IAM Identity Center refuses the login", e);
	else if (message != NULL)
		err_set(e, res->status == 404 ? EX_NOPERM : http_exit_code(res->status),
		    "IAM Identity Center refuses: %s (HTTP %ld)", message, res->status);
	else
		http_fail(res, "IAM Identity Center answers", e);
	yajl_tree_free(v);
	return -1;
}

static int
get_role_credentials(struct aws_chain *x, const struct login *l, const struct buf *token,
    struct aws_credentials *c, struct err *e)
{
	const char *given = env_value("AWS_ENDPOINT_URL_SSO");
	struct buf url = {0}, line = {0};
	struct http_response res;
	struct http_request req = {.method = "GET",
	    .header = &line.data,
	    .n_header = 1,
	    .ca_file = getenv("AWS_CA_BUNDLE"),
	    .max_body = MAX_FILE,
	    .idempotent = 1};
	int rc;

	if (given == NULL)
		given = env_value("AWS_ENDPOINT_URL");
	if (given != NULL)
		buf_add(&url, given, strlen(given) - (given[strlen(given) - 1] == '/'));
	else
		buf_addf(&url, "https://portal.sso.%s.%s", l->region,
		    aws_partition_of(l->region)->domain);
	buf_adds(&url, "/federation/credentials?role_name=");
	url_encode(&url, l->role, strlen(l->role), "");
	buf_adds(&url, "&account_id=");
	url_encode(&url, l->account, strlen(l->account), "");
	buf_reserve(&line, token->len + 64);
	buf_addf(&line, "x-amz-sso_bearer_token: %s", token->data);
	req.url = url.data;
	rc = http_send(x->http, &req, NULL, NULL, NULL, &res, e);
	if (rc == 0 && res.status != 200)
		rc = fail(l, &res, e);
	else if (rc == 0)
		rc = aws_json_credentials(
		    res.body.data, res.body.len, "the answer of IAM Identity Center", &names, c, e);
	buf_wipe(&res.body);
	http_response_free(&res);
	buf_wipe(&line);
	buf_free(&url);
	return rc;
}

int
aws_sso(struct aws_chain *x, const struct aws_profile *p, struct aws_credentials *c, struct err *e)
{
	struct login l = {.profile = p->name,
	    .session = p->value[SETTING_SSO_SESSION],
	    .account = p->value[SETTING_SSO_ACCOUNT],
	    .role = p->value[SETTING_SSO_ROLE]};
	struct buf token = {0};
	int rc = read_session(x, p, &l, e);

	if (rc == 0)
		rc = check_login(&l, e);
	if (rc == 0)
		rc = read_token(x, &l, &token, e);
	if (rc == 0)
		rc = get_role_credentials(x, &l, &token, c, e);
	free(l.start_url);
	free(l.region);
	buf_wipe(&token);
	return rc;
}
