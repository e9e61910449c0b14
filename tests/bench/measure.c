/* measure FILE PROGRAM [ARGUMENT ...]: run PROGRAM and append to FILE its name, CPU seconds (user and
 * system) and peak resident KiB, tab-separated. Ends as PROGRAM did. Small itself, since a child's peak begins
 * with its parent's. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	struct rusage used;
	const char *name;
	FILE *out;
	pid_t child;
	int status;

	if (argc < 3)
		return 64;
	child = fork();
	if (child == 0) {
		execv(argv[2], argv + 2);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &used) != child)
		return 70;
	out = fopen(argv[1], "a");
	if (out == NULL)
		return 74;
	name = strrchr(argv[2], '/');
	fprintf(out, "%s\t%.3f\t%ld\n", name != NULL ? name + 1 : argv[2],
	    (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
		(double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6,
	    used.ru_maxrss);
	if (fclose(out) != 0)
		return 74;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
