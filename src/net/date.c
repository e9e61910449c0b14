#include "net/date.h"

#include <stdio.h>
#include <string.h>

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char days[] = "SunMonTueWedThuFriSat";

void
date_rfc3339(time_t t, char out[static DATE_SIZE])
{
	struct tm tm = {0};

	gmtime_r(&t, &tm);
	strftime(out, DATE_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

void
date_basic(time_t t, char out[static DATE_SIZE])
{
	struct tm tm = {0};

	gmtime_r(&t, &tm);
	strftime(out, DATE_SIZE, "%Y%m%dT%H%M%SZ", &tm);
}

void
date_http(time_t t, char out[static DATE_SIZE])
{
	struct tm tm = {0};
	char rest[DATE_SIZE];

	gmtime_r(&t, &tm);
	strftime(rest, sizeof rest, "%Y %H:%M:%S GMT", &tm);
	snprintf(out, DATE_SIZE, "%.3s, %02d %.3s %.18s", days + 3 * tm.tm_wday, tm.tm_mday,
	    months + 3 * tm.tm_mon, rest);
}

/* Match s against form: 'Y' 'M' 'D' 'h' 'm' 's' stand for one digit each, 'N' for a month's name,
 * 'W' for any three letters, others for themselves. The rest of s after the form, or NULL. */
static const char *
match(const char *s, const char *form, struct tm *tm)
{
	int year = 0, month = 0, *field;

	*tm = (struct tm){0};
	for (; *form != '\0'; form++, s++) {
		const char *name;

		switch (*form) {
		case 'Y':
			field = &year;
			break;
		case 'M':
			field = &month;
			break;
		case 'D':
			field = &tm->tm_mday;
			break;
		case 'h':
			field = &tm->tm_hour;
			break;
		case 'm':
			field = &tm->tm_min;
			break;
		case 's':
			field = &tm->tm_sec;
			break;
		case 'W':
		case 'N':
			if (strlen(s) < 3)
				return NULL;
			name = *form == 'N' ? memmem(months, sizeof months - 1, s, 3) : days;
			if (name == NULL || (*form == 'N' && (name - months) % 3 != 0))
				return NULL;
			if (*form == 'N')
				month = (int)(name - months) / 3 + 1;
			s += 2;
			continue;
		default:
			if (*s != *form)
				return NULL;
			continue;
		}
		if (*s < '0' || *s > '9')
			return NULL;
		*field = *field * 10 + (*s - '0');
	}
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	return s;
}

/* tm as a time when it names one: the 31st of February is refused, a leap second is not. */
static int
to_time(const struct tm *tm, time_t *t)
{
	struct tm normal = *tm;

	if (tm->tm_hour > 23 || tm->tm_min > 59 || tm->tm_sec > 60)
		return -1;
	*t = timegm(&normal);
	normal = *tm;
	normal.tm_hour = normal.tm_min = normal.tm_sec = 0;
	timegm(&normal);
	return normal.tm_mday == tm->tm_mday && normal.tm_mon == tm->tm_mon ? 0 : -1;
}

int
date_parse_rfc3339(const char *s, time_t *t)
{
	struct tm tm, offset;
	const char *p = match(s, "YYYY-MM-DDThh:mm:ss", &tm);
	int sign;

	if (p == NULL || to_time(&tm, t) != 0)
		return -1;
	if (*p == '.') {
		size_t n = strspn(p + 1, "0123456789");

		if (n == 0)
			return -1;
		p += 1 + n;
	}
	if (strcmp(p, "Z") == 0)
		return 0;
	sign = *p == '+' ? 1 : -1;
	if ((*p != '+' && *p != '-') || (p = match(p + 1, "hh:mm", &offset)) == NULL ||
	    *p != '\0' || offset.tm_hour > 23 || offset.tm_min > 59)
		return -1;
	*t -= sign * (offset.tm_hour * 3600 + offset.tm_min * 60);
	return 0;
}

int
date_parse_basic(const char *s, time_t *t)
{
	struct tm tm;
	const char *p = match(s, "YYYYMMDDThhmmssZ", &tm);

	return p == NULL || *p != '\0' ? -1 : to_time(&tm, t);
}

int
date_parse_http(const char *s, time_t *t)
{
	struct tm tm;
	const char *p = match(s, "W, DD N YYYY hh:mm:ss ", &tm);

	return p == NULL || strcmp(p, "GMT") != 0 ? -1 : to_time(&tm, t);
}
