/* IAM Identity Center: "IAM Identity Center credential provider" (AWS SDKs and Tools Reference
 * Guide); GetRoleCredentials (IAM Identity Center Portal API Reference). The token is what "aws sso
 * login" left in ~/.aws/sso/cache/; it is never refreshed here. */
#ifndef AWS_SSO_H
#define AWS_SSO_H

#include "aws/profile_settings.h"

/* aws_sso(x, p, c, e): the profile's account and role, by its sso_session or, without one, its own
 * sso_start_url. -1: EX_CONFIG (a setting is missing, or two differ), EX_NOPERM (no token, or one
 * that has expired or is refused: says the command to run), EX_TEMPFAIL. */
int aws_sso(
    struct aws_chain *x, const struct aws_profile *p, struct aws_credentials *c, struct err *e);

#endif
