/* The signer against the published cases: canonical request, string to sign and signature, header and
 * query form each. SIGV4_VECTORS is the folder of the cases. */
#include "aws/sigv4.h"
#include "base/io.h"
#include "base/json.h"
#include "check.h"
#include "net/date.h"
#include "net/url.h"

#include <dirent.h>
#include <openssl/evp.h>
#include <stdlib.h>

#define MAX_PAIRS 16

/* One case, read from its folder. Strings point into request and context. */
struct vector {
	const char *dir;
	struct buf request, context;
	yajl_val json;
	char *method, *path, *body;
	struct sigv4_pair header[MAX_PAIRS], query[MAX_PAIRS];
	char *decoded[2 * MAX_PAIRS];
	size_t n_header, n_query, n_decoded;
	char payload_hash[65];
	const char *token;
	int sign_body;
};

static char *
slurp(const char *dir, const char *name)
{
	struct buf path = {0}, text = {0};
	struct err e;

	buf_addf(&path, "%s/%s", dir, name);
	if (io_slurp(path.data, 1 << 20, &text, &e) != 0) {
		printf("%s\n", e.text);
		exit(1);
	}
	while (text.len > 0 && strcmp(name, "request.txt") != 0 && text.data[text.len - 1] == '\n')
		text.data[--text.len] = '\0';
	buf_free(&path);
	return buf_take(&text);
}

static char *
decoded(struct vector *v, const char *s, size_t len)
{
	struct buf b = {0};

	CHECK(url_decode(&b, s, len, 0) == 0);
	return v->decoded[v->n_decoded++] = buf_take(&b);
}

static void
read_query(struct vector *v, char *text)
{
	char *next;

	for (char *p = text; p != NULL && *p != '\0'; p = next) {
		size_t n, name;

		next = strchr(p, '&');
		n = next != NULL ? (size_t)(next++ - p) : strlen(p);
		name = strcspn(p, "=&");
		v->query[v->n_query].name = decoded(v, p, name);
		v->query[v->n_query++].value =
		    name < n ? decoded(v, p + name + 1, n - name - 1) : "";
	}
}

/* "METHOD target HTTP/1.1", header lines (one that begins with a blank goes on with the value), an
 * empty line, the body. The target may hold blanks: it ends at the last one. */
static void
read_request(struct vector *v)
{
	char *p = v->request.data, *line, *end, *target, *question;

	line = strsep(&p, "\n");
	v->method = strsep(&line, " ");
	target = line;
	end = strrchr(target, ' ');
	*end = '\0';
	question = strchr(target, '?');
	if (question != NULL) {
		*question = '\0';
		read_query(v, question + 1);
	}
	v->path = target;
	while (p != NULL && *p != '\0' && *p != '\n') {
		struct sigv4_pair *h = &v->header[v->n_header++];
		char *value = strchr(p, ':');

		*value++ = '\0';
		h->name = p;
		h->value = value;
		for (p = strchr(value, '\n'); p != NULL && p[1] == ' '; p = strchr(p + 1, '\n'))
			;
		if (p != NULL)
			*p++ = '\0';
	}
	v->body = p != NULL && *p == '\n' ? p + 1 : "";
}

static void
hash_body(struct vector *v)
{
	unsigned char digest[EVP_MAX_MD_SIZE];

	if (!v->sign_body) {
		snprintf(v->payload_hash, sizeof v->payload_hash, SIGV4_EMPTY_SHA256);
		return;
	}
	EVP_Digest(v->body, strlen(v->body), digest, NULL, EVP_sha256(), NULL);
	for (size_t i = 0; i < 32; i++)
		snprintf(v->payload_hash + 2 * i, 3, "%02x", digest[i]);
}

static int
flag(const struct vector *v, const char *name)
{
	return YAJL_IS_TRUE(json_get(v->json, name));
}

static void
compare(const char *dir, const char *form, const struct sigv4 *s)
{
	const struct {
		const char *name, *found;
	} parts[] = {
	    {"canonical-request", s->canonical.data},
	    {"string-to-sign", s->to_sign.data},
	    {"signature", s->signature},
	};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		char name[64], *expected;

		snprintf(name, sizeof name, "%s-%s.txt", form, parts[i].name);
		expected = slurp(dir, name);
		CHECK_STR(parts[i].found, expected);
		if (strcmp(parts[i].found, expected) != 0)
			printf("in %s/%s\n", dir, name);
		free(expected);
	}
}

static void
sign(struct vector *v)
{
	struct sigv4_request r = {
	    .method = v->method,
	    .path = v->path,
	    .normalize = flag(v, "normalize"),
	    .query = v->query,
	    .n_query = v->n_query,
	    .header = v->header,
	    .n_header = v->n_header,
	    .payload_hash = v->payload_hash,
	    .region = json_string(v->json, "region"),
	    .service = json_string(v->json, "service"),
	    .access_key = json_string(v->json, "credentials.access_key_id"),
	    .secret_key = json_string(v->json, "credentials.secret_access_key"),
	    .token =
		flag(v, "omit_session_token") ? NULL : json_string(v->json, "credentials.token"),
	};
	char *signed_request = slurp(v->dir, "header-signed-request.txt");
	unsigned char key[SIGV4_KEY];
	uint64_t expires = 0;
	struct sigv4 s;

	CHECK(date_parse_rfc3339(json_string(v->json, "timestamp"), &r.when) == 0);
	CHECK(json_u64(v->json, "expiration_in_seconds", &expires) == 0 && expires > 0);
	sigv4_query(&r, (unsigned)expires, &s);
	compare(v->dir, "query", &s);
	CHECK(strstr(s.query.data, "&X-Amz-Signature=") != NULL);
	sigv4_free(&s);
	if (v->sign_body)
		v->header[r.n_header++] =
		    (struct sigv4_pair){"X-Amz-Content-Sha256", v->payload_hash};
	sigv4_header(&r, &s);
	compare(v->dir, "header", &s);
	CHECK(strstr(signed_request, s.authorization.data) != NULL);
	sigv4_free(&s);
	/* With the key derived before, the same. */
	sigv4_derive(&r, key);
	r.key = key;
	r.secret_key = "another";
	sigv4_header(&r, &s);
	CHECK(strstr(signed_request, s.authorization.data) != NULL);
	sigv4_free(&s);
	free(signed_request);
}

static void
try_vector(const char *dir)
{
	struct vector v = {.dir = dir};
	struct err e;

	v.request.data = slurp(dir, "request.txt");
	v.context.data = slurp(dir, "context.json");
	v.json = json_parse(v.context.data, strlen(v.context.data), 1 << 20, dir, &e);
	CHECK(v.json != NULL);
	v.sign_body = flag(&v, "sign_body");
	read_request(&v);
	hash_body(&v);
	sign(&v);
	for (size_t i = 0; i < v.n_decoded; i++)
		free(v.decoded[i]);
	yajl_tree_free(v.json);
	free(v.request.data);
	free(v.context.data);
}

int
main(void)
{
	const char *root = getenv("SIGV4_VECTORS");
	struct dirent *entry;
	int n = 0;
	DIR *dir;

	if (root == NULL)
		root = "../shared/data/sigv4";
	dir = opendir(root);
	if (dir == NULL) {
		printf("%s: no such folder; SIGV4_VECTORS names that of the cases\n", root);
		return 1;
	}
	while ((entry = readdir(dir)) != NULL) {
		char path[4096];

		if (strncmp(entry->d_name, "get-", 4) != 0 &&
		    strncmp(entry->d_name, "post-", 5) != 0)
			continue;
		snprintf(path, sizeof path, "%s/%s", root, entry->d_name);
		try_vector(path);
		n++;
	}
	closedir(dir);
	CHECK(n > 0);
	printf("%d cases; ", n);
	return check_done();
}
