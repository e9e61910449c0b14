/* Values as they are in logs, as JSON text. */
#ifndef BENCH_VALUES_H
#define BENCH_VALUES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum value_kind {
	VALUE_STAMP, /* 2021-01-01T00:12:34.567Z */
	VALUE_MILLIS,
	VALUE_FLOAT,
	VALUE_RATIO, /* small floats, some with an exponent */
	VALUE_SMALL,
	VALUE_LARGE,
	VALUE_BOOL,
	VALUE_NULL,
	VALUE_UUID,
	VALUE_DIGEST,
	VALUE_IP,
	VALUE_WORD,
	VALUE_HOST,
	VALUE_UNIX_PATH,
	VALUE_WINDOWS_PATH, /* with escaped backslashes */
	VALUE_URL,
	VALUE_AGENT,
	VALUE_MESSAGE, /* a sentence, some with escaped quotes */
	VALUE_TRACE,   /* lines, with \n\t */
	VALUE_CITY,    /* some not ASCII, raw or as \u escapes */
	VALUE_TITLE,   /* Korean, Japanese, Russian, or with emoji */
	VALUE_TAGS,    /* an array of words */
	VALUE_SAMPLES, /* an array of numbers */
	VALUE_EMPTY,   /* "", [] or {} */
	VALUE_CONTEXT, /* an object, which its record writes */
	VALUE_KINDS
};

/* A field by name and the kind of its values. */
struct field {
	const char *name;
	enum value_kind kind;
};

extern const struct field value_fields[];
extern const size_t value_fields_n;

enum { VALUE_MOST = 4096 };

/* put(p, s): s without its NUL to p; behind it. */
static inline char *
put(char *p, const char *s)
{
	size_t n = strlen(s);

	memcpy(p, s, n);
	return p + n;
}

/* value_put(p, kind, random): write a value to p, at most VALUE_MOST bytes; behind it. */
char *value_put(char *p, enum value_kind kind, uint64_t *random);

#endif
