#include "gcp/bq_json.h"
#include "base/json.h"

#include <string.h>

void
bq_json_member(struct buf *out, const char *name, const char *text)
{
	if (text == NULL)
		return;
	if (out->len > 0 && strchr("{[", out->data[out->len - 1]) == NULL)
		buf_addc(out, ',');
	json_quotes(out, name);
	buf_addc(out, ':');
	json_quotes(out, text);
}
