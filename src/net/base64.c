#include "net/base64.h"

#include <openssl/evp.h>

#define GROUP_BYTES \
	(3UL * 1024 * 1024) /* EVP_EncodeBlock counts in int; whole groups need no padding */

void
base64_encode(struct buf *out, const void *data, size_t len)
{
	const unsigned char *p = data;

	while (len > 0) {
		size_t n = len < GROUP_BYTES ? len : GROUP_BYTES;
		int written;

		buf_reserve(out, n / 3 * 4 + 4);
		written = EVP_EncodeBlock((unsigned char *)out->data + out->len, p, (int)n);
		out->len += (size_t)written;
		p += n;
		len -= n;
	}
}

void
base64url_encode(struct buf *out, const void *data, size_t len)
{
	size_t start = out->len;

	base64_encode(out, data, len);
	while (out->len > start && out->data[out->len - 1] == '=')
		out->data[--out->len] = '\0';
	for (size_t i = start; i < out->len; i++) {
		if (out->data[i] == '+')
			out->data[i] = '-';
		else if (out->data[i] == '/')
			out->data[i] = '_';
	}
}
