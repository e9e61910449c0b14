#include "base/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int
spawn(char *const *argv, int out, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, usual;
	int rc;

	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	sigaddset(&usual, SIGXFSZ);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(
	    &attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &usual);
	rc = posix_spawnp(pid, argv[0], &files, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

static long long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* All that comes from fd until its end. */
static int
gather(int fd, size_t max, int seconds, struct buf *out, struct err *e)
{
	long long end = now_ms() + seconds * 1000LL;

	buf_reserve(out, max);
	for (;;) {
		long long left = end - now_ms();
		struct pollfd p = {fd, POLLIN, 0};
		char spare;
		ssize_t n;

		if (left <= 0)
			return err_set(
			    e, EX_TEMPFAIL, "has not ended its output after %d s", seconds);
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

int
capture(char *const *argv, size_t max, int seconds, struct buf *out, int *status, struct err *e)
{
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
	rc = gather(ends[0], max, seconds, out, e);
	close(ends[0]);
	if (rc != 0)
		kill(-pid, SIGKILL);
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	return rc;
}
