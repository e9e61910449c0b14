#include "aws/s3_checksum.h"
#include "base/num.h"
#include "net/base64.h"
#include "net/crc32c.h"
#include "net/crc64nvme.h"

#include <isa-l/crc.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum kind { CRC64NVME, CRC32C, CRC32, SHA256, SHA1, MD5 };

/* The cheap ones first: one is enough. */
static const struct algorithm {
	const char *header, *name;
	enum kind kind;
} algorithms[] = {
    {"x-amz-checksum-crc64nvme", "CRC-64/NVME", CRC64NVME},
    {"x-amz-checksum-crc32c", "CRC-32C", CRC32C},
    {"x-amz-checksum-crc32", "CRC-32", CRC32},
    {"x-amz-checksum-sha256", "SHA-256", SHA256},
    {"x-amz-checksum-sha1", "SHA-1", SHA1},
};

static const struct algorithm etag = {"ETag", "MD5", MD5};

/* A digest under way. */
struct sum {
	uint64_t crc;
	EVP_MD_CTX *digest; /* NULL for a CRC */
};

struct s3_checksum {
	const struct algorithm *algorithm;
	char expected[64]; /* base64, of MD5 hexadecimal; without "-N" */
	struct sum sum;    /* of the object or of the part that comes */
	struct sum parts;  /* of the sums of the parts before */
	uint64_t *size;    /* of each part; NULL: the object is one */
	size_t n, part;
	uint64_t left; /* bytes of this part to come */
};

/* Start anew. -1 where a digest can't be had (a FIPS mode without SHA-1 or MD5). */
static int
sum_start(struct sum *s, enum kind kind)
{
	const EVP_MD *md = NULL;

	s->crc = 0;
	if (kind == SHA256)
		md = EVP_sha256();
	else if (kind == SHA1)
		md = EVP_sha1();
	else if (kind == MD5)
		md = EVP_md5();
	if (md == NULL)
		return 0;
	if (s->digest == NULL)
		s->digest = EVP_MD_CTX_new();
	return s->digest != NULL && EVP_DigestInit_ex(s->digest, md, NULL) == 1 ? 0 : -1;
}

static void
sum_add(struct sum *s, enum kind kind, const void *data, size_t n)
{
	switch (kind) {
	case CRC64NVME:
		s->crc = crc64nvme_update(s->crc, data, n);
		break;
	case CRC32C:
		s->crc = crc32c_update((uint32_t)s->crc, data, n);
		break;
	case CRC32:
		s->crc = crc32_gzip_refl((uint32_t)s->crc, data, n);
		break;
	case SHA256:
	case SHA1:
	case MD5:
		EVP_DigestUpdate(s->digest, data, n);
		break;
	}
}

/* The value's bytes, the most significant first; their count. */
static unsigned
sum_end(struct sum *s, enum kind kind, unsigned char out[static EVP_MAX_MD_SIZE])
{
	unsigned n = kind == CRC64NVME ? 8 : 4;

	if (s->digest != NULL) {
		EVP_DigestFinal_ex(s->digest, out, &n);
		return n;
	}
	for (unsigned i = 0; i < n; i++)
		out[i] = (unsigned char)(s->crc >> 8 * (n - 1 - i));
	return n;
}

/* "value-N" without its end: N, or 0. */
static size_t
cut_count(char *value)
{
	char *dash = strchr(value, '-');
	uint64_t n;

	if (dash == NULL || num_u64(dash + 1, strlen(dash + 1), &n) != 0 || n > S3_MAX_PARTS)
		return 0;
	*dash = '\0';
	return (size_t)n;
}

static int
is_composite(const struct http_response *res)
{
	char type[16];

	return http_header(res, "x-amz-checksum-type", type, sizeof type) > 0 &&
	       strcmp(type, "FULL_OBJECT") != 0;
}

size_t
s3_checksum_count(const struct http_response *res)
{
	char value[64];
	size_t n = 0;

	for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms && n == 0; i++)
		if (http_header(res, algorithms[i].header, value, sizeof value) > 0)
			n = cut_count(value);
	return n;
}

static struct s3_checksum *
with(const struct algorithm *a, const char *expected)
{
	struct s3_checksum *c = xcalloc(1, sizeof *c);

	c->algorithm = a;
	memcpy(c->expected, expected, strlen(expected) + 1);
	if (sum_start(&c->sum, a->kind) == 0)
		return c;
	s3_checksum_free(c);
	return NULL;
}

/* "Object" of the API Reference says when an ETag is the MD5: not under SSE-KMS or SSE-C, and not
 * of parts, whose ETag is longer. */
static struct s3_checksum *
of_etag(const struct http_response *res)
{
	char value[64], how[64];

	if (http_header(res, "ETag", value, sizeof value) != 34 || value[0] != '"' ||
	    strspn(value + 1, "0123456789abcdef") != 32)
		return NULL;
	if (http_header(res, "x-amz-server-side-encryption-customer-algorithm", how, sizeof how) >
	    0)
		return NULL;
	if (http_header(res, "x-amz-server-side-encryption", how, sizeof how) > 0 &&
	    strcmp(how, "AES256") != 0)
		return NULL;
	value[33] = '\0';
	return with(&etag, value + 1);
}

struct s3_checksum *
s3_checksum_new(const struct http_response *res)
{
	struct s3_checksum *c = NULL;
	char value[64];

	for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms && c == NULL; i++)
		if (!is_composite(res) &&
		    http_header(res, algorithms[i].header, value, sizeof value) > 0 &&
		    strlen(value) < sizeof value - 1 && strchr(value, '-') == NULL)
			c = with(&algorithms[i], value);
	return c != NULL ? c : of_etag(res);
}

struct s3_checksum *
s3_checksum_of_parts(const struct http_response *res, const uint64_t *size, size_t n)
{
	struct s3_checksum *c = NULL;
	char value[64];

	for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms && c == NULL; i++)
		if (http_header(res, algorithms[i].header, value, sizeof value) > 0 &&
		    cut_count(value) == n && n > 0)
			c = with(&algorithms[i], value);
	if (c == NULL)
		return NULL;
	c->size = xcalloc(n, sizeof *c->size);
	memcpy(c->size, size, n * sizeof *size);
	c->n = n;
	c->left = size[0];
	if (sum_start(&c->parts, c->algorithm->kind) == 0)
		return c;
	s3_checksum_free(c);
	return NULL;
}

void
s3_checksum_free(struct s3_checksum *c)
{
	if (c == NULL)
		return;
	EVP_MD_CTX_free(c->sum.digest);
	EVP_MD_CTX_free(c->parts.digest);
	free(c->size);
	free(c);
}

static void
end_part(struct s3_checksum *c)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned n = sum_end(&c->sum, c->algorithm->kind, bytes);

	sum_add(&c->parts, c->algorithm->kind, bytes, n);
	sum_start(&c->sum, c->algorithm->kind);
	c->left = ++c->part < c->n ? c->size[c->part] : 0;
}

void
s3_checksum_add(struct s3_checksum *c, const void *data, size_t n)
{
	const char *p = data;

	if (c == NULL)
		return;
	while (c->size != NULL && n > 0 && c->part < c->n) {
		size_t take = n < c->left ? n : (size_t)c->left;

		sum_add(&c->sum, c->algorithm->kind, p, take);
		p += take;
		n -= take;
		c->left -= take;
		if (c->left == 0)
			end_part(c);
	}
	if (n > 0)
		sum_add(&c->sum, c->algorithm->kind, p, n);
}

static void
add_text(struct buf *b, enum kind kind, const unsigned char *bytes, unsigned n)
{
	if (kind != MD5)
		base64_encode(b, bytes, n);
	for (unsigned i = 0; i < n && kind == MD5; i++)
		buf_addf(b, "%02x", bytes[i]);
}

int
s3_checksum_verify(struct s3_checksum *c, struct err *e)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	struct buf found = {0};
	unsigned n;
	int rc = 0;

	if (c == NULL)
		return 0;
	while (c->size != NULL && c->part < c->n) /* what lacks shows in the value */
		end_part(c);
	n = sum_end(c->size != NULL ? &c->parts : &c->sum, c->algorithm->kind, bytes);
	add_text(&found, c->algorithm->kind, bytes, n);
	if (strcmp(found.data, c->expected) != 0)
		rc = err_set(e, EX_TEMPFAIL,
		    "damaged on the way: %s %sof what came is %s, S3 has %s", c->algorithm->name,
		    c->size != NULL ? "of the parts " : "", found.data, c->expected);
	buf_free(&found);
	return rc;
}
