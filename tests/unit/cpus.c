/* The CPUs that control groups grant, read from a folder that stands in for /sys/fs/cgroup. */
#include "base/buf.h"
#include "base/crew.h"
#include "base/io.h"
#include "check.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char mount[] = "/tmp/cpus.XXXXXX";

/* A file of the hierarchy, with what is in it; NULL removes it. */
static void
set(const char *name, const char *text)
{
	struct buf path = {0};
	struct outfile file;
	struct err e;

	buf_addf(&path, "%s/%s", mount, name);
	if (text == NULL)
		CHECK(unlink(path.data) == 0);
	else
		CHECK(outfile_open(&file, path.data, &e) == 0 &&
		      outfile_write(&file, text, strlen(text), &e) == 0 &&
		      outfile_commit(&file, &e) == 0);
	buf_free(&path);
}

static void
version_2(void)
{
	CHECK(cpus_granted(mount, "0::/\n", 8) == 8); /* no such file: no quota */
	set("cpu.max", "max 100000\n");
	CHECK(cpus_granted(mount, "0::/\n", 8) == 8);
	set("cpu.max", "10000 100000\n"); /* 100m */
	CHECK(cpus_granted(mount, "0::/\n", 8) == 1);
	set("cpu.max", "200000 100000\n");
	CHECK(cpus_granted(mount, "0::/\n", 8) == 2);
	CHECK(cpus_granted(mount, "0::/\n", 1) == 1);
	set("cpu.max", "200001 100000\n"); /* fractions are rounded up */
	CHECK(cpus_granted(mount, "0::/\n", 8) == 3);
	set("cpu.max", "4294967297000 1000\n"); /* 1 as an unsigned int */
	CHECK(cpus_granted(mount, "0::/\n", 8) == 8);
	set("cpu.max", "0 0\n");
	CHECK(cpus_granted(mount, "0::/\n", 8) == 8);
	set("cpu.max", "");
	CHECK(cpus_granted(mount, "0::/\n", 8) == 8);
	set("cpu.max", NULL);
}

static void
nested_groups(void)
{
	set("a/b/cpu.max", "max 100000\n");
	set("a/cpu.max", "300000 100000\n");
	CHECK(cpus_granted(mount, "0::/a/b\n", 8) == 3);
	set("a/b/cpu.max", "150000 100000\n");
	CHECK(cpus_granted(mount, "0::/a/b\n", 8) == 2);
	CHECK(cpus_granted(mount, "0::/a\n", 8) == 3);
	CHECK(cpus_granted(mount, "0::/elsewhere/c\n", 8) == 8);
	set("a/cpu.max", "100000 100000\n"); /* the group above grants less */
	CHECK(cpus_granted(mount, "0::/a/b\n", 8) == 1);
	set("a/cpu.max", NULL);
	set("a/b/cpu.max", NULL);
}

static void
version_1(void)
{
	static const char groups[] = "12:pids:/p\n4:cpu,cpuacct:/docker/x\n3:cpuset:/s\n0::/v2\n";

	CHECK(cpus_granted(mount, groups, 8) == 8);
	set("cpu,cpuacct/docker/x/cpu.cfs_quota_us", "-1\n");
	set("cpu,cpuacct/docker/x/cpu.cfs_period_us", "100000\n");
	CHECK(cpus_granted(mount, groups, 8) == 8);
	set("cpu,cpuacct/docker/x/cpu.cfs_quota_us", "250000\n");
	CHECK(cpus_granted(mount, groups, 8) == 3);
	set("cpu,cpuacct/docker/x/cpu.cfs_period_us", NULL); /* a quota of nothing known */
	CHECK(cpus_granted(mount, groups, 8) == 8);
	set("cpu,cpuacct/docker/x/cpu.cfs_quota_us", NULL);
	set("cpu,cpuacct/cpu.cfs_quota_us",
	    "50000\n"); /* a container sees its own group as the top */
	set("cpu,cpuacct/cpu.cfs_period_us", "100000\n");
	CHECK(cpus_granted(mount, groups, 8) == 1);
	CHECK(cpus_granted(mount, "2:cpuset:/docker/x\n", 8) == 8);
	CHECK(cpus_granted(mount, "no groups\n\n:\n", 8) == 8);
	CHECK(cpus_granted(mount, "", 8) == 8);
	/* some kernels name them the other way round; "cpu" is there in each case */
	set("cpu/cpu.cfs_quota_us", "150000\n");
	set("cpu/cpu.cfs_period_us", "100000\n");
	CHECK(cpus_granted(mount, "4:cpuacct,cpu:/docker/x\n", 8) == 2);
	set("cpu/cpu.cfs_quota_us", NULL);
	set("cpu/cpu.cfs_period_us", NULL);
	set("cpu,cpuacct/cpu.cfs_quota_us", NULL);
	set("cpu,cpuacct/cpu.cfs_period_us", NULL);
}

/* Remove a folder that is empty, with those below it that are. */
static void
remove_folders(void)
{
	static const char *const folder[] = {"/a/b", "/a", "/cpu,cpuacct/docker/x",
	    "/cpu,cpuacct/docker", "/cpu,cpuacct", "/cpu", ""};

	for (size_t i = 0; i < sizeof folder / sizeof folder[0]; i++) {
		struct buf path = {0};

		buf_addf(&path, "%s%s", mount, folder[i]);
		CHECK(rmdir(path.data) == 0);
		buf_free(&path);
	}
}

int
main(void)
{
	if (mkdtemp(mount) == NULL)
		return 1;
	version_2();
	nested_groups();
	version_1();
	remove_folders();
	CHECK(crew_cpus() >= 1);
	return check_done();
}
