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

/* AWS's own endpoints, by region, FIPS and dualstack ("Amazon S3 endpoints"). */
static const struct {
	const char *region, *bucket;
	int fips, dualstack;
	const char *origin;
} own[] = {
    {"us-gov-west-1", "logs", 1, 0, "https://logs.s3-fips.us-gov-west-1.amazonaws.com"},
    {"us-east-1", "logs", 0, 1, "https://logs.s3.dualstack.us-east-1.amazonaws.com"},
    {"us-east-1", "logs", 1, 1, "https://logs.s3-fips.dualstack.us-east-1.amazonaws.com"},
    {"eusc-de-east-1", "logs", 0, 0, "https://logs.s3.eusc-de-east-1.amazonaws.eu"},
    {"us-iso-east-1", "logs", 0, 0, "https://logs.s3.us-iso-east-1.c2s.ic.gov"},
    {"us-isob-east-1", "logs", 0, 0, "https://logs.s3.us-isob-east-1.sc2s.sgov.gov"},
    {"us-west-2", "arn:aws:s3:us-west-2:123456789012:accesspoint/mine", 0, 0,
	"https://mine-123456789012.s3-accesspoint.us-west-2.amazonaws.com"},
    {"us-west-2", "arn:aws:s3:us-west-2:123456789012:accesspoint:mine", 1, 1,
	"https://mine-123456789012.s3-accesspoint-fips.dualstack.us-west-2.amazonaws.com"},
    {"cn-north-1", "arn:aws-cn:s3:cn-north-1:123456789012:accesspoint/mine", 0, 1,
	"https://mine-123456789012.s3-accesspoint.dualstack.cn-north-1.amazonaws.com.cn"},
};

static const char *const bad_arns[] = {"arn:", "arn:aws:s3",
    "arn:aws:s3::123456789012:accesspoint/mrap.mrap", "arn:aws:s3:us-west-2:1:accesspoint/mine",
    "arn:aws:s3:us-west-2:123456789012:accesspoint/", "arn:aws:s3:us-west-2:123456789012:mine",
    "arn:aws:s3:us-west-2:123456789012:accesspoint/a/b",
    "arn:aws:s3:evil.example:123456789012:accesspoint/mine",
    "arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint/mine",
    "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-1/accesspoint/mine",
    "arn:evil:s3:us-west-2:123456789012:accesspoint/mine"};

static const char point[] = "arn:aws:s3:us-west-2:123456789012:accesspoint/mine";

/* 0, or the code. */
static int
ask(struct s3_rules rules, const char *region, const char *bucket, struct s3_endpoint *p)
{
	struct err e = {0};

	if (s3_endpoint(&rules, region, bucket, p, &e) == 0)
		return 0;
	CHECK(strstr(e.text, "secret@") == NULL);
	return e.code;
}

static void
own_endpoints(void)
{
	struct s3_endpoint p;

	for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
		CHECK(ask((struct s3_rules){.fips = own[i].fips, .dualstack = own[i].dualstack},
			  own[i].region, own[i].bucket, &p) == 0);
		CHECK_STR(p.origin, own[i].origin);
		CHECK_STR(p.base, "");
		s3_endpoint_free(&p);
	}
	CHECK(ask((struct s3_rules){.fips = 1}, "cn-north-1", "logs", &p) == EX_USAGE);
	CHECK(ask((struct s3_rules){.given = "https://s3.example.com", .fips = 1}, "x", "logs",
		  &p) == EX_USAGE);
	CHECK(ask((struct s3_rules){.given = "https://s3.example.com", .dualstack = 1}, "x", "logs",
		  &p) == EX_USAGE);
}

static void
access_points(void)
{
	struct s3_endpoint p;

	for (size_t i = 0; i < sizeof bad_arns / sizeof *bad_arns; i++)
		CHECK(ask((struct s3_rules){0}, "us-west-2", bad_arns[i], &p) == EX_USAGE);
	CHECK(ask((struct s3_rules){.given = "http://localhost:9000", .style = S3_STYLE_PATH}, "x",
		  point, &p) == 0);
	CHECK_STR(p.origin, "http://mine-123456789012.localhost:9000");
	CHECK_STR(p.base, "");
	s3_endpoint_free(&p);
	CHECK(ask((struct s3_rules){.given = "http://127.0.0.1:9000"}, "x", point, &p) == EX_USAGE);
	CHECK(ask((struct s3_rules){.given = "http://[::1]:9000"}, "x", point, &p) == EX_USAGE);
}

int
main(void)
{
	struct s3_endpoint p;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK(ask((struct s3_rules){.given = cases[i].given, .style = cases[i].style},
			  cases[i].region, cases[i].bucket, &p) == 0);
		CHECK_STR(p.origin, cases[i].origin);
		CHECK_STR(p.host, cases[i].host);
		CHECK_STR(p.base, cases[i].base);
		s3_endpoint_free(&p);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(ask((struct s3_rules){.given = bad[i]}, "x", "logs", &p) == EX_USAGE);
	for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
		CHECK(ask((struct s3_rules){.given = strange[i].given, .style = S3_STYLE_VIRTUAL},
			  strange[i].region, strange[i].bucket, &p) == EX_USAGE);
	own_endpoints();
	access_points();
	return check_done();
}
