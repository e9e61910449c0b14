/* STS's refusals: "Common errors" and the errors of AssumeRole and AssumeRoleWithWebIdentity (AWS
 * Security Token Service API Reference). */
#ifndef AWS_STS_ERROR_H
#define AWS_STS_ERROR_H

#include "base/err.h"
#include "net/http.h"

/* sts_error_kind(res): whether the answer may be retried; an http_classify. */
enum retry_kind sts_error_kind(const struct http_response *res);

/* sts_error_is_skew(res): whether a signature was refused because of this machine's clock. */
int sts_error_is_skew(const struct http_response *res);

/* sts_error_fail(res, e): the sentence for an answer other than 200. Returns -1. */
int sts_error_fail(const struct http_response *res, struct err *e);

#endif
