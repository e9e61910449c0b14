#include "net/http_easy.h"
#include "base/env.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER_BYTES (256L * 1024)
/* After that a connection is not used again, so that a name's new address comes into use. */
#define LIFETIME_S 300L

static size_t
on_header(char *p, size_t size, size_t n, void *ctx)
{
	return transfer_header(ctx, p, size * n) == 0 ? size * n : 0;
}

static size_t
on_body(char *p, size_t size, size_t n, void *ctx)
{
	if (transfer_hold(ctx))
		return CURL_WRITEFUNC_PAUSE;
	return transfer_body(ctx, p, size * n) == 0 ? size * n : 0;
}

static size_t
on_send(char *p, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	size_t piece = (size_t)rate_piece(t->flow->bytes_per_s, BUFFER_BYTES);
	ssize_t got;

	if (transfer_hold(t))
		return CURL_READFUNC_PAUSE;
	got = transfer_send(t, p, size * n < piece ? size * n : piece);
	return got >= 0 ? (size_t)got : CURL_READFUNC_ABORT;
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
 * someone else's choosing. "Name:" without a value would remove a header, "Name;" sends it empty.
 */
struct curl_slist *
http_easy_headers(const struct http_request *req, struct err *e)
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

/* TLS as old as 1.2, certificates verified; of an https:// proxy by the same ones. */
static int
set_tls(CURL *easy, const struct http_request *req)
{
	const char *dir = env_value("SSL_CERT_DIR"), *file = env_value("SSL_CERT_FILE"),
		   *own = req->ca_file;
	int bad = 0;

	if (own == NULL || own[0] == '\0')
		own = file;
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (own != NULL)
		SET(CURLOPT_CAINFO, own);
	if (file != NULL)
		SET(CURLOPT_PROXY_CAINFO, file);
	if (dir != NULL) {
		SET(CURLOPT_CAPATH, dir);
		SET(CURLOPT_PROXY_CAPATH, dir);
	}
	return bad;
}

int
http_easy_set(CURL *easy, const struct http_limits *limits, struct transfer *t,
    struct curl_slist *headers, char *why)
{
	const struct http_request *req = t->req;
	int bad = 0;

	curl_easy_reset(easy); /* connections stay */
	SET(CURLOPT_URL, req->url);
	SET(CURLOPT_PATH_AS_IS, 1L); /* "/../" is part of an object's name */
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	/* HTTP/2 gains nothing here (tests/bench/http2.sh): objects are large, connections are kept
	 * and few, S3 does not offer it, and one connection for all would be lost for all. */
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_USERAGENT, "hourtools/" VERSION);
	SET(CURLOPT_HTTPHEADER, headers);
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	if (req->direct)
		SET(CURLOPT_PROXY, "");
	SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	SET(CURLOPT_CONNECTTIMEOUT, limits->connect_s);
	SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
	SET(CURLOPT_LOW_SPEED_TIME, limits->low_speed_s);
	SET(CURLOPT_TIMEOUT_MS, t->total_ms);
	SET(CURLOPT_TCP_KEEPALIVE, 1L);
	SET(CURLOPT_MAXLIFETIME_CONN, LIFETIME_S);
	/* Refused while a failed attempt's buffer, of this size, is still there. */
	(void)curl_easy_setopt(
	    easy, CURLOPT_BUFFERSIZE, (long)rate_piece(t->flow->bytes_per_s, BUFFER_BYTES));
	SET(CURLOPT_UPLOAD_BUFFERSIZE, BUFFER_BYTES);
	SET(CURLOPT_FRESH_CONNECT, req->idempotent ? 0L : 1L);
	SET(CURLOPT_ERRORBUFFER, why);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, t);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, t);
	SET(CURLOPT_READFUNCTION, on_send);
	SET(CURLOPT_READDATA, t);
	SET(CURLOPT_SEEKFUNCTION, on_seek);
	SET(CURLOPT_SEEKDATA, t);
	return bad | set_tls(easy, req) | set_method(easy, req) ? -1 : 0;
}

/* What a failure of libcurl means to the caller: exit code, and whether repeating could help. The
 * first line that fits holds: one with a part of libcurl's words, and a sentence instead of them,
 * comes before. Where no request can have been taken yet (RETRY_UNSENT) it is safe for all. */
static const struct meaning {
	CURLcode code;
	int exit;
	enum retry_kind lost;
	const char *part, *say; /* NULL: any words, as they are */
} meanings[] = {
    {CURLE_SSL_CONNECT_ERROR, EX_UNAVAILABLE, RETRY_NEVER, "unsupported protocol",
	"the server speaks no TLS 1.2 or newer"},
    {CURLE_SSL_CONNECT_ERROR, EX_UNAVAILABLE, RETRY_NEVER, "alert protocol version",
	"the server speaks no TLS 1.2 or newer"},
    {CURLE_SSL_CONNECT_ERROR, EX_TEMPFAIL, RETRY_UNSENT, "wrong version number",
	"what answers speaks no TLS: http:// is meant, or a proxy stands in between"},
    {CURLE_SSL_CONNECT_ERROR, EX_TEMPFAIL, RETRY_UNSENT, NULL, NULL},
    {CURLE_UNSUPPORTED_PROTOCOL, EX_UNAVAILABLE, RETRY_NEVER, "HTTP/0.9",
	"what answers speaks no HTTP: https:// is meant, or it is another service"},
    {CURLE_UNSUPPORTED_PROTOCOL, EX_USAGE, RETRY_NEVER, NULL, NULL},
    {CURLE_COULDNT_RESOLVE_HOST, EX_TEMPFAIL, RETRY_UNSENT, NULL, NULL},
    {CURLE_COULDNT_RESOLVE_PROXY, EX_TEMPFAIL, RETRY_UNSENT, NULL, NULL},
    {CURLE_COULDNT_CONNECT, EX_TEMPFAIL, RETRY_UNSENT, NULL, NULL},
    {CURLE_OPERATION_TIMEDOUT, EX_TEMPFAIL, RETRY_TIMEOUT, NULL, NULL},
    {CURLE_PEER_FAILED_VERIFICATION, EX_NOPERM, RETRY_NEVER, NULL, NULL},
    {CURLE_SSL_CACERT_BADFILE, EX_NOPERM, RETRY_NEVER, NULL, NULL},
    {CURLE_SSL_ISSUER_ERROR, EX_NOPERM, RETRY_NEVER, NULL, NULL},
    {CURLE_URL_MALFORMAT, EX_USAGE, RETRY_NEVER, NULL, NULL},
    {CURLE_SEND_FAIL_REWIND, EX_TEMPFAIL, RETRY_TRANSIENT, "",
	"the connection was lost while the request was sent"},
};

static const struct meaning *
meaning_of(CURLcode code, const char *why)
{
	static const struct meaning otherwise = {
	    CURLE_OK, EX_TEMPFAIL, RETRY_TRANSIENT, NULL, NULL};

	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (meanings[i].code == code &&
		    (meanings[i].part == NULL || strstr(why, meanings[i].part) != NULL))
			return &meanings[i];
	return &otherwise;
}

/* A proxy that refused the tunnel, with that answer: its 4xx are final. */
static void
refuse_tunnel(struct http_outcome *o, long status)
{
	o->exit = http_exit_code(status);
	o->lost = o->exit == EX_TEMPFAIL ? RETRY_UNSENT : RETRY_NEVER;
	snprintf(o->words, sizeof o->words, "the proxy refuses the way there: HTTP %ld%s", status,
	    status == 407 ? ", it wants credentials in HTTPS_PROXY" : "");
}

struct http_outcome
http_easy_outcome(CURL *easy, CURLcode code, const char *why)
{
	const struct meaning *m = meaning_of(code, why);
	struct http_outcome o = {.code = code, .exit = m->exit, .lost = m->lost};
	long refusal = 0;

	curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &refusal);
	if (refusal >= 400) {
		refuse_tunnel(&o, refusal);
		return o;
	}
	/* libcurl quotes a malformed proxy as it is, with its password: in words that hold an '@'
	 * nothing is sure. */
	if (m->say != NULL)
		why = m->say;
	else if (why[0] == '\0' || strchr(why, '@') != NULL)
		why = curl_easy_strerror(code);
	snprintf(o.words, sizeof o.words, "%s", why);
	return o;
}

/* Free the lines, wiped: one of them is a signature or a token. */
void
http_easy_headers_free(struct curl_slist *list)
{
	for (struct curl_slist *p = list; p != NULL; p = p->next)
		explicit_bzero(p->data, strlen(p->data));
	curl_slist_free_all(list);
}
