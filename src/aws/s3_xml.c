#include "aws/s3_xml.h"
#include "base/buf.h"

#include <expat.h>
#include <limits.h>
#include <string.h>

#define MAX_DEPTH 16

struct reading {
	XML_Parser parser;
	s3_xml_element *element;
	void *ctx;
	struct err *e;
	struct buf path, text;
	int depth, failed;
};

static void
stop(struct reading *r)
{
	r->failed = 1;
	XML_StopParser(r->parser, XML_FALSE);
}

static void
on_start(void *ctx, const char *name, const char **attributes)
{
	struct reading *r = ctx;

	(void)attributes;
	if (++r->depth > MAX_DEPTH) {
		err_set(r->e, EX_UNAVAILABLE, "XML is nested deeper than %d", MAX_DEPTH);
		stop(r);
		return;
	}
	if (r->path.len > 0)
		buf_addc(&r->path, '/');
	buf_adds(&r->path, name);
	buf_clear(&r->text);
}

static void
on_end(void *ctx, const char *name)
{
	struct reading *r = ctx;

	if (r->failed)
		return;
	buf_reserve(&r->text, 0);
	r->text.data[r->text.len] = '\0';
	if (r->element(r->ctx, r->path.data, r->text.data, r->e) != 0) {
		stop(r);
		return;
	}
	r->depth--;
	r->path.len -= strlen(name) + (r->depth > 0);
	r->path.data[r->path.len] = '\0';
	buf_clear(&r->text);
}

static void
on_text(void *ctx, const char *s, int len)
{
	struct reading *r = ctx;

	buf_add(&r->text, s, (size_t)len);
}

static void
on_doctype(void *ctx, const char *name, const char *sysid, const char *pubid, int internal)
{
	struct reading *r = ctx;

	(void)name, (void)sysid, (void)pubid, (void)internal;
	err_set(r->e, EX_UNAVAILABLE, "XML has a document type, which S3's never has");
	stop(r);
}

int
s3_xml_read(const char *text, size_t len, s3_xml_element *element, void *ctx, struct err *e)
{
	struct reading r = {.element = element, .ctx = ctx, .e = e};
	int ok;

	r.parser = XML_ParserCreate(NULL);
	if (r.parser == NULL)
		return err_set(e, EX_TEMPFAIL, "out of memory");
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, on_start, on_end);
	XML_SetCharacterDataHandler(r.parser, on_text);
	XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
	ok = len <= INT_MAX && XML_Parse(r.parser, text, (int)len, 1) == XML_STATUS_OK;
	if (!ok && !r.failed)
		err_set(e, EX_UNAVAILABLE, "not XML: %s in line %lu",
		    XML_ErrorString(XML_GetErrorCode(r.parser)),
		    (unsigned long)XML_GetCurrentLineNumber(r.parser));
	XML_ParserFree(r.parser);
	buf_free(&r.path);
	buf_free(&r.text);
	return ok && !r.failed ? 0 : -1;
}
