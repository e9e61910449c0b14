#include "base/buf.h"
#include "gcp/token_fetch.h"

#include "base/json.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum rule {
	PLAIN,
	LINES,    /* may have line breaks */
	URL,      /* https, or this machine */
	URL_LINK, /* or a metadata server */
};

/* Where each field stands in the file: dots lead into objects. */
static const struct {
	const char *path;
	enum rule rule;
} fields[GCP_FIELDS] = {
    [GCP_EMAIL] = {"client_email", PLAIN},
    [GCP_KEY] = {"private_key", LINES},
    [GCP_CLIENT_SECRET] = {"client_secret", PLAIN},
    [GCP_REFRESH_TOKEN] = {"refresh_token", PLAIN},
    [GCP_KEY_ID] = {"private_key_id", PLAIN},
    [GCP_TOKEN_URI] = {"token_uri", URL},
    [GCP_TOKEN_URL] = {"token_url", URL},
    [GCP_CLIENT_ID] = {"client_id", PLAIN},
    [GCP_AUDIENCE] = {"audience", PLAIN},
    [GCP_SUBJECT_TYPE] = {"subject_token_type", PLAIN},
    [GCP_USER_PROJECT] = {"workforce_pool_user_project", PLAIN},
    [GCP_IMPERSONATION_URL] = {"service_account_impersonation_url", URL},
    [GCP_QUOTA_PROJECT] = {"quota_project_id", PLAIN},
    [GCP_UNIVERSE] = {"universe_domain", PLAIN},
    [GCP_SUBJECT_FILE] = {"credential_source.file", PLAIN},
    [GCP_SUBJECT_URL] = {"credential_source.url", URL_LINK},
    [GCP_FORMAT] = {"credential_source.format.type", PLAIN},
    [GCP_FORMAT_FIELD] = {"credential_source.format.subject_token_field_name", PLAIN},
    [GCP_ENVIRONMENT] = {"credential_source.environment_id", PLAIN},
    [GCP_VERIFICATION_URL] = {"credential_source.regional_cred_verification_url", URL},
    [GCP_REGION_URL] = {"credential_source.region_url", URL_LINK},
    [GCP_SESSION_URL] = {"credential_source.imdsv2_session_token_url", URL_LINK},
};

/* Whether the n bytes at host are the IPv4 address that begins so. */
static int
is_address(const char *host, size_t n, const char *begin)
{
	size_t len = strlen(begin);

	return n > len && memcmp(host, begin, len) == 0 && strspn(host, "0123456789.") >= n;
}

static int
is_host(const char *host, size_t n, const char *name)
{
	return n == strlen(name) && strncasecmp(host, name, n) == 0;
}

/* Whether what is sent to url can be seen by nobody on the way. */
static int
is_private(const char *url, enum rule rule)
{
	const char *host;
	size_t n;

	if (strncasecmp(url, "https://", 8) == 0)
		return url[8] != '\0' && url[8] != '/';
	if (strncasecmp(url, "http://", 7) != 0)
		return 0;
	host = url + 7;
	n = strcspn(host, "/?#");
	if (memchr(host, '@', n) != NULL)
		return 0;
	n = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/?#");
	if (is_host(host, n, "localhost") || is_host(host, n, "[::1]") ||
	    is_address(host, n, "127."))
		return 1;
	return rule == URL_LINK &&
	       (is_address(host, n, "169.254.") || is_host(host, n, "[fd00:ec2::254]"));
}

static int
check(const char *place, const char *name, const char *s, enum rule rule, struct err *e)
{
	for (const char *p = s; *p != '\0' && rule != LINES; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return err_set(
			    e, EX_CONFIG, "%s: \"%s\" has a control character", place, name);
	if ((rule == URL || rule == URL_LINK) && (!is_private(s, rule) || strchr(s, ' ') != NULL))
		return err_set(
		    e, EX_CONFIG, "%s: \"%s\" is '%s': expected an https URL", place, name, s);
	return 0;
}

static int
is_required(const struct gcp_type *type, enum gcp_field f)
{
	for (size_t i = 0; i < type->n_required; i++)
		if (type->required[i] == f)
			return 1;
	return 0;
}

static int
take(struct gcp_credentials *c, enum gcp_field f, yajl_val v, struct err *e)
{
	const char *name = fields[f].path;
	yajl_val item = json_get(v, name);
	const char *s = YAJL_GET_STRING(item);

	if (s == NULL && item != NULL && !YAJL_IS_NULL(item) && !is_required(c->type, f))
		return err_set(e, EX_CONFIG, "%s: \"%s\" is not a string", c->place, name);
	if (s == NULL || s[0] == '\0') {
		if (is_required(c->type, f))
			return err_set(e, EX_CONFIG, "%s: no \"%s\": expected %s", c->place, name,
			    c->type->needs);
		return 0;
	}
	c->field[f] = xstrdup(s);
	return check(c->place, name, s, fields[f].rule, e);
}

int
gcp_fields_take(struct gcp_credentials *c, yajl_val v, struct err *e)
{
	for (size_t f = 0; f < GCP_FIELDS; f++)
		if (take(c, (enum gcp_field)f, v, e) != 0)
			return -1;
	return 0;
}

int
gcp_strings_take(const struct gcp_credentials *c, yajl_val v, const char *path, char ***out,
    size_t *n, struct err *e)
{
	size_t count;
	yajl_val found = json_get(v, path), *item = json_array(v, path, &count);

	if (found != NULL && !YAJL_IS_NULL(found) && !YAJL_IS_ARRAY(found))
		return err_set(e, EX_CONFIG, "%s: \"%s\" is not an array", c->place, path);
	*out = xcalloc(count + 1, sizeof **out);
	for (size_t i = 0; i < count; i++) {
		const char *s = YAJL_GET_STRING(item[i]);

		if (s == NULL || s[0] == '\0')
			return err_set(
			    e, EX_CONFIG, "%s: \"%s\" holds what is not a string", c->place, path);
		(*out)[(*n)++] = xstrdup(s);
		if (check(c->place, path, s, PLAIN, e) != 0)
			return -1;
	}
	return 0;
}
