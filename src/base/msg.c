#include "base/msg.h"
#include "base/buf.h"
#include "base/json.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* To the start of the line, and clear it. */
#define ERASE "\r\033[K"

static int level;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of what stands on the last line */
static char status[256];

void
msg_level(int change)
{
	level += change;
}

int
msg_quiet(void)
{
	return level < 0;
}

int
msg_json(void)
{
	const char *format = getenv("LOG_FORMAT");

	return format != NULL && strcmp(format, "json") == 0;
}

static void
write_stderr(const char *p, size_t n)
{
	while (n > 0) {
		ssize_t w = write(STDERR_FILENO, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return;
		p += w;
		n -= (size_t)w;
	}
}

static void
format_json(struct buf *line, const char *severity, const char *text, const char *members)
{
	char when[32];
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &tm);
	buf_addf(line, "{\"time\":\"%s\",\"severity\":\"%s\",\"program\":\"%s\",\"message\":", when,
	    severity, program_invocation_short_name);
	json_quote(line, text, strlen(text));
	if (members != NULL)
		buf_addf(line, ",%s", members);
	buf_adds(line, "}\n");
}

/* One line of text, with members when it is JSON (NULL: none). */
static void
tell_line(const char *severity, const char *text, const char *members)
{
	struct buf line = {0};

	pthread_mutex_lock(&lock);
	if (status[0] != '\0')
		buf_adds(&line, ERASE);
	if (msg_json())
		format_json(&line, severity, text, members);
	else
		buf_addf(&line, "%s: %s\n", program_invocation_short_name, text);
	buf_adds(&line, status);
	write_stderr(line.data, line.len);
	pthread_mutex_unlock(&lock);
	buf_free(&line);
}

static void
tell(const char *severity, const char *fmt, va_list ap)
{
	char text[4096];

	vsnprintf(text, sizeof text, fmt, ap);
	for (char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	tell_line(severity, text, NULL);
}

void
msg_figures(const char *members, const char *text)
{
	if (!msg_quiet())
		tell_line("INFO", text, members);
}

void
msg_status(const char *text)
{
	struct buf line = {0};

	pthread_mutex_lock(&lock);
	if (text != NULL || status[0] != '\0')
		buf_adds(&line, ERASE);
	snprintf(status, sizeof status, "%s", text != NULL ? text : "");
	buf_adds(&line, status);
	write_stderr(line.data, line.len);
	pthread_mutex_unlock(&lock);
	buf_free(&line);
}

#define TELL(name, severity, least)      \
	void name(const char *fmt, ...)  \
	{                                \
		va_list ap;              \
		if (level < (least))     \
			return;          \
		va_start(ap, fmt);       \
		tell(severity, fmt, ap); \
		va_end(ap);              \
	}

TELL(msg_error, "ERROR", -1000000)
TELL(msg_warn, "WARNING", 0)
TELL(msg_info, "INFO", 0)
TELL(msg_debug, "DEBUG", 1)

int
msg_fail(const struct err *e)
{
	msg_error("%s", e->text);
	return e->code;
}

int
msg_finish(int code)
{
	int bad = ferror(stdout);

	errno = 0;
	if (fflush(stdout) != 0)
		bad = 1;
	if (!bad)
		return code;
	msg_error("standard output: %s", errno != 0 ? strerror(errno) : "write error");
	return EX_IOERR;
}
