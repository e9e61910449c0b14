/* Many transfers over the connections of one libcurl multi handle. Between http.c and libcurl.
 *
 * Of the threads that wait for their answers one, the leader, drives the transfers of all; when its own
 * is done another one leads. So a program of one thread has no other, and none waits for a thread
 * that has no request under way. */
#ifndef NET_HTTP_MULTI_H
#define NET_HTTP_MULTI_H

#include "net/http_flow.h"
#include "net/http_transfer.h"

#include <curl/curl.h>

struct multi;

/* multi_new(flow): NULL when libcurl does not start. flow is the caller's. The first call of the
 * process must be made before threads start. */
struct multi *multi_new(struct http_flow *flow);
void multi_free(struct multi *m);

/* multi_easy(m): an easy handle, used before or new, for http_easy_set; NULL when there is no memory.
 * multi_put_back(m, easy): it is not used any more. */
CURL *multi_easy(struct multi *m);
void multi_put_back(struct multi *m, CURL *easy);

/* multi_perform(m, easy, t): drive easy, which is set for t, to its end. */
CURLcode multi_perform(struct multi *m, CURL *easy, struct transfer *t);

/* multi_stop(m): end every multi_perform, also those to come, with CURLE_ABORTED_BY_CALLBACK.
 * multi_sleep(m, ms): wait so long; -1 at once when m is stopped. */
void multi_stop(struct multi *m);
int multi_sleep(struct multi *m, uint64_t ms);

#endif
