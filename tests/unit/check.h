/* Checks for unit tests: each failure is told with its place; main ends with `return check_done();`. */
#ifndef UNIT_CHECK_H
#define UNIT_CHECK_H

#include <stdio.h>
#include <string.h>

static int check_count, check_failed;

#define CHECK(cond)                                                                 \
	do {                                                                        \
		check_count++;                                                      \
		if (!(cond)) {                                                      \
			check_failed++;                                             \
			printf("%s:%d: not true: %s\n", __FILE__, __LINE__, #cond); \
		}                                                                   \
	} while (0)

#define CHECK_STR(found, expected)                                                       \
	do {                                                                             \
		const char *check_f = (found), *check_e = (expected);                    \
		check_count++;                                                           \
		if (check_f == NULL || strcmp(check_f, check_e) != 0) {                  \
			check_failed++;                                                  \
			printf("%s:%d: found '%s', expected '%s'\n", __FILE__, __LINE__, \
			    check_f != NULL ? check_f : "(null)", check_e);              \
		}                                                                        \
	} while (0)

static int
check_done(void)
{
	printf("%d checks, %d failed\n", check_count, check_failed);
	return check_failed > 0 || check_count == 0;
}

#endif
