/* NDJSON files, plain or compressed (told by their first bytes), as records. */
#ifndef NDJSON_READER_H
#define NDJSON_READER_H

#include "ndjson/records.h"

struct reader;

/* reader_new(rules, wake_fd, sink, arg): see records_new. Reading ends early once wake_fd is
 * readable (a signalfd, so that a program can tidy up before it dies of a signal); -1 for none.
 * Memory: 256 KiB besides that of records_new and decoder_new. Ended with reader_free. */
struct reader *reader_new(
    const struct record_rules *rules, int wake_fd, record_sink *sink, void *arg);
void reader_free(struct reader *r);

/* reader_file(r, path, e): read all of a file, "-" being standard input; each record goes to the
 * sink with the source named as messages name it ("standard input"). A last line without LF ends
 * with the file. -1 with EX_NOINPUT: no such file; EX_IOERR: unreadable; EX_DATAERR: its compressed
 * stream is damaged or cut, with the byte; EX_TEMPFAIL: woken; or what the sink set. The records
 * before a damage were handed out. */
int reader_file(struct reader *r, const char *path, struct err *e);

#endif
