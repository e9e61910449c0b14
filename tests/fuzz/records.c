/* Fuzzing the verdict on records: each backend of the fast scan, however the text is cut, against
 * the scanner alone; and the scanner against yajl.
 *
 * The first bytes of an input choose the rules, the rest is the text. yajl is another's parser, so
 * the two are not alike in all: where it is known to take what RFC 8259 or RFC 3629 refuses (form
 * feeds and vertical tabs as white space; overlong UTF-8, surrogates, code points above U+10FFFF),
 * the bytes are first made such as it refuses too. After that they must agree on each record. */
#include "ndjson/key.h"
#include "told.h"

#include <stdio.h>
#include <string.h>
#include <yajl/yajl_parse.h>

enum { HEAD = 4 };

/* What yajl says of a record. */
struct opinion {
	const struct key_token *key;
	size_t depth, most;
	int top_object, at_key, keys;
	char kind; /* of the key's value: s string, n number, b boolean, 0 null, c container */
	struct buf value;
};

static void
opinion_value(struct opinion *o, char kind, const void *p, size_t n)
{
	if (o->depth == 1 && o->at_key) {
		o->at_key = 0;
		o->kind = kind;
		buf_clear(&o->value);
		buf_add(&o->value, p, n);
	}
}

static int
on_null(void *o)
{
	opinion_value(o, '0', "", 0);
	return 1;
}

static int
on_boolean(void *o, int truth)
{
	opinion_value(o, 'b', truth ? "true" : "false", truth ? 4 : 5);
	return 1;
}

static int
on_number(void *o, const char *p, size_t n)
{
	opinion_value(o, 'n', p, n);
	return 1;
}

static int
on_string(void *o, const unsigned char *p, size_t n)
{
	opinion_value(o, 's', p, n);
	return 1;
}

static int
on_name(void *opinion, const unsigned char *p, size_t n)
{
	struct opinion *o = opinion;

	if (o->depth == 1) {
		o->at_key = o->key != NULL && n == o->key->len && memcmp(p, o->key->name, n) == 0;
		o->keys += o->at_key;
	}
	return 1;
}

static void
opens(struct opinion *o)
{
	opinion_value(o, 'c', "", 0);
	if (++o->depth > o->most)
		o->most = o->depth;
}

static int
on_open_object(void *opinion)
{
	struct opinion *o = opinion;

	o->top_object |= o->depth == 0;
	opens(o);
	return 1;
}

static int
on_open_array(void *o)
{
	opens(o);
	return 1;
}

static int
on_close(void *opinion)
{
	struct opinion *o = opinion;

	o->depth--;
	return 1;
}

/* Bytes that yajl takes and we don't become bytes that it refuses too. */
static void
make_alike(unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = p[i], next = i + 1 < n ? p[i + 1] : 0;

		if (c == '\f' || c == '\v')
			p[i] = 1;
		else if (c == 0xc0 || c == 0xc1 || c >= 0xf5 || (c == 0xe0 && next < 0xa0) ||
			 (c == 0xed && next > 0x9f) || (c == 0xf0 && next < 0x90) ||
			 (c == 0xf4 && next > 0x8f))
			p[i] = 0xff;
	}
}

static int
yajl_takes(const yajl_callbacks *on, struct opinion *o, const unsigned char *p, size_t n)
{
	yajl_handle yajl = yajl_alloc(on, NULL, o);
	int good =
	    yajl_parse(yajl, p, n) == yajl_status_ok && yajl_complete_parse(yajl) == yajl_status_ok;

	yajl_free(yajl);
	return good;
}

/* Whether yajl takes p[0..n) for one JSON value, and what it sees in it. Behind a whole value it
 * takes a string without end, but not in an array. */
static int
ask_yajl(const char *p, size_t n, struct opinion *o)
{
	static const yajl_callbacks nothing, on = {
						 .yajl_null = on_null,
						 .yajl_boolean = on_boolean,
						 .yajl_number = on_number,
						 .yajl_string = on_string,
						 .yajl_start_map = on_open_object,
						 .yajl_map_key = on_name,
						 .yajl_end_map = on_close,
						 .yajl_start_array = on_open_array,
						 .yajl_end_array = on_close,
					     };
	struct buf copy = {0};
	int good;

	buf_addc(&copy, '[');
	buf_add(&copy, p, n);
	make_alike((unsigned char *)copy.data, copy.len);
	buf_addc(&copy, ']');
	good = yajl_takes(&on, o, (unsigned char *)copy.data + 1, n) &&
	       yajl_takes(&nothing, NULL, (unsigned char *)copy.data, copy.len);
	buf_free(&copy);
	return good;
}

#define MUST(cond)                                                                         \
	do {                                                                               \
		if (!(cond)) {                                                             \
			fprintf(stderr, "%s:%d: not true: %s\nrecord: %.*s\nreason: %s\n", \
			    __FILE__, __LINE__, #cond, (int)rec->len, rec->p,              \
			    reject_name(rec->fault.reason));                               \
			abort();                                                           \
		}                                                                          \
	} while (0)

/* The value at the key, the same for both. */
static void
compare_values(const struct record *rec, const struct opinion *o)
{
	struct buf ours = {0};
	int whole = 1; /* yajl has '?' for half a surrogate pair */

	MUST(o->keys == 1 && strchr("snb", o->kind) != NULL);
	if (rec->value_escaped)
		whole = unescape(&ours, rec->value, rec->value_len) == 0;
	else
		buf_add(&ours, rec->value, rec->value_len);
	MUST(!whole || ours.len == o->value.len);
	MUST(!whole || ours.len == 0 || memcmp(ours.data, o->value.data, ours.len) == 0);
	MUST((o->kind == 's') == (rec->value[-1] == '"'));
	buf_free(&ours);
}

struct judged {
	const char *text, *at; /* at: behind the last record */
	const struct key_token *key;
	size_t max_depth, bad;
};

/* Between records there is white space, and byte order marks at starts of lines. */
static void
only_separators(const struct judged *j, const struct record *rec, const char *to)
{
	for (const char *p = j->at; p < to; p++) {
		if ((p == j->text || p[-1] == '\n') && to - p >= 3 &&
		    memcmp(p, "\xef\xbb\xbf", 3) == 0)
			p += 2;
		else
			MUST(memchr(" \t\r\n", *p, 4) != NULL);
	}
}

/* A record_sink over a text in one piece: the scanner's verdict against yajl's. */
static int
judge(void *judged, const struct record *rec, struct err *e)
{
	struct judged *j = judged;
	enum reject why = rec->fault.reason;
	struct opinion o = {.key = j->key};
	int good;

	(void)e;
	only_separators(j, rec, j->text + rec->offset);
	j->at = j->text + rec->offset + rec->len;
	MUST(memcmp(rec->p, j->text + rec->offset, rec->len) == 0);
	MUST(rec->len == 0 || memchr(rec->p, '\n', rec->len) == NULL);
	j->bad += why != REJECT_NONE;
	if (why == REJECT_TOO_LONG)
		return 0;
	MUST(rec->len > 0);
	good = ask_yajl(rec->p, rec->len, &o);
	switch (why) {
	case REJECT_NOT_JSON:
	case REJECT_BAD_UTF8:
	case REJECT_CONTROL:
		MUST(!good);
		break;
	case REJECT_TOO_DEEP:
		MUST(o.most > j->max_depth);
		break;
	case REJECT_NOT_OBJECT:
		MUST(good && !o.top_object);
		break;
	case REJECT_NO_KEY:
		MUST(good && o.top_object && o.keys == 0);
		break;
	case REJECT_DUPLICATE:
		MUST(good && o.top_object && o.keys > 1);
		break;
	case REJECT_KEY_NULL:
	case REJECT_KEY_CONTAINER:
		MUST(good && o.keys == 1 && o.kind == (why == REJECT_KEY_NULL ? '0' : 'c'));
		break;
	default:
		MUST(why == REJECT_NONE && good && o.top_object && o.most <= j->max_depth);
		if (j->key != NULL)
			compare_values(rec, &o);
	}
	buf_free(&o.value);
	return 0;
}

static void
compare_with_yajl(const struct record_rules *rules, const char *p, size_t n, size_t *bad)
{
	struct judged j = {.text = p,
	    .at = p,
	    .key = rules->key != NULL ? rules->key->token : NULL,
	    .max_depth = rules->max_depth};
	struct record rec_end = {.p = "", .fault = {0}}, *rec = &rec_end;
	struct records *r = records_new(rules, judge, &j);
	struct err e;

	records_begin(r, "text");
	MUST(records_feed(r, p, n, &e) == 0 && records_end(r, &e) == 0);
	only_separators(&j, rec, p + n);
	records_free(r);
	*bad = j.bad;
}

static void
must_be_alike(const struct told *found, const struct told *expected, const char *what)
{
	if (told_alike(found, expected))
		return;
	fprintf(stderr, "%s: found\n%.*s--- expected\n%.*s---\n", what, (int)found->text.len,
	    found->text.data, (int)expected->text.len, expected->text.data);
	abort();
}

/* Every backend, in one piece and in several. */
static void
compare_backends(
    struct record_rules rules, const char *p, size_t n, size_t piece, const struct told *expected)
{
	static const char *const backends[] = {NULL, "avx2", "sse2", "neon", "c"};

	for (size_t i = 0; i < sizeof backends / sizeof backends[0]; i++) {
		struct told found;

		rules.scan = backends[i] != NULL ? bitscan_choose(backends[i]) : NULL;
		if (backends[i] != NULL && rules.scan == NULL)
			continue;
		if (backends[i] != NULL) {
			found = told_records(&rules, p, n, n + 1);
			must_be_alike(&found, expected, backends[i]);
			buf_free(&found.text);
		}
		found = told_records(&rules, p, n, piece);
		must_be_alike(&found, expected, backends[i] != NULL ? backends[i] : "pieces");
		buf_free(&found.text);
	}
}

/* The key that n chooses, or NULL for none. */
static const struct key *
choose_key(unsigned n)
{
	static const char long_name[] =
	    "tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt";
	static const char *const text[] = {
	    "t", "t", "tt", long_name, "/a/t", "/a/0", "/a/1/t", NULL};
	static struct key key[8];
	struct err e;

	n %= sizeof text / sizeof text[0];
	if (text[n] == NULL)
		return NULL;
	if (key[n].n == 0 && key_compile(text[n], &key[n], &e) != 0)
		abort();
	return &key[n];
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const size_t depths[] = {500, 64, 63, 3}, lengths[] = {1 << 20, 1 << 20, 200, 20};
	const char *text = (const char *)data + HEAD;
	struct record_rules rules = {0};
	struct told strict, trusted;
	size_t bad = 1;

	if (size < HEAD)
		return 0;
	size -= HEAD;
	rules.key = choose_key(data[0]);
	rules.max_depth = depths[data[0] >> 3 & 3];
	rules.max_line = lengths[data[0] >> 5 & 3];
	if (rules.key == NULL || rules.key->n == 1)
		compare_with_yajl(&rules, text, size, &bad);
	strict = told_records(&rules, text, size, size + 1);
	compare_backends(rules, text, size, 1 + (size_t)data[1], &strict);
	rules.trust = 1;
	trusted = told_records(&rules, text, size, size + 1);
	compare_backends(rules, text, size, 1 + (size_t)data[1], &trusted);
	if (bad == 0) /* trust only passes more */
		must_be_alike(&trusted, &strict, "trust");
	buf_free(&strict.text);
	buf_free(&trusted.text);
	return 0;
}
