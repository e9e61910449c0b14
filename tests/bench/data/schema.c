#include "schema.h"

#include <stdlib.h>

/* A column. Those of one level are a list, in order of first use. */
struct node {
	const char *name;
	const struct field *field; /* NULL: a RECORD, or the key */
	struct node *next, *columns;
};

static const struct {
	const char *type, *mode;
} kinds[VALUE_KINDS] = {
    [VALUE_STAMP] = {"TIMESTAMP", NULL},
    [VALUE_MILLIS] = {"INTEGER", NULL},
    [VALUE_FLOAT] = {"FLOAT", NULL},
    [VALUE_RATIO] = {"FLOAT", NULL},
    [VALUE_SMALL] = {"INTEGER", NULL},
    [VALUE_LARGE] = {"INTEGER", NULL},
    [VALUE_BOOL] = {"BOOLEAN", NULL},
    [VALUE_NULL] = {"DATE", NULL},
    [VALUE_TAGS] = {"STRING", "REPEATED"},
    [VALUE_SAMPLES] = {"INTEGER", "REPEATED"},
    [VALUE_EMPTY] = {"JSON", NULL},
};

/* The column of that name in a level; new when there is none. */
static struct node *
column(struct node **level, const char *name)
{
	for (; *level != NULL; level = &(*level)->next)
		if (strcmp((*level)->name, name) == 0)
			return *level;
	*level = calloc(1, sizeof **level);
	if (*level == NULL)
		abort();
	(*level)->name = name;
	return *level;
}

static void
add_type(struct node **top, const struct type *t)
{
	struct node **level[MEMBERS_MOST] = {top};
	unsigned object = 0;
	int depth = 0;

	for (const struct member *m = t->member; m < t->member + t->n; m++) {
		if (depth > m->depth)
			depth = m->depth;
		for (; depth < m->depth; depth++)
			level[depth + 1] = &column(level[depth], object_name(object++))->columns;
		column(level[depth], m->field != NULL ? m->field->name : "type")->field = m->field;
	}
}

static void
put_level(FILE *out, const struct node *node, int indent)
{
	char name[64];

	for (; node != NULL; node = node->next) {
		const char *type = NULL, *mode = NULL;

		if (node->field != NULL) {
			type = kinds[node->field->kind].type;
			mode = kinds[node->field->kind].mode;
		}
		*name_put(name, node->name) = '\0';
		fprintf(out, "%*s{\"name\": \"%s\", \"type\": \"%s\", \"mode\": \"%s\"", indent, "",
		    name,
		    node->columns != NULL ? "RECORD"
		    : type != NULL        ? type
					  : "STRING",
		    mode != NULL ? mode : "NULLABLE");
		if (node->columns != NULL) {
			fputs(", \"fields\": [\n", out);
			put_level(out, node->columns, indent + 2);
			fprintf(out, "%*s]", indent, "");
		}
		fprintf(out, "}%s\n", node->next != NULL ? "," : "");
	}
}

static void
free_level(struct node *node)
{
	while (node != NULL) {
		struct node *next = node->next;

		free_level(node->columns);
		free(node);
		node = next;
	}
}

void
schema_put(FILE *out, const struct type *types, unsigned n)
{
	struct node *top = NULL;

	for (unsigned i = 0; i < n; i++)
		if (types[i].tally.records > 0)
			add_type(&top, &types[i]);
	fputs("[\n", out);
	put_level(out, top, 2);
	fputs("]\n", out);
	free_level(top);
}
