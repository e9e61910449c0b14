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
