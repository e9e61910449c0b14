/* CRC-32C (Castagnoli), the checksum of Cloud Storage objects and of S3's x-amz-checksum-crc32c. */
#ifndef NET_CRC32C_H
#define NET_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* crc32c_update(crc, data, len): the checksum of what crc covers followed by len bytes of data; crc
 * of nothing is 0. */
uint32_t crc32c_update(uint32_t crc, const void *data, size_t len);

/* crc32c_base64(crc, out): base64 of the four bytes in big-endian order, NUL-terminated: the form
 * of the JSON API's "crc32c" and of x-goog-hash (Cloud Storage, "Hashes and ETags: Best
 * Practices"). */
void crc32c_base64(uint32_t crc, char out[static 9]);

#endif
