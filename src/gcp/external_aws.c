#include "gcp/token_fetch.h"
int
token_subject_aws(
    const struct gcp_credentials *c, const struct gcp_ask *ask, struct buf *out, struct err *e)
{
	(void)ask;
	(void)out;
	return err_set(e, EX_CONFIG, "%s: AWS not yet", c->place);
}
