#include "aws/credentials_json.h"
#include "base/json.h"
#include "net/date.h"

#include <string.h>

#define MAX_BYTES (64UL * 1024)
#define YEAR_10000_MS 253402300800000

const struct aws_json_names aws_json_metadata = {
    "AccessKeyId", "SecretAccessKey", "Token", "Expiration", 1};

/* The string at path copied, and wiped where it was. */
static char *
take(yajl_val v, const char *path)
{
	yajl_val at = json_get(v, path);
	char *s = YAJL_GET_STRING(at), *copy;

	if (s == NULL || s[0] == '\0')
		return NULL;
	copy = xstrdup(s);
	explicit_bzero(s, strlen(s));
	return copy;
}

static int
read_expiration(yajl_val v, const char *path, time_t *expires)
{
	const char *text = json_string(v, path);
	uint64_t ms;

	if (json_get(v, path) == NULL)
		return 0;
	if (text != NULL && date_parse_rfc3339(text, expires) == 0)
		return 0;
	if (json_u64(v, path, &ms) != 0 || ms >= YEAR_10000_MS)
		return -1;
	*expires = (time_t)(ms / 1000);
	return 0;
}

static int
missing(const char *what, const char *path, struct err *e)
{
	const char *dot = strrchr(path, '.');

	return err_set(e, EX_UNAVAILABLE, "%s has no %s", what, dot != NULL ? dot + 1 : path);
}

int
aws_json_credentials(const char *text, size_t len, const char *what,
    const struct aws_json_names *names, struct aws_credentials *c, struct err *e)
{
	yajl_val v = json_parse(text, len, MAX_BYTES, what, e);
	int rc = 0;

	*c = (struct aws_credentials){0};
	if (v == NULL)
		return err_set(e, EX_UNAVAILABLE, "%s is not JSON", what);
	c->access_key = take(v, names->access_key);
	c->secret_key = take(v, names->secret_key);
	c->token = take(v, names->token);
	if (c->access_key == NULL)
		rc = missing(what, names->access_key, e);
	else if (c->secret_key == NULL)
		rc = missing(what, names->secret_key, e);
	else if (names->temporary && c->token == NULL)
		rc = missing(what, names->token, e);
	else if (read_expiration(v, names->expiration, &c->expires) != 0)
		rc = err_set(e, EX_UNAVAILABLE, "%s has an expiration that is no time", what);
	else if (names->temporary && c->expires == 0)
		rc = missing(what, names->expiration, e);
	yajl_tree_free(v);
	if (rc != 0)
		aws_credentials_free(c);
	return rc;
}
