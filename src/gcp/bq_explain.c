#include "gcp/bq_explain.h"
#include "base/json.h"
#include "base/name.h"
#include "gcp/bq_row.h"
#include "gcp/gcs_read.h"
#include "ndjson/codec.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A row that was refused. */
struct place {
	const struct bq_source *source;
	uint64_t position;
};

/* The reading of one object up to the last row wanted of it. */
struct search {
	const char *uri;
	const struct place *place; /* by position */
	size_t n;
	uint64_t at,
	    line; /* of the line that row gathers, from 0 and from 1; line 0: not counted */
	struct buf row;
	uint64_t beyond; /* bytes of it that are not kept */
	struct bq_row *check;
	struct decoder *decoder;
	int found; /* all were */
};

int
bq_explain_position(const char *message, uint64_t *position)
{
	static const char before[] = "row starting at position ";
	const char *p = message != NULL ? strstr(message, before) : NULL;
	unsigned long long value;
	char *end;

	if (p == NULL)
		return -1;
	p += sizeof before - 1;
	errno = 0;
	value = strtoull(p, &end, 10);
	if (*p < '0' || *p > '9' || errno != 0 || *end == '\0')
		return -1;
	*position = value;
	return 0;
}

static int
compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	return (x->position > y->position) - (x->position < y->position);
}

static const struct bq_source *
find_source(const struct bq_load *l, const char *uri)
{
	for (size_t i = 0; uri != NULL && i < l->n; i++)
		if (strcmp(l->source[i].uri, uri) == 0)
			return &l->source[i];
	return NULL;
}

/* The rows that the job's errors name, each once, in the order of objects and bytes. */
static size_t
find_places(const struct bq_load *l, struct place place[BQ_EXPLAIN_MOST])
{
	size_t n_errors, n = 0, kept = 0;
	yajl_val *error = json_array(l->job, "status.errors", &n_errors);

	for (size_t i = 0; i < n_errors && n < BQ_EXPLAIN_MOST; i++) {
		place[n].source = find_source(l, json_string(error[i], "location"));
		if (place[n].source != NULL &&
		    bq_explain_position(json_string(error[i], "message"), &place[n].position) == 0)
			n++;
	}
	qsort(place, n, sizeof *place, compare_places);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || compare_places(&place[kept - 1], &place[i]) != 0)
			place[kept++] = place[i];
	return kept;
}

/* A line has ended: explain it when it is wanted. */
static void
end_line(struct search *s, size_t with_end)
{
	uint64_t next = s->at + s->row.len + s->beyond + with_end;

	if (s->n > 0 && s->place->position < next) {
		bq_row_explain(s->check, s->uri, s->line, s->place->position, &s->row, s->beyond);
		while (s->n > 0 && s->place->position < next) {
			s->place++;
			s->n--;
		}
	}
	s->found = s->n == 0;
	s->at = next;
	s->line += s->line > 0;
	s->beyond = 0;
	buf_clear(&s->row);
}

static int
take_text(void *arg, const void *p, size_t n, struct err *e)
{
	struct search *s = arg;
	const char *text = p;

	while (n > 0) {
		const char *end = memchr(text, '\n', n);
		size_t part = end != NULL ? (size_t)(end - text) : n;
		size_t room = BQ_EXPLAIN_LONGEST - s->row.len, kept = part < room ? part : room;

		buf_add(&s->row, text, kept);
		s->beyond += part - kept;
		if (end == NULL)
			return 0;
		end_line(s, 1);
		if (s->found)
			return err_set(e, 0, "every row is found"); /* no more is wanted */
		text += part + 1;
		n -= part + 1;
	}
	return 0;
}

static int
take_stored(void *arg, const void *p, size_t n, struct err *e)
{
	struct search *s = arg;

	return decoder_feed(s->decoder, p, n, e);
}

/* The first bytes of an object tell how it is compressed. */
static int
take_magic(void *arg, const void *p, size_t n, struct err *e)
{
	struct buf *magic = arg;

	buf_add(magic, p, n < CODEC_MAGIC ? n : CODEC_MAGIC);
	return magic->len >= CODEC_MAGIC ? err_set(e, 0, "told") : 0;
}

static int
is_plain(struct gcs *g, const char *bucket, const struct gcs_object *o)
{
	struct buf magic = {0};
	struct err never;
	int plain;

	(void)gcs_read(g, bucket, o, take_magic, &magic, &never);
	plain = codec_of_magic((const unsigned char *)magic.data, magic.len) == CODEC_PLAIN;
	buf_free(&magic);
	return plain;
}

/* Read the object from where that makes sense until every row is found. */
static int
search_object(
    struct gcs *g, const char *bucket, const struct gcs_object *o, struct search *s, struct err *e)
{
	int rc;

	s->line = 1;
	if (s->place->position > BQ_EXPLAIN_COUNTED && is_plain(g, bucket, o)) {
		s->line = 0;
		s->at = s->place->position;
		rc = gcs_read_from(g, bucket, o, s->at, take_text, s, e);
	} else {
		rc = gcs_read(g, bucket, o, take_stored, s, e);
		if (rc == 0 && (rc = decoder_finish(s->decoder, e)) != 0)
			err_prefix(e, "%s", s->uri);
	}
	if (rc == 0 && s->n > 0)
		end_line(s, 0); /* a last line without its end */
	return s->found ? 0 : rc;
}

/* A load takes the object as it is then; what is looked at is what it is now. */
static void
compare_generations(const struct bq_row *check, const struct place *place, uint64_t now)
{
	struct buf line = {0};

	buf_addf(&line, "%" PRIu64, now);
	if (strcmp(line.data, place->source->generation) != 0) {
		buf_clear(&line);
		buf_addf(&line, "%s: is of generation %" PRIu64 ", not of %s", place->source->uri,
		    now, place->source->generation);
		bq_row_tell(check, line.data);
	}
	buf_free(&line);
}

/* No record is wrong then. */
static void
tell_codec(const struct search *s)
{
	struct buf line = {0};

	if (decoder_kind(s->decoder) == CODEC_ZSTD) {
		buf_addf(&line, "%s: is zstd: BigQuery loads plain and gzip", s->uri);
		bq_row_tell(s->check, line.data);
	}
	buf_free(&line);
}

static int
explain_object(
    struct gcs *g, const struct place *place, size_t n, struct bq_row *check, struct err *e)
{
	struct search s = {.uri = place->source->uri, .place = place, .n = n, .check = check};
	struct gcs_object o = {0};
	struct url u;
	int rc = url_parse(s.uri, "gs", &u, e);

	if (rc != 0)
		return -1;
	rc = gcs_stat(g, u.bucket, u.path, &o, e);
	if (rc == 1) {
		compare_generations(check, place, o.generation);
		s.decoder = decoder_new(take_text, &s);
		rc = search_object(g, u.bucket, &o, &s, e);
		tell_codec(&s);
		decoder_free(s.decoder);
	} else if (rc == 0) {
		rc = err_set(e, EX_NOINPUT, "%s: is gone", s.uri);
	}
	gcs_object_free(&o);
	buf_free(&s.row);
	url_free(&u);
	return rc;
}

int
bq_explain(const struct bq_load *l, bq_tell *tell, void *ctx, struct err *e)
{
	struct place place[BQ_EXPLAIN_MOST] = {0};
	size_t n = find_places(l, place), i = 0, next;
	struct gcp_auth *auth = n > 0 ? gcs_auth_new(e) : NULL;
	struct http *http = auth != NULL ? http_new(e) : NULL;
	struct gcs *g = http != NULL ? gcs_new(http, auth) : NULL;
	struct bq_row *check = g != NULL ? bq_row_new(&l->fields, tell, ctx, e) : NULL;
	int rc = n == 0 || check != NULL ? 0 : -1;

	for (; rc == 0 && i < n; i = next) {
		for (next = i + 1; next < n && place[next].source == place[i].source;)
			next++;
		rc = explain_object(g, place + i, next - i, check, e);
	}
	bq_row_free(check);
	gcs_free(g);
	http_free(http);
	gcp_auth_free(auth);
	return rc;
}
