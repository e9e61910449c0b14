/* A server on 127.0.0.1 inside the test, a thread a connection. "GET /N" is answered with N bytes of a
 * pattern; "/N?cut=M" ends the connection after M of them; "/N?wait=MS" waits before; "/N?status=S"
 * answers so. A request's body is counted. */
#ifndef UNIT_HTTP_SERVER_H
#define UNIT_HTTP_SERVER_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static _Atomic uint64_t server_connections, server_requests, server_taken;
static int server_port;

static unsigned char
server_byte(uint64_t at)
{
	return (unsigned char)(at * 31 + (at >> 8));
}

/* The number that follows name in the target, or otherwise. */
static uint64_t
server_number(const char *head, const char *name, uint64_t otherwise)
{
	const char *end = strstr(head, " HTTP/"), *p = strstr(head, name);

	return p != NULL && p < end ? strtoull(p + strlen(name), NULL, 10) : otherwise;
}

static int
server_write(int fd, const void *p, size_t n)
{
	for (size_t done = 0; done < n;) {
		ssize_t w = send(fd, (const char *)p + done, n - done, MSG_NOSIGNAL);

		if (w <= 0)
			return -1;
		done += (size_t)w;
	}
	return 0;
}

static int
server_answer(int fd, const char *head)
{
	uint64_t n = server_number(head, " /", 0), cut = server_number(head, "cut=", n);
	uint64_t wait = server_number(head, "wait=", 0);
	struct timespec t = {
	    .tv_sec = (time_t)(wait / 1000), .tv_nsec = (long)(wait % 1000 * 1000000)};
	unsigned char block[16384];
	char answer[256];

	nanosleep(&t, NULL);
	snprintf(answer, sizeof answer, "HTTP/1.1 %d X\r\nContent-Length: %llu\r\n\r\n",
	    (int)server_number(head, "status=", 200), (unsigned long long)n);
	if (server_write(fd, answer, strlen(answer)) != 0)
		return -1;
	for (uint64_t at = 0; at < cut;) {
		size_t len = cut - at < sizeof block ? (size_t)(cut - at) : sizeof block;

		for (size_t i = 0; i < len; i++)
			block[i] = server_byte(at + i);
		if (server_write(fd, block, len) != 0)
			return -1;
		at += len;
	}
	return cut < n ? -1 : 0;
}

/* A head, NUL-terminated, and what its body has of bytes beyond it dropped. */
static int
server_head(int fd, char *head, size_t size)
{
	size_t len = 0;
	char *end = NULL, *length;
	uint64_t left;

	while (end == NULL) {
		ssize_t r = len + 1 < size ? recv(fd, head + len, size - 1 - len, 0) : 0;

		if (r <= 0)
			return -1;
		len += (size_t)r;
		head[len] = '\0';
		end = strstr(head, "\r\n\r\n");
	}
	length = strcasestr(head, "\r\nContent-Length: ");
	left = length != NULL && length < end ? strtoull(length + 18, NULL, 10) : 0;
	server_taken += left;
	left -= (uint64_t)(head + len - (end + 4));
	end[2] = '\0';
	while (left > 0) {
		char block[16384];
		ssize_t r = recv(fd, block, left < sizeof block ? (size_t)left : sizeof block, 0);

		if (r <= 0)
			return -1;
		left -= (uint64_t)r;
	}
	return 0;
}

static void *
server_serve(void *arg)
{
	int fd = (int)(intptr_t)arg;
	char head[8192];

	server_connections++;
	while (server_head(fd, head, sizeof head) == 0) {
		server_requests++;
		if (server_answer(fd, head) != 0)
			break;
	}
	close(fd);
	return NULL;
}

static void *
server_accept(void *arg)
{
	int listener = (int)(intptr_t)arg, fd;
	pthread_t thread;

	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		if (pthread_create(&thread, NULL, server_serve, (void *)(intptr_t)fd) == 0)
			pthread_detach(thread);
	}
	return NULL;
}

/* Listen on a free port, server_port, until the test ends. */
static void
server_start(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pthread_t thread;

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, size) != 0 || listen(fd, 128) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &size) != 0 ||
	    pthread_create(&thread, NULL, server_accept, (void *)(intptr_t)fd) != 0) {
		perror("server");
		exit(1);
	}
	pthread_detach(thread);
	server_port = ntohs(at.sin_port);
}

#endif
