#include "gcp/gcs_manifest.h"
#include "base/tsv.h"
#include "ndjson/codec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

int
gcs_object_name(struct buf *out, const struct gcs_naming *naming, const char *type, size_t type_len,
    const char *path, struct err *e)
{
	struct name_values values = {.part = UINT64_MAX, .hour = naming->hour};
	struct buf encoded = {0};
	int rc;

	if (type != NULL) {
		name_type(&encoded, type, type_len);
		values.type = encoded.data;
	}
	rc = name_expand(out, naming->to->path, &values, e);
	buf_free(&encoded);
	if (rc != 0)
		return -1;
	if (out->len == 0 || out->data[out->len - 1] == '/')
		buf_adds(out, base_name(path));
	if (naming->gzip && codec_of_path(path) == CODEC_PLAIN &&
	    codec_of_path(out->data) != CODEC_GZIP)
		buf_adds(out, ".gz");
	return 0;
}

/* The file of a row must be there, and be what was counted, before anything is sent. */
static int
check_file(
    const struct tsv_reader *r, const char *path, uint64_t bytes, uint64_t *size, struct err *e)
{
	unsigned long long line = r->line;
	struct stat st;

	if (path[0] == '\0' || path[strlen(path) - 1] == '/')
		return err_set(
		    e, EX_CONFIG, "%s:%llu: path '%s' names no file", r->name, line, path);
	if (stat(path, &st) != 0) {
		err_sys(e, errno == ENOENT || errno == ENOTDIR ? EX_NOINPUT : EX_IOERR, path);
		return err_prefix(e, "%s:%llu", r->name, line);
	}
	*size = (uint64_t)st.st_size;
	if (S_ISREG(st.st_mode) && bytes > 0 && bytes != *size &&
	    codec_of_path(path) == CODEC_PLAIN)
		return err_set(e, EX_DATAERR,
		    "%s:%llu: %s has %llu bytes, the manifest says %llu: it is not the file that "
		    "was split",
		    r->name, line, path, (unsigned long long)*size, (unsigned long long)bytes);
	return 0;
}

static int
add_row(
    struct gcs_manifest *m, struct tsv_reader *r, const struct gcs_naming *naming, struct err *e)
{
	const struct tsv_field *type = &r->field[0], *path = &r->field[3];
	struct buf name = {0};
	size_t i = m->n;
	uint64_t rows, bytes, size = 0;

	if (tsv_u64(r, 1, &rows, e) != 0 || tsv_u64(r, 2, &bytes, e) != 0 ||
	    check_file(r, path->s, bytes, &size, e) != 0)
		return -1;
	if (gcs_object_name(&name, naming, type->s, type->len, path->s, e) != 0) {
		buf_free(&name);
		return -1;
	}
	if ((i & (i + 1)) == 0) { /* one of 0, 1, 3, 7, ...: room for twice as many */
		size_t room = 2 * i + 1;

		m->item = xrealloc(m->item, room * sizeof *m->item);
		m->row = xrealloc(m->row, room * sizeof *m->row);
	}
	m->item[i] = (struct gcs_item){.path = xstrdup(path->s),
	    .bucket = naming->to->bucket,
	    .name = buf_take(&name),
	    .rows = rows,
	    .size = size};
	m->size += size;
	m->row[i] = (struct gcs_row){.type_len = type->len};
	m->row[i].type = xmalloc(type->len + 1); /* it may hold NUL bytes */
	memcpy(m->row[i].type, type->s, type->len);
	m->n++;
	return 0;
}

static int
by_object(const void *a, const void *b)
{
	const struct gcs_item *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* Two files in one object: one of them would be lost. */
static int
check_distinct(const struct gcs_manifest *m, struct err *e)
{
	const struct gcs_item **sorted = xcalloc(m->n + 1, sizeof *sorted);
	int rc = 0;

	for (size_t i = 0; i < m->n; i++)
		sorted[i] = &m->item[i];
	qsort(sorted, m->n, sizeof *sorted, by_object);
	for (size_t i = 1; i < m->n && rc == 0; i++)
		if (strcmp(sorted[i - 1]->name, sorted[i]->name) == 0)
			rc = err_set(e, EX_USAGE,
			    "gs://%s/%s: would be both %s and %s: {type} in the "
			    "template keeps types apart",
			    sorted[i]->bucket, sorted[i]->name, sorted[i - 1]->path,
			    sorted[i]->path);
	free(sorted);
	return rc;
}

int
gcs_manifest_read(struct gcs_manifest *m, FILE *in, const char *name,
    const struct gcs_naming *naming, struct err *e)
{
	struct tsv_reader r = {.in = in, .name = name};
	int rc;

	*m = (struct gcs_manifest){0};
	while ((rc = tsv_next(&r, 4, e)) == 1)
		if (add_row(m, &r, naming, e) != 0) {
			rc = -1;
			break;
		}
	tsv_done(&r);
	return rc == 0 ? check_distinct(m, e) : rc;
}

void
gcs_manifest_free(struct gcs_manifest *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free((char *)m->item[i].path);
		free((char *)m->item[i].name);
		gcs_object_free(&m->item[i].object);
		free(m->row[i].type);
	}
	free(m->item);
	free(m->row);
}
