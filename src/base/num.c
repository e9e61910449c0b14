#include "base/num.h"

#include <string.h>

int
num_u64(const char *s, size_t len, uint64_t *out)
{
	uint64_t n = 0;

	if (len == 0)
		return -1;
	for (size_t i = 0; i < len; i++) {
		unsigned d = (unsigned)s[i] - '0';

		if (d > 9 || n > (UINT64_MAX - d) / 10)
			return -1;
		n = n * 10 + d;
	}
	*out = n;
	return 0;
}

int
num_size(const char *s, uint64_t *out)
{
	static const char suffixes[] = "kKmMgG";
	size_t len = strlen(s);
	const char *suffix = len > 0 ? strchr(suffixes, s[len - 1]) : NULL;
	unsigned shift = 0;

	if (suffix != NULL) {
		shift = 10 * (unsigned)((suffix - suffixes) / 2 + 1);
		len--;
	}
	if (num_u64(s, len, out) != 0 || *out > UINT64_MAX >> shift)
		return -1;
	*out <<= shift;
	return 0;
}
