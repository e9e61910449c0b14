/* Steps over valid JSON. */
#include "ndjson/fit_scan.h"
#include "base/buf.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

/* The end of a string is found wherever it is, however near the text's end, whatever is escaped. */
static void
test_strings(void)
{
	static const char *const tails[] = {"\"", "\\\"\"", "\\\\\"", "\\\\\\\"x\"", "!#\""};

	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
		for (size_t n = 0; n < 80; n++)
			for (size_t more = 0; more < 40; more++) {
				char *text = xmalloc(n + strlen(tails[i]) + more + 1), *p = text;

				memset(p, 'x', n);
				p += n;
				memcpy(p, tails[i], strlen(tails[i]));
				p += strlen(tails[i]);
				memset(p, ',', more);
				CHECK(scan_string(text, p + more) == p - 1);
				CHECK(scan_string(text, p - 1) == p - 1); /* no quote: the end */
				free(text);
			}
}

/* The value described, and where it ends. */
static void
test_values(void)
{
	static const struct {
		const char *text, *value;
		enum value_kind kind;
	} value[] = {{"12,", "12", VALUE_INTEGER}, {"-0.5e+3}", "-0.5e+3", VALUE_FLOAT},
	    {"true}", "true", VALUE_BOOLEAN}, {"null ", "null", VALUE_NULL},
	    {"\"a\\\"b\",", "a\\\"b", VALUE_STRING}, {"[1,\"]\",[]],", "[1,\"]\",[]]", VALUE_ARRAY},
	    {"{\"}\":{}}}", "{\"}\":{}}", VALUE_OBJECT}};

	for (size_t i = 0; i < sizeof value / sizeof *value; i++) {
		const char *text = value[i].text;
		size_t len = strlen(value[i].value);
		struct value v;
		const char *stop = scan_value(text, text + strlen(text), &v);

		CHECK(v.kind == value[i].kind && v.len == len &&
		      memcmp(v.text, value[i].value, len) == 0);
		CHECK(stop == text + strlen(text) - 1);
	}
}

int
main(void)
{
	test_strings();
	test_values();
	return check_done();
}
