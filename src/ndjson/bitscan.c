#include "ndjson/bitscan.h"
#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
static int
has_avx2(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	       __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("pclmul");
}
#endif

static int
always(void)
{
	return 1;
}

int
bitscan_trusts(const struct bitscan_rules *rules)
{
	if (!rules->trust || rules->name == NULL || rules->name_len == 0 ||
	    rules->name_len > BITSCAN_NAME_MOST)
		return 0;
	for (size_t i = 0; i < rules->name_len; i++)
		if ((unsigned char)rules->name[i] < 0x20 || strchr("\"\\/", rules->name[i]) != NULL)
			return 0;
	return 1;
}

bitscan_backend *
bitscan_choose(const char *name)
{
	static const struct {
		const char *name;
		bitscan_backend *scan;
		int (*is_there)(void);
	} backend[] = {
#if defined(__x86_64__)
		{"avx2", bitscan_avx2, has_avx2},
		{"sse2", bitscan_sse2, always},
#elif defined(__aarch64__)
		{"neon", bitscan_neon, always},
#endif
		{"c", bitscan_c, always},
	};

	for (size_t i = 0; i < sizeof backend / sizeof backend[0]; i++)
		if (name == NULL || *name == '\0' || strcmp(name, backend[i].name) == 0)
			if (backend[i].is_there())
				return backend[i].scan;
	return NULL;
}

int
bitscan_asked(bitscan_backend **scan, struct err *e)
{
	static const char *const names[] = {"avx2", "sse2", "neon", "c"};
	const char *asked = getenv("NDJSON_SIMD");
	struct buf there = {0};

	*scan = bitscan_choose(asked);
	if (*scan != NULL)
		return 0;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (bitscan_choose(names[i]) != NULL)
			buf_addf(&there, "%s%s", there.len > 0 ? ", " : "", names[i]);
	err_set(
	    e, EX_USAGE, "NDJSON_SIMD: '%s' is not there: this machine has %s", asked, there.data);
	buf_free(&there);
	return -1;
}
