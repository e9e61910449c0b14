#include "base/capture.h"
#include "base/clock.h"
#include "base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TICK_MS 5

extern char **environ;

static int
spawn(char *const *argv, int out, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	int rc;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	rc = spawn_group(pid, argv[0], argv, environ, &files);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

/* All that comes from fd until its end; at most until end. */
static int
gather(int fd, size_t max, long long end, struct buf *out, struct err *e)
{
	buf_reserve(out, max);
	for (;;) {
		long long left = end - (long long)clock_ms();
		struct pollfd p = {fd, POLLIN, 0};
		char spare;
		ssize_t n;

		if (left <= 0)
			return err_set(e, EX_TEMPFAIL, "takes too long");
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		n = max > 0 ? read(fd, out->data + out->len, max) : read(fd, &spare, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, EX_TEMPFAIL, "its output");
		if (n > 0 && max == 0)
			return err_set(e, EX_UNAVAILABLE, "prints more than is read");
		if (n == 0)
			break;
		out->len += (size_t)n;
		max -= (size_t)n;
	}
	out->data[out->len] = '\0';
	return 0;
}

/* It may live on behind its output: until end. */
static int
reap(pid_t pid, long long end, int *status, struct err *e)
{
	struct timespec tick = {0, TICK_MS * 1000000L};
	pid_t ended;

	while ((ended = waitpid(pid, status, WNOHANG)) == 0 && (long long)clock_ms() < end)
		nanosleep(&tick, NULL);
	return ended != 0 ? 0 : err_set(e, EX_TEMPFAIL, "takes too long");
}

int
capture(char *const *argv, size_t max, int seconds, struct buf *out, int *status, struct err *e)
{
	long long end = (long long)clock_ms() + seconds * 1000LL;
	int ends[2], rc;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_sys(e, EX_TEMPFAIL, "pipe");
	rc = spawn(argv, ends[1], &pid);
	close(ends[1]);
	if (rc != 0) {
		close(ends[0]);
		errno = rc;
		return err_sys(
		    e, rc == EAGAIN || rc == ENOMEM ? EX_TEMPFAIL : EX_CONFIG, "can't be started");
	}
	rc = gather(ends[0], max, end, out, e);
	close(ends[0]);
	if (rc == 0 && reap(pid, end, status, e) == 0)
		return 0;
	kill(-pid, SIGKILL);
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	return -1;
}
