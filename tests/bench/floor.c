/* floor THREADS IN: what splitting can't be faster than. Threads take blocks of 256 KiB of IN in
 * turn and write them as they are to 20 files, 0.ndjson and so on, in the working directory, at the
 * places where they belong. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BLOCK = 256 << 10, FILES = 20, THREADS_MOST = 64 };

static atomic_ullong next_block;
static int in, out[FILES];

static void *
copy(void *unused)
{
	char *block = malloc(BLOCK);
	unsigned long long turn;
	ssize_t n = 1;

	while (block != NULL && n > 0) {
		turn = atomic_fetch_add(&next_block, 1);
		n = pread(in, block, BLOCK, (off_t)(turn * BLOCK));
		if (n < 0 || (n > 0 && pwrite(out[turn % FILES], block, (size_t)n,
					   (off_t)(turn / FILES * BLOCK)) != n)) {
			perror("floor");
			exit(74);
		}
	}
	free(block);
	return unused;
}

int
main(int argc, char **argv)
{
	pthread_t thread[THREADS_MOST];
	int threads = argc == 3 ? atoi(argv[1]) : 0;
	char name[32];

	if (threads < 1 || threads > THREADS_MOST || (in = open(argv[2], O_RDONLY)) < 0)
		return 64;
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof name, "%d.ndjson", i);
		out[i] = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0666);
		if (out[i] < 0)
			return 74;
	}
	for (int i = 1; i < threads; i++)
		if (pthread_create(&thread[i], NULL, copy, NULL) != 0)
			return 70;
	copy(NULL);
	for (int i = 1; i < threads; i++)
		pthread_join(thread[i], NULL);
	return 0;
}
