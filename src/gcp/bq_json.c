#include "gcp/bq_json.h"
#include "base/json.h"

#include <string.h>

void
bq_json_write(struct buf *out, yajl_val v)
{
	if (YAJL_IS_OBJECT(v)) {
		buf_addc(out, '{');
		for (size_t i = 0; i < v->u.object.len; i++) {
			if (i > 0)
				buf_addc(out, ',');
			json_quotes(out, v->u.object.keys[i]);
			buf_addc(out, ':');
			bq_json_write(out, v->u.object.values[i]);
		}
		buf_addc(out, '}');
	} else if (YAJL_IS_ARRAY(v)) {
		buf_addc(out, '[');
		for (size_t i = 0; i < v->u.array.len; i++) {
			if (i > 0)
				buf_addc(out, ',');
			bq_json_write(out, v->u.array.values[i]);
		}
		buf_addc(out, ']');
	} else if (YAJL_IS_STRING(v)) {
		json_quotes(out, YAJL_GET_STRING(v));
	} else if (YAJL_IS_NUMBER(v)) {
		buf_adds(out, YAJL_GET_NUMBER(v));
	} else {
		buf_adds(out, YAJL_IS_TRUE(v) ? "true" : YAJL_IS_FALSE(v) ? "false" : "null");
	}
}

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
