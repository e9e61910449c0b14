#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void
one_line(char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			*s = '?';
}

int
err_set(struct err *e, int code, const char *fmt, ...)
{
	va_list ap;

	e->code = code;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof e->text, fmt, ap);
	va_end(ap);
	one_line(e->text);
	return -1;
}

int
err_sys(struct err *e, int code, const char *what)
{
	return err_set(e, code, "%s: %s", what, strerror(errno));
}

int
err_prefix(struct err *e, const char *fmt, ...)
{
	char head[sizeof e->text], body[sizeof e->text];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(head, sizeof head, fmt, ap);
	va_end(ap);
	memcpy(body, e->text, sizeof body);
	snprintf(e->text, sizeof e->text, "%.*s: %.*s", (int)sizeof e->text / 2 - 2, head,
	    (int)sizeof e->text / 2 - 2, body);
	one_line(e->text);
	return -1;
}
