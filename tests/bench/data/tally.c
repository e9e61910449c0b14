/* tally NAME: what the lines on standard input come to, as NAME, records, bytes, sum. */
#include "tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int
main(int argc, char **argv)
{
	struct tally t = {0};
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	if (argc != 2)
		return 64;
	while ((n = getline(&line, &room, stdin)) > 0)
		tally_add(&t, line, (size_t)n - (line[n - 1] == '\n'));
	free(line);
	printf("%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRIx64 "\n", argv[1], t.records, t.bytes, t.sum);
	return ferror(stdin) || fclose(stdout) != 0 ? 74 : 0;
}
