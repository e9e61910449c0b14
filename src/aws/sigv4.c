#include "aws/sigv4.h"
#include "net/date.h"
#include "net/url.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#define ALGORITHM "AWS4-HMAC-SHA256"
#define MAX_ADDED 7 /* headers or query parameters that signing adds at most */

/* A header or query parameter in canonical spelling. */
struct item {
	char *name, *value;
	size_t order; /* of a header, as given */
};

struct items {
	struct item *item;
	size_t n;
};

static void
hex(const unsigned char *bytes, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
	*out = '\0';
}

/* A value may be a session token. */
static void
items_free(struct items *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->item[i].name);
		explicit_bzero(l->item[i].value, strlen(l->item[i].value));
		free(l->item[i].value);
	}
	free(l->item);
}

static char *
encoded(const char *s)
{
	struct buf b = {0};

	url_encode(&b, s, strlen(s), "");
	return buf_take(&b);
}

static void
add_query(struct items *l, const char *name, const char *value)
{
	l->item[l->n++] = (struct item){encoded(name), encoded(value), 0};
}

/* Name in lower case; value trimmed, runs of white space made one blank. */
static void
add_header(struct items *l, const char *name, const char *value)
{
	char *lower = xstrdup(name), *text = xstrdup(value), *w = text;

	for (char *p = lower; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	for (const char *p = value; *p != '\0'; p++) {
		if (!isspace((unsigned char)*p))
			*w++ = *p;
		else if (w > text && w[-1] != ' ')
			*w++ = ' ';
	}
	if (w > text && w[-1] == ' ')
		w--;
	*w = '\0';
	l->item[l->n] = (struct item){lower, text, l->n};
	l->n++;
}

/* Parameters go by name, then value. */
static int
by_value(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	return c != 0 ? c : strcmp(x->value, y->value);
}

/* Headers of one name keep their order: it is that of the joined value. */
static int
by_order(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	return c != 0 ? c : (x->order > y->order) - (x->order < y->order);
}

/* RFC 3986, 5.2.4, with empty segments dropped too. */
static char *
normalized(const char *path)
{
	struct buf out = {0};
	int folder = 1; /* the result ends in a slash */

	for (const char *p = path; *p != '\0';) {
		size_t n;

		p += strspn(p, "/");
		n = strcspn(p, "/");
		folder = p[n] == '/' || n == 0;
		if (n == 2 && memcmp(p, "..", 2) == 0) {
			while (out.len > 0 && out.data[--out.len] != '/')
				;
			folder = 1;
		} else if (n == 1 && *p == '.') {
			folder = 1;
		} else if (n > 0) {
			buf_addc(&out, '/');
			buf_add(&out, p, n);
		}
		p += n;
	}
	if (folder || out.len == 0)
		buf_addc(&out, '/');
	return buf_take(&out);
}

static void
encode_path(const struct sigv4_request *r, struct buf *out)
{
	char *path = r->normalize ? normalized(r->path) : xstrdup(r->path);

	if (path[0] == '\0')
		buf_addc(out, '/');
	url_encode(out, path, strlen(path), "/");
	free(path);
}

/* The signed headers' names, joined by ';'. */
static char *
names(const struct items *l)
{
	struct buf out = {0};

	for (size_t i = 0; i < l->n; i++)
		if (i == 0 || strcmp(l->item[i].name, l->item[i - 1].name) != 0)
			buf_addf(&out, "%s%s", i > 0 ? ";" : "", l->item[i].name);
	return buf_take(&out);
}

static void
write_canonical(const struct sigv4_request *r, const struct items *headers,
    const char *signed_names, struct sigv4 *out)
{
	struct buf *b = &out->canonical;

	buf_addf(
	    b, "%s\n%s\n%s", r->method, out->path.data, out->query.len > 0 ? out->query.data : "");
	for (size_t i = 0; i < headers->n; i++) {
		const struct item *h = &headers->item[i];

		if (i > 0 && strcmp(h->name, h[-1].name) == 0)
			buf_addf(b, ",%s", h->value);
		else
			buf_addf(b, "\n%s:%s", h->name, h->value);
	}
	buf_addf(b, "\n\n%s\n%s", signed_names, r->payload_hash);
}

static void
hmac(unsigned char key[static 32], size_t key_len, const char *text, unsigned char out[static 32])
{
	unsigned char result[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	HMAC(
	    EVP_sha256(), key, (int)key_len, (const unsigned char *)text, strlen(text), result, &n);
	memcpy(out, result, 32);
	explicit_bzero(result, sizeof result);
}

/* "Derive a signing key". */
void
sigv4_derive(const struct sigv4_request *r, unsigned char key[static SIGV4_KEY])
{
	struct buf secret = {0};
	char day[DATE_SIZE];

	date_basic(r->when, day);
	day[8] = '\0';
	buf_addf(&secret, "AWS4%s", r->secret_key);
	hmac((unsigned char *)secret.data, secret.len, day, key);
	hmac(key, SIGV4_KEY, r->region, key);
	hmac(key, SIGV4_KEY, r->service, key);
	hmac(key, SIGV4_KEY, "aws4_request", key);
	buf_wipe(&secret);
}

static void
sign(const struct sigv4_request *r, const char *scope, struct sigv4 *out)
{
	unsigned char digest[EVP_MAX_MD_SIZE], key[SIGV4_KEY];
	char canonical[65];

	EVP_Digest(out->canonical.data, out->canonical.len, digest, NULL, EVP_sha256(), NULL);
	hex(digest, 32, canonical);
	buf_addf(&out->to_sign, ALGORITHM "\n%s\n%s\n%s", out->date, scope, canonical);
	if (r->key != NULL)
		memcpy(key, r->key, sizeof key);
	else
		sigv4_derive(r, key);
	hmac(key, sizeof key, out->to_sign.data, key);
	hex(key, sizeof key, out->signature);
	explicit_bzero(key, sizeof key);
}

/* Both forms. expires_s 0 is the header form. */
static void
sign_request(const struct sigv4_request *r, unsigned expires_s, struct sigv4 *out)
{
	struct items headers = {xcalloc(r->n_header + MAX_ADDED, sizeof(struct item)), 0};
	struct items query = {xcalloc(r->n_query + MAX_ADDED, sizeof(struct item)), 0};
	struct buf scope = {0}, credential = {0}, seconds = {0};
	char *signed_names;

	*out = (struct sigv4){0};
	date_basic(r->when, out->date);
	buf_addf(&scope, "%.8s/%s/%s/aws4_request", out->date, r->region, r->service);
	buf_addf(&credential, "%s/%s", r->access_key, scope.data);
	for (size_t i = 0; i < r->n_header; i++)
		add_header(&headers, r->header[i].name, r->header[i].value);
	for (size_t i = 0; i < r->n_query; i++)
		add_query(&query, r->query[i].name, r->query[i].value);
	if (expires_s == 0) {
		add_header(&headers, "x-amz-date", out->date);
		if (r->token != NULL)
			add_header(&headers, "x-amz-security-token", r->token);
	}
	qsort(headers.item, headers.n, sizeof *headers.item, by_order);
	signed_names = names(&headers);
	if (expires_s > 0) {
		buf_addf(&seconds, "%u", expires_s);
		add_query(&query, "X-Amz-Algorithm", ALGORITHM);
		add_query(&query, "X-Amz-Credential", credential.data);
		add_query(&query, "X-Amz-Date", out->date);
		add_query(&query, "X-Amz-Expires", seconds.data);
		add_query(&query, "X-Amz-SignedHeaders", signed_names);
		if (r->token != NULL)
			add_query(&query, "X-Amz-Security-Token", r->token);
	}
	qsort(query.item, query.n, sizeof *query.item, by_value);
	encode_path(r, &out->path);
	for (size_t i = 0; i < query.n; i++)
		buf_addf(&out->query, "%s%s=%s", i > 0 ? "&" : "", query.item[i].name,
		    query.item[i].value);
	write_canonical(r, &headers, signed_names, out);
	sign(r, scope.data, out);
	if (expires_s == 0)
		buf_addf(&out->authorization,
		    ALGORITHM " Credential=%s, SignedHeaders=%s, Signature=%s", credential.data,
		    signed_names, out->signature);
	else
		buf_addf(&out->query, "&X-Amz-Signature=%s", out->signature);
	free(signed_names);
	buf_free(&seconds);
	buf_free(&credential);
	buf_free(&scope);
	items_free(&query);
	items_free(&headers);
}

void
sigv4_header(const struct sigv4_request *r, struct sigv4 *out)
{
	sign_request(r, 0, out);
}

void
sigv4_query(const struct sigv4_request *r, unsigned expires_s, struct sigv4 *out)
{
	sign_request(r, expires_s > 0 ? expires_s : 1, out);
}

void
sigv4_free(struct sigv4 *s)
{
	buf_free(&s->path);
	buf_wipe(&s->query);
	buf_wipe(&s->canonical);
	buf_free(&s->to_sign);
	buf_wipe(&s->authorization);
}
