/* AWS Signature Version 4, pure: time and credentials are arguments, nothing is sent. Sources:
 * "Create a signed AWS API request" (AWS IAM User Guide); "Authenticating Requests: Using Query
 * Parameters" (Amazon S3 API Reference). */
#ifndef AWS_SIGV4_H
#define AWS_SIGV4_H

#include "base/buf.h"

#include <stddef.h>
#include <time.h>

/* The SHA-256 of no bytes: payload_hash of a request without a body. */
#define SIGV4_EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

struct sigv4_pair {
	const char *name, *value;
};

struct sigv4_request {
	const char *method;
	const char *path;               /* not encoded: "/2021/01/01/00/a b.json" */
	int normalize;                  /* resolve "." and "..", merge slashes; never for S3 */
	const struct sigv4_pair *query; /* not encoded, any order */
	size_t n_query;
	const struct sigv4_pair *header; /* all to be signed, host among them; any order and case.
					    x-amz-date and the session token are added here. */
	size_t n_header;
	const char *payload_hash; /* SHA-256 in hex, or "UNSIGNED-PAYLOAD" */
	time_t when;              /* UTC seconds */
	const char *region, *service;
	const char *access_key, *secret_key;
	const char *token; /* session token, or NULL */
	const unsigned char
	    *key; /* SIGV4_KEY bytes that sigv4_derive made for a request of the same
				     secret, day, region and service; NULL: it is derived here */
};

#define SIGV4_KEY 32

/* sigv4_derive(r, key): the signing key, good for a day: four of the five HMACs that a signature
 * takes. It is a secret. */
void sigv4_derive(const struct sigv4_request *r, unsigned char key[static SIGV4_KEY]);

/* What signing gives. The sent URL is path, '?', query: encoded exactly as it was signed. */
struct sigv4 {
	struct buf path, query;   /* encoded; query sorted */
	struct buf canonical;     /* the canonical request */
	struct buf to_sign;       /* the string to sign */
	char signature[65];       /* hex */
	struct buf authorization; /* header form: the value of Authorization */
	char date[32];            /* header form: the value of X-Amz-Date */
};

/* sigv4_header(r, out): sign for the Authorization header. The request must then be sent with
 * X-Amz-Date: out->date, X-Amz-Security-Token when there is a token, and Authorization. */
void sigv4_header(const struct sigv4_request *r, struct sigv4 *out);

/* sigv4_query(r, expires_s, out): sign for a URL that may be used during expires_s seconds without
 * further headers (a presigned URL); out->query ends with X-Amz-Signature. */
void sigv4_query(const struct sigv4_request *r, unsigned expires_s, struct sigv4 *out);

/* sigv4_free(s): all buffers, those wiped that may hold a token or a signature. Zero-initialised
 * and freed ones may be freed. */
void sigv4_free(struct sigv4 *s);

#endif
