#include "gcp/gcs_metadata.h"
#include "base/json.h"
#include "base/name.h"

#include <string.h>

#define HOUR_LENGTH 13

const char *
gcs_content_type(const char *name)
{
	static const char *const types[][2] = {
	    {".ndjson", "application/x-ndjson"},
	    {".gz", "application/gzip"},
	    {".zst", "application/zstd"},
	    {".json", "application/json"},
	    {".tsv", "text/tab-separated-values"},
	};
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		size_t n = strlen(types[i][0]);

		if (len >= n && strcmp(name + len - n, types[i][0]) == 0)
			return types[i][1];
	}
	return "application/octet-stream";
}

const char *
gcs_hour_in(const char *name)
{
	for (const char *p = name; p != NULL; p = strchr(p, '/')) {
		char text[HOUR_LENGTH + 1];
		struct hour hour;
		struct err ignored;

		p += *p == '/';
		if (strnlen(p, HOUR_LENGTH) < HOUR_LENGTH)
			break;
		memcpy(text, p, HOUR_LENGTH);
		text[HOUR_LENGTH] = '\0';
		if ((p[HOUR_LENGTH] == '/' || p[HOUR_LENGTH] == '\0') &&
		    hour_parse(text, &hour, &ignored) == 0)
			return p;
	}
	return NULL;
}

/* "name":"value", unless there is none. */
static void
add_string(struct buf *out, const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	buf_addf(out, ",\"%s\":", name);
	json_quotes(out, value);
}

/* Custom metadata: all values are strings. */
static void
add_custom(struct buf *out, const struct gcs_manner *manner, const char *name, uint64_t rows)
{
	const char *hour = manner->hour != NULL ? manner->hour : gcs_hour_in(name);

	if (rows == GCS_ROWS_UNKNOWN && hour == NULL)
		return;
	buf_adds(out, ",\"metadata\":{");
	if (rows != GCS_ROWS_UNKNOWN)
		buf_addf(
		    out, "\"rows\":\"%llu\"%s", (unsigned long long)rows, hour != NULL ? "," : "");
	if (hour != NULL)
		buf_addf(out, "\"source-hour\":\"%.*s\"", HOUR_LENGTH, hour);
	buf_addc(out, '}');
}

void
gcs_metadata_json(struct buf *out, const struct gcs_manner *manner, const char *name,
    const char *type, uint64_t rows, const char *crc32c)
{
	buf_adds(out, "{\"contentType\":");
	json_quotes(out, type);
	add_string(out, "crc32c", crc32c);
	add_string(out, "cacheControl", manner->cache_control);
	add_string(out, "storageClass", manner->storage_class);
	add_custom(out, manner, name, rows);
	buf_addc(out, '}');
}
