/* The words of profiles: hostile data, shares, values that were cut, the order of paths. */
#include "paths.h"

/* Keys and values that would be markup, turn the line around, or end it. */
static void
test_hostile(void)
{
	static char script[] = "</summary><script>alert('1')</script>&\"";
	static char turned[] = "a\xe2\x80\xae\x1b[31m\tb\\\xf0\x9f\x98\x80\xc2\xa0\xff";
	char *s;

	make();
	in.set_aside = 1;
	key(&paths[6], &top, script, VALUE_STRING, 1)->example[0] = text(turned, VALUE_STRING);
	key(&paths[7], &top, turned, VALUE_STRING, 1)->example[0] = text(script, VALUE_STRING);
	paths[7].kind[VALUE_BOOLEAN] = 1;
	s = printed(profile_html);
	CHECK(strstr(s, "<script") == NULL);
	CHECK(strstr(s, "&lt;/summary&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;") !=
	      NULL);
	CHECK(strstr(s, "a\\u202e\\u001b[31m\\tb\\\\\xf0\x9f\x98\x80\\u00a0\\ufffd") != NULL);
	free(s);
	s = printed(profile_table);
	CHECK(strstr(s, "/a\\u202e\\u001b[31m\\tb\\\\\xf0\x9f\x98\x80\\u00a0\\ufffd") != NULL);
	CHECK(strpbrk(s, "\x1b\t\xff") == NULL);
	CHECK_STR(line_of(s, ""), "1,000 records in 2 files, 8 paths; 1 line set aside");
	free(s);
}

static const char *
share(uint64_t part, uint64_t whole)
{
	static char text[16];
	struct buf b = {0};

	profile_share(&b, part, whole);
	snprintf(text, sizeof text, "%s", b.data);
	buf_free(&b);
	return text;
}

/* None and all are said only when it is so. */
static void
test_shares(void)
{
	CHECK_STR(share(0, 0), "0%");
	CHECK_STR(share(0, 7), "0%");
	CHECK_STR(share(7, 7), "100%");
	CHECK_STR(share(1, 1000000), "<0.1%");
	CHECK_STR(share(999999, 1000000), ">99.9%");
	CHECK_STR(share(1, 1000), "0.1%");
	CHECK_STR(share(999, 1000), "99.9%");
	CHECK_STR(share(1, 3), "33.3%");
	CHECK_STR(share(1, 8), "12.5%");
	CHECK_STR(share(1, 4), "25%");
	CHECK_STR(share(UINT64_MAX / 2, UINT64_MAX), "50%");
}

/* A value that was cut ends before a character that the cut went through. */
static void
test_cut(void)
{
	static char s[] = "ab\xed\x95\x9c";
	struct infer_text t = text(s, VALUE_STRING);
	struct buf b = {0};

	profile_value(&b, &t);
	CHECK_STR(b.data, "\"ab\xed\x95\x9c\"");
	t.cut = 1;
	for (uint8_t len = 4; len > 2; len--) {
		t.len = len;
		buf_clear(&b);
		profile_value(&b, &t);
		CHECK_STR(b.data, "\"ab\"\xe2\x80\xa6");
	}
	buf_free(&b);
}

/* Every path once: elements before keys, all below a path before what follows it. */
static void
test_order(void)
{
	size_t n = 0;
	const struct infer_path *expected[] = {
	    &top, &paths[0], &paths[1], &paths[2], &paths[3], &paths[4], &paths[5]};

	make();
	key(&paths[6], &paths[3], "in", VALUE_BOOLEAN, 1);
	for (const struct infer_path *p = &top; p != NULL && n < 10; p = profile_next(p)) {
		CHECK(p == (n < 5 ? expected[n] : n == 5 ? &paths[6] : expected[n - 1]));
		n++;
	}
	CHECK(n == 8);
}

int
main(void)
{
	test_hostile();
	test_shares();
	test_cut();
	test_order();
	return check_done();
}
