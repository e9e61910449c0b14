/* The sentence for an answer that ends the work. */
#include "net/http.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MOST_WORDS 200

int
http_exit_code(long status)
{
	if (status == 401 || status == 403 || status == 407)
		return EX_NOPERM;
	if (status == 408 || status == 429 || status / 100 == 5)
		return EX_TEMPFAIL;
	return EX_UNAVAILABLE;
}

/* Runs of white space and of control characters become one space. */
static void
squeeze(const char *p, size_t len, char *out, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n < size - 1; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c > ' ' && c != 0x7f)
			out[n++] = (char)c;
		else if (n > 0 && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
}

int
http_page(const struct buf *body, char *title, size_t size)
{
	const char *p = body->data, *end;

	title[0] = '\0';
	if (body->len == 0)
		return 0;
	p += strspn(p, " \t\r\n\xef\xbb\xbf");
	if (strncasecmp(p, "<!doctype html", 14) != 0 && strncasecmp(p, "<html", 5) != 0)
		return 0;
	p = strcasestr(p, "<title>");
	end = p != NULL ? strcasestr(p, "</title>") : NULL;
	if (end != NULL)
		squeeze(p + 7, (size_t)(end - p) - 7, title, size);
	return 1;
}

int
http_tell_request(const struct http_response *res, struct err *e)
{
	static const char *const name[] = {"x-amz-request-id", "x-amzn-requestid",
	    "x-guploader-uploadid", "x-goog-request-id", "x-slack-req-id", "x-request-id"};
	char id[160], second[160];
	size_t used = strlen(e->text);

	if (res->secret_id)
		return -1;
	for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
		if (http_header(res, name[i], id, sizeof id) <= 0)
			continue;
		if (i > 0 || http_header(res, "x-amz-id-2", second, sizeof second) <= 0)
			second[0] = '\0';
		snprintf(e->text + used, sizeof e->text - used, " [request %s%s%s]", id,
		    second[0] != '\0' ? " " : "", second);
		break;
	}
	return -1;
}

int
http_fail(const struct http_response *res, const char *what, struct err *e)
{
	char words[MOST_WORDS + 1] = "";

	if (http_page(&res->body, words, sizeof words))
		err_set(e, http_exit_code(res->status),
		    "%s: HTTP %ld with an HTML page, as from a proxy or a sign-in%s%s", what,
		    res->status, words[0] != '\0' ? ": " : "", words);
	else {
		if (res->body.len > 0)
			squeeze(res->body.data, res->body.len, words, sizeof words);
		err_set(e, http_exit_code(res->status), "%s: HTTP %ld%s%s", what, res->status,
		    words[0] != '\0' ? ": " : "", words);
	}
	return http_tell_request(res, e);
}
