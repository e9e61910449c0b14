/* The pace of requests (net/pace.h) to each host, for all threads of a program. */
#ifndef NET_HTTP_HOSTS_H
#define NET_HTTP_HOSTS_H

#include <stdint.h>

struct http_hosts;

/* http_hosts_new(unit_ms): unit_ms milliseconds count as a second: 1000, but for tests. */
struct http_hosts *http_hosts_new(long unit_ms);
void http_hosts_free(struct http_hosts *hosts);

/* http_hosts_turn(hosts, url, left_ms): wait until a request to url's host may go, at most left_ms; -1
 * at once when that would not be enough. */
int http_hosts_turn(struct http_hosts *hosts, const char *url, uint64_t left_ms);

/* http_hosts_answer(hosts, url, sent_ms, refused): an answer came to a request that went at sent_ms (of
 * clock_ms); refused: for the rate of requests. */
void http_hosts_answer(struct http_hosts *hosts, const char *url, uint64_t sent_ms, int refused);

#endif
