/* slackcount: the counts of an hour as an aligned table in Slack. */
#include "base/buf.h"
#include "base/counts.h"
#include "base/io.h"
#include "base/msg.h"
#include "base/opt.h"
#include "base/width.h"
#include "net/slack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A line of the table stays well below a message, whatever the type's name. */
enum { WIDEST_TYPE = 60, LONGEST_TYPE = 400 };

static void
add_grouped(struct buf *out, uint64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			buf_addc(out, ',');
		buf_addc(out, digits[i]);
	}
}

/* The last character, whole or not, away. */
static void
drop_last(struct buf *b)
{
	do
		b->len--;
	while (b->len > 0 && ((unsigned char)b->data[b->len] & 0xc0) == 0x80);
}

/* The type as the table shows it: control characters as '?', at most WIDEST_TYPE columns, and
 * LONGEST_TYPE bytes, for marks that combine take no column. */
static char *
shown_type(const char *type)
{
	struct buf b = {0};
	int cut = strlen(type) > LONGEST_TYPE;

	for (const char *p = type; *p != '\0' && b.len < LONGEST_TYPE; p++)
		buf_addc(&b, (unsigned char)*p < 0x20 || *p == '`' ? '?' : *p);
	if (b.len == 0)
		buf_adds(&b, "(empty)");
	if (cut)
		drop_last(&b);
	while (width_of(b.data, b.len) > (size_t)(WIDEST_TYPE - cut)) {
		drop_last(&b);
		cut = 1;
	}
	if (cut)
		buf_adds(&b, "…");
	return buf_take(&b);
}

struct layout {
	char **type; /* as shown */
	size_t type_width, width[COUNTS_STAGES];
};

static void
add_line(struct buf *out, const struct layout *l, const char *type, const struct counts_row *r)
{
	width_pad(out, type, l->type_width, 0);
	for (int i = 0; i < COUNTS_STAGES; i++) {
		struct buf cell = {0};

		if (r == NULL)
			buf_adds(&cell, counts_stage[i]);
		else if (r->applies[i])
			add_grouped(&cell, r->count[i]);
		else
			buf_adds(&cell, "-");
		buf_adds(out, "  ");
		width_pad(out, cell.data, l->width[i], 1);
		buf_free(&cell);
	}
	buf_addc(out, '\n');
}

static struct layout
lay_out(const struct counts *c, const struct counts_row *total)
{
	struct layout l = {.type = xcalloc(c->n, sizeof *l.type), .type_width = strlen("total")};

	for (size_t i = 0; i < c->n; i++) {
		size_t w;

		l.type[i] = shown_type(c->row[i].type);
		w = width_of(l.type[i], strlen(l.type[i]));
		if (w > l.type_width)
			l.type_width = w;
	}
	for (int s = 0; s < COUNTS_STAGES; s++) {
		struct buf cell = {0};

		add_grouped(&cell, total->count[s]);
		l.width[s] =
		    cell.len > strlen(counts_stage[s]) ? cell.len : strlen(counts_stage[s]);
		buf_free(&cell);
	}
	return l;
}

/* Warnings first, then the table, totals last; lines end in '\n', nothing is escaped yet. */
static void
write_report(const struct counts *c, struct buf *warnings, struct buf *table)
{
	struct counts_row total = counts_total(c);
	struct layout l = lay_out(c, &total);

	add_line(table, &l, "type", NULL);
	for (size_t i = 0; i < c->n; i++) {
		struct buf why = {0};

		if (counts_warning(&why, &c->row[i]) != COUNTS_GOOD)
			buf_addf(warnings, "%s: %s\n", l.type[i], why.data);
		buf_free(&why);
		add_line(table, &l, l.type[i], &c->row[i]);
	}
	add_line(table, &l, "total", &total);
	for (size_t i = 0; i < c->n; i++)
		free(l.type[i]);
	free(l.type);
}

struct sender {
	struct http *http; /* NULL: print */
	struct slack slack;
	struct buf message; /* escaped, the open message */
	int in_block;       /* message has an open code block */
	int sent;
};

static int
flush_message(struct sender *s, struct err *e)
{
	int rc = 0;

	if (s->in_block)
		buf_adds(&s->message, "```");
	s->in_block = 0;
	if (s->http == NULL) {
		fwrite(s->message.data, 1, s->message.len, stdout);
		putchar('\n');
	} else {
		rc = slack_post(s->http, &s->slack, s->message.data, e);
		if (rc != 0 && s->sent > 0)
			err_prefix(e, "after %d message(s) were posted", s->sent);
	}
	s->sent++;
	buf_clear(&s->message);
	return rc;
}

/* Add lines, in a code block when block is set, each block with the first line, its headings. A
 * message that would grow too long is sent first. */
static int
add_lines(struct sender *s, const struct buf *lines, int block, struct err *e)
{
	size_t head = block ? strcspn(lines->data, "\n") + 1 : 0;

	for (size_t from = 0; from < lines->len;) {
		const char *line = lines->data + from;
		size_t len = (size_t)((char *)memchr(line, '\n', lines->len - from) - line) + 1;
		struct buf escaped = {0};
		int rc = 0;

		slack_escape(&escaped, line, len);
		if (s->message.len + escaped.len + 8 > SLACK_MAX_TEXT)
			rc = flush_message(s, e);
		if (rc == 0 && block && !s->in_block) {
			buf_adds(&s->message, "```\n");
			if (from > 0)
				buf_add(&s->message, lines->data, head);
			s->in_block = 1;
		}
		if (rc == 0)
			buf_add(&s->message, escaped.data, escaped.len);
		buf_free(&escaped);
		if (rc != 0)
			return -1;
		from += len;
	}
	return 0;
}

static int
send_report(struct sender *s, const struct counts *c, struct err *e)
{
	struct buf title = {0}, warnings = {0}, table = {0};
	int rc;

	buf_addf(&title, "%s UTC\n", c->hour);
	write_report(c, &warnings, &table);
	rc = add_lines(s, &title, 0, e);
	if (rc == 0)
		rc = add_lines(s, &warnings, 0, e);
	if (rc == 0)
		rc = add_lines(s, &table, 1, e);
	if (rc == 0)
		rc = flush_message(s, e);
	buf_free(&title);
	buf_free(&warnings);
	buf_free(&table);
	return rc;
}

/* Tell on stderr what differs or was set aside: EX_DIFFER when anything does. */
static int
check(const struct counts *c)
{
	struct buf why = {0};
	int code = 0;

	for (size_t i = 0; i < c->n; i++) {
		buf_clear(&why);
		if (counts_warning(&why, &c->row[i]) != COUNTS_BAD)
			continue;
		msg_error("%s: %s: %s", c->hour, c->row[i].type, why.data);
		code = EX_DIFFER;
	}
	buf_free(&why);
	return code;
}

/* Send the report, or print it. */
static int
report(const struct counts *c, const char *channel, int print, struct err *e)
{
	struct sender s = {0};
	int rc = 0;

	if (!print) {
		rc = slack_find(&s.slack, channel, e);
		if (rc == 0 && (s.http = http_new(e)) == NULL)
			rc = -1;
	}
	if (rc == 0)
		rc = send_report(&s, c, e);
	buf_free(&s.message);
	http_free(s.http);
	return rc;
}

int
main(int argc, char **argv)
{
	const char *channel = NULL;
	int print = 0, only_check = 0;
	const struct opt options[] = {
	    {'c', "channel", OPT_STRING, &channel, "CHANNEL",
		"post with SLACK_BOT_TOKEN to CHANNEL"},
	    {'k', "check", OPT_FLAG, &only_check, NULL, "only tell what differs: exit 1"},
	    {'n', "dry-run", OPT_FLAG, &print, NULL, "print what would be sent"},
	};
	const struct opt_program prog = {"Post the counts of an hour to Slack as a table.",
	    "< counts.tsv", options, sizeof options / sizeof options[0]};
	struct counts counts = {0};
	struct err e;
	int code = 0;

	io_hold_standard();
	if (opt_parse(&prog, argc, argv) < argc)
		opt_usage(&prog, "counts come on standard input, not as operands");
	if (counts_read(stdin, "standard input", &counts, &e) != 0)
		code = msg_fail(&e);
	else if (only_check)
		code = check(&counts);
	else if (report(&counts, channel, print, &e) != 0)
		code = msg_fail(&e);
	counts_free(&counts);
	return msg_finish(code);
}
