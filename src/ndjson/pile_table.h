/* Piles by type: a hash table in the path of every record. */
#ifndef NDJSON_PILE_TABLE_H
#define NDJSON_PILE_TABLE_H

#include "base/buf.h"
#include "base/io.h"
#include "ndjson/codec.h"

#include <stdint.h>

/* Some bytes of a part that waits for its command. */
struct chunk {
	struct chunk *next;
	size_t len, cap;
	char data[];
};

enum { CHUNK_LEAST = 256, CHUNK_MOST = 64 << 10 }; /* bytes, its head included */

/* One file of a type, or what one command gets. Its writes are numbered from 0 as they are handed
 * off; with several threads they may be done in another order. */
struct part {
	struct outfile file;   /* path NULL until something is handed off */
	uint64_t number, rows; /* number: 0 for the first of its type */
	uint64_t bytes;        /* of its records, before compression */
	uint64_t at;           /* of these, handed off */
	uint32_t handed;       /* writes */
	/* under the lock of the writers */
	uint32_t done, all; /* writes; all: 0 until the last one is done */
	/* of the writer whose turn it is, when order matters */
	uint64_t size; /* written, after compression */
	struct encoded encoded;
	/* with a command */
	struct chunk *chunk, *end;
	size_t memory;     /* of them */
	struct part *next; /* a later one */
};

/* What is gathered of one type. What a record touches comes first: it is one line of the cache. */
struct pile {
	size_t type_len;
	uint64_t head, tail; /* of the type: see pile_find */
	struct part *last;
	struct buf pending; /* records not handed off */
	char *type;         /* its raw bytes, for each record once unescaped */
	struct part *first;
	struct pile *next; /* the type that appeared after it */
	size_t rank;       /* place in a pile_heap, from 1; 0: in none */
};

struct pile_slot {
	uint64_t hash;
	struct pile *pile; /* NULL: free */
};

struct pile_table {
	struct pile_slot *slot; /* open addressing, linear probing */
	size_t n, cap;          /* cap: a power of two, at least twice n */
	uint64_t seed[2];       /* of the hash */
	struct pile *first, *last;
};

/* pile_find(t, type, len): the pile of the type; it has no part when it is new. Pointers stay valid
 * until the table is freed. */
struct pile *pile_find(struct pile_table *t, const char *type, size_t len);

/* pile_sort(t): all n piles by the bytes of their types, in an array to be freed by the caller. */
struct pile **pile_sort(const struct pile_table *t);

/* part_forget(part): free its chunks. */
void part_forget(struct part *part);

/* pile_table_free(t): the piles too; files that are not committed are removed. */
void pile_table_free(struct pile_table *t);

#endif
