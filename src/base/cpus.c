#include "base/buf.h"
#include "base/crew.h"
#include "base/io.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FILE = 64 << 10 };

/* The contents of a small file, or NULL; ended with free. */
static char *
contents(const char *path)
{
	struct buf text = {0};
	struct err e;

	if (io_slurp(path, MOST_FILE, &text, &e) == 0)
		return buf_take(&text);
	buf_free(&text);
	return NULL;
}

/* A quota of microseconds for each period, as CPUs, or 0 for none. */
static unsigned
quota_cpus(double quota, double period)
{
	unsigned whole;

	if (quota <= 0 || period <= 0)
		return 0;
	whole = (unsigned)(quota / period);
	return whole + (quota > whole * period);
}

/* The quota of one group, as CPUs, or 0. */
static unsigned
group_cpus(const char *directory, int v1)
{
	struct buf name = {0};
	double quota = 0, period = 0;
	char *text, *second = NULL, *other = NULL;

	buf_addf(&name, "%s/%s", directory, v1 ? "cpu.cfs_quota_us" : "cpu.max");
	text = contents(name.data);
	if (text != NULL)
		quota = strtod(text, &second); /* "max" and -1 are no quota */
	if (v1) {
		buf_clear(&name);
		buf_addf(&name, "%s/cpu.cfs_period_us", directory);
		second = other = contents(name.data);
	}
	if (second != NULL)
		period = strtod(second, NULL);
	free(text);
	free(other);
	buf_free(&name);
	return quota_cpus(quota, period);
}

/* The least of the quotas of a group and those above it, up to where its hierarchy is mounted. */
static unsigned
hierarchy_cpus(const char *mount, const char *group, int v1, unsigned most)
{
	struct buf directory = {0};
	char *slash;

	buf_addf(&directory, "%s%s", mount, group);
	for (;;) {
		unsigned cpus = group_cpus(directory.data, v1);

		if (cpus > 0 && cpus < most)
			most = cpus;
		slash = strrchr(directory.data, '/');
		if (slash == NULL || (size_t)(slash - directory.data) < strlen(mount))
			break;
		*slash = '\0';
	}
	buf_free(&directory);
	return most;
}

unsigned
cpus_granted(const char *mount, const char *groups, unsigned most)
{
	char *text = xstrdup(groups), *save = NULL;

	/* "0::/path" for v2, "N:cpu,cpuacct:/path" for v1 */
	for (char *line = strtok_r(text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save)) {
		char *names = strchr(line, ':'),
		     *path = names != NULL ? strchr(names + 1, ':') : NULL;
		struct buf root = {0};

		if (path == NULL)
			continue;
		*path++ = '\0';
		if (names[1] == '\0') {
			most = hierarchy_cpus(mount, path, 0, most);
		} else if (strcmp(names + 1, "cpu") == 0 || strncmp(names + 1, "cpu,", 4) == 0) {
			buf_addf(&root, "%s/%s", mount, names + 1);
			most = hierarchy_cpus(root.data, path, 1, most);
		}
		buf_free(&root);
	}
	free(text);
	return most;
}

unsigned
crew_cpus(void)
{
	unsigned most = 1;
	char *groups = contents("/proc/self/cgroup");
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
		most = (unsigned)CPU_COUNT(&set);
	if (groups != NULL)
		most = cpus_granted("/sys/fs/cgroup", groups, most);
	free(groups);
	return most;
}
