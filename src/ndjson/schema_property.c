#include "ndjson/schema_property.h"
#include "base/num.h"
#include "ndjson/schema_place.h"
#include "ndjson/types_number.h"
#include "ndjson/types_text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* TableFieldSchema.type, both spellings; the first of each type is the one shown. */
static const struct {
	const char *name;
	enum schema_type type;
} types[] = {
    {"STRING", TYPE_STRING},
    {"BYTES", TYPE_BYTES},
    {"INTEGER", TYPE_INTEGER},
    {"INT64", TYPE_INTEGER},
    {"FLOAT", TYPE_FLOAT},
    {"FLOAT64", TYPE_FLOAT},
    {"NUMERIC", TYPE_NUMERIC},
    {"BIGNUMERIC", TYPE_BIGNUMERIC},
    {"BOOLEAN", TYPE_BOOLEAN},
    {"BOOL", TYPE_BOOLEAN},
    {"TIMESTAMP", TYPE_TIMESTAMP},
    {"DATE", TYPE_DATE},
    {"TIME", TYPE_TIME},
    {"DATETIME", TYPE_DATETIME},
    {"INTERVAL", TYPE_INTERVAL},
    {"GEOGRAPHY", TYPE_GEOGRAPHY},
    {"JSON", TYPE_JSON},
    {"RANGE", TYPE_RANGE},
    {"RECORD", TYPE_RECORD},
    {"STRUCT", TYPE_RECORD},
};

static const char *const modes[] = {"NULLABLE", "REQUIRED", "REPEATED"};

/* What TableFieldSchema has ("REST Resource: tables"); anything else is a slip of the pen that
 * BigQuery would refuse as an unknown name. */
static const char *const properties[] = {"name", "type", "mode", "fields", "description",
    "maxLength", "precision", "scale", "timestampPrecision", "roundingMode", "collation",
    "defaultValueExpression", "rangeElementType", "policyTags", "dataPolicies", "nameAlternative",
    "categories", "foreignTypeDefinition", "dataPolicyList", "dataGovernanceTagsInfo",
    "generatedColumn"};

#define COUNT(a) (sizeof(a) / sizeof *(a))

const char *
schema_type_name(enum schema_type type)
{
	for (size_t i = 0; i < COUNT(types); i++)
		if (types[i].type == type)
			return types[i].name;
	return "?";
}

int
schema_type_of(const char *name, enum schema_type *type)
{
	for (size_t i = 0; i < COUNT(types); i++)
		if (strcasecmp(types[i].name, name) == 0) {
			*type = types[i].type;
			return 1;
		}
	return 0;
}

const char *
schema_mode_name(enum schema_mode mode)
{
	return modes[mode];
}

int
schema_mode_of(const char *name, enum schema_mode *mode)
{
	for (size_t i = 0; i < COUNT(modes); i++)
		if (strcasecmp(modes[i], name) == 0) {
			*mode = (enum schema_mode)i;
			return 1;
		}
	return 0;
}

int
schema_fail(struct schema_parse *p, yajl_val at, const char *fmt, ...)
{
	size_t line, column;
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	schema_place(p->text, p->len, p->root, at, &line, &column);
	return err_set(p->e, EX_CONFIG, "%s:%zu:%zu: %s", p->name, line, column, text);
}

yajl_val
schema_property(yajl_val object, const char *name)
{
	for (size_t i = 0; i < object->u.object.len; i++)
		if (strcmp(object->u.object.keys[i], name) == 0)
			return object->u.object.values[i];
	return NULL;
}

/* Read and kept by others, but BigQuery's limit is this file's concern ("Specify a schema", Column
 * descriptions). */
static int
check_description(struct schema_parse *p, yajl_val v)
{
	yajl_val at = schema_property(v, "description");
	size_t n;

	if (at == NULL)
		return 0;
	if (!YAJL_IS_STRING(at))
		return schema_fail(p, at, "expected a \"description\" string");
	n = text_points(at->u.string, strlen(at->u.string));
	if (n > SCHEMA_MAX_DESCRIPTION)
		return schema_fail(p, at, "a description of %zu characters, at most %d are taken",
		    n, SCHEMA_MAX_DESCRIPTION);
	return 0;
}

int
schema_check_properties(struct schema_parse *p, yajl_val v)
{
	for (size_t i = 0; i < v->u.object.len; i++) {
		const char *key = v->u.object.keys[i];
		size_t known = 0;

		while (known < COUNT(properties) && strcmp(properties[known], key) != 0)
			known++;
		if (known == COUNT(properties))
			return schema_fail(p, v->u.object.values[i],
			    "unknown property \"%.60s\", expected name, type, mode, "
			    "fields, description ...",
			    key);
		if (schema_property(v, key) != v->u.object.values[i])
			return schema_fail(
			    p, v->u.object.values[i], "property \"%s\" is there twice", key);
	}
	return check_description(p, v);
}

int
schema_read_type(struct schema_parse *p, yajl_val v, const char *column, enum schema_type *type)
{
	yajl_val at = schema_property(v, "type");

	if (!YAJL_IS_STRING(at))
		return schema_fail(
		    p, at != NULL ? at : v, "%s: expected a \"type\" string", column);
	if (schema_type_of(at->u.string, type))
		return 0;
	return schema_fail(p, at,
	    "column %s: \"%.60s\" is no BigQuery type, expected STRING, INTEGER, FLOAT, "
	    "BOOLEAN, TIMESTAMP, DATE, RECORD, JSON ...",
	    column, at->u.string);
}

int
schema_read_mode(struct schema_parse *p, yajl_val v, struct schema_field *f)
{
	yajl_val at = schema_property(v, "mode");

	if (at == NULL)
		return 0;
	if (YAJL_IS_STRING(at) && schema_mode_of(at->u.string, &f->mode))
		return 0;
	return schema_fail(
	    p, at, "column %s: expected mode NULLABLE, REQUIRED or REPEATED", f->name);
}

/* An int64 property, which Google writes as a number or as a string of digits; 0 when absent. */
static int
read_number(struct schema_parse *p, yajl_val v, const char *name, int allowed, uint64_t *out)
{
	yajl_val at = schema_property(v, name);
	const char *s = YAJL_IS_NUMBER(at) ? YAJL_GET_NUMBER(at) : YAJL_GET_STRING(at);

	*out = 0;
	if (at == NULL)
		return 0;
	if (!allowed)
		return schema_fail(p, at, "\"%s\" does not go with this type", name);
	if (s == NULL || num_u64(s, strlen(s), out) != 0)
		return schema_fail(p, at, "\"%s\" is not a number", name);
	return 0;
}

/* maxLength, precision, scale, timestampPrecision ("Data types", Parameterized data types). */
int
schema_read_parameters(struct schema_parse *p, yajl_val v, struct schema_field *f)
{
	int text = f->type == TYPE_STRING || f->type == TYPE_BYTES;
	int decimal = f->type == TYPE_NUMERIC || f->type == TYPE_BIGNUMERIC;
	unsigned most_fraction = f->type == TYPE_NUMERIC ? 9 : 38;
	unsigned most_whole = f->type == TYPE_NUMERIC ? 29 : 38;
	unsigned plain_whole = f->type == TYPE_NUMERIC ? 29 : BIGNUMERIC_WHOLE;
	uint64_t precision, scale, fraction;

	if (read_number(p, v, "maxLength", text, &f->max_length) != 0 ||
	    read_number(p, v, "precision", decimal, &precision) != 0 ||
	    read_number(p, v, "scale", decimal, &scale) != 0 ||
	    read_number(p, v, "timestampPrecision", f->type == TYPE_TIMESTAMP, &fraction) != 0)
		return -1;
	if (schema_property(v, "maxLength") != NULL && f->max_length == 0)
		return schema_fail(p, v, "column %s: maxLength is at least 1", f->name);
	if (schema_property(v, "scale") != NULL && schema_property(v, "precision") == NULL)
		return schema_fail(p, v, "column %s: \"scale\" needs \"precision\"", f->name);
	if (fraction != 0 && fraction != 6 && fraction != 12)
		return schema_fail(p, v, "column %s: timestampPrecision is 6 or 12", f->name);
	f->whole_digits = plain_whole;
	f->fraction_digits = decimal ? most_fraction : fraction == 12 ? 12 : 6;
	if (schema_property(v, "precision") == NULL)
		return 0;
	if (scale > most_fraction || precision < scale || precision < 1 ||
	    precision - scale > most_whole)
		return schema_fail(p, v, "column %s: %s(%llu, %llu) is beyond the type", f->name,
		    schema_type_name(f->type), (unsigned long long)precision,
		    (unsigned long long)scale);
	f->whole_digits = (unsigned)(precision - scale);
	f->fraction_digits = (unsigned)scale;
	return 0;
}
