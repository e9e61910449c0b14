#include "base/buf.h"
#include "base/crew.h"
#include "base/io.h"

#include <limits.h>
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

	if (quota <= 0 || period <= 0 || quota / period >= UINT_MAX)
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

/* Whether a list of controllers, such as "cpuacct,cpu", holds cpu. */
static int
has_cpu(const char *names)
{
	for (; names != NULL; names = strchr(names, ','), names += names != NULL)
		if (strcspn(names, ",") == 3 && memcmp(names, "cpu", 3) == 0)
			return 1;
	return 0;
}

/* Version 1: a hierarchy is mounted under the names of its controllers, in this or another order,
 * with a link of the name of each. */
static unsigned
old_hierarchy_cpus(const char *mount, const char *names, const char *path, unsigned most)
{
	const char *const folder[] = {names, "cpu"};

	for (size_t i = 0; i < sizeof folder / sizeof folder[0]; i++) {
		struct buf root = {0};

		buf_addf(&root, "%s/%s", mount, folder[i]);
		most = hierarchy_cpus(root.data, path, 1, most);
		buf_free(&root);
	}
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

		if (path == NULL)
			continue;
		*path++ = '\0';
		if (names[1] == '\0')
			most = hierarchy_cpus(mount, path, 0, most);
		else if (has_cpu(names + 1))
			most = old_hierarchy_cpus(mount, names + 1, path, most);
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
