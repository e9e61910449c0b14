#include "net/jwt.h"
#include "base/json.h"
#include "net/base64.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

/* An encrypted key has no one to ask for its passphrase. */
static int
no_passphrase(char *out, int size, int writing, void *ctx)
{
	(void)out;
	(void)size;
	(void)writing;
	(void)ctx;
	return -1;
}

static EVP_PKEY *
read_key(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key;

	if (bio == NULL)
		return NULL;
	key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	BIO_free(bio);
	if (key != NULL && EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) {
		EVP_PKEY_free(key);
		return NULL;
	}
	return key;
}

/* The signature of the n bytes at text, in a new buffer of *size bytes, or NULL. */
static unsigned char *
sign(EVP_PKEY *key, const char *text, size_t n, size_t *size)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	unsigned char *signature = NULL;

	if (md != NULL && EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, key) == 1 &&
	    EVP_DigestSign(md, NULL, size, (const unsigned char *)text, n) == 1) {
		signature = xmalloc(*size);
		if (EVP_DigestSign(md, signature, size, (const unsigned char *)text, n) != 1) {
			free(signature);
			signature = NULL;
		}
	}
	EVP_MD_CTX_free(md);
	return signature;
}

int
jwt_rs256(struct buf *out, const char *key_id, const char *claims, const char *pem, struct err *e)
{
	EVP_PKEY *key = read_key(pem);
	struct buf header = {0};
	size_t start = out->len, size;
	unsigned char *signature;

	if (key == NULL)
		return err_set(
		    e, EX_CONFIG, "the private key is not an unencrypted RSA key in PEM");
	buf_adds(&header, "{\"alg\":\"RS256\",\"typ\":\"JWT\"");
	if (key_id != NULL) {
		buf_adds(&header, ",\"kid\":");
		json_quotes(&header, key_id);
	}
	buf_addc(&header, '}');
	base64url_encode(out, header.data, header.len);
	buf_free(&header);
	buf_addc(out, '.');
	base64url_encode(out, claims, strlen(claims));
	signature = sign(key, out->data + start, out->len - start, &size);
	EVP_PKEY_free(key);
	if (signature == NULL)
		return err_set(e, EX_CONFIG, "the private key can't sign with RS256");
	buf_addc(out, '.');
	base64url_encode(out, signature, size);
	free(signature);
	return 0;
}
