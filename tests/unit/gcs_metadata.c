/* What is said of objects. */
#include "gcp/gcs_metadata.h"
#include "check.h"

#include <string.h>

static void
hours(void)
{
	static const struct {
		const char *name;
		int at; /* -1: none */
	} cases[] = {
	    {"app/2021/01/01/00/part-0.ndjson", 4},
	    {"2021/01/01/00/app", 0},
	    {"a/b/2024/02/29/23", 4},
	    {"2021/01/01/00", 0},
	    {"1/2021/01/01/00/2022/01/01/00/x", 2},
	    {"2021/13/01/00/x", -1},
	    {"2021/02/29/00/x", -1},
	    {"2021/01/01/24/x", -1},
	    {"x2021/01/01/00/x", -1},
	    {"a/2021/01/01/001/x", -1},
	    {"2021/01/01/0", -1},
	    {"2021-01-01-00/", -1},
	    {"//2021/01/01/00/", 2},
	    {"/", -1},
	    {"", -1},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *found = gcs_hour_in(cases[i].name);

		CHECK(found == (cases[i].at < 0 ? NULL : cases[i].name + cases[i].at));
	}
}

static void
said(const struct gcs_manner *manner, const char *name, uint64_t rows, const char *crc32c,
    const char *expected)
{
	struct buf out = {0};

	gcs_metadata_json(&out, manner, name, gcs_content_type(name), rows, crc32c);
	CHECK(strcmp(out.data, expected) == 0);
	buf_free(&out);
}

static void
resources(void)
{
	const struct gcs_manner plain = {0}, all = {.cache_control = "no-\"cache\"",
						 .storage_class = "NEARLINE",
						 .hour = "2021/01/01/05"};

	said(&plain, "a", GCS_ROWS_UNKNOWN, "", "{\"contentType\":\"application/octet-stream\"}");
	said(&plain, "a.gz", 0, "AAAAAA==",
	    "{\"contentType\":\"application/gzip\",\"crc32c\":\"AAAAAA==\",\"metadata\":{\"rows\":"
	    "\"0\"}}");
	said(&plain, "2021/01/01/00/a.ndjson", 7, "",
	    "{\"contentType\":\"application/"
	    "x-ndjson\",\"metadata\":{\"rows\":\"7\",\"source-hour\":"
	    "\"2021/01/01/00\"}}");
	said(&all, "2021/01/01/00/a.tsv", GCS_ROWS_UNKNOWN, "",
	    "{\"contentType\":\"text/tab-separated-values\",\"cacheControl\":\"no-\\\"cache\\\"\","
	    "\"storageClass\":\"NEARLINE\",\"metadata\":{\"source-hour\":\"2021/01/01/05\"}}");
}

int
main(void)
{
	hours();
	resources();
	return check_done();
}
