#include "ndjson/split.h"
#include "base/msg.h"
#include "base/name.h"
#include "base/tsv.h"

#include <string.h>

enum { REPORT_PENDING = 64 << 10 };

/* A good record's type as *type of *len bytes, in the record or in s->unescaped; why there is none,
 * or REJECT_NONE. */
static enum reject
take_type(struct split *s, const struct record *rec, const char **type, size_t *len)
{
	*type = rec->value;
	*len = rec->value_len;
	if (rec->value_escaped) {
		buf_clear(&s->unescaped);
		if (unescape(&s->unescaped, rec->value, rec->value_len) != 0)
			return REJECT_KEY_SURROGATE;
		*type = s->unescaped.data;
		*len = s->unescaped.len;
	}
	if (*len == strlen(TYPE_REJECTED) && memcmp(*type, TYPE_REJECTED, *len) == 0)
		return REJECT_RESERVED;
	return REJECT_NONE;
}

static void
describe(const struct split *s, const struct record *rec, enum reject why, struct buf *out)
{
	static const char *const words[REJECT_REASONS] = {
	    [REJECT_DUPLICATE] = "a second",
	    [REJECT_KEY_NULL] = "null at",
	    [REJECT_KEY_CONTAINER] = "an object or array at",
	    [REJECT_KEY_SURROGATE] = "half of a surrogate pair at",
	    [REJECT_RESERVED] = "the quarantine's own type at",
	    [REJECT_NO_KEY] = "nothing at",
	};

	buf_adds(out, "");
	record_detail(out, rec);
	if (why == REJECT_TOO_LONG)
		buf_addf(out, "longer than %llu bytes", (unsigned long long)s->max_line);
	else if (why == REJECT_TOO_DEEP)
		buf_addf(out, ": nested deeper than %zu", s->max_depth);
	else if (words[why] != NULL)
		buf_addf(out, "%s%s '%s'", out->len > 0 ? ": " : "", words[why], s->key);
}

static int
report(
    struct split *s, const struct record *rec, enum reject why, const char *detail, struct err *e)
{
	struct buf *out = &s->report_text;

	tsv_adds(out, rec->source);
	tsv_addu(out, rec->line);
	tsv_addu(out, rec->offset);
	tsv_adds(out, reject_name(why));
	tsv_adds(out, detail);
	buf_addc(out, '\n');
	return out->len > REPORT_PENDING ? split_finish(s, e) : 0;
}

static int
set_aside(struct split *s, const struct record *rec, enum reject why, struct err *e)
{
	struct buf detail = {0};
	int rc = 0;

	if (rec->part == LINE_WHOLE || rec->part == LINE_BEGINS) {
		describe(s, rec, why, &detail);
		if (s->rejected[why]++ == 0)
			msg_warn("%s:%llu: %s: %s", rec->source, (unsigned long long)rec->line,
			    reject_name(why), detail.data);
		if (s->report != NULL)
			rc = report(s, rec, why, detail.data, e);
		buf_free(&detail);
	}
	if (rc != 0)
		return -1;
	return piles_add(
	    s->piles, TYPE_REJECTED, strlen(TYPE_REJECTED), rec->p, rec->len, rec->part, e);
}

int
split_record(void *split, const struct record *rec, struct err *e)
{
	struct split *s = split;
	enum reject why = rec->fault.reason;
	const char *type = NULL;
	size_t len = 0;

	if (why == REJECT_NONE)
		why = take_type(s, rec, &type, &len);
	if (why != REJECT_NONE)
		return set_aside(s, rec, why, e);
	s->good++;
	return piles_add(s->piles, type, len, rec->p, rec->len, LINE_WHOLE, e);
}

int
split_finish(struct split *s, struct err *e)
{
	if (s->report == NULL || s->report_text.len == 0)
		return 0;
	if (outfile_write(s->report, s->report_text.data, s->report_text.len, e) != 0)
		return -1;
	buf_clear(&s->report_text);
	return 0;
}

uint64_t
split_rejected(const struct split *s)
{
	uint64_t n = 0;

	for (int why = 0; why < REJECT_REASONS; why++)
		n += s->rejected[why];
	return n;
}

void
split_tell(const struct split *s)
{
	uint64_t rejected = split_rejected(s), all = rejected + s->good;
	struct buf text = {0};

	if (rejected == 0)
		return;
	if (s->rejected[REJECT_NO_KEY] == all)
		buf_addf(&text, "none of %llu records holds '%s': is that the key?",
		    (unsigned long long)all, s->key);
	else
		buf_addf(&text, "%llu of %llu records set aside as type " TYPE_REJECTED,
		    (unsigned long long)rejected, (unsigned long long)all);
	for (int why = 0; why < REJECT_REASONS && s->rejected[REJECT_NO_KEY] != all; why++)
		if (s->rejected[why] > 0)
			buf_addf(&text, ", %s %llu", reject_name((enum reject)why),
			    (unsigned long long)s->rejected[why]);
	if (s->good == 0)
		msg_error("%s", text.data);
	else
		msg_warn("%s", text.data);
	buf_free(&text);
}

void
split_free(struct split *s)
{
	buf_free(&s->report_text);
	buf_free(&s->unescaped);
}
