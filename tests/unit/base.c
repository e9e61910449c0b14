/* The base layer: names, hours, templates, numbers, TSV, JSON. */
#include "check.h"
#include "base/json.h"
#include "base/name.h"
#include "base/num.h"
#include "base/tsv.h"

#include <stdlib.h>

static const char *
type_name(const char *type, size_t len)
{
	static struct buf b;

	buf_clear(&b);
	name_type(&b, type, len);
	return b.data;
}

static void
types_become_distinct_file_names(void)
{
	char longest[1000], *first;

	CHECK_STR(type_name("Security", 8), "Security");
	CHECK_STR(type_name("a/b", 3), "a%2Fb");
	CHECK_STR(type_name("a%2Fb", 5), "a%252Fb");
	CHECK_STR(type_name("", 0), "%");
	CHECK_STR(type_name(".hidden", 7), "%2Ehidden");
	CHECK_STR(type_name("_x", 2), "%5Fx");
	CHECK_STR(type_name("_rejected", 9), "_rejected");
	CHECK_STR(type_name("a\0b", 3), "a%00b");
	CHECK_STR(type_name("a.b_c-d", 7), "a.b_c-d");
	memset(longest, '/', sizeof longest);
	first = xstrdup(type_name(longest, sizeof longest));
	longest[999] = '!';
	CHECK(strcmp(first, type_name(longest, sizeof longest)) != 0);
	CHECK(strlen(first) == 150 + 1 + 32);
	free(first);
}

static void
templates_expand(void)
{
	struct name_values v = {.type = "t", .hour = "2021/01/01/00", .part = 7};
	struct buf b = {0};
	struct err e;

	CHECK(name_expand(&b, "{hour}/{type}-{part}{}.gz{", &v, &e) == 0);
	CHECK_STR(b.data, "2021/01/01/00/t-7{}.gz{");
	CHECK(name_expand(&b, "{typo}", &v, &e) == -1 && e.code == EX_USAGE);
	v.part = UINT64_MAX;
	CHECK(name_expand(&b, "{part}", &v, &e) == -1 && e.code == EX_USAGE);
	buf_free(&b);
}

static void
hours_are_checked(void)
{
	static const char *const wrong[] = {"", "2021-01-01-00", "2021/01/01", "2021/02/29/00",
	    "2021/01/01/24", "2021/1/1/0", "2021/01/01/00/", "1969/12/31/23", "2021/01/01/+1"};
	struct hour h;
	struct err e;

	CHECK(hour_parse("2020/02/29/23", &h, &e) == 0);
	CHECK_STR(h.compact, "2020022923");
	CHECK_STR(h.literal, "2020-02-29 23:00:00+00");
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		CHECK(hour_parse(wrong[i], &h, &e) == -1 && e.code == EX_USAGE);
}

static void
urls_split(void)
{
	struct url u;
	struct err e;

	CHECK(url_parse("s3://b/a/b/", "s3", &u, &e) == 0 && u.prefix);
	CHECK_STR(u.path, "a/b/");
	url_free(&u);
	CHECK(url_parse("gs://b/a*", "gs", &u, &e) == 0 && u.prefix);
	CHECK_STR(u.path, "a");
	url_free(&u);
	CHECK(url_parse("gs://b/a", "gs", &u, &e) == 0 && !u.prefix);
	url_free(&u);
	CHECK(url_parse("s3:///a", "s3", &u, &e) == -1 && e.code == EX_USAGE);
	CHECK(url_parse("gs://b", "s3", &u, &e) == -1 && e.code == EX_USAGE);
}

static void
numbers_are_checked(void)
{
	uint64_t n;

	CHECK(num_u64("18446744073709551615", 20, &n) == 0 && n == UINT64_MAX);
	CHECK(num_u64("18446744073709551616", 20, &n) == -1);
	CHECK(num_u64("", 0, &n) == -1 && num_u64("-1", 2, &n) == -1);
	CHECK(num_size("8M", &n) == 0 && n == 8 << 20);
	CHECK(num_size("17179869184G", &n) == -1 && num_size("M", &n) == -1);
}

static void
manifests_round_trip(void)
{
	const char raw[] = "a\tb\nc\r\\d";
	struct tsv_reader r = {.name = "manifest"};
	struct buf b = {0};
	struct err e;
	uint64_t n;

	tsv_add(&b, raw, sizeof raw - 1);
	tsv_addu(&b, 42);
	buf_adds(&b, "\nx\n\\q\ty\n");
	r.in = fmemopen(b.data, b.len, "r");
	CHECK(tsv_next(&r, 2, &e) == 1);
	CHECK(r.field[0].len == sizeof raw - 1 && memcmp(r.field[0].s, raw, sizeof raw) == 0);
	CHECK(tsv_u64(&r, 1, &n, &e) == 0 && n == 42);
	CHECK(tsv_next(&r, 2, &e) == -1 && e.code == EX_CONFIG);
	CHECK_STR(e.text, "manifest:2: found 1 tab-separated columns, expected 2");
	CHECK(tsv_next(&r, 2, &e) == -1 && strstr(e.text, "manifest:3: bad escape") != NULL);
	CHECK(tsv_next(&r, 2, &e) == 0);
	fclose(r.in);
	tsv_done(&r);
	buf_free(&b);
}

static void
a_line_may_begin_with_an_empty_field(void)
{
	char text[64] = "";
	FILE *out = fmemopen(text, sizeof text, "w");
	struct buf rest = {0};

	tsv_addu(&rest, 3);
	tsv_adds(&rest, "x");
	CHECK(tsv_put(out, "", 0, &rest) == 0 && tsv_put(out, "a\tb", 3, &rest) == 0);
	fclose(out);
	CHECK_STR(text, "\t3\tx\na\\tb\t3\tx\n");
	buf_clear(&rest);
	name_table(&rest, "", 0);
	CHECK_STR(rest.data, "_");
	buf_free(&rest);
}

static void
documents_are_bounded(void)
{
	struct buf deep = {0}, quoted = {0};
	struct err e;
	uint64_t n;
	yajl_val v = json_parse("{\"a\":{\"b\":\"12\"}}", 16, 100, "x", &e);

	CHECK(v != NULL && json_u64(v, "a.b", &n) == 0 && n == 12);
	CHECK(json_string(v, "a.c") == NULL && json_string(NULL, "a") == NULL);
	yajl_tree_free(v);
	CHECK(json_parse("{\n\"a\":}", 7, 100, "x", &e) == NULL && e.code == EX_DATAERR);
	CHECK(strncmp(e.text, "x:2:", 4) == 0);
	CHECK(json_parse("{}", 2, 1, "x", &e) == NULL);
	CHECK(json_parse("", 0, 100, "x", &e) == NULL);
	CHECK(json_parse("[\"\0\"]", 5, 100, "x", &e) == NULL);
	for (int i = 0; i < 65; i++)
		buf_addc(&deep, '[');
	CHECK(json_parse(deep.data, deep.len, 100, "x", &e) == NULL);
	CHECK(strstr(e.text, "nested deeper") != NULL);
	json_quote(&quoted, "a\"\\\n\x01\xc3\xa9", 7);
	CHECK_STR(quoted.data, "\"a\\\"\\\\\\n\\u0001\xc3\xa9\"");
	buf_free(&deep);
	buf_free(&quoted);
}

int
main(void)
{
	types_become_distinct_file_names();
	templates_expand();
	hours_are_checked();
	urls_split();
	numbers_are_checked();
	manifests_round_trip();
	a_line_may_begin_with_an_empty_field();
	documents_are_bounded();
	return check_done();
}
