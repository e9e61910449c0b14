/* Signs requests read from standard input, for comparison with another signer. A line is a word and its
 * values, tab-separated and escaped as in manifests:
 *   method M   path P   query NAME VALUE   header NAME VALUE   time SECONDS   hash PAYLOAD-HASH   token T
 *   sign     (prints the value of Authorization and begins the next request)
 *   presign  (prints the encoded path, '?' and the query of a URL valid for 60 seconds; likewise) */
#include "aws/sigv4.h"
#include "base/err.h"
#include "base/tsv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 64

static struct sigv4_pair query[MOST], header[MOST];

static void
put_pair(struct sigv4_pair *pairs, size_t *n, const struct tsv_reader *in)
{
	if (in->n < 3 || *n == MOST)
		exit(EX_DATAERR);
	pairs[*n].name = strdup(in->field[1].s);
	pairs[(*n)++].value = strdup(in->field[2].s);
}

static void
put_signed(const struct sigv4_request *r, int presign)
{
	struct sigv4 out = {0};

	if (presign) {
		sigv4_query(r, 60, &out);
		printf("%s?%s\n", out.path.data, out.query.data);
	} else {
		sigv4_header(r, &out);
		printf("%s\n", out.authorization.data);
	}
	sigv4_free(&out);
}

int
main(int argc, char **argv)
{
	struct tsv_reader in = {.in = stdin, .name = "standard input"};
	struct sigv4_request r = {.query = query, .header = header, .region = "us-east-1"};
	struct err e;

	if (argc != 3)
		return EX_USAGE;
	r.access_key = argv[1];
	r.secret_key = argv[2];
	r.service = "s3";
	while (tsv_next(&in, 1, &e) == 1) {
		const char *word = in.field[0].s, *value = in.n > 1 ? strdup(in.field[1].s) : "";

		if (strcmp(word, "method") == 0)
			r.method = value;
		else if (strcmp(word, "path") == 0)
			r.path = value;
		else if (strcmp(word, "query") == 0)
			put_pair(query, &r.n_query, &in);
		else if (strcmp(word, "header") == 0)
			put_pair(header, &r.n_header, &in);
		else if (strcmp(word, "time") == 0)
			r.when = (time_t)strtoll(value, NULL, 10);
		else if (strcmp(word, "hash") == 0)
			r.payload_hash = value;
		else if (strcmp(word, "token") == 0)
			r.token = value;
		else if (strcmp(word, "sign") == 0 || strcmp(word, "presign") == 0) {
			put_signed(&r, word[0] == 'p');
			r.n_query = r.n_header = 0;
			r.token = NULL;
		} else
			return EX_DATAERR;
	}
	return 0; /* strings live as long as the process: a few hundred requests */
}
