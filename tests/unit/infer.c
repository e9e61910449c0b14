/* Trees of paths: numbers compared exactly, the cap and merging whatever the order, names. */
#include "check.h"
#include "ndjson/infer_files.h"
#include "ndjson/infer_name.h"
#include "ndjson/infer_number.h"
#include "ndjson/infer_tree.h"
#include "ndjson/infer_walk.h"

#include <math.h>
#include <stdlib.h>

static int
order(const char *a, const char *b)
{
	int up = number_order(a, strlen(a), b, strlen(b)),
	    down = number_order(b, strlen(b), a, strlen(a));

	CHECK((up > 0) == (down < 0) && (up == 0) == (down == 0));
	return (up > 0) - (up < 0);
}

static void
test_order(void)
{
	static const char *const rising[] = {"-1e999999999", "-1e400", "-9223372036854775809",
	    "-9223372036854775808", "-10", "-9.5", "-1", "-0.5", "-1e-400", "0", "1e-400",
	    "0.00099", "0.001", "1", "1.000000000000000000000000000000000000001", "2", "9", "10",
	    "9.007199254740993e15", "9007199254740993.5", "1e16", "9223372036854775807",
	    "9223372036854775808", "123e400", "1e999999999"};
	static const char *const equal[][2] = {{"1", "1.0"}, {"1e3", "1000"}, {"0", "-0.00e5"},
	    {"120e-2", "1.2"}, {"0.0012", "12E-4"}, {"-5e+1", "-50.0"}, {"100", "1e2"}};

	for (size_t i = 0; i < sizeof rising / sizeof rising[0]; i++)
		for (size_t k = 0; k < sizeof rising / sizeof rising[0]; k++)
			CHECK(order(rising[i], rising[k]) == (i > k) - (i < k));
	for (size_t i = 0; i < sizeof equal / sizeof equal[0]; i++)
		CHECK(order(equal[i][0], equal[i][1]) == 0);
}

static void
test_look(void)
{
	static const struct {
		const char *text;
		int zero, integral;
		long fraction;
	} look[] = {{"1.5", 0, 0, 1}, {"-0.0", 1, 1, 1}, {"2.00", 0, 1, 2}, {"1e3", 0, 1, 0},
	    {"1.25e1", 0, 0, 1}, {"0.1234567891", 0, 0, 10}, {"0e5", 1, 1, 0}, {"1e-3", 0, 0, 3},
	    {"123456789.123456789", 0, 0, 9}, {"9007199254740993.0", 0, 1, 0}, {"1e400", 0, 1, 0}};

	for (size_t i = 0; i < sizeof look / sizeof look[0]; i++) {
		struct number_look n;

		number_look(look[i].text, strlen(look[i].text), &n);
		CHECK(n.value == strtod(look[i].text, NULL));
		CHECK(n.zero == look[i].zero && n.integral == look[i].integral);
		CHECK(n.fraction == look[i].fraction);
	}
}

static void
test_shorten(void)
{
	char long_text[300], out[NUMBER_TEXT];
	size_t n;

	memset(long_text, '7', sizeof long_text);
	long_text[0] = '-';
	long_text[100] = '.';
	n = number_shorten(long_text, sizeof long_text, out);
	CHECK(n <= NUMBER_TEXT);
	CHECK_STR(out, "-7.777777777777777777777777777777777777777e98");
	memset(long_text, '0', sizeof long_text);
	long_text[1] = '.';
	CHECK(number_shorten(long_text, sizeof long_text, out) == 3);
	long_text[200] = '4';
	number_shorten(long_text, sizeof long_text, out);
	CHECK_STR(out, "4.000000000000000000000000000000000000000e-199");
}

/* All that is in a finished tree, as text. */
static void
print_path(struct buf *out, const struct infer_path *p)
{
	infer_pointer(out, p);
	buf_addf(out, " %llu cut %d twice %llu distinct %llu", (unsigned long long)p->present,
	    p->cut, (unsigned long long)p->twice, (unsigned long long)p->distinct);
	for (int i = 0; i < INFER_KINDS; i++)
		buf_addf(out, " %llu", (unsigned long long)p->kind[i]);
	for (int i = 0; i < INFER_EXAMPLES; i++)
		buf_addf(out, " '%.*s'", p->example[i].len,
		    p->example[i].text != NULL ? p->example[i].text : "");
	buf_addf(out, " [%.*s, %.*s]\n", p->least_number.len,
	    p->least_number.text != NULL ? p->least_number.text : "", p->greatest_number.len,
	    p->greatest_number.text != NULL ? p->greatest_number.text : "");
	if (p->element != NULL)
		print_path(out, p->element);
	for (const struct infer_path *c = p->child; c != NULL; c = c->next)
		print_path(out, c);
}

static uint64_t state = 1;

static unsigned
random_below(unsigned n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(state >> 33) % n;
}

static void
add_value(struct buf *out, int depth)
{
	unsigned what = random_below(depth < 4 ? 8 : 4), n = random_below(4);

	if (what == 0)
		buf_addf(out, "%u", random_below(50));
	else if (what == 1)
		buf_addf(out, "%u.%u", random_below(5), random_below(50));
	else if (what == 2)
		buf_adds(out, "\"text\"");
	else if (what == 3)
		buf_adds(out, random_below(2) ? "true" : "null");
	else if (what == 4) {
		buf_addc(out, '[');
		for (unsigned i = 0; i < n; i++) {
			buf_adds(out, i > 0 ? "," : "");
			add_value(out, depth + 1);
		}
		buf_addc(out, ']');
	} else {
		buf_addc(out, '{');
		for (unsigned i = 0; i < n; i++) {
			buf_addf(out, "%s\"k%u\":", i > 0 ? "," : "",
			    random_below(depth == 2 ? 60 : 3) * 4 + (random_below(20) ? i : 0));
			add_value(out, depth + 1);
		}
		buf_addc(out, '}');
	}
}

enum { RECORDS = 60, TREES = 3 };

static void
test_cap(void)
{
	for (unsigned run = 0; run < 400; run++) {
		struct tree *all = tree_new(12 + run % 40), *part[TREES];
		struct walk w = {0};
		struct buf record[RECORDS] = {{0}}, one = {0}, other = {0};

		for (size_t i = 0; i < RECORDS; i++) {
			buf_addf(&record[i], "{\"a\":");
			add_value(&record[i], 1);
			buf_addf(&record[i], ",\"b%u\":", random_below(3));
			add_value(&record[i], 1);
			buf_adds(&record[i], "}");
		}
		walk_into(&w, all);
		for (size_t i = 0; i < RECORDS; i++) {
			walk_record(&w, record[i].data, record[i].len, i + 1);
			CHECK(tree_paths(all) <= 12 + run % 40);
		}
		for (size_t t = 0; t < TREES; t++) {
			part[t] = tree_new(12 + run % 40);
			walk_into(&w, part[t]);
			for (size_t i = RECORDS; i-- > 0;)
				if (i % TREES == t)
					walk_record(&w, record[i].data, record[i].len, i + 1);
		}
		tree_merge(part[2], part[0]);
		tree_merge(part[2], part[1]);
		CHECK(tree_paths(part[2]) <= 12 + run % 40);
		tree_finish(all);
		tree_finish(part[2]);
		CHECK(!tree_overflows(all) && !tree_overflows(part[2]));
		print_path(&one, &tree_top(all)->path);
		print_path(&other, &tree_top(part[2])->path);
		CHECK_STR(other.data, one.data);
		for (size_t i = 0; i < RECORDS; i++)
			buf_free(&record[i]);
		for (size_t t = 0; t < TREES; t++)
			tree_free(part[t]);
		tree_free(all);
		walk_free(&w);
		buf_free(&one);
		buf_free(&other);
	}
}

/* One record, and what is told of its only key. */
static const struct infer_path *
path_of(struct tree *t, const char *record)
{
	struct walk w = {0};

	walk_into(&w, t);
	walk_record(&w, record, strlen(record), 1);
	tree_finish(t);
	walk_free(&w);
	return tree_top(t)->path.child;
}

static void
test_apart(void)
{
	struct tree *t = tree_new(100);
	const struct infer_path
	    *p = path_of(t,
		"{\"a\":[0,-0.0,\"\",false,true,{},[],[1],null,1.0,9223372036854775808,\"\\u00e9\","
		"\"2021-01-01\",-12]}"),
	    *e = p->element;

	CHECK(p->present == 1 && p->kind[VALUE_ARRAY] == 1 && p->empty_array == 0);
	CHECK(e->present == 14 && e->kind[VALUE_NULL] == 1 && e->kind[VALUE_ARRAY] == 2);
	CHECK(e->zero == 2 && e->empty_string == 1 && e->is_false == 1 && e->empty_object == 1);
	CHECK(e->integral_floats == 2 && e->beyond_int64 == 1 && e->whole_digits == 19);
	CHECK(e->shortest == 0 && e->longest == 10 && e->distinct == 10 && e->distinct_exact);
	CHECK(strncmp(e->least_number.text, "-12", e->least_number.len) == 0);
	CHECK(strncmp(e->greatest_number.text, "9223372036854775808", e->greatest_number.len) == 0);
	CHECK(e->least_string.len == 0 && e->greatest_string.len == 2);
	CHECK(e->suggested == 0 && infer_mixed(e) && !infer_mixed(p) && !e->beyond_json);
	tree_free(t);
}

static void
test_missing_and_twice(void)
{
	struct tree *t = tree_new(100);
	struct walk w = {0};
	const struct infer_path *p;

	walk_into(&w, t);
	walk_record(&w, "{\"a\":1,\"b\":{\"c\":1}}", 19, 1);
	walk_record(&w, "{\"b\":{},\"a\":2,\"\\u0061\":\"x\"}", 28, 2);
	walk_record(&w, "{\"b\":null}", 10, 3);
	tree_finish(t);
	p = tree_top(t)->path.child;
	CHECK_STR(p->name, "a");
	CHECK(p->present == 2 && infer_missing(p) == 1 && p->kind[VALUE_STRING] == 0);
	CHECK(p->parent->twice == 1);
	p = p->next;
	CHECK(p->present == 3 && infer_missing(p) == 0 && p->empty_object == 1);
	CHECK(p->child->present == 1 && infer_missing(p->child) == 1);
	tree_free(t);
	walk_free(&w);
}

/* Names for keys that may not keep theirs. */
static void
test_names(void)
{
	struct infer_names *n = infer_names_new();
	struct buf name = {0};
	char long_key[400];

	CHECK(infer_names_keep(n, "a", 1) && infer_names_keep(n, "a_2", 3));
	CHECK(!infer_names_keep(n, "A", 1) && !infer_names_keep(n, "", 0));
	CHECK(!infer_names_keep(n, "1", 1) && !infer_names_keep(n, "_TABLE_", 7));
	infer_names_make(n, "A", 1, &name);
	CHECK_STR(name.data, "A_3");
	infer_names_make(n, "", 0, &name);
	CHECK_STR(name.data, "_");
	infer_names_make(n, "_table_x", 8, &name);
	CHECK_STR(name.data, "x_table_x");
	memset(long_key, 'k', sizeof long_key);
	for (int i = 1; i < 12; i++) {
		infer_names_make(n, long_key, sizeof long_key, &name);
		CHECK(strlen(name.data) == 300);
	}
	CHECK_STR(name.data + 296, "k_11");
	infer_names_free(n);
	buf_free(&name);
	CHECK(infer_name_found("a-b", 3, "A_B") && infer_name_found("x", 1, "X"));
	CHECK(!infer_name_found("a-b", 3, "a_b_2") && !infer_name_found("_TABLE_", 7, "x_TABLE_"));
}

int
main(void)
{
	test_order();
	test_look();
	test_shorten();
	test_cap();
	test_apart();
	test_missing_and_twice();
	test_names();
	return check_done();
}
