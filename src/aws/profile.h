/* The shared configuration files: "Shared config and credentials files" (AWS SDKs and Tools
 * Reference Guide). Sections in brackets, "name = value" lines, comments behind '#' or ';' at the
 * start of a line, lines indented deeper than the settings before them (nested settings) passed
 * over. */
#ifndef AWS_PROFILE_H
#define AWS_PROFILE_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>

/* A setting looked for; value is taken over with free(3), NULL when it is not there. Of two lines
 * the later wins. A name is compared in any case. */
struct profile_setting {
	const char *name;
	char *value;
};

/* profile_read(path, section, settings, n, e): fill the settings still NULL from that section. 1
 * when the section is there, 0 when it or the file is not, -1 with EX_NOPERM when the file can't be
 * read, EX_CONFIG ("path:line: ...") when a line of the section is none of the above, or one stands
 * before all sections. No message quotes a line: it may be a secret. */
int profile_read(const char *path, const char *section, struct profile_setting *settings, size_t n,
    struct err *e);

#endif
