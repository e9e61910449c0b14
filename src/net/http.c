#include "net/http.h"
#include "base/num.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_MS 10000L
#define LOW_SPEED_S 60L
#define BUFFER_BYTES (256L * 1024)
#define MAX_HEADERS (256UL * 1024)
#define MAX_BODY (16UL * 1024 * 1024)
#define MAX_ERROR_BODY (64UL * 1024)

struct http {
	CURL *easy;
	struct retry_policy policy;
	long low_speed_s;
	char why[CURL_ERROR_SIZE]; /* libcurl's words for the last failure */
};

/* One attempt, as the callbacks see it. */
struct transfer {
	CURL *easy;
	const struct http_request *req;
	struct http_response *res;
	struct err *e;
	uint64_t sent; /* offset in the request's body */
	int refused;   /* a callback ended the transfer, e says why */
};

static long
env_number(const char *name, long otherwise)
{
	const char *s = getenv(name);
	uint64_t n;

	if (s == NULL || num_u64(s, strlen(s), &n) != 0 || n > 86400000)
		return otherwise;
	return (long)n;
}

struct http *
http_new(struct err *e)
{
	struct http *h = xcalloc(1, sizeof *h);

	h->policy = (struct retry_policy)RETRY_POLICY_STANDARD;
	h->policy.base_ms = env_number("HOURTOOLS_RETRY_BASE_MS", h->policy.base_ms);
	h->low_speed_s = env_number("HTTP_LOW_SPEED_S", LOW_SPEED_S);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {
		h->easy = curl_easy_init();
		if (h->easy != NULL)
			return h;
		curl_global_cleanup();
	}
	free(h);
	err_set(e, EX_SOFTWARE, "libcurl does not start");
	return NULL;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	curl_easy_cleanup(h->easy);
	curl_global_cleanup();
	free(h);
}

struct retry_policy *
http_policy(struct http *h)
{
	return &h->policy;
}

static size_t
refuse(struct transfer *t)
{
	t->refused = 1;
	return 0;
}

static size_t
on_header(char *p, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	struct buf *headers = &t->res->headers;

	n *= size;
	if (n >= 5 && memcmp(p, "HTTP/", 5) == 0) { /* an answer after 100 Continue begins anew */
		buf_clear(headers);
		return n;
	}
	if (headers->len + n > MAX_HEADERS) {
		err_set(t->e, EX_UNAVAILABLE, "answer with more than %lu bytes of headers", MAX_HEADERS);
		return refuse(t);
	}
	if (memchr(p, ':', n) != NULL)
		buf_add(headers, p, n);
	return n;
}

static size_t
on_body(char *p, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	struct http_response *res = t->res;
	const struct http_request *req = t->req;
	size_t room, max = req->max_body > 0 ? req->max_body : MAX_BODY;
	long status = 0;

	n *= size;
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	res->received += n;
	res->status = status;
	if (status / 100 != 2) {
		room = MAX_ERROR_BODY - res->body.len;
		buf_add(&res->body, p, n < room ? n : room);
		return n;
	}
	if (req->sink != NULL) {
		res->delivered += n;
		return req->sink(req->sink_ctx, p, n, t->e) == 0 ? n : refuse(t);
	}
	if (res->body.len + n > max) {
		err_set(t->e, EX_UNAVAILABLE, "answer longer than %zu bytes", max);
		return refuse(t);
	}
	buf_add(&res->body, p, n);
	return n;
}

static size_t
on_send(char *p, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	const struct http_request *req = t->req;
	uint64_t left = req->body_len - t->sent;
	ssize_t got;

	n *= size;
	if (n > left)
		n = (size_t)left;
	if (n == 0)
		return 0;
	if (req->source == NULL) {
		memcpy(p, (const char *)req->body + t->sent, n);
		got = (ssize_t)n;
	} else {
		got = req->source(req->source_ctx, t->sent, p, n, t->e);
	}
	if (got == 0)
		err_set(t->e, EX_IOERR, "request body ends at byte %llu of %llu",
		    (unsigned long long)t->sent, (unsigned long long)req->body_len);
	if (got <= 0) {
		refuse(t);
		return CURL_READFUNC_ABORT;
	}
	t->sent += (uint64_t)got;
	return (size_t)got;
}

static int
on_seek(void *ctx, curl_off_t offset, int origin)
{
	struct transfer *t = ctx;

	if (origin != SEEK_SET || offset < 0 || t->req->ask_first)
		return CURL_SEEKFUNC_FAIL;
	t->sent = (uint64_t)offset;
	return CURL_SEEKFUNC_OK;
}

/* The header lines as libcurl wants them, or NULL with e: a line break in one would be a header of
 * someone else's choosing. "Name:" without a value would remove a header, "Name;" sends it empty. */
static struct curl_slist *
header_list(const struct http_request *req, struct err *e)
{
	struct curl_slist *list = curl_slist_append(NULL, "Expect:"), *next = list;

	for (size_t i = 0; i < req->n_header && next != NULL; i++) {
		const char *line = req->header[i], *colon = strchr(line, ':');
		char *empty;

		if (colon == NULL || strpbrk(line, "\r\n") != NULL) {
			curl_slist_free_all(list);
			err_set(e, EX_SOFTWARE, "malformed request header");
			return NULL;
		}
		if (colon[1 + strspn(colon + 1, " \t")] != '\0') {
			next = curl_slist_append(list, line);
			continue;
		}
		empty = xstrdup(line);
		empty[colon - line] = ';';
		empty[colon - line + 1] = '\0';
		next = curl_slist_append(list, empty);
		free(empty);
	}
	if (next != NULL)
		return list;
	curl_slist_free_all(list);
	err_set(e, EX_TEMPFAIL, "out of memory");
	return NULL;
}

/* Set one option; what can't be set (out of memory) is told by one flag at the end. */
#define SET(option, value) (bad |= curl_easy_setopt(easy, option, value) != CURLE_OK)

static int
set_method(CURL *easy, const struct http_request *req)
{
	static const char *const with_body[] = {"POST", "PUT", "PATCH"};
	int body = req->body != NULL || req->source != NULL, bad = 0;

	for (size_t i = 0; i < sizeof with_body / sizeof *with_body; i++)
		body |= strcmp(req->method, with_body[i]) == 0; /* these send Content-Length: 0 */
	if (strcmp(req->method, "HEAD") == 0) {
		SET(CURLOPT_NOBODY, 1L);
		return bad;
	}
	if (body) {
		SET(CURLOPT_UPLOAD, 1L);
		SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)req->body_len);
	}
	SET(CURLOPT_CUSTOMREQUEST, req->method);
	return bad;
}

static int
set_options(struct http *h, const struct http_request *req, struct transfer *t,
    struct curl_slist *headers)
{
	const char *ca = getenv("SSL_CERT_FILE");
	CURL *easy = h->easy;
	int bad = 0;

	curl_easy_reset(easy); /* connections stay */
	SET(CURLOPT_URL, req->url);
	SET(CURLOPT_PATH_AS_IS, 1L); /* "/../" is part of an object's name */
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_USERAGENT, "hourtools/" VERSION);
	SET(CURLOPT_HTTPHEADER, headers);
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (ca != NULL && ca[0] != '\0')
		SET(CURLOPT_CAINFO, ca);
	SET(CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
	SET(CURLOPT_LOW_SPEED_TIME, h->low_speed_s);
	SET(CURLOPT_TIMEOUT_MS, req->total_ms);
	SET(CURLOPT_TCP_KEEPALIVE, 1L);
	SET(CURLOPT_BUFFERSIZE, BUFFER_BYTES);
	SET(CURLOPT_UPLOAD_BUFFERSIZE, BUFFER_BYTES);
	SET(CURLOPT_FRESH_CONNECT, req->idempotent ? 0L : 1L);
	SET(CURLOPT_ERRORBUFFER, h->why);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, t);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, t);
	SET(CURLOPT_READFUNCTION, on_send);
	SET(CURLOPT_READDATA, t);
	SET(CURLOPT_SEEKFUNCTION, on_seek);
	SET(CURLOPT_SEEKDATA, t);
	return bad | set_method(easy, req) ? -1 : 0;
}

/* What a failure of libcurl means to the caller: exit code, and whether repeating could help.
 * Where no request can have been taken yet (RETRY_THROTTLED) it is safe for all. */
static const struct outcome {
	CURLcode code;
	int exit;
	enum retry_kind lost;
} outcomes[] = {
    {CURLE_COULDNT_RESOLVE_HOST, EX_TEMPFAIL, RETRY_THROTTLED},
    {CURLE_COULDNT_RESOLVE_PROXY, EX_TEMPFAIL, RETRY_THROTTLED},
    {CURLE_COULDNT_CONNECT, EX_TEMPFAIL, RETRY_THROTTLED},
    {CURLE_SSL_CONNECT_ERROR, EX_TEMPFAIL, RETRY_THROTTLED},
    {CURLE_OPERATION_TIMEDOUT, EX_TEMPFAIL, RETRY_TIMEOUT},
    {CURLE_PEER_FAILED_VERIFICATION, EX_NOPERM, RETRY_NEVER},
    {CURLE_SSL_CACERT_BADFILE, EX_NOPERM, RETRY_NEVER},
    {CURLE_SSL_ISSUER_ERROR, EX_NOPERM, RETRY_NEVER},
    {CURLE_URL_MALFORMAT, EX_USAGE, RETRY_NEVER},
    {CURLE_UNSUPPORTED_PROTOCOL, EX_USAGE, RETRY_NEVER},
};

/* Scheme, user and path left out: the host alone is never a secret. */
static int
fail_at_host(const char *url, const char *why, int code, struct err *e)
{
	const char *host = strstr(url, "://"), *at;
	size_t n;

	host = host != NULL ? host + 3 : url;
	n = strcspn(host, "/?#");
	at = memrchr(host, '@', n);
	if (at != NULL) {
		n -= (size_t)(at + 1 - host);
		host = at + 1;
	}
	return err_set(e, code, "%.*s: %s", (int)n, host, why);
}

static int
fail(struct http *h, const struct transfer *t, CURLcode code, struct err *e)
{
	struct outcome o = {code, EX_TEMPFAIL, RETRY_TRANSIENT};
	const char *why = h->why[0] != '\0' ? h->why : curl_easy_strerror(code);

	t->res->status = 0;
	if (t->refused) {
		t->res->lost = RETRY_NEVER;
		return -1;
	}
	for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
		if (outcomes[i].code == code)
			o = outcomes[i];
	if (code == CURLE_SEND_FAIL_REWIND)
		why = "the connection was lost while the request was sent";
	t->res->lost = o.lost;
	return fail_at_host(t->req->url, why, o.exit, e);
}

int
http_once(struct http *h, const struct http_request *req, struct http_response *res, struct err *e)
{
	struct transfer t = {.easy = h->easy, .req = req, .res = res, .e = e};
	struct curl_slist *headers = header_list(req, e);
	CURLcode code = CURLE_OUT_OF_MEMORY;

	*res = (struct http_response){0};
	if (headers == NULL)
		return -1;
	h->why[0] = '\0';
	if (set_options(h, req, &t, headers) == 0)
		code = curl_easy_perform(h->easy);
	curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &res->status);
	curl_easy_reset(h->easy); /* it must not keep what points here */
	curl_slist_free_all(headers);
	if (code != CURLE_OK)
		return fail(h, &t, code, e);
	buf_reserve(&res->body, 0);
	res->body.data[res->body.len] = '\0';
	return 0;
}
