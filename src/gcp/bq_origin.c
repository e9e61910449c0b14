#include "gcp/bq_origin.h"
#include "base/json.h"
#include "base/msg.h"
#include "gcp/bq_json.h"
#include "gcp/bq_table.h"

enum { MOST_LOOKS = 5 };

/* 0 when origin is made, 1 when it was there meanwhile. */
static int
create(struct bq *b, const struct bq_table *origin, const struct bq_fields *rows,
    const char *column, struct err *e)
{
	struct buf members = {0};
	int rc;

	buf_adds(&members, "\"schema\":{\"fields\":");
	bq_fields_create(&members, rows, column);
	buf_adds(&members, "},\"timePartitioning\":{\"type\":\"HOUR\"");
	bq_json_member(&members, "field", column);
	buf_addc(&members, '}');
	rc = bq_table_create(b, origin, members.data, e);
	if (rc == 0)
		msg_debug("%s.%s: created", origin->dataset, origin->table);
	buf_free(&members);
	return rc;
}

/* 0 when the rows fit into origin, 1 when it was changed meanwhile. */
static int
widen(struct bq *b, const struct bq_table *origin, yajl_val table, const struct bq_fields *rows,
    const char *column, struct err *e)
{
	struct bq_fields have = bq_fields_at(table, "schema.fields");
	struct buf fields = {0}, place = {0};
	int rc = bq_fields_widen(&fields, &have, rows, column, e);

	if (rc < 0) {
		const struct err what = *e;

		bq_table_text(&place, origin);
		err_set(e, what.code,
		    "%s: %s; convert with --select (TYPE.sql of the recipes), or change the table",
		    place.data, what.text);
		buf_free(&place);
	} else if (rc > 0) {
		rc = bq_table_set_fields(b, origin, fields.data, json_string(table, "etag"), e);
		if (rc == 0)
			msg_info("%s.%s: columns added", origin->dataset, origin->table);
	}
	buf_free(&fields);
	return rc;
}

int
bq_origin_prepare(struct bq *b, const struct bq_table *origin, const struct bq_fields *rows,
    const char *column, struct err *e)
{
	for (int look = 0; look < MOST_LOOKS; look++) {
		yajl_val table;
		int rc = bq_table_get(b, origin, &table, e);

		if (rc == 0)
			rc = create(b, origin, rows, column, e);
		else if (rc > 0)
			rc = widen(b, origin, table, rows, column, e);
		yajl_tree_free(table);
		if (rc <= 0)
			return rc;
	}
	return err_set(e, EX_TEMPFAIL, "%s.%s: others keep changing its columns; run again",
	    origin->dataset, origin->table);
}

int
bq_audit_prepare(struct bq *b, const struct bq_table *audit, struct err *e)
{
	static const char members[] =
	    "\"schema\":{\"fields\":["
	    "{\"name\":\"hour\",\"type\":\"TIMESTAMP\",\"mode\":\"REQUIRED\"},"
	    "{\"name\":\"type\",\"type\":\"STRING\",\"mode\":\"REQUIRED\"},"
	    "{\"name\":\"rows\",\"type\":\"INTEGER\",\"mode\":\"REQUIRED\"},"
	    "{\"name\":\"job\",\"type\":\"STRING\",\"mode\":\"REQUIRED\"},"
	    "{\"name\":\"at\",\"type\":\"TIMESTAMP\",\"mode\":\"REQUIRED\"}]}";
	yajl_val table;
	int rc = bq_table_get(b, audit, &table, e);

	if (rc == 0)
		rc = bq_table_create(b, audit, members, e);
	yajl_tree_free(table);
	return rc < 0 ? -1 : 0;
}
