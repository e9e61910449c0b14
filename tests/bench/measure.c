/* measure FILE PROGRAM [ARGUMENT ...]: run PROGRAM, found by PATH, and append to FILE its name, CPU
 * seconds (user and system, of what it waited for as well), peak resident KiB (of the largest
 * process) and wall-clock seconds, tab-separated. Ends as PROGRAM did. Small itself, since a
 * child's peak begins with its parent's. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
seconds(struct timeval user, struct timeval system)
{
	return (double)(user.tv_sec + system.tv_sec) +
	       (double)(user.tv_usec + system.tv_usec) / 1e6;
}

int
main(int argc, char **argv)
{
	struct timespec from, to;
	struct rusage used;
	const char *name;
	FILE *out;
	pid_t child;
	int status;

	if (argc < 3)
		return 64;
	clock_gettime(CLOCK_MONOTONIC, &from);
	child = fork();
	if (child == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &used) != child)
		return 70;
	clock_gettime(CLOCK_MONOTONIC, &to);
	out = fopen(argv[1], "a");
	if (out == NULL)
		return 74;
	name = strrchr(argv[2], '/');
	fprintf(out, "%s\t%.3f\t%ld\t%.4f\n", name != NULL ? name + 1 : argv[2],
	    seconds(used.ru_utime, used.ru_stime), used.ru_maxrss,
	    (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9);
	if (fclose(out) != 0)
		return 74;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
