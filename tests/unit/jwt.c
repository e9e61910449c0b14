/* Signed tokens: their form, their signature by an independent verification, their claims. */
#include "check.h"
#include "gcp/token.h"
#include "gcp/token_fetch.h"
#include "net/jwt.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>

static char *
pem_of(EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text, *pem;
	long n;

	PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
	n = BIO_get_mem_data(bio, &text);
	pem = xstrndup(text, (size_t)n);
	BIO_free(bio);
	return pem;
}

/* base64url without padding, by hand. The length, or 0 when a character is foreign. */
static size_t
decode(const char *s, size_t n, unsigned char *out)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned bits = 0, have = 0;
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		const char *p = memchr(letters, s[i], 64);

		if (p == NULL)
			return 0;
		bits = (bits << 6 | (unsigned)(p - letters)) & 0xffffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[len++] = (unsigned char)(bits >> have & 0xff);
		}
	}
	return len;
}

static int
verifies(EVP_PKEY *key, const char *jwt)
{
	const char *dot = strrchr(jwt, '.');
	unsigned char signature[1024];
	size_t n = decode(dot + 1, strlen(dot + 1), signature);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	int good = EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, key) == 1 &&
		   EVP_DigestVerify(
		       md, signature, n, (const unsigned char *)jwt, (size_t)(dot - jwt)) == 1;

	EVP_MD_CTX_free(md);
	return good;
}

static void
part_is(const char *jwt, int which, const char *expected)
{
	unsigned char out[1024];
	const char *p = jwt;
	size_t n;

	for (; which > 0; which--)
		p = strchr(p, '.') + 1;
	n = decode(p, strcspn(p, "."), out);
	out[n] = '\0';
	CHECK_STR((char *)out, expected);
}

static void
a_token_is_signed(void)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	char *pem = pem_of(key);
	struct buf jwt = {0};
	struct err e;

	buf_adds(&jwt, "kept:");
	CHECK(jwt_rs256(&jwt, "k\"1", "{\"iss\":\"me\"}", pem, &e) == 0);
	CHECK(strncmp(jwt.data, "kept:", 5) == 0);
	part_is(jwt.data + 5, 0, "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k\\\"1\"}");
	part_is(jwt.data + 5, 1, "{\"iss\":\"me\"}");
	CHECK(verifies(key, jwt.data + 5));
	jwt.data[5 + 40] ^= 1;
	CHECK(!verifies(key, jwt.data + 5));
	buf_clear(&jwt);
	CHECK(jwt_rs256(&jwt, NULL, "{}", pem, &e) == 0);
	part_is(jwt.data, 0, "{\"alg\":\"RS256\",\"typ\":\"JWT\"}");
	buf_free(&jwt);
	free(pem);
	EVP_PKEY_free(key);
}

static void
other_keys_are_refused(void)
{
	EVP_PKEY *ec = EVP_EC_gen("P-256");
	char *pem = pem_of(ec);
	struct buf jwt = {0};
	struct err e;

	CHECK(jwt_rs256(&jwt, NULL, "{}", pem, &e) == -1 && e.code == EX_CONFIG);
	CHECK(jwt_rs256(&jwt, NULL, "{}", "no key", &e) == -1 && e.code == EX_CONFIG);
	CHECK(jwt_rs256(&jwt, NULL, "{}", "", &e) == -1 && e.code == EX_CONFIG);
	buf_free(&jwt);
	free(pem);
	EVP_PKEY_free(ec);
}

static void
claims_are_for_an_hour(void)
{
	struct buf claims = {0};

	token_claims(&claims, "a@b", "https://t/token", "s1 s2", 1600000000);
	CHECK_STR(claims.data, "{\"iss\":\"a@b\",\"scope\":\"s1 s2\",\"aud\":\"https://t/token\","
			       "\"iat\":1600000000,\"exp\":1600003600}");
	buf_free(&claims);
}

static void
addresses_are_completed(void)
{
	struct buf url = {0};

	gcp_base_url(&url, "127.0.0.1:9/", "storage", "googleapis.com");
	CHECK_STR(url.data, "http://127.0.0.1:9");
	buf_clear(&url);
	gcp_base_url(&url, "", "storage", "example.test");
	CHECK_STR(url.data, "https://storage.example.test");
	buf_clear(&url);
	gcp_base_url(&url, "https://proxy//", "storage", "googleapis.com");
	CHECK_STR(url.data, "https://proxy");
	buf_free(&url);
}

int
main(void)
{
	a_token_is_signed();
	other_keys_are_refused();
	claims_are_for_an_hour();
	addresses_are_completed();
	return check_done();
}
