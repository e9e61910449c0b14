#include "ndjson/reject.h"

const char *
reject_name(enum reject why)
{
	static const char *const name[REJECT_REASONS] = {
	    [REJECT_NONE] = "none",
	    [REJECT_NOT_JSON] = "not-json",
	    [REJECT_BAD_UTF8] = "bad-utf8",
	    [REJECT_CONTROL] = "control-character",
	    [REJECT_TOO_DEEP] = "too-deep",
	    [REJECT_TOO_LONG] = "too-long",
	    [REJECT_NOT_OBJECT] = "not-object",
	    [REJECT_NO_KEY] = "no-key",
	    [REJECT_DUPLICATE] = "duplicate-key",
	    [REJECT_KEY_NULL] = "key-null",
	    [REJECT_KEY_CONTAINER] = "key-container",
	    [REJECT_KEY_SURROGATE] = "key-surrogate",
	    [REJECT_RESERVED] = "reserved-type",
	};

	return name[why];
}
