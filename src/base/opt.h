/* Options from one table per program: parsing, usage and --help all come from it. */
#ifndef BASE_OPT_H
#define BASE_OPT_H

#include <stddef.h>

enum opt_kind {
	OPT_FLAG,   /* dest: int, set to 1 */
	OPT_STRING, /* dest: const char *, points into argv */
	OPT_NUMBER, /* dest: uint64_t, decimal */
	OPT_SIZE,   /* dest: uint64_t, bytes with optional K, M, G */
	OPT_LIST    /* dest: struct opt_list, one entry each time the option is given; options may
	               share one */
};

struct opt;

struct opt_list {
	const char **item;     /* pointers into argv; the arrays live until exit */
	const struct opt **by; /* the option that gave each */
	size_t n;
};

struct opt {
	char letter;      /* 0: long form only */
	const char *name; /* long form; NULL: short form only */
	enum opt_kind kind;
	void *dest;
	const char *arg;  /* placeholder for help, NULL for OPT_FLAG */
	const char *help; /* a few words, no full stop */
};

struct opt_program {
	const char *summary;  /* one line */
	const char *operands; /* as in the synopsis: "[FILE ...]" */
	const struct opt *options;
	size_t n;
};

/* opt_parse(prog, argc, argv): fill every dest, reorder argv so that operands come last, return the
 * index of the first operand. -h/--help and --version print on stdout and end the program; -q and
 * -v set msg_level. A wrong option is told with the synopsis and ends the program with EX_USAGE.
 * A program that defines its own letter q or v takes that letter from the common ones; --quiet and
 * --verbose stay. */
int opt_parse(const struct opt_program *prog, int argc, char **argv);

/* opt_usage(prog, fmt, ...): tell what is wrong with the command, where to read on, exit EX_USAGE. */
void opt_usage(const struct opt_program *prog, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), noreturn));

#endif
