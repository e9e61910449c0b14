#include "ndjson/pile_pipe.h"
#include "base/child.h"
#include "base/name.h"
#include "ndjson/pile_name.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { TYPE_LONGEST = 64 << 10, TYPE_TOLD = 100, SHELL_SIGNAL = 128, LAST_SIGNAL = 64 };

enum { TYPE, TYPE_NAME, PART, ROWS, BYTES, FILE_NAME, VARIABLES };

/* What the command finds in its environment, in an array that ends with NULL. */
static void
describe(const char *template, const struct pile_write *w, struct buf text[VARIABLES],
    char *env[VARIABLES + 1])
{
	struct err never; /* the template was checked */
	const struct pile *pile = w->pile;
	int as_it_is =
	    pile->type_len <= TYPE_LONGEST && memchr(pile->type, '\0', pile->type_len) == NULL;

	buf_adds(&text[TYPE], "TYPE=");
	if (as_it_is)
		buf_add(&text[TYPE], pile->type, pile->type_len);
	else
		name_type(&text[TYPE], pile->type, pile->type_len);
	buf_adds(&text[TYPE_NAME], "TYPE_NAME=");
	name_type(&text[TYPE_NAME], pile->type, pile->type_len);
	buf_addf(&text[PART], "PART=%llu", (unsigned long long)w->part->number);
	buf_addf(&text[ROWS], "ROWS=%llu", (unsigned long long)w->part->rows);
	buf_addf(&text[BYTES], "BYTES=%llu", (unsigned long long)w->part->bytes);
	if (template != NULL) {
		buf_adds(&text[FILE_NAME], "FILE=");
		(void)pile_name(template, pile->type, pile->type_len, w->part->number,
		    &text[FILE_NAME], &never);
	}
	for (int i = 0; i < VARIABLES; i++)
		env[i] = text[i].data;
	env[VARIABLES] = NULL;
}

static int
feed(struct child *c, const struct pile_write *w)
{
	int rc = 0;

	for (const struct chunk *k = w->part->chunk; k != NULL && rc == 0; k = k->next)
		rc = child_feed(c, k->data, k->len);
	if (w->n == 0 || rc != 0)
		return rc;
	rc = child_feed(c, w->p, w->n);
	return rc == 0 ? child_feed(c, "\n", 1) : rc;
}

/* "filter for type 'x', part 3: " and why it is no success. */
static int
blame(const struct pile_write *w, const char *why, int code, struct err *e)
{
	const struct pile *pile = w->pile;
	int cut = pile->type_len > TYPE_TOLD;

	return err_set(e, code, "filter for type '%.*s%s', part %llu: %s",
	    cut ? TYPE_TOLD : (int)pile->type_len, pile->type, cut ? "..." : "",
	    (unsigned long long)w->part->number, why);
}

/* The exit code for one that ended with another than 0: its own, where that says what a caller can
 * do. */
static int
code_of(int ended)
{
	static const int told[] = {EX_UNAVAILABLE, EX_IOERR, EX_NOPERM, EX_CONFIG};

	if (ended == 126 || ended == 127)
		return EX_UNAVAILABLE;
	for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
		if (ended == told[i])
			return ended;
	return EX_TEMPFAIL;
}

/* What a shell means by a number that a command ended with. */
static void
add_meaning(struct buf *why, int ended)
{
	if (ended == 127)
		buf_adds(why, ", the shell's word for a command that is not there");
	else if (ended == 126)
		buf_adds(why, ", the shell's word for a command that cannot be run");
	else if (ended > SHELL_SIGNAL && ended <= SHELL_SIGNAL + LAST_SIGNAL)
		buf_addf(why, ", the shell's word for signal %d (%s)", ended - SHELL_SIGNAL,
		    strsignal(ended - SHELL_SIGNAL));
}

static int
judge(const struct pile_write *w, const struct child_end *end, struct err *e)
{
	uint64_t bytes = w->part->bytes;
	int ended = WIFEXITED(end->status) ? WEXITSTATUS(end->status) : -1;
	struct buf why = {0};
	int rc;

	if (ended == 0 && end->read == bytes)
		return 0;
	if (ended < 0)
		buf_addf(&why, "killed by signal %d (%s)", WTERMSIG(end->status),
		    strsignal(WTERMSIG(end->status)));
	else
		buf_addf(&why, "ended with %d", ended);
	if (ended > 0)
		add_meaning(&why, ended);
	if (end->read < bytes)
		buf_addf(&why, ", had read only %llu of %llu bytes", (unsigned long long)end->read,
		    (unsigned long long)bytes);
	buf_addf(&why, ": expected it to read all and end with 0");
	rc = blame(w, why.data, code_of(ended), e);
	buf_free(&why);
	return rc;
}

int
pile_pipe(struct pile_writers *ws, const struct pile_write *w, struct err *e)
{
	struct buf text[VARIABLES] = {0};
	char *env[VARIABLES + 1];
	struct child_end end;
	struct child c;
	int rc;

	describe(ws->template, w, text, env);
	rc = child_start(&c, ws->command, env, ws->wake_fd, ws->stop_fd, e);
	for (int i = 0; i < VARIABLES; i++)
		buf_free(&text[i]);
	if (rc != 0) {
		struct err why = *e;

		return blame(w, why.text, why.code, e);
	}
	if (feed(&c, w) != CHILD_WOKEN && child_wait(&c, &end) != CHILD_WOKEN)
		return judge(w, &end, e);
	child_kill(&c);
	return blame(w, "interrupted", EX_TEMPFAIL, e);
}
