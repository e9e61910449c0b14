#include "base/env.h"

#include <stdlib.h>

const char *
env_value(const char *name)
{
	const char *s = getenv(name);

	return s != NULL && s[0] != '\0' ? s : NULL;
}
