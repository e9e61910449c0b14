#include "aws/process.h"
#include "aws/credentials_json.h"
#include "base/capture.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define MAX_OUTPUT (64UL * 1024)
#define SECONDS 60

static const struct aws_json_names names = {
    "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", 0};

/* One word from *p, unquoted to to (POSIX shell rules: a backslash takes the next byte as it is,
 * between double quotes only before '"' and '\'). The end of the word, or NULL for an open quote. */
static char *
unquote(const char **p, char *to)
{
	char quote = '\0';
	const char *s = *p;

	for (; *s != '\0' && (quote != '\0' || strchr(" \t\r\n", *s) == NULL); s++) {
		if (*s == '\\' && quote != '\'' && s[1] != '\0' &&
		    (quote == '\0' || s[1] == '"' || s[1] == '\\'))
			*to++ = *++s;
		else if (quote == '\0' && (*s == '"' || *s == '\''))
			quote = *s;
		else if (quote != '\0' && *s == quote)
			quote = '\0';
		else
			*to++ = *s;
	}
	*p = s;
	return quote == '\0' ? to : NULL;
}

char **
aws_process_words(const char *command)
{
	size_t len = strlen(command), n = 0;
	char **words = xcalloc(1, (len / 2 + 2) * sizeof *words + len + 1);
	char *to = (char *)(words + len / 2 + 2);

	for (;;) {
		command += strspn(command, " \t\r\n");
		if (*command == '\0')
			return words;
		words[n++] = to;
		to = unquote(&command, to);
		if (to == NULL)
			break;
		*to++ = '\0';
	}
	free(words);
	return NULL;
}

static int
check_version(const struct buf *out, struct err *e)
{
	yajl_val v = json_parse(out->data, out->len, MAX_OUTPUT, "", e);
	uint64_t version = 0;

	if (v != NULL)
		(void)json_u64(v, "Version", &version);
	yajl_tree_free(v);
	return v == NULL || version == 1
		   ? 0
		   : err_set(e, EX_UNAVAILABLE, "its output has no \"Version\": 1");
}

int
aws_process(const char *command, struct aws_credentials *c, struct err *e)
{
	char **words = aws_process_words(command);
	struct buf out = {0};
	int status = 0, rc;

	if (words == NULL || words[0] == NULL) {
		free(words);
		return err_set(e, EX_CONFIG, "credential_process has %s",
		    words == NULL ? "a quote that is not closed" : "no command");
	}
	rc = capture(words, MAX_OUTPUT, SECONDS, &out, &status, e);
	if (rc == 0 && WIFEXITED(status) && WEXITSTATUS(status) != 0)
		rc = err_set(
		    e, EX_NOPERM, "ended with exit code %d, expected 0", WEXITSTATUS(status));
	else if (rc == 0 && !WIFEXITED(status))
		rc = err_set(e, EX_NOPERM, "was ended by signal %d", WTERMSIG(status));
	if (rc == 0)
		rc = check_version(&out, e);
	if (rc == 0)
		rc = aws_json_credentials(out.data, out.len, "its output", &names, c, e);
	if (rc != 0)
		err_prefix(e, "credential_process %s", words[0]);
	free(words);
	buf_wipe(&out);
	return rc;
}
