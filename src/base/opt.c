#include "base/opt.h"
#include "base/buf.h"
#include "base/msg.h"
#include "base/num.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { LONG_BASE = 256, LONG_HELP = 10000, LONG_VERSION, LONG_QUIET, LONG_VERBOSE };

static int
takes_letter(const struct opt_program *prog, char letter)
{
	for (size_t i = 0; i < prog->n; i++)
		if (prog->options[i].letter == letter)
			return 1;
	return 0;
}

static void
print_option(char letter, const char *name, const char *arg, const char *help)
{
	char left[64];
	char brief[4] = "   ";

	if (letter != 0)
		snprintf(brief, sizeof brief, "-%c%s", letter, name != NULL ? "," : "");
	snprintf(left, sizeof left, "%s %s%s%s%s", brief, name != NULL ? "--" : "",
	    name != NULL ? name : "", arg != NULL ? " " : "", arg != NULL ? arg : "");
	printf("  %-28s %s\n", left, help);
}

static void
print_help(const struct opt_program *prog)
{
	printf("usage: %s [options] %s\n%s\n\n", program_invocation_short_name, prog->operands,
	    prog->summary);
	for (size_t i = 0; i < prog->n; i++)
		print_option(prog->options[i].letter, prog->options[i].name, prog->options[i].arg,
		    prog->options[i].help);
	print_option(takes_letter(prog, 'q') ? 0 : 'q', "quiet", NULL, "tell only errors");
	print_option(takes_letter(prog, 'v') ? 0 : 'v', "verbose", NULL, "tell details");
	print_option(takes_letter(prog, 'h') ? 0 : 'h', "help", NULL, "print this and exit");
	print_option(0, "version", NULL, "print the version and exit");
	printf("\nman %s has the rest.\n", program_invocation_short_name);
}

void
opt_usage(const struct opt_program *prog, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	msg_error("%s; usage: %s [options] %s (--help lists the options)", text,
	    program_invocation_short_name, prog->operands);
	exit(EX_USAGE);
}

static void
store(const struct opt_program *prog, const struct opt *o, const char *value)
{
	struct opt_list *list = o->dest;

	switch (o->kind) {
	case OPT_FLAG:
		*(int *)o->dest = 1;
		return;
	case OPT_STRING:
		*(const char **)o->dest = value;
		return;
	case OPT_NUMBER:
		if (num_u64(value, strlen(value), o->dest) == 0)
			return;
		break;
	case OPT_SIZE:
		if (num_size(value, o->dest) == 0)
			return;
		break;
	case OPT_LIST:
		list->item = xrealloc(list->item, (list->n + 1) * sizeof *list->item);
		list->by = xrealloc(list->by, (list->n + 1) * sizeof *list->by);
		list->by[list->n] = o;
		list->item[list->n++] = value;
		return;
	}
	if (o->name != NULL)
		opt_usage(prog, "--%s takes %s, not '%s'", o->name,
		    o->kind == OPT_SIZE ? "bytes (digits, then K, M or G)" : "a number", value);
	opt_usage(prog, "-%c takes a number, not '%s'", o->letter, value);
}

/* The getopt tables; index i of the option table is val LONG_BASE + i or its letter. */
static void
build_tables(const struct opt_program *prog, struct buf *letters, struct option *longs)
{
	static const struct option common[] = {
	    {"help", no_argument, NULL, LONG_HELP},
	    {"version", no_argument, NULL, LONG_VERSION},
	    {"quiet", no_argument, NULL, LONG_QUIET},
	    {"verbose", no_argument, NULL, LONG_VERBOSE},
	    {NULL, 0, NULL, 0},
	};

	buf_adds(letters, ":");
	for (size_t i = 0; i < prog->n; i++) {
		const struct opt *o = &prog->options[i];
		int has_arg = o->kind == OPT_FLAG ? no_argument : required_argument;

		if (o->letter != 0)
			buf_addf(letters, "%c%s", o->letter, has_arg ? ":" : "");
		if (o->name != NULL)
			*longs++ = (struct option){o->name, has_arg, NULL, LONG_BASE + (int)i};
	}
	for (const char *c = "qvh"; *c != '\0'; c++)
		if (!takes_letter(prog, *c))
			buf_addc(letters, *c);
	memcpy(longs, common, sizeof common);
}

static const struct opt *
find(const struct opt_program *prog, int val)
{
	if (val >= LONG_BASE)
		return (size_t)(val - LONG_BASE) < prog->n ? &prog->options[val - LONG_BASE] : NULL;
	for (size_t i = 0; i < prog->n; i++)
		if (prog->options[i].letter == val)
			return &prog->options[i];
	return NULL;
}

static void
common_option(const struct opt_program *prog, int val)
{
	switch (val) {
	case LONG_HELP:
	case 'h':
		print_help(prog);
		exit(msg_finish(0));
	case LONG_VERSION:
		printf("%s (hourtools) %s\n", program_invocation_short_name, VERSION);
		exit(msg_finish(0));
	case LONG_QUIET:
	case 'q':
		msg_level(-1);
		return;
	default:
		msg_level(1);
	}
}

int
opt_parse(const struct opt_program *prog, int argc, char **argv)
{
	struct option *longs = xcalloc(prog->n + 5, sizeof *longs);
	struct buf letters = {0};
	int val;

	build_tables(prog, &letters, longs);
	opterr = 0;
	while ((val = getopt_long(argc, argv, letters.data, longs, NULL)) != -1) {
		const struct opt *o = val == '?' || val == ':' ? NULL : find(prog, val);

		if (o != NULL)
			store(prog, o, optarg);
		else if (val == ':')
			opt_usage(prog, "option '%s' lacks its value", argv[optind - 1]);
		else if (val == '?')
			opt_usage(prog, "no such option: '%s'", argv[optind - 1]);
		else
			common_option(prog, val);
	}
	buf_free(&letters);
	free(longs);
	return optind;
}
