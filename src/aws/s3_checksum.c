#include "aws/s3_checksum.h"
#include "net/base64.h"
#include "net/crc32c.h"
#include "net/crc64nvme.h"

#include <isa-l/crc.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum kind { CRC64NVME, CRC32C, CRC32, SHA256, SHA1 };

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

struct s3_checksum {
	const struct algorithm *algorithm;
	char expected[64]; /* base64 */
	uint64_t crc;
	EVP_MD_CTX *digest;
};

/* Where a digest can't be had (a FIPS mode without SHA-1) the next algorithm is asked. */
static int
start(struct s3_checksum *c)
{
	enum kind kind = c->algorithm->kind;

	if (kind != SHA256 && kind != SHA1)
		return 0;
	c->digest = EVP_MD_CTX_new();
	if (c->digest != NULL &&
	    EVP_DigestInit_ex(c->digest, kind == SHA256 ? EVP_sha256() : EVP_sha1(), NULL) == 1)
		return 0;
	EVP_MD_CTX_free(c->digest);
	c->digest = NULL;
	return -1;
}

struct s3_checksum *
s3_checksum_new(const struct http_response *res)
{
	struct s3_checksum *c = xcalloc(1, sizeof *c);
	char type[16];

	if (http_header(res, "x-amz-checksum-type", type, sizeof type) > 0 &&
	    strcmp(type, "FULL_OBJECT") != 0) {
		free(c);
		return NULL;
	}
	for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
		long n = http_header(res, algorithms[i].header, c->expected, sizeof c->expected);

		c->algorithm = &algorithms[i];
		if (n > 0 && strchr(c->expected, '-') == NULL && start(c) == 0)
			return c;
	}
	free(c);
	return NULL;
}

void
s3_checksum_free(struct s3_checksum *c)
{
	if (c == NULL)
		return;
	EVP_MD_CTX_free(c->digest);
	free(c);
}

void
s3_checksum_add(struct s3_checksum *c, const void *data, size_t n)
{
	if (c == NULL)
		return;
	switch (c->algorithm->kind) {
	case CRC64NVME:
		c->crc = crc64nvme_update(c->crc, data, n);
		break;
	case CRC32C:
		c->crc = crc32c_update((uint32_t)c->crc, data, n);
		break;
	case CRC32:
		c->crc = crc32_gzip_refl((uint32_t)c->crc, data, n);
		break;
	case SHA256:
	case SHA1:
		EVP_DigestUpdate(c->digest, data, n);
		break;
	}
}

int
s3_checksum_verify(struct s3_checksum *c, struct err *e)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	struct buf found = {0};
	unsigned n = 0;
	int rc = 0;

	if (c == NULL)
		return 0;
	if (c->digest != NULL) {
		EVP_DigestFinal_ex(c->digest, bytes, &n);
	} else {
		n = c->algorithm->kind == CRC64NVME ? 8 : 4;
		for (unsigned i = 0; i < n; i++) /* the most significant byte first */
			bytes[i] = (unsigned char)(c->crc >> 8 * (n - 1 - i));
	}
	base64_encode(&found, bytes, n);
	if (strcmp(found.data, c->expected) != 0)
		rc = err_set(e, EX_TEMPFAIL, "damaged on the way: %s of what came is %s, S3 has %s",
		    c->algorithm->name, found.data, c->expected);
	buf_free(&found);
	return rc;
}
