/* Texts as files that have names and leave nothing behind. */
#ifndef UNIT_FILES_H
#define UNIT_FILES_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST_FILES = 8 };

/* All zero at first. */
struct files {
	size_t n;
	int fd[MOST_FILES];
	char path[MOST_FILES][32];
	char *name[MOST_FILES + 1]; /* NULL behind the last */
};

static void
files_add(struct files *f, const char *p, size_t n)
{
	int fd = memfd_create("file", MFD_CLOEXEC);

	if (f->n == MOST_FILES || fd < 0 || write(fd, p, n) != (ssize_t)n)
		abort();
	snprintf(f->path[f->n], sizeof f->path[f->n], "/proc/self/fd/%d", fd);
	f->name[f->n] = f->path[f->n];
	f->fd[f->n++] = fd;
}

static void
files_close(struct files *f)
{
	while (f->n > 0)
		close(f->fd[--f->n]);
}

#endif
