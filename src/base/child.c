#include "base/child.h"
#include "base/spawn.h"
#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum {
	TICK_MS = 50,    /* between looks for its end where there is no pidfd */
	GRACE_MS = 5000, /* from SIGTERM to SIGKILL */
	PIPE_BYTES = 1 << 20
};

static int
same_name(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");

	return strncmp(a, b, n + 1) == 0;
}

/* Our environment with env in it; an array to be freed. */
static char **
environment(char *const *env)
{
	size_t n = 0, n_env = 0;
	char **all;

	while (environ[n] != NULL)
		n++;
	while (env[n_env] != NULL)
		n_env++;
	all = xcalloc(n + n_env + 1, sizeof *all);
	memcpy(all, env, n_env * sizeof *all);
	for (char **ours = environ; *ours != NULL; ours++) {
		size_t i = 0;

		while (env[i] != NULL && !same_name(env[i], *ours))
			i++;
		if (env[i] == NULL)
			all[n_env++] = *ours;
	}
	return all;
}

/* sh -c command with in as its standard input; an errno. */
static int
spawn(struct child *c, const char *command, char *const *env)
{
	static const char sh[] = "sh", option[] = "-c";
	char *argv[] = {(char *)sh, (char *)option, (char *)command, NULL};
	char **all = environment(env);
	posix_spawn_file_actions_t files;
	int rc;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, c->out, STDIN_FILENO);
	rc = spawn_group(&c->pid, "/bin/sh", argv, all, &files);
	posix_spawn_file_actions_destroy(&files);
	free(all);
	return rc;
}

static void
close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
close_all(struct child *c)
{
	close_end(&c->in);
	close_end(&c->out);
	close_end(&c->pidfd);
}

int
child_start(
    struct child *c, const char *command, char *const *env, int wake_fd, int stop_fd, struct err *e)
{
	int ends[2], rc;

	*c = (struct child){
	    .in = -1, .out = -1, .pidfd = -1, .wake_fd = wake_fd, .stop_fd = stop_fd};
	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_sys(e, EX_TEMPFAIL, "pipe");
	c->out = ends[0];
	c->in = ends[1];
	fcntl(c->in, F_SETFL, O_NONBLOCK); /* of this end only */
	rc = spawn(c, command, env);
	if (rc != 0) {
		close_all(c);
		errno = rc;
		return err_sys(
		    e, rc == ENOENT || rc == EACCES ? EX_UNAVAILABLE : EX_TEMPFAIL, "/bin/sh");
	}
	c->pidfd = (int)syscall(SYS_pidfd_open, c->pid, 0);
	return 0;
}

/* Whether it has ended; it is not waited for. */
static int
has_ended(const struct child *c)
{
	siginfo_t info = {0};

	return waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == c->pid;
}

/* Wait until it has ended, takes input again (0), or until woken; at most some milliseconds, -1 for
 * any time. */
static int
watch(const struct child *c, int may_wake, int ms)
{
	struct pollfd p[] = {{c->in, POLLOUT, 0}, {c->pidfd, POLLIN, 0},
	    {may_wake ? c->wake_fd : -1, POLLIN, 0}, {may_wake ? c->stop_fd : -1, POLLIN, 0}};

	if (c->pidfd < 0 && (ms < 0 || ms > TICK_MS))
		ms = TICK_MS;
	if (poll(p, sizeof p / sizeof p[0], ms) > 0 && (p[2].revents != 0 || p[3].revents != 0))
		return CHILD_WOKEN;
	return has_ended(c) ? CHILD_ENDED : 0;
}

int
child_feed(struct child *c, const void *p, size_t n)
{
	const char *from = p;
	int state = 0;

	if (c->fed == 0 && n > PIPE_BYTES / 16)
		fcntl(c->in, F_SETPIPE_SZ, PIPE_BYTES); /* fewer turns; as it is when refused */
	while (n > 0 && state == 0) {
		ssize_t put = write(c->in, from, n);

		if (put > 0) {
			from += put;
			n -= (size_t)put;
			c->fed += (uint64_t)put;
		} else if (errno == EAGAIN) {
			state = watch(c, 1, -1);
		}
	}
	return state;
}

static void
reap(struct child *c, struct child_end *end)
{
	int unread = 0;

	while (waitpid(c->pid, &end->status, 0) < 0 && errno == EINTR)
		;
	if (ioctl(c->out, FIONREAD, &unread) != 0)
		unread = 0;
	end->read = c->fed - (uint64_t)unread;
	close_all(c);
}

int
child_wait(struct child *c, struct child_end *end)
{
	int state = 0;

	close_end(&c->in);
	while (state == 0)
		state = watch(c, 1, -1);
	if (state == CHILD_WOKEN)
		return CHILD_WOKEN;
	reap(c, end);
	return 0;
}

void
child_kill(struct child *c)
{
	struct child_end end;

	kill(-c->pid, SIGTERM);
	kill(-c->pid, SIGCONT); /* a stopped one would not notice */
	close_end(&c->in);
	for (int ms = 0; ms < GRACE_MS && watch(c, 0, TICK_MS) == 0; ms += TICK_MS)
		;
	kill(-c->pid, SIGKILL); /* what the shell left behind, too */
	reap(c, &end);
}
