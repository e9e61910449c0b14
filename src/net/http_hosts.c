#include "net/http_hosts.h"
#include "base/buf.h"
#include "base/clock.h"
#include "net/pace.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define MOST_HOSTS 64 /* beyond that one has no pace */

struct http_hosts {
	pthread_mutex_t lock;
	double unit_ms;
	struct {
		char *name;
		struct pace pace;
	} host[MOST_HOSTS];
	size_t n;
};

struct http_hosts *
http_hosts_new(long unit_ms)
{
	struct http_hosts *hosts = xcalloc(1, sizeof *hosts);

	hosts->unit_ms = unit_ms > 0 ? (double)unit_ms : 1;
	pthread_mutex_init(&hosts->lock, NULL);
	return hosts;
}

void
http_hosts_free(struct http_hosts *hosts)
{
	if (hosts == NULL)
		return;
	for (size_t i = 0; i < hosts->n; i++)
		free(hosts->host[i].name);
	pthread_mutex_destroy(&hosts->lock);
	free(hosts);
}

/* The pace of url's host, NULL when there are too many. The lock is held. */
static struct pace *
pace_of(struct http_hosts *hosts, const char *url, double now)
{
	const char *name = strstr(url, "://");
	size_t len, i;

	name = name != NULL ? name + 3 : url;
	len = strcspn(name, "/?#");
	for (i = 0; i < hosts->n; i++)
		if (strncmp(hosts->host[i].name, name, len) == 0 &&
		    hosts->host[i].name[len] == '\0')
			return &hosts->host[i].pace;
	if (i == MOST_HOSTS)
		return NULL;
	hosts->n++;
	hosts->host[i].name = xstrndup(name, len);
	pace_start(&hosts->host[i].pace, now);
	return &hosts->host[i].pace;
}

uint64_t
http_hosts_turn(struct http_hosts *hosts, const char *url)
{
	double now = (double)clock_ms() / hosts->unit_ms, wait = 0;
	struct pace *p;

	pthread_mutex_lock(&hosts->lock);
	p = pace_of(hosts, url, now);
	if (p != NULL)
		wait = pace_take(p, now) * hosts->unit_ms;
	pthread_mutex_unlock(&hosts->lock);
	return wait > 0 ? (uint64_t)wait + 1 : 0;
}

void
http_hosts_answer(struct http_hosts *hosts, const char *url, uint64_t sent_ms, int refused)
{
	double now = (double)clock_ms() / hosts->unit_ms;
	struct pace *p;

	pthread_mutex_lock(&hosts->lock);
	p = pace_of(hosts, url, now);
	if (p != NULL)
		pace_answer(p, now, (double)sent_ms / hosts->unit_ms, refused);
	pthread_mutex_unlock(&hosts->lock);
}
