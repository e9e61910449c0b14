/* Times as protocols write them. All are UTC seconds since 1970; no locale, no TZ. */
#ifndef NET_DATE_H
#define NET_DATE_H

#include <stddef.h>
#include <time.h>

/* Room for each form with its NUL; years 0 to 9999. */
#define DATE_SIZE 32

/* date_rfc3339(t, out): "2021-01-01T00:00:00Z". */
void date_rfc3339(time_t t, char out[static DATE_SIZE]);

/* date_basic(t, out): "20210101T000000Z", ISO 8601 basic, as SigV4 has it. */
void date_basic(time_t t, char out[static DATE_SIZE]);

/* date_http(t, out): "Fri, 01 Jan 2021 00:00:00 GMT" (RFC 9110, 5.6.7, IMF-fixdate). */
void date_http(time_t t, char out[static DATE_SIZE]);

/* The inverses: 0, or -1 for anything else. RFC 3339 takes a fraction of a second (dropped) and an
 * offset; HTTP takes IMF-fixdate only, the one form a sender may use. */
int date_parse_rfc3339(const char *s, time_t *t);
int date_parse_basic(const char *s, time_t *t);
int date_parse_http(const char *s, time_t *t);

#endif
