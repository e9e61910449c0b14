#include "ndjson/infer.h"
#include "base/buf.h"

uint64_t
infer_missing(const struct infer_path *p)
{
	if (p->parent == NULL || p->name == NULL)
		return 0;
	return p->parent->kind[VALUE_OBJECT] - p->present;
}

int
infer_mixed(const struct infer_path *p)
{
	int numbers = p->kind[VALUE_INTEGER] > 0 || p->kind[VALUE_FLOAT] > 0;

	return (p->kind[VALUE_STRING] > 0) + numbers + (p->kind[VALUE_BOOLEAN] > 0) +
		   (p->kind[VALUE_OBJECT] > 0) + (p->kind[VALUE_ARRAY] > 0) >
	       1;
}

void
infer_pointer(struct buf *out, const struct infer_path *p)
{
	if (p->parent == NULL)
		return;
	infer_pointer(out, p->parent);
	buf_adds(out, "/");
	if (p->name == NULL)
		buf_adds(out, "*");
	for (size_t i = 0; i < p->name_len; i++) {
		if (p->name[i] == '~' || p->name[i] == '/')
			buf_adds(out, p->name[i] == '~' ? "~0" : "~1");
		else
			buf_addc(out, p->name[i]);
	}
}
