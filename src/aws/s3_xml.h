/* S3's XML answers, element by element, by expat. Document types (and with them entities) are
 * refused. */
#ifndef AWS_S3_XML_H
#define AWS_S3_XML_H

#include "base/err.h"

#include <stddef.h>

/* Called at each element's end: path is its names joined by '/' ("ListBucketResult/Contents/Key"),
 * text its own character data. -1 with e ends the reading. */
typedef int s3_xml_element(void *ctx, const char *path, const char *text, struct err *e);

/* s3_xml_read(text, len, element, ctx, e): a whole document. -1 with EX_UNAVAILABLE when it is not
 * well-formed, or nested deeper than 16 (the text says where), or with what element set. */
int s3_xml_read(const char *text, size_t len, s3_xml_element *element, void *ctx, struct err *e);

#endif
