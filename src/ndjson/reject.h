/* Why a record is set aside: the fixed list of reasons (ndsplit(1), "REASONS"). */
#ifndef NDJSON_REJECT_H
#define NDJSON_REJECT_H

enum reject {
	REJECT_NONE,
	REJECT_NOT_JSON,      /* against the grammar of RFC 8259 */
	REJECT_BAD_UTF8,      /* a string holds bytes that are not UTF-8 (RFC 3629) */
	REJECT_CONTROL,       /* a string holds a raw byte below 0x20 */
	REJECT_TOO_DEEP,      /* containers nested deeper than the cap */
	REJECT_TOO_LONG,      /* more bytes than the cap */
	REJECT_NOT_OBJECT,    /* valid JSON, but the value is not an object */
	REJECT_NO_KEY,        /* nothing where the key points */
	REJECT_DUPLICATE,     /* the key, or a name on the way to it, twice */
	REJECT_KEY_NULL,      /* the key's value is null */
	REJECT_KEY_CONTAINER, /* ... is an object or array */
	REJECT_KEY_SURROGATE, /* ... holds half of a \uD800-\uDFFF pair: no character, so no name */
	REJECT_RESERVED,      /* ... is the quarantine's own type */
	REJECT_REASONS        /* their number */
};

/* reject_name(why): as reports spell it, e.g. "not-json". */
const char *reject_name(enum reject why);

#endif
