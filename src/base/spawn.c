#include "base/spawn.h"

#include <signal.h>

int
spawn_group(pid_t *pid, const char *file, char *const *argv, char *const *env,
    const posix_spawn_file_actions_t *files)
{
	posix_spawnattr_t attr;
	sigset_t none, usual;
	int rc;

	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	sigaddset(&usual, SIGXFSZ);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(
	    &attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &usual);
	rc = posix_spawnp(pid, file, files, &attr, argv, env);
	posix_spawnattr_destroy(&attr);
	return rc;
}
