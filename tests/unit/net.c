/* Checksums, encodings and dates against published values. */
#include "check.h"
#include "net/base64.h"
#include "net/crc32c.h"
#include "net/crc64nvme.h"
#include "net/date.h"
#include "net/url.h"

/* The examples of RFC 3720, B.4, and the check value of the CRC catalogue. */
static void
checksums(void)
{
	unsigned char bytes[32];
	char text[9];

	CHECK(crc32c_update(0, "", 0) == 0);
	CHECK(crc32c_update(0, "123456789", 9) == 0xE3069283);
	CHECK(crc32c_update(crc32c_update(0, "1234", 4), "56789", 5) == 0xE3069283);
	memset(bytes, 0, sizeof bytes);
	CHECK(crc32c_update(0, bytes, sizeof bytes) == 0x8A9136AA);
	memset(bytes, 0xff, sizeof bytes);
	CHECK(crc32c_update(0, bytes, sizeof bytes) == 0x62A8AB43);
	for (unsigned i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)i;
	CHECK(crc32c_update(0, bytes, sizeof bytes) == 0x46DD794E);
	crc32c_base64(0xE3069283, text);
	CHECK_STR(text, "4waSgw==");
	crc32c_base64(0, text);
	CHECK_STR(text, "AAAAAA==");
}

/* NVM Command Set Specification, 5.2.1.3.4, and the check value of the CRC catalogue. */
static void
checksums_of_64_bits(void)
{
	static unsigned char bytes[4096];

	CHECK(crc64nvme_update(0, "", 0) == 0);
	CHECK(crc64nvme_update(0, "123456789", 9) == 0xAE8B14860A799888);
	CHECK(crc64nvme_update(crc64nvme_update(0, "1", 1), "23456789", 8) == 0xAE8B14860A799888);
	CHECK(crc64nvme_update(0, bytes, sizeof bytes) == 0x6482D367EB22B64E);
	memset(bytes, 0xff, sizeof bytes);
	CHECK(crc64nvme_update(0, bytes, sizeof bytes) == 0xC0DDBA7302ECA3AC);
}

/* However the bytes are cut, aligned or long: a byte at a time is never folded. */
static void
checksums_of_64_bits_in_pieces(void)
{
	static unsigned char bytes[700];
	uint64_t sum[sizeof bytes + 1] = {0};

	for (size_t i = 0; i < sizeof bytes; i++) {
		bytes[i] = (unsigned char)(i * i * 31 + (i >> 3));
		sum[i + 1] = crc64nvme_update(sum[i], bytes + i, 1);
	}
	for (size_t from = 0; from < 80; from++)
		for (size_t to = from; to <= sizeof bytes; to += 13)
			CHECK(crc64nvme_update(sum[from], bytes + from, to - from) == sum[to]);
}

/* RFC 4648, section 10. */
static void
base64(void)
{
	static const char *const cases[][3] = {
	    {"f", "Zg==", "Zg"},
	    {"fo", "Zm8=", "Zm8"},
	    {"foo", "Zm9v", "Zm9v"},
	    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
	    {"\xfb\xff\xfe", "+//+", "-__-"},
	};
	struct buf b = {0};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&b);
		base64_encode(&b, cases[i][0], strlen(cases[i][0]));
		CHECK_STR(b.data, cases[i][1]);
		buf_clear(&b);
		base64url_encode(&b, cases[i][0], strlen(cases[i][0]));
		CHECK_STR(b.data, cases[i][2]);
	}
	buf_clear(&b);
	buf_adds(&b, "a=");
	base64url_encode(&b, "f", 1);
	CHECK_STR(b.data, "a=Zg");
	buf_free(&b);
}

static void
urls(void)
{
	struct buf b = {0};

	url_encode(&b, "a b/\xc3\xa9+~%\0.", 11, "/");
	CHECK_STR(b.data, "a%20b/%C3%A9%2B~%25%00.");
	buf_clear(&b);
	url_encode(&b, "a/b", 3, "");
	CHECK_STR(b.data, "a%2Fb");
	buf_clear(&b);
	CHECK(url_decode(&b, "a+b%2b%2F%0a", 12, 1) == 0);
	CHECK_STR(b.data, "a b+/\n");
	buf_clear(&b);
	CHECK(url_decode(&b, "a+b", 3, 0) == 0);
	CHECK_STR(b.data, "a+b");
	CHECK(url_decode(&b, "%2", 2, 0) == -1);
	CHECK(url_decode(&b, "%", 1, 0) == -1);
	CHECK(url_decode(&b, "%zz", 3, 0) == -1);
	buf_free(&b);
}

static void
dates(void)
{
	static const char *const bad[] = {"", "2021-02-29T00:00:00Z", "2021-01-01T24:00:00Z",
	    "2021-01-01T00:00:00", "2021-01-01T00:00:00.Z", "2021-01-01T00:00:00Zx",
	    "2021-13-01T00:00:00Z", "2021-01-01 00:00:00Z", "2021-01-01T00:00:00+0900"};
	char out[DATE_SIZE];
	time_t t;

	date_rfc3339(1609459200, out);
	CHECK_STR(out, "2021-01-01T00:00:00Z");
	date_basic(1609459200, out);
	CHECK_STR(out, "20210101T000000Z");
	date_http(784111777, out); /* the example of RFC 9110, 5.6.7 */
	CHECK_STR(out, "Sun, 06 Nov 1994 08:49:37 GMT");
	CHECK(date_parse_http("Sun, 06 Nov 1994 08:49:37 GMT", &t) == 0 && t == 784111777);
	CHECK(date_parse_http("Sun, 06 anF 1994 08:49:37 GMT", &t) == -1);
	CHECK(date_parse_http("Sunday, 06-Nov-94 08:49:37 GMT", &t) == -1);
	CHECK(date_parse_http("120", &t) == -1);
	CHECK(date_parse_basic("20210101T000000Z", &t) == 0 && t == 1609459200);
	CHECK(date_parse_basic("20210101T000000", &t) == -1);
	CHECK(date_parse_rfc3339("2021-01-01T00:00:00Z", &t) == 0 && t == 1609459200);
	CHECK(date_parse_rfc3339("2021-01-01T00:00:00.123Z", &t) == 0 && t == 1609459200);
	CHECK(date_parse_rfc3339("2021-01-01T09:00:00+09:00", &t) == 0 && t == 1609459200);
	CHECK(date_parse_rfc3339("2020-12-31T19:00:00-05:00", &t) == 0 && t == 1609459200);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(date_parse_rfc3339(bad[i], &t) == -1);
}

int
main(void)
{
	checksums();
	checksums_of_64_bits();
	checksums_of_64_bits_in_pieces();
	base64();
	urls();
	dates();
	return check_done();
}
