#include "values.h"
#include "random.h"

#define PICK(list) list[random_below(r, sizeof list / sizeof list[0])]

static const char *const words[] = {"error", "info", "warning", "connection", "request", "timeout",
    "user", "session", "payment", "cache", "queue", "worker", "started", "stopped", "failed",
    "retry", "upstream", "database", "commit", "rollback", "index", "shard", "node", "cluster",
    "replica", "scheduled", "job", "completed", "in", "after", "for", "with", "the", "of", "to",
    "from", "by", "handler", "login", "checkout"};
static const char *const cities[] = {"Berlin", "Seoul", "M\\u00fcnchen", "São Paulo", "Zürich",
    "서울", "東京", "Nairobi", "Kraków", "New York", "Lisboa", "Reykjav\\u00edk", "Los Angeles",
    "Singapore", "Москва", "Austin"};
static const char *const titles[] = {"주문이 완료되었습니다 (주문번호 확인)",
    "Оплата прошла успешно", "ログインに失敗しました", "Bestellung abgeschlossen – danke!",
    "Sale 🎉 up to 50 % off", "Order confirmed", "Weekly report",
    "Your invoice \\u2013 \\\"paid\\\""};
static const char *const agents[] = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/87.0.4280.88 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 14_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/14.0.2 Mobile/15E148 Safari/604.1",
    "curl/7.74.0", "kube-probe/1.19", "Go-http-client/1.1"};
static const char *const programs[] = {"C:\\\\Windows\\\\System32\\\\svchost.exe",
    "C:\\\\Program Files\\\\Google\\\\Chrome\\\\Application\\\\chrome.exe",
    "HKLM\\\\SOFTWARE\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Run\\\\updater",
    "C:\\\\Users\\\\pgustavo\\\\AppData\\\\Local\\\\Temp\\\\setup.tmp"};

static char *
put_number(char *p, uint64_t n, int width)
{
	char text[20];
	int len = 0;

	do
		text[len++] = (char)('0' + n % 10);
	while ((n /= 10) > 0 || len < width);
	while (len > 0)
		*p++ = text[--len];
	return p;
}

static char *
put_hex(char *p, uint64_t bits, int digits)
{
	for (; digits > 0; digits--, bits >>= 4)
		*p++ = "0123456789abcdef"[bits & 15];
	return p;
}

static char *
put_words(char *p, unsigned n, const char *between, uint64_t *r)
{
	p = put(p, PICK(words));
	while (--n > 0)
		p = put(put(p, between), PICK(words));
	return p;
}

static char *
put_stamp(char *p, uint64_t *r)
{
	p = put_number(put(p, "2021-01-01T00:"), random_below(r, 60), 2);
	p = put_number(put(p, ":"), random_below(r, 60), 2);
	return put(put_number(put(p, "."), random_below(r, 1000), 3), "Z");
}

static char *
put_uuid(char *p, uint64_t *r)
{
	uint64_t high = random_next(r), low = random_next(r);

	p = put(put_hex(p, high, 8), "-");
	p = put(put_hex(p, high >> 32, 4), "-");
	p = put(put_hex(p, high >> 48, 4), "-");
	return put_hex(put(put_hex(p, low, 4), "-"), low >> 16, 12);
}

static char *
put_ip(char *p, uint64_t *r)
{
	p = put_number(p, 1 + random_below(r, 254), 1);
	for (int i = 0; i < 3; i++)
		p = put_number(put(p, "."), random_below(r, 256), 1);
	return p;
}

static char *
put_float(char *p, uint64_t *r)
{
	if (random_below(r, 2) == 0)
		p = put(p, "-");
	p = put_number(p, random_below(r, 180), 1);
	return put_number(put(p, "."), random_below(r, 1000000), 6);
}

static char *
put_ratio(char *p, uint64_t *r)
{
	if (random_below(r, 12) == 0)
		return put(put_number(put(p, "3."), random_below(r, 10000), 4), "e-05");
	return put_number(put(p, "0."), random_below(r, 100000), 5);
}

static char *
put_url(char *p, uint64_t *r)
{
	p = put_words(put(p, "https://www.example.com/"), 2 + random_below(r, 3), "/", r);
	return put_hex(put(p, "?q=a%20b&id="), random_next(r), 8);
}

static char *
put_message(char *p, uint64_t *r)
{
	p = put_words(p, 4 + random_below(r, 14), " ", r);
	if (random_below(r, 5) == 0)
		p = put(put_words(put(p, ": \\\""), 2, " ", r), "\\\"");
	return p;
}

static char *
put_trace(char *p, uint64_t *r)
{
	p = put_words(put(p, "java.lang.IllegalStateException: "), 4, " ", r);
	for (unsigned n = 3 + random_below(r, 6); n > 0; n--) {
		p = put_words(put(p, "\\n\\tat com.example."), 3, ".", r);
		p = put(put_number(put(p, "(Main.java:"), random_below(r, 900), 1), ")");
	}
	return p;
}

static char *
put_samples(char *p, uint64_t *r)
{
	p = put_number(put(p, "["), random_below(r, 1000), 1);
	for (unsigned n = 2 + random_below(r, 8); n > 0; n--)
		p = put_number(put(p, ","), random_below(r, 1000), 1);
	return put(p, "]");
}

static char *
put_tags(char *p, uint64_t *r)
{
	return put(put_words(put(p, "[\""), 1 + random_below(r, 4), "\",\"", r), "\"]");
}

static char *
put_unquoted(char *p, enum value_kind kind, uint64_t *r)
{
	static const char *const empty[] = {"\"\"", "[]", "{}"};

	switch (kind) {
	case VALUE_MILLIS:
		return put_number(p, 1609459200000 + random_below(r, 3600000), 1);
	case VALUE_FLOAT:
		return put_float(p, r);
	case VALUE_RATIO:
		return put_ratio(p, r);
	case VALUE_SMALL:
		return put_number(p, random_below(r, 65536), 1);
	case VALUE_LARGE:
		return put_number(p, random_next(r) >> 30, 1);
	case VALUE_BOOL:
		return put(p, random_below(r, 2) == 0 ? "true" : "false");
	case VALUE_NULL:
		return put(p, "null");
	case VALUE_TAGS:
		return put_tags(p, r);
	case VALUE_SAMPLES:
		return put_samples(p, r);
	default:
		return put(p, PICK(empty));
	}
}

static char *
put_text(char *p, enum value_kind kind, uint64_t *r)
{
	switch (kind) {
	case VALUE_STAMP:
		return put_stamp(p, r);
	case VALUE_UUID:
		return put_uuid(p, r);
	case VALUE_DIGEST:
		for (int i = 0; i < 4; i++)
			p = put_hex(p, random_next(r), 16);
		return p;
	case VALUE_IP:
		return put_ip(p, r);
	case VALUE_HOST:
		return put_number(put(put_words(p, 2, "-", r), "-"), random_below(r, 100), 1);
	case VALUE_UNIX_PATH:
		return put(put_words(put(p, "/var/lib/"), 3, "/", r), ".log");
	case VALUE_WINDOWS_PATH:
		return put(p, PICK(programs));
	case VALUE_URL:
		return put_url(p, r);
	case VALUE_AGENT:
		return put(p, PICK(agents));
	case VALUE_MESSAGE:
		return put_message(p, r);
	case VALUE_TRACE:
		return put_trace(p, r);
	case VALUE_CITY:
		return put(p, PICK(cities));
	case VALUE_TITLE:
		return put(p, PICK(titles));
	default:
		return put(p, PICK(words));
	}
}

char *
value_put(char *p, enum value_kind kind, uint64_t *r)
{
	switch (kind) {
	case VALUE_MILLIS:
	case VALUE_FLOAT:
	case VALUE_RATIO:
	case VALUE_SMALL:
	case VALUE_LARGE:
	case VALUE_BOOL:
	case VALUE_NULL:
	case VALUE_TAGS:
	case VALUE_SAMPLES:
	case VALUE_EMPTY:
		return put_unquoted(p, kind, r);
	default:
		return put(put_text(put(p, "\""), kind, r), "\"");
	}
}
