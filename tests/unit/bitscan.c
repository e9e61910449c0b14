/* The fast scan: what it accepts the scanner accepts, with the same key; it accepts all that is
 * plainly good; every backend, wherever the 64 bytes of its steps begin. */
#include "check.h"
#include "told.h"

static uint64_t seed = 1;

/* 0 .. n-1 (splitmix64) */
static unsigned
draw(unsigned n)
{
	uint64_t z = seed += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (unsigned)((z ^ (z >> 31)) % n);
}

static const char *
pick(const char *const *words)
{
	unsigned n = 0;

	while (words[n] != NULL)
		n++;
	return words[draw(n)];
}

static void
space(struct buf *out)
{
	static const char *const words[] = {"", "", "", "", " ", "  ", "\t", "\r", NULL};

	buf_adds(out, pick(words));
}

static void
string(struct buf *out)
{
	static const char *const words[] = {"a", "b", "C:\\\\dir\\\\", "\\\"", "\\n", "\\u00e9",
	    "\\ud83d\\ude00", "\\/", "{", "}", "[", "]", ",", ":", "\xc3\xa9", "\xed\x9f\xbf",
	    "\xe0\xa0\x80", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf", "type",
	    "lorem ipsum dolor sit amet ", "\x7f", NULL};

	buf_addc(out, '"');
	for (unsigned n = draw(8) == 0 ? draw(60) : draw(6); n > 0; n--)
		buf_adds(out, pick(words));
	buf_addc(out, '"');
}

static void value(struct buf *out, unsigned depth);

static void
object(struct buf *out, unsigned depth, int with_key)
{
	static const char *const names[] = {"\"a\"", "\"typ\"", "\"types\"", "\"\"", "\"t\"",
	    "\"long name\"", "\"\xc3\xa9\"", NULL};
	unsigned n = draw(5), key = n > 0 ? draw(n) : 0;

	if (with_key && n == 0)
		n = 1;
	buf_addc(out, '{');
	space(out);
	for (unsigned i = 0; i < n; i++) {
		if (i > 0) {
			buf_addc(out, ',');
			space(out);
		}
		buf_adds(out, with_key && i == key        ? "\"type\""
			      : depth > 1 && draw(4) == 0 ? "\"type\""
							  : pick(names));
		space(out);
		buf_addc(out, ':');
		space(out);
		if (with_key && i == key && draw(4) > 0)
			buf_adds(out, "\"T\\u0041\"");
		else
			value(out, with_key && i == key ? 0 : depth + 1);
		space(out);
	}
	buf_addc(out, '}');
}

static void
value(struct buf *out, unsigned depth)
{
	static const char *const scalars[] = {"0", "-0", "1", "10",
	    "123456789012345678901234567890", "-1.5", "1e9", "2.50E-3", "0.1", "true", "false",
	    NULL};
	unsigned kind = draw(depth > 0 && depth < 6 ? 6 : 3);

	if (kind <= 1)
		string(out);
	else if (kind == 2)
		buf_adds(out, pick(scalars));
	else if (kind == 3)
		object(out, depth, 0);
	else if (kind == 4) {
		buf_adds(out, "[");
		for (unsigned n = draw(4); n > 0; n--) {
			space(out);
			value(out, depth + 1);
			if (n > 1)
				buf_addc(out, ',');
		}
		space(out);
		buf_adds(out, "]");
	} else
		buf_adds(out, "null");
}

/* Lines of records that are plainly good. */
static void
good_lines(struct buf *out, unsigned n)
{
	static const char *const ends[] = {"\n", "\n", "\n", "\r\n", " \n", "", " ", "\n\n", NULL};

	for (; n > 0; n--) {
		object(out, 1, 1);
		buf_adds(out, pick(ends));
	}
	buf_addc(out, '\n');
}

static const char *const backends[] = {"avx2", "sse2", "neon", "c"};

/* Every backend tells what the scanner alone tells. */
static int
all_agree(struct record_rules rules, const char *p, size_t n)
{
	struct told expected, found;
	int agree = 1;

	rules.scan = NULL;
	expected = told_records(&rules, p, n, n);
	for (size_t i = 0; i < sizeof backends / sizeof backends[0]; i++) {
		rules.scan = bitscan_choose(backends[i]);
		if (rules.scan == NULL)
			continue;
		found = told_records(&rules, p, n, n);
		if (!told_alike(&found, &expected)) {
			printf("%s trust %d: %.*s\n--- found\n%s--- expected\n%s", backends[i],
			    rules.trust, (int)n, p, found.text.data, expected.text.data);
			agree = 0;
		}
		buf_free(&found.text);
	}
	buf_free(&expected.text);
	return agree;
}

/* A few bytes changed, taken out or doubled. */
static void
damage(struct buf *text)
{
	static const char bytes[] =
	    "\"\"\\{}[],: \n\r\t\x01u0-.eE1tn\x80\xc3\xe0\xed\xf0\xf4\xff{}\"";

	for (unsigned n = draw(3) + 1; n > 0 && text->len > 2; n--) {
		size_t at = draw((unsigned)text->len);

		switch (draw(3)) {
		case 0:
			text->data[at] = bytes[draw(sizeof bytes)];
			break;
		case 1:
			memmove(text->data + at, text->data + at + 1, text->len - at - 1);
			text->len--;
			break;
		default:
			buf_addc(text, ' ');
			memmove(text->data + at + 1, text->data + at, text->len - at - 1);
		}
	}
}

static void
verdicts_are_the_scanners(int rounds)
{
	struct key top, nested;
	struct err e;
	int agree = 1;

	CHECK(key_compile("type", &top, &e) == 0 && key_compile("/a/type", &nested, &e) == 0);
	for (int round = 0; round < rounds && agree; round++) {
		struct record_rules rules = {.key = round % 8 == 0    ? &nested
						    : round % 16 == 1 ? NULL
								      : &top,
		    .max_line = draw(8) == 0 ? 60 : 10000,
		    .max_depth = draw(4) == 0 ? 3 : 500,
		    .trust = draw(2) == 0};
		struct buf text = {0};

		for (unsigned shift = draw(131); shift > 0; shift--)
			buf_addc(&text, ' ');
		if (text.len > 0 && draw(2) == 0)
			buf_addc(&text, '\n');
		good_lines(&text, 1 + draw(4));
		if (draw(4) > 0)
			damage(&text);
		agree = all_agree(rules, text.data, text.len);
		buf_free(&text);
	}
	CHECK(agree);
	key_free(&top);
	key_free(&nested);
}

/* A name that holds a quote is always spelled with an escape; what looks like it is none. */
static void
quotes_in_the_key(void)
{
	static const char text[] = "{\"a\"b\":1,\"}\n{\"a\\\"b\":2}\n{\"a\\u0022b\":3}\n";
	struct key key;
	struct err e;

	CHECK(key_compile("a\"b", &key, &e) == 0);
	for (int trust = 0; trust < 2; trust++) {
		struct record_rules rules = {
		    .key = &key, .max_line = 1000, .max_depth = 500, .trust = trust};

		CHECK(all_agree(rules, text, sizeof text - 1));
	}
	key_free(&key);
}

/* Trusted lines with escapes up to their end, in front of others and at the end of all. */
static void
escapes_at_the_end(void)
{
	static const char *const ends[] = {"\\u}", "\\u0}", "\\u00}", "\\u007}", "\\u0074}",
	    "\\u00\"}", "\\u0041\"}", "\\u}\r", "\\u00}\r"};
	struct record_rules rules = {.max_line = 1000, .max_depth = 500, .trust = 1};
	struct key key;
	struct err e;

	CHECK(key_compile("t", &key, &e) == 0);
	rules.key = &key;
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		for (int behind = 0; behind < 3; behind++) {
			struct buf text = {0};

			buf_addf(
			    &text, "{\"t\":\"a\",\"x\":\"%s%s", ends[i], behind > 0 ? "\n" : "");
			if (behind == 2)
				buf_adds(&text, "{\"t\":\"b\"}\n{\"t\":\"c\"}\n");
			CHECK(all_agree(rules, text.data, text.len));
			buf_free(&text);
		}
	key_free(&key);
}

/* More records on a line than one scan finds, the last of them odd. */
static void
many_glued_records(void)
{
	struct key key;
	struct err e;

	CHECK(key_compile("t", &key, &e) == 0);
	for (int n = 250; n < 520; n++) {
		struct record_rules rules = {.key = n % 3 == 0 ? NULL : &key,
		    .max_line = 1000,
		    .max_depth = 500,
		    .trust = n % 2};
		struct buf text = {0};

		for (int i = 0; i < n; i++)
			buf_adds(&text, n % 3 == 0 ? "{}" : "{\"t\":1} ");
		buf_adds(
		    &text, n % 5 == 0 ? "{\"t\":}{\"t\":2}\n\xef\xbb\xbf{\"t\":3}\n" : "\r\n \n");
		CHECK(all_agree(rules, text.data, text.len));
		buf_free(&text);
	}
	key_free(&key);
}

/* What is plainly good is accepted at once, at each of 131 places in the steps. */
static void
good_lines_are_accepted(void)
{
	static const char name[] = "type";

	for (size_t i = 0; i < sizeof backends / sizeof backends[0]; i++)
		for (size_t shift = 0; shift <= 130; shift++)
			for (int trust = 0; trust < 2; trust++) {
				struct bitscan_rules rules = {
				    name, strlen(name), 1000000, 500, trust};
				bitscan_backend *scan = bitscan_choose(backends[i]);
				struct bitscan_found found;
				struct buf text = {0};

				for (size_t n = 0; n < shift; n++)
					buf_addc(&text, ' ');
				buf_adds(&text, "{\"type\":\"a\"}\n");
				for (int n = 0; n < 9; n++) {
					buf_adds(&text, "{\"type\":\"a\", \"x\":");
					string(&text);
					buf_adds(&text, ",\"n\":[0,-1.5e3,true,null,{}],\"b\":{"
							"\"type\":\"b\"}} \n");
				}
				if (scan != NULL) {
					CHECK(scan(&rules, text.data, text.data + text.len,
						  &found) == text.data + text.len);
					CHECK(found.n == 10 && found.lines == 10);
				}
				buf_free(&text);
			}
}

int
main(int argc, char **argv)
{
	CHECK(bitscan_choose("mmx") == NULL);
#if defined(__x86_64__)
	CHECK(bitscan_choose("sse2") != NULL);
#elif defined(__aarch64__)
	CHECK(bitscan_choose("neon") == bitscan_choose(NULL));
#endif
	CHECK(bitscan_choose("") != NULL && bitscan_choose("c") != NULL);
	good_lines_are_accepted();
	quotes_in_the_key();
	escapes_at_the_end();
	many_glued_records();
	verdicts_are_the_scanners(argc > 1 ? atoi(argv[1]) : 20000);
	return check_done();
}
