/* One attempt as libcurl's easy handle has it: what is set on it, and what its end means. Between
 * http.c and libcurl; nothing else includes it. */
#ifndef NET_HTTP_EASY_H
#define NET_HTTP_EASY_H

#include "net/http_limits.h"
#include "net/http_transfer.h"

#include <curl/curl.h>

/* http_easy_headers(req, e): the header lines as libcurl wants them, to be freed with
 * http_easy_headers_free, which wipes them. NULL with EX_SOFTWARE (a line is malformed) or
 * EX_TEMPFAIL (no memory). */
struct curl_slist *http_easy_headers(const struct http_request *req, struct err *e);
void http_easy_headers_free(struct curl_slist *list);

/* http_easy_set(easy, limits, t, headers, why): prepare easy, of which connections alone are kept,
 * for the request of t. t, headers and why (CURL_ERROR_SIZE bytes, for libcurl's words) must stay
 * until easy is reset. -1 when there is no memory. */
int http_easy_set(CURL *easy, const struct http_limits *limits, struct transfer *t,
    struct curl_slist *headers, char *why);

/* What the end of an attempt means to the caller: exit code, and whether repeating could help. */
struct http_outcome {
	CURLcode code;
	int exit;
	enum retry_kind lost;
	char words[CURL_ERROR_SIZE]; /* why it failed, never with a password */
};

/* http_easy_outcome(easy, code, why): of the attempt that ended with code and libcurl's words why. */
struct http_outcome http_easy_outcome(CURL *easy, CURLcode code, const char *why);

#endif
