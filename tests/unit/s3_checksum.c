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

/* An ETag is compared where it is an MD5. */
static void
etags(void)
{
	static const char right[] = "ETag: \"b1946ac92492d2347c6235b4d2611184\"\r\n",
			  wrong[] = "ETag: \"b1946ac92492d2347c6235b4d2611185\"\r\n";
	struct buf h = {0};
	struct err e;

	CHECK(passes(right, &e) == 0);
	CHECK(passes(wrong, &e) == -1 && e.code == EX_TEMPFAIL);
	buf_addf(&h, "%sx-amz-server-side-encryption: AES256\r\n", wrong);
	CHECK(passes(h.data, &e) == -1);
	buf_clear(&h);
	buf_addf(&h, "%sx-amz-server-side-encryption: aws:kms\r\n", wrong);
	CHECK(passes(h.data, &e) == 1);
	buf_clear(&h);
	buf_addf(&h, "%sx-amz-server-side-encryption-customer-algorithm: AES256\r\n", wrong);
	CHECK(passes(h.data, &e) == 1);
	buf_clear(&h);
	buf_addf(&h, "%sx-amz-checksum-crc32: NjowIA==\r\n", wrong);
	CHECK(passes(h.data, &e) == 0); /* one is enough */
	buf_free(&h);
	CHECK(passes("ETag: \"b1946ac92492d2347c6235b4d2611184-1\"\r\n", &e) == 1);
	CHECK(passes("ETag: b1946ac92492d2347c6235b4d2611184\r\n", &e) == 1);
}

/* 0 when "hello\n" in parts of these sizes passes. */
static int
parts_pass(const char *header, const uint64_t *size, size_t n, struct err *e)
{
	struct http_response res = {.status = 200};
	struct s3_checksum *c;
	int rc;

	buf_adds(&res.headers, header);
	*e = (struct err){0};
	CHECK(s3_checksum_count(&res) == 3);
	c = s3_checksum_of_parts(&res, size, n);
	s3_checksum_add(c, "h", 1);
	s3_checksum_add(c, "ello", 4);
	s3_checksum_add(c, "\n", 1);
	rc = c == NULL ? 1 : s3_checksum_verify(c, e);
	s3_checksum_free(c);
	http_response_free(&res);
	return rc;
}

/* Checksums of the checksums of "he", "ll", "o\n", by Python. */
static void
parts(void)
{
	static const char *const right[] = {
	    "x-amz-checksum-crc32: 0jZk2A==-3\r\nx-amz-checksum-type: COMPOSITE\r\n",
	    "x-amz-checksum-sha256: rdJMavvkZoCDVdmvKysYms2tKhEseWvbydm7O+abNEY=-3\r\n"};
	static const uint64_t sizes[] = {2, 2, 2}, others[] = {2, 1, 3}, more[] = {3, 3, 0};
	struct err e;

	for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
		CHECK(parts_pass(right[i], sizes, 3, &e) == 0);
		CHECK_STR(e.text, "");
		CHECK(parts_pass(right[i], others, 3, &e) == -1 && e.code == EX_TEMPFAIL);
		CHECK(parts_pass(right[i], more, 3, &e) == -1);
		CHECK(parts_pass(right[i], sizes, 2, &e) == 1);
	}
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
	etags();
	parts();
	s3_checksum_add(NULL, "x", 1);
	CHECK(s3_checksum_verify(NULL, &e) == 0);
	s3_checksum_free(NULL);
	return check_done();
}
