/* Starting another program. */
#ifndef BASE_SPAWN_H
#define BASE_SPAWN_H

#include <spawn.h>
#include <sys/types.h>

/* spawn_group(pid, file, argv, env, files): the program file, found by PATH where it has no '/', as a
 * process group of its own, with no signal held, SIGPIPE and SIGXFSZ as they are by default, and
 * files done to its descriptors. 0, or an errno. */
int spawn_group(pid_t *pid, const char *file, char *const *argv, char *const *env,
    const posix_spawn_file_actions_t *files);

#endif
