/* Host, URL and style of a bucket. */
#include "aws/s3_endpoint.h"
#include "check.h"

static const struct {
	const char *given, *region, *bucket;
	enum s3_style style;
	const char *origin, *host, *base;
} cases[] = {
    {NULL, "us-east-1", "logs", S3_STYLE_AUTO, "https://logs.s3.us-east-1.amazonaws.com",
	"logs.s3.us-east-1.amazonaws.com", ""},
    {NULL, "cn-north-1", "logs", S3_STYLE_AUTO, "https://logs.s3.cn-north-1.amazonaws.com.cn",
	"logs.s3.cn-north-1.amazonaws.com.cn", ""},
    {NULL, "eu-west-1", "my.logs", S3_STYLE_AUTO, "https://s3.eu-west-1.amazonaws.com",
	"s3.eu-west-1.amazonaws.com", "/my.logs"},
    {NULL, "us-east-1", "Old_Logs", S3_STYLE_AUTO, "https://s3.us-east-1.amazonaws.com",
	"s3.us-east-1.amazonaws.com", "/Old_Logs"},
    {NULL, "us-east-1", "logs", S3_STYLE_PATH, "https://s3.us-east-1.amazonaws.com",
	"s3.us-east-1.amazonaws.com", "/logs"},
    {"http://127.0.0.1:9000", "x", "logs", S3_STYLE_AUTO, "http://127.0.0.1:9000", "127.0.0.1:9000",
	"/logs"},
    {"http://[::1]:9000/", "x", "logs", S3_STYLE_AUTO, "http://[::1]:9000", "[::1]:9000", "/logs"},
    {"http://localhost:9000", "x", "logs", S3_STYLE_AUTO, "http://localhost:9000", "localhost:9000",
	"/logs"},
    {"http://localhost:9000", "x", "logs", S3_STYLE_VIRTUAL, "http://logs.localhost:9000",
	"logs.localhost:9000", ""},
    {"http://s3.localhost:9000", "x", "my.logs", S3_STYLE_AUTO, "http://my.logs.s3.localhost:9000",
	"my.logs.s3.localhost:9000", ""},
    {"http://minio:9000", "x", "logs", S3_STYLE_AUTO, "http://minio:9000", "minio:9000", "/logs"},
    {"https://store.example.com", "x", "logs", S3_STYLE_AUTO, "https://logs.store.example.com",
	"logs.store.example.com", ""},
    {"https://store.example.com", "x", "my.logs", S3_STYLE_AUTO, "https://store.example.com",
	"store.example.com", "/my.logs"},
    {"https://gate.example.com/s3/", "x", "logs", S3_STYLE_AUTO, "https://gate.example.com",
	"gate.example.com", "/s3/logs"},
};

static const char *const bad[] = {"", "localhost:9000", "ftp://host", "http://", "https:///x",
    "http://user:secret@host", "http://host?x"};

/* What can't be part of a host name must not become one: the signed request would go elsewhere. */
static const struct {
	const char *given, *region, *bucket;
} strange[] = {
    {NULL, "us-east-1", "evil.example.com?"},
    {NULL, "us-east-1", "user@evil"},
    {NULL, "us-east-1", "a:80"},
    {NULL, "us-east-1", "a\nb"},
    {NULL, "evil.example.com/", "logs"},
    {NULL, "", "logs"},
    {"http://127.0.0.1:9000", "x", "a#b"},
};

int
main(void)
{
	struct s3_endpoint p;
	struct err e;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK(s3_endpoint(cases[i].given, cases[i].style, cases[i].region, cases[i].bucket,
			  &p, &e) == 0);
		CHECK_STR(p.origin, cases[i].origin);
		CHECK_STR(p.host, cases[i].host);
		CHECK_STR(p.base, cases[i].base);
		s3_endpoint_free(&p);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(s3_endpoint(bad[i], S3_STYLE_AUTO, "x", "logs", &p, &e) == -1 &&
		      e.code == EX_USAGE && strstr(e.text, "secret@") == NULL);
	for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
		CHECK(s3_endpoint(strange[i].given, S3_STYLE_VIRTUAL, strange[i].region,
			  strange[i].bucket, &p, &e) == -1 &&
		      e.code == EX_USAGE);
	return check_done();
}
