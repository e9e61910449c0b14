/* What an answer says in its headers. */
#include "net/http.h"
#include "base/num.h"
#include "net/date.h"

#include <string.h>
#include <strings.h>

long
http_header(const struct http_response *res, const char *name, char *value, size_t size)
{
	const char *p = res->headers.data, *end = p != NULL ? p + res->headers.len : NULL;
	size_t len = strlen(name);

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p)), *v = p + len + 1;
		const char *stop = nl != NULL ? nl : end;

		if ((size_t)(stop - p) <= len || p[len] != ':' || strncasecmp(p, name, len) != 0) {
			p = nl != NULL ? nl + 1 : end;
			continue;
		}
		while (v < stop && (*v == ' ' || *v == '\t'))
			v++;
		while (stop > v && strchr(" \t\r", stop[-1]) != NULL)
			stop--;
		len = (size_t)(stop - v);
		if (size > 0) {
			size_t n = len < size ? len : size - 1;

			memcpy(value, v, n);
			value[n] = '\0';
		}
		return (long)len;
	}
	return -1;
}

long
http_retry_after(const struct http_response *res)
{
	char value[64];
	uint64_t s;
	time_t until, now = time(NULL);
	long n = http_header(res, "Retry-After", value, sizeof value);

	if (n < 0)
		return -1;
	if (num_u64(value, strlen(value), &s) == 0)
		return s < 86400 ? (long)s : 86400;
	if (date_parse_http(value, &until) != 0)
		return -1;
	return until > now ? (long)(until - now) : 0;
}

void
http_response_free(struct http_response *res)
{
	buf_free(&res->headers);
	buf_free(&res->body);
	res->status = 0;
}
