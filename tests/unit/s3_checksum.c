/* The checksum of an object, of each kind S3 sends: values of "hello\n" by Python. */
#include "aws/s3_checksum.h"
#include "check.h"

/* 0 when "hello\n" passes under these headers; what is computed says e. */
static int
passes(const char *headers, struct err *e)
{
	struct http_response res = {.status = 200};
	struct s3_checksum *c;
	int rc;

	buf_adds(&res.headers, headers);
	*e = (struct err){0};
	c = s3_checksum_new(&res);
	s3_checksum_add(c, "he", 2);
	s3_checksum_add(c, "llo\n", 4);
	rc = c == NULL ? 1 : s3_checksum_verify(c, e);
	s3_checksum_free(c);
	http_response_free(&res);
	return rc;
}

int
main(void)
{
	static const struct {
		const char *name, *right, *wrong;
	} kinds[] = {
	    {"x-amz-checksum-crc32", "NjowIA==", "NjowIQ=="},
	    {"x-amz-checksum-crc32c", "NT3Yvg==", "AAAAAA=="},
	    {"x-amz-checksum-crc64nvme", "akP7S61aVgc=", "AAAAAAAAAAA="},
	    {"x-amz-checksum-sha1", "9XLTlvrpIGYocU+yzgD3LpTyJY8=", "AAAA"},
	    {"x-amz-checksum-sha256", "WJG1tSLV3whtD/CxEPvZ0hu0/HFjrzTQgoai6Eb2vgM=", "AAAA"},
	};
	struct err e;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct buf h = {0};

		buf_addf(&h, "%s: %s\r\n", kinds[i].name, kinds[i].right);
		CHECK(passes(h.data, &e) == 0);
		CHECK_STR(e.text, "");
		buf_addf(&h, "x-amz-checksum-type: COMPOSITE\r\n");
		CHECK(passes(h.data, &e) == 1); /* of the parts: nothing to compare with */
		buf_clear(&h);
		buf_addf(&h, "%s: %s\r\nx-amz-checksum-type: FULL_OBJECT\r\n", kinds[i].name,
		    kinds[i].wrong);
		CHECK(passes(h.data, &e) == -1 && e.code == EX_TEMPFAIL);
		CHECK(strstr(e.text, kinds[i].wrong) != NULL &&
		      strstr(e.text, kinds[i].right) != NULL);
		buf_clear(&h);
		buf_addf(&h, "%s: %s-2\r\n", kinds[i].name, kinds[i].right);
		CHECK(passes(h.data, &e) == 1);
		buf_free(&h);
	}
	CHECK(passes("ETag: \"0\"\r\n", &e) == 1);
	s3_checksum_add(NULL, "x", 1);
	CHECK(s3_checksum_verify(NULL, &e) == 0);
	s3_checksum_free(NULL);
	return check_done();
}
