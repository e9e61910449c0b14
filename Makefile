# hourtools: one Makefile. Programs, man pages and tests are found by wildcard:
# src/NAME.c is program NAME, src/DIR/*.c is the library, tests/unit/NAME.c a unit test.

VERSION = 0.1.0
PREFIX ?= /usr/local
DESTDIR ?=
CFLAGS ?= -O2 -g
WARN = -Wall -Wextra -Wshadow -Wconversion
SAN ?=
FUZZ_SECONDS ?= 60

# Text, never expanded: hour.mk takes it as it is.
override HOUR := $(value HOUR)
override TYPE := $(value TYPE)

# SAN=address,undefined builds into build/san-… and never touches bin/.
comma = ,
B = build$(if $(SAN),/san-$(subst $(comma),-,$(SAN)),/plain)
BIN = $(if $(SAN),$(B)/bin,bin)

# Asked for when the first object is made, not before: "make deps all" installs them in between.
LIBS = libcurl yajl libcrypto expat libisal libzstd libutf8proc
PKG_CFLAGS = $(eval PKG_CFLAGS := $(NEED_LIBS)$(shell pkg-config --cflags $(LIBS)))$(PKG_CFLAGS)
PKG_LIBS = $(eval PKG_LIBS := $(NEED_LIBS)$(shell pkg-config --libs $(LIBS)) -lm)$(PKG_LIBS)
NEED_LIBS = $(if $(MISSING),$(error not installed: $(MISSING): run "make deps"))
MISSING = $(shell for lib in $(LIBS); do pkg-config --exists $$lib 2>/dev/null || echo $$lib; done; \
	command -v $(firstword $(CC)) >/dev/null || echo '$(CC)'; \
	echo '\#include <uthash.h>' | $(CC) -E - >/dev/null 2>&1 || echo uthash)
DEPS_FIRST = $(filter deps,$(MAKECMDGOALS))

ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -Isrc $(WARN) $(CFLAGS) $(PKG_CFLAGS) \
	-pthread $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
ALL_LDFLAGS = $(LDFLAGS) -pthread -Wl,--as-needed $(if $(SAN),-fsanitize=$(SAN))

PROGS = $(patsubst src/%.c,%,$(wildcard src/*.c))
LIBOBJ = $(patsubst src/%.c,$(B)/%.o,$(wildcard src/*/*.c))
UNITS = $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/*.c))
MAN1 = $(wildcard man/*.1)
MAN5 = $(wildcard man/*.5)
MAN7 = $(wildcard man/*.7)

.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGS:%=$(BIN)/%) ## build every program into bin/

$(BIN)/%: $(B)/%.o $(B)/libhour.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $< $(B)/libhour.a $(PKG_LIBS)

$(B)/unit/%: $(B)/unit/%.o $(B)/libhour.a
	$(CC) $(ALL_LDFLAGS) -o $@ $< $(B)/libhour.a $(PKG_LIBS)

$(B)/libhour.a: $(LIBOBJ)
	@rm -f $@
	ar rcs $@ $^

# Every object is made again when the compiler or a flag is another.
$(B)/flags: export FLAGS = $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)
$(B)/flags: FORCE | $(DEPS_FIRST)
	+@mkdir -p $(@D)
	+@printf '%s\n' "$$FLAGS" | cmp -s - $@ || printf '%s\n' "$$FLAGS" >$@

$(B)/%.o: src/%.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/unit/%.o: tests/unit/%.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests/unit -MMD -MP -c -o $@ $<

-include $(wildcard $(B)/*.d $(B)/*/*.d)

units: $(UNITS)

deps: ## install what is missing to build and test; root or sudo for apt-get
	@tests/deps

check: all units ## the fast offline tests, under a minute: run it on every save
	@BIN=$(BIN) UNIT=$(B)/unit tests/run check

test: all units ## every bounded test: programs, stand-in cloud, the hour, faults, kills
	@BIN=$(BIN) UNIT=$(B)/unit tests/run all

# Needs SAN=fuzzer-no-link,… and CC=clang: tests/fuzz/run sets them.
$(B)/fuzz/%: tests/fuzz/%.c $(B)/libhour.a $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests/unit -MMD -MP $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $< $(B)/libhour.a $(PKG_LIBS)

fuzz: ## FUZZ_SECONDS (60) of made-up input against each way of reading it, and yajl
	@tests/fuzz/run $(FUZZ_SECONDS)

tsan: ## ndsplit's threads under ThreadSanitizer, under a minute
	@tests/tsan

neon: ## the scanner's unit tests for 64-bit ARM, under qemu
	@tests/neon

$(B)/conformance/%: tests/conformance/%.c $(B)/libhour.a $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(B)/libhour.a $(PKG_LIBS)

conformance: all $(B)/conformance/sign ## our programs against emulators, real clients against the stand-in
	@BIN=$(BIN) UNIT=$(B)/unit tests/conformance/run

lint: | $(DEPS_FIRST) ## cppcheck, gcc and clang, formats, shellcheck, mandoc, ruff
	@tests/lint

format: ## rewrite C files, shell and bats by .clang-format and shfmt
	@tests/lint format

demo: all ## made-up logs through the hour, a reload, and the proof that nothing changed
	@pipelines/demo-logs.sh

bench-hour: all ## 100 MB through the hour: CPU seconds and peak memory of each program
	@tests/bench/hour.sh

bench-stream: all ## 100 MB of 1,000 types without a disk: peak memory of all programs together
	@tests/bench/stream.sh

bench: all ## ndsplit, ndfit, ndschema beside peers on BENCH_MB (1000) of generated logs
	@python3 tests/bench/bench.py

fault-transfer: all ## each transfer under every fault; writes tests/fault/transfer.tsv
	@work=$$(mktemp -d) && PATH="$(abspath $(BIN)):$$PATH" python3 tests/fault/transfer.py -j 3 \
	    --write tests/fault/transfer.tsv $$work; code=$$?; rm -rf "$$work"; exit $$code

bench-transfer: all ## s3cat and gcsput beside peers on local servers, BENCH_SHARE (1) of the objects
	@python3 tests/bench/transfer.py

hour: ## one hour, S3 to BigQuery, counted; HOUR=2021/01/01/00, else the last one
reload: ## the hour again, as S3 has it now
schemas: ## a first schema of each type of an hour of S3 that has none in SCHEMAS
schema-check: ## whether an hour of S3 fits the schemas; nothing is stored
refit: ## TYPE=… of the hour again, through its corrected schema, from GCS alone
classify: ## only its first half: S3 to GCS
load: ## only its second half: GCS to BigQuery
count: ## load if need be, then count
hour reload refit schemas schema-check classify load count: all
	@$(MAKE) --no-print-directory -f pipelines/hour.mk $@

install: all ## install programs and man pages under $(DESTDIR)$(PREFIX)
	install -d $(DESTDIR)$(PREFIX)/bin $(addprefix $(DESTDIR)$(PREFIX)/share/man/man,1 5 7)
	install -m 755 $(PROGS:%=$(BIN)/%) $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(MAN1) $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 $(MAN5) $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 644 $(MAN7) $(DESTDIR)$(PREFIX)/share/man/man7

uninstall: ## remove what install put there
	rm -f $(PROGS:%=$(DESTDIR)$(PREFIX)/bin/%) \
	    $(MAN1:man/%=$(DESTDIR)$(PREFIX)/share/man/man1/%) \
	    $(MAN5:man/%=$(DESTDIR)$(PREFIX)/share/man/man5/%) \
	    $(MAN7:man/%=$(DESTDIR)$(PREFIX)/share/man/man7/%)

compile_commands.json: Makefile ## the compilation database, for editors and clang-tidy
	@for f in $(wildcard src/*.c src/*/*.c); do \
	    printf '%s\n{"directory": "%s", "file": "%s", "command": "%s -c %s"}' "$$sep" '$(CURDIR)' "$$f" \
	        '$(subst ','\'',$(subst ",\",$(CC) $(ALL_CFLAGS)))' "$$f"; sep=,; \
	done | { printf '['; cat; echo; echo ']'; } > $@

clean: ## remove bin/ and build/
	rm -rf bin build

help: ## this list
	@awk -F ' ?## ' '/^[a-z].*: .*## /{sub(/:.*/, "", $$1); printf "%-21s %s\n", $$1, $$2}' Makefile

FORCE:
.PHONY: FORCE all units deps check test fuzz tsan neon conformance lint format demo bench bench-hour bench-stream bench-transfer fault-transfer hour reload refit schemas schema-check classify load count install uninstall clean help
