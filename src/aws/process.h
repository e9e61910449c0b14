/* credential_process: "Process credential provider" (AWS SDKs and Tools Reference Guide). The setting is
 * split into words as the SDK for Python does, by quotes and backslashes, and run without a shell.
 * What it prints on standard error passes. */
#ifndef AWS_PROCESS_H
#define AWS_PROCESS_H

#include "aws/chain.h"

/* aws_process(command, c, e): run it, for at most 60 seconds. -1: EX_CONFIG (an open quote, or it can't be
 * started), EX_NOPERM (its exit code, told), EX_UNAVAILABLE (what it prints is not what the page
 * says), EX_TEMPFAIL (too long). */
int aws_process(const char *command, struct aws_credentials *c, struct err *e);

/* aws_process_words(command): its words, ending in NULL, in one piece of memory; NULL when a quote is
 * not closed. */
char **aws_process_words(const char *command);

#endif
