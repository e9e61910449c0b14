#include "net/crc32c.h"

#include <isa-l/crc.h>
#include <openssl/evp.h>

#define CHUNK (1UL << 30) /* crc32_iscsi takes its length as an int */

uint32_t
crc32c_update(uint32_t crc, const void *data, size_t len)
{
	/* ISA-L wants a pointer to what it does not change. */
	union {
		const void *in;
		unsigned char *bytes;
	} p = {.in = data};

	crc = ~crc;
	while (len > 0) {
		size_t n = len < CHUNK ? len : CHUNK;

		crc = crc32_iscsi(p.bytes, (int)n, crc);
		p.bytes += n;
		len -= n;
	}
	return ~crc;
}

void
crc32c_base64(uint32_t crc, char out[static 9])
{
	const unsigned char big_endian[4] = {(unsigned char)(crc >> 24), (unsigned char)(crc >> 16),
	    (unsigned char)(crc >> 8), (unsigned char)crc};
	unsigned char text[9];

	EVP_EncodeBlock(text, big_endian, sizeof big_endian);
	for (size_t i = 0; i < sizeof text; i++)
		out[i] = (char)text[i];
}
