#include "aws/s3_select.h"
#include "base/num.h"
#include "net/crc32c.h"
#include "net/date.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

int
s3_select_time(const char *what, const char *text, time_t *t, struct err *e)
{
	char full[DATE_SIZE];
	int n = snprintf(full, sizeof full, strlen(text) == 10 ? "%sT00:00:00Z" : "%s", text);

	if (n > 0 && n < (int)sizeof full && date_parse_rfc3339(full, t) == 0)
		return 0;
	return err_set(e, EX_USAGE,
	    "%s is '%.40s', expected a day (2021-01-01) or a time (2021-01-01T00:00:00Z)", what,
	    text);
}

int
s3_select_share(const char *text, struct s3_select *select, struct err *e)
{
	const char *slash = strchr(text, '/');

	if (slash != NULL && num_u64(text, (size_t)(slash - text), &select->share) == 0 &&
	    num_u64(slash + 1, strlen(slash + 1), &select->shares) == 0 && select->share >= 1 &&
	    select->share <= select->shares)
		return 0;
	return err_set(
	    e, EX_USAGE, "--shard is '%.40s', expected I/N with I from 1 to N, as 1/4", text);
}

static int
in_time(const struct s3_select *s, const struct s3_object *object, struct err *e)
{
	time_t t;

	if (!s->has_since && !s->has_until)
		return 1;
	if (object->modified == NULL || date_parse_rfc3339(object->modified, &t) != 0)
		return err_set(e, EX_DATAERR, "its time is '%.40s', expected 2021-01-01T00:00:00Z",
		    object->modified != NULL ? object->modified : "");
	return (!s->has_since || t >= s->since) && (!s->has_until || t < s->until);
}

static int
by_name(const struct s3_select *s, const char *below)
{
	for (size_t i = s->n_globs; i-- > 0;)
		if (fnmatch(s->glob[i].pattern, below, 0) == 0)
			return s->glob[i].include;
	return s->n_globs == 0 || !s->glob[0].include;
}

int
s3_selects(
    const struct s3_select *s, const char *below, const struct s3_object *object, struct err *e)
{
	return by_name(s, below) ? in_time(s, object, e) : 0;
}

int
s3_select_in_share(const struct s3_select *s, const char *key)
{
	return s->shares == 0 || crc32c_update(0, key, strlen(key)) % s->shares == s->share - 1;
}

int
s3_select_narrows(const struct s3_select *s)
{
	return s->has_since || s->has_until || s->n_globs > 0;
}
