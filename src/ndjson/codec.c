#include "ndjson/codec.h"

#include <string.h>

static const struct {
	const char *name, *ending;
} kinds[] = {
    [CODEC_PLAIN] = {"plain", ""},
    [CODEC_GZIP] = {"gzip", ".gz"},
    [CODEC_ZSTD] = {"zstd", ".zst"},
};

const char *
codec_name(enum codec kind)
{
	return kinds[kind].name;
}

enum codec
codec_of_path(const char *path)
{
	size_t len = strlen(path);

	for (enum codec k = CODEC_GZIP; k <= CODEC_ZSTD; k++) {
		size_t n = strlen(kinds[k].ending);

		if (len > n && strcmp(path + len - n, kinds[k].ending) == 0)
			return k;
	}
	return CODEC_PLAIN;
}

enum codec
codec_of_magic(const unsigned char *p, size_t n)
{
	static const unsigned char gzip[] = {0x1f, 0x8b}, zstd[] = {0x28, 0xb5, 0x2f, 0xfd},
				   skippable[] = {0x2a, 0x4d, 0x18};

	if (n >= 2 && memcmp(p, gzip, sizeof gzip) == 0)
		return CODEC_GZIP;
	if (n == CODEC_MAGIC &&
	    (memcmp(p, zstd, sizeof zstd) == 0 ||
		(p[0] >> 4 == 5 && memcmp(p + 1, skippable, sizeof skippable) == 0)))
		return CODEC_ZSTD;
	return CODEC_PLAIN;
}
