/* The scanner: grammar, UTF-8 and the key, one line each; the trusting walk finds the same keys. */
#include "check.h"
#include "ndjson/scan.h"

#include <stdlib.h>

struct scan_case {
	const char *key, *text, *expected; /* expected: a reason, or the type with '=' before it */
};

static const struct scan_case cases[] = {
    /* grammar */
    {"t", "{\"t\":\"a\"}", "=a"},
    {"t", " {\"t\" : \"a\" , \"x\" : [ ] , \"y\":{ } } ", "=a"},
    {"t", "{\"x\":[1,-0,0.5,1e9,1E-2,2.5e+10,true,false,null,\"\"],\"t\":\"a\"}", "=a"},
    {"t", "{\"t\":}", "not-json"},
    {"t", "{\"t\":\"a\",}", "not-json"},
    {"t", "{,\"t\":\"a\"}", "not-json"},
    {"t", "{\"t\":\"a\" \"x\":1}", "not-json"},
    {"t", "{\"t\" \"a\"}", "not-json"},
    {"t", "{t:\"a\"}", "not-json"},
    {"t", "{'t':1}", "not-json"},
    {"t", "{\"t\":\"a\",\"x\":[1,]}", "not-json"},
    {"t", "{\"t\":\"a\",\"x\":[1 2]}", "not-json"},
    {"t", "{\"t\":\"a\",\"x\":[}", "not-json"},
    {"t", "{\"t\":\"a\",\"x\":{]}", "not-json"},
    {"t", "{\"t\":\"a\",\"x\":[1}", "not-json"},
    {"t", "{\"t\":\"a\"", "not-json"},
    {"t", "{\"t\":\"a", "not-json"},
    {"t", "{\"t", "not-json"},
    {"t", "{", "not-json"},
    {"t", "}", "not-json"},
    {"t", "{\"t\":\"a\"}}", "not-json"},
    {"t", "{\"t\":\"a\"} x", "not-json"},
    {"t", "{\"t\":\"a\"}[1]", "not-json"},
    {"t", "{\"t\":01}", "not-json"},
    {"t", "{\"t\":-}", "not-json"},
    {"t", "{\"t\":+1}", "not-json"},
    {"t", "{\"t\":1.}", "not-json"},
    {"t", "{\"t\":.5}", "not-json"},
    {"t", "{\"t\":1e}", "not-json"},
    {"t", "{\"t\":1e+}", "not-json"},
    {"t", "{\"t\":0x1}", "not-json"},
    {"t", "{\"t\":NaN}", "not-json"},
    {"t", "{\"t\":truE}", "not-json"},
    {"t", "{\"t\":tru", "not-json"},
    {"t", "{\"t\":\"\\x\"}", "not-json"},
    {"t", "{\"t\":\"\\u12g4\"}", "not-json"},
    {"t", "{\"t\":\"\\u12", "not-json"},
    {"t", "{\"t\":\"\\", "not-json"},
    {"t", "{\"t\":1}\f", "not-json"},
    {"t", "\xef\xbb\xbf{\"t\":1}", "not-json"},
    {"t", "<html>", "not-json"},
    {"t", "{\"x\":\"a\x01\",\"t\":1}", "control-character"},
    {"t", "{\"x\":\"0123456\t\",\"t\":1}", "control-character"},
    /* UTF-8 */
    {"t",
	"{\"t\":\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\"}",
	"=\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf"},
    {"t", "{\"t\":\"\x80\"}", "bad-utf8"},
    {"t", "{\"t\":\"\xc0\x80\"}", "bad-utf8"},
    {"t", "{\"t\":\"\xc1\xbf\"}", "bad-utf8"},
    {"t", "{\"t\":\"\xc3\"}", "bad-utf8"},
    {"t", "{\"t\":\"\xe0\x9f\xbf\"}", "bad-utf8"},
    {"t", "{\"t\":\"\xe2\x82\"}", "bad-utf8"},
    {"t", "{\"t\":\"\xed\xa0\x80\"}", "bad-utf8"},
    {"t", "{\"t\":\"\xf0\x8f\xbf\xbf\"}", "bad-utf8"},
    {"t", "{\"t\":\"\xf4\x90\x80\x80\"}", "bad-utf8"},
    {"t", "{\"t\":\"\xf5\x80\x80\x80\"}", "bad-utf8"},
    {"t", "{\"t\":\"\xf0\x9f\x98", "bad-utf8"},
    {"t", "{\"\xff\":1,\"t\":1}", "bad-utf8"},
    /* what a record must be */
    {"t", "[]", "not-object"},
    {"t", "\"t\"", "not-object"},
    {"t", "12", "not-object"},
    {"t", "null", "not-object"},
    {"t", "{\"a\":{\"b\":{\"c\":{\"d\":{}}}},\"t\":1}", "too-deep"},
    {"t", "{\"a\":[[[[1]]]],\"t\":1}", "too-deep"},
    {"t", "{\"a\":[[[1]]],\"t\":1}", "=1"},
    /* the key */
    {"t", "{}", "no-key"},
    {"t", "{\"T\":1,\"tt\":2,\"\":3}", "no-key"},
    {"t", "{\"x\":{\"t\":\"nested\"},\"y\":[{\"t\":1}]}", "no-key"},
    {"t", "{\"x\":{\"t\":\"nested\"},\"t\":\"top\"}", "=top"},
    {"t", "{\"x\":\"t\",\"y\":\"{\\\"t\\\":1}\",\"t\":\"top\"}", "=top"},
    {"t", "{\"t\":\"\"}", "="},
    {"t", "{\"t\":\"a\\/b\"}", "=a/b"},
    {"t", "{\"t\":\"\\\"\\\\\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\"}",
	"=\"\\\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80"},
    {"t", "{\"t\":\"\\ud83d\"}", "key-surrogate"},
    {"t", "{\"t\":\"\\ude00\\ud83d\"}", "key-surrogate"},
    {"t", "{\"x\":\"\\ud83d\",\"t\":1}", "=1"},
    {"t", "{\"t\":-1.50e3}", "=-1.50e3"},
    {"t", "{\"t\":true}", "=true"},
    {"t", "{\"t\": false }", "=false"},
    {"t", "{\"t\":null}", "key-null"},
    {"t", "{\"t\":{\"t\":1}}", "key-container"},
    {"t", "{\"t\":[\"a\"]}", "key-container"},
    {"t", "{\"t\":1,\"x\":2,\"t\":1}", "duplicate-key"},
    {"t", "{\"t\":1,\"\\u0074\":2}", "duplicate-key"},
    {"t", "{\"\\u0074\":\"a\"}", "=a"},
    {"type", "{\"t\\u0079p\\u0065\":\"a\"}", "=a"},
    {"a/b", "{\"a\\/b\":1,\"a\":{\"b\":2}}", "=1"},
    {"/a/b", "{\"a/b\":1,\"a\":{\"b\":2}}", "=2"},
    {"/a/b", "{\"b\":1,\"a\":{\"a\":{\"b\":3},\"b\":2}}", "=2"},
    {"/a/b", "{\"a\":{\"c\":{\"b\":1}}}", "no-key"},
    {"/a/b", "{\"a\":{},\"c\":{\"b\":1}}", "no-key"},
    {"/a/b", "{\"a\":1}", "no-key"},
    {"/a/b", "{\"a\":\"x\",\"b\":{\"b\":1}}", "no-key"},
    {"/a/b", "{\"a\":{\"b\":1},\"a\":{\"b\":1}}", "duplicate-key"},
    {"/a/b", "{\"a\":{\"b\":1,\"b\":1}}", "duplicate-key"},
    {"/a/b", "{\"a\":{\"b\":null}}", "key-null"},
    {"/a/1", "{\"a\":[\"x\",\"y\",\"z\"]}", "=y"},
    {"/a/1", "{\"a\":[{\"a\":[1,2]},true]}", "=true"},
    {"/a/1", "{\"a\":[[5,6],[7]]}", "key-container"},
    {"/a/1", "{\"a\":[1]}", "no-key"},
    {"/a/0", "{\"a\":[]}", "no-key"},
    {"/a/1", "{\"a\":{\"1\":\"name\"}}", "=name"},
    {"/a/01", "{\"a\":[1,2]}", "no-key"},
    {"/a/1/b", "{\"a\":[{\"b\":1},{\"b\":2}]}", "=2"},
    {"/a/0/0", "{\"a\":[[\"deep\"],[2]]}", "=deep"},
    {"/", "{\"\":\"empty name\"}", "=empty name"},
    {"/a~1b/c~0d", "{\"a/b\":{\"c~d\":1}}", "=1"},
    {"/~01", "{\"~1\":1}", "=1"},
};

/* What the scanner says of a case, in the words of the table. */
static const char *
verdict(const struct scan_case *c, int trust)
{
	static struct buf out;
	struct scanned found;
	struct scanner *s;
	struct key key;
	struct err e;

	buf_clear(&out);
	if (key_compile(c->key, &key, &e) != 0)
		return "a wrong key";
	s = scanner_new(&key, 4, trust);
	scanner_scan(s, c->text, c->text + strlen(c->text), &found);
	if (found.fault.reason != REJECT_NONE) {
		buf_adds(&out, reject_name(found.fault.reason));
	} else {
		buf_addc(&out, '=');
		if (!found.value_escaped)
			buf_add(&out, found.value, found.value_len);
		else if (unescape(&out, found.value, found.value_len) != 0) {
			buf_clear(&out);
			buf_adds(&out, "key-surrogate");
		}
	}
	scanner_free(s);
	key_free(&key);
	return out.data;
}

static void
each_case_has_its_verdict(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *said = verdict(&cases[i], 0);

		CHECK_STR(said, cases[i].expected);
		if (strcmp(said, cases[i].expected) != 0)
			printf("    in %s\n", cases[i].text);
	}
}

/* Trusted text: whatever the checking scan accepts is read alike, and what concerns the key is
 * refused alike. */
static void
trust_finds_the_same_keys(void)
{
	static const char *const alike[] = {
	    "no-key", "duplicate-key", "key-null", "key-container", "key-surrogate", "too-deep"};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *expected = cases[i].expected;
		int same = expected[0] == '=';

		for (size_t j = 0; j < sizeof alike / sizeof alike[0]; j++)
			same |= strcmp(expected, alike[j]) == 0;
		if (same)
			CHECK_STR(verdict(&cases[i], 1), expected);
	}
}

static void
trust_refuses_what_does_not_close(void)
{
	static const char *const text[] = {"{\"t\":\"a\"", "{\"t\":\"a", "{\"t\":[1}", "{\"t\":1]",
	    "{\"t\":}", "{\"t\":\"a\"}}", "{\"t\":\"a\"} x"};

	for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
		struct scan_case c = {"t", text[i], "not-json"};

		CHECK_STR(verdict(&c, 1), c.expected);
	}
}

/* Every byte in a string at every distance from its start: the eight-byte steps see what single
 * steps see. */
static void
strings_are_checked_at_every_offset(void)
{
	char text[40];

	for (int at = 0; at < 20; at++)
		for (int byte = 0; byte < 256; byte++) {
			struct scan_fault f = {0};
			int escaped = 0;
			const char *close;

			memset(text, 'x', sizeof text);
			text[at] = (char)byte;
			text[30] = '"';
			close = text_string(text, text + sizeof text, &escaped, &f);
			if (byte == '"')
				CHECK(close == text + at);
			else if (byte < 0x20)
				CHECK(close == NULL && f.reason == REJECT_CONTROL &&
				      f.at == text + at);
			else if (byte >= 0x80)
				CHECK(close == NULL && f.reason == REJECT_BAD_UTF8 &&
				      f.at == text + at);
			else if (byte == '\\')
				CHECK(close == NULL && f.at == text + at + 1);
			else
				CHECK(close == text + 30 && !escaped);
		}
}

static void
wrong_keys_are_usage_errors(void)
{
	struct key key;
	struct err e;

	CHECK(key_compile("", &key, &e) == -1 && e.code == EX_USAGE);
	CHECK(key_compile("/a~2", &key, &e) == -1 && e.code == EX_USAGE);
	CHECK(key_compile("/a~", &key, &e) == -1);
	CHECK(key_compile("a~2", &key, &e) == 0);
	key_free(&key);
}

int
main(void)
{
	each_case_has_its_verdict();
	trust_finds_the_same_keys();
	trust_refuses_what_does_not_close();
	strings_are_checked_at_every_offset();
	wrong_keys_are_usage_errors();
	return check_done();
}
