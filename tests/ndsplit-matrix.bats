# ndsplit's outcome does not depend on how it is reached: backend, threads, block size, alignment, compression.
# MATRIX=brief: fewer of each, where a run takes long (make tsan).
bats_require_minimum_version 1.5.0

setup() {
	work=$(mktemp -d "$([ -w /dev/shm ] && echo /dev/shm || echo "$BATS_TEST_TMPDIR")/matrix.XXXXXX")
	cd "$work"
	backends=
	for simd in avx2 sse2 neon c; do
		if echo '{"t":1}' | NDJSON_SIMD=$simd ndsplit -k t -o /dev/null >/dev/null; then
			backends="$backends $simd"
		fi
	done
	threads='1 2 4'
	blocks='64 100 4093 64K 256K'
	case $BIN in */san-*) blocks='64 4093' ;; esac
	if [ "${MATRIX:-}" = brief ]; then
		# shellcheck disable=SC2086 # the fastest, and plain C
		set -- $backends
		backends="$1 c"
		threads='2 4'
		blocks=64
	fi
}

teardown() {
	rm -rf "$work"
}

# documents FIRST COUNT SOUND: random documents, with odd lines when SOUND is 0, each behind one more space
# than the last, so that the steps of a scan begin everywhere in them.
documents() {
	PYTHONPATH=$BATS_TEST_DIRNAME/split python3 -c '
import random, sys
from property import document
first, count, sound = map(int, sys.argv[1:])
for shift in range(count):
    text = document(random.Random(first + shift), sound == 1)
    sys.stdout.buffer.write(b" " * (shift % 131) + b"\n" + text + b"\n")' "$@"
}

# split_into DIR ARGUMENT ...: all that comes of a split, exit code and messages too.
split_into() {
	mkdir "$1"
	(
		cd "$1"
		shift
		code=0
		ndsplit -k t -o 'out/{type}' --rejects rejects.tsv "$@" >split.tsv 2>err || code=$?
		echo "$code" >code
	)
}

# Every way to do what was done first.
all_alike() {
	split_into first -j 1 "$@"
	for simd in $backends; do
		for j in $threads; do
			for bytes in $blocks; do
				export NDJSON_SIMD=$simd HOURTOOLS_BLOCK_BYTES=$bytes
				split_into again -j "$j" "$@"
				diff -rq first again || {
					echo "$simd -j $j, blocks of $bytes, of: $*"
					return 1
				}
				rm -r again
			done
		done
	done
	unset NDJSON_SIMD HOURTOOLS_BLOCK_BYTES
	rm -r first
}

@test "backends, threads and blocks of any size: the same files, manifest, rejects and messages" {
	documents 1 131 0 >a.ndjson
	documents 1000 40 0 >b.ndjson
	printf '{"t":"last"}' | cat a.ndjson - >c.ndjson
	: >empty
	python3 "$BATS_TEST_DIRNAME/split/truth.py" t "$work/truth" a.ndjson b.ndjson
	all_alike ../b.ndjson ../empty ../c.ndjson ../a.ndjson
	all_alike --max-line 100 --max-depth 3 ../b.ndjson
}

@test "the same of trusted records, and of a nested key" {
	documents 1 131 1 >sound.ndjson
	documents 1 40 0 >odd.ndjson
	all_alike --trust ../sound.ndjson ../odd.ndjson
	all_alike -k /a/t ../odd.ndjson
	all_alike --trust -k /a/0 ../odd.ndjson
}

@test "a record glued to others is not taken on trust, wherever its line is cut" {
	python3 -c '
pair = "{\"t\":\"a\",\"p\":\"" + "x" * 61 + "\"}{\"t\":\"b\",\"p\":\"" + "y" * 58 + "\",\"x\":[}}"
print(pair * 20 + "{\"t\":\"c\",\"p\":\"" + "z" * 600 + "\"}")' >in.ndjson
	for bytes in 64 100 256 1M; do
		run -1 --separate-stderr env HOURTOOLS_BLOCK_BYTES=$bytes ndsplit --trust -q -k t --max-line 100 -o "$bytes-{type}" --rejects $bytes.tsv in.ndjson
		[ "$(cut -f 4 $bytes.tsv | sort | uniq -c | tr -s ' ')" = $' 20 not-json\n 1 too-long' ]
		[ "$(wc -l <$bytes-a)" = 20 ]
		[ ! -e $bytes-b ]
	done
}

@test "depth, long lines and many short records, whatever the backend" {
	python3 -c '
print("{\"t\":\"deep\",\"x\":" + "[" * 9999 + "]" * 9999 + "}")
print("{\"t\":\"at 63\",\"x\":" + "[" * 62 + "]" * 62 + "}")
print("{\"t\":\"at 64\",\"x\":" + "[" * 63 + "]" * 63 + "}")
print("{}" * 1000 + "{\"t\":1}" * 1000 + "{\"t\":}" + "{\"t\":2} " * 999)
print("{\"x\":\"" + "y" * 300000 + "\",\"t\":\"long\"}")
print("{\"t\":\"b\"}" * 40000)' >in.ndjson
	blocks='64 4093 256K'
	all_alike --max-depth 10000 ../in.ndjson
	all_alike --trust ../in.ndjson
}

@test "random documents in small blocks on several threads are split as Python's json says" {
	mkdir bin
	printf '#!/bin/sh\nexec "%s" -j 3 "$@"\n' "$(command -v ndsplit)" >bin/ndsplit
	chmod +x bin/ndsplit
	seed=1
	for simd in $backends; do
		for bytes in 64 127 1K; do
			PATH=$work/bin:$PATH NDJSON_SIMD=$simd HOURTOOLS_BLOCK_BYTES=$bytes \
				python3 "$BATS_TEST_DIRNAME/split/property.py" "$seed" 20 "$work/property"
			seed=$((seed + 20))
		done
	done
}

@test "gzip members, zstd frames and blocks of bgzip are read like the plain file" {
	documents 1 60 0 >plain
	gzip -c plain >one.gz
	python3 -c '
import gzip, random
text, rng, at = open("plain", "rb").read(), random.Random(1), 0
with open("members.gz", "wb") as out:
    while at < len(text):
        n = rng.choice([0, 1, 7, 300, 5000])
        out.write(gzip.compress(text[at : at + n], rng.choice([0, 1, 9])))
        at += n'
	python3 "$BATS_TEST_DIRNAME/bench/data/bgzf.py" 1000 <plain >small.bgz
	python3 "$BATS_TEST_DIRNAME/bench/data/bgzf.py" <plain >bgzip.gz
	gzip -dc bgzip.gz | cmp - plain
	zstd -q plain -o one.zst
	split -b 3001 plain piece.
	for piece in piece.*; do zstd -qc "$piece"; done >frames.zst
	split_into first -j 1 - <plain
	for file in one.gz members.gz small.bgz bgzip.gz one.zst frames.zst; do
		for options in '-j 1' '-j 4'; do
			for bytes in 64 256K; do
				# shellcheck disable=SC2086 # options
				HOURTOOLS_BLOCK_BYTES=$bytes split_into again $options - <$file
				diff -rq first again
				rm -r again
			done
		done
	done
	rm -r first
	all_alike ../one.gz ../plain ../frames.zst
}

# peak MIB COMMAND ...: run it; its peak memory is below that, where it is built to be used.
peak() {
	python3 -c 'import os, resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
mib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(f"{sys.argv[2]}: {mib:.0f} MiB, expected below {sys.argv[1]}", file=sys.stderr)
sys.exit(code or (mib >= float(sys.argv[1]) and "/san-" not in os.environ["BIN"] and 99))' "$@"
}

# endless TEXT: LONG_MB (1000) megabytes of it without a line feed.
endless() {
	python3 -c 'import os, sys
text = sys.argv[1].encode() * (1000000 // len(sys.argv[1]))
try:
    for i in range(int(os.environ.get("LONG_MB", "1000"))):
        sys.stdout.buffer.write(text)
except BrokenPipeError:
    pass' "$1"
}

@test "a line of a gigabyte of objects passes in 40 MiB" {
	case $BIN in */san-*) export LONG_MB=20 ;; esac
	two='{"t":"a","x":"}{\"01234567890123456789012345"}{"t":"a", "x":[]}'
	endless "$two" | peak 40 ndsplit -j 2 -k t -o /dev/null >split.tsv
	[ "$(cut -f 1-2 split.tsv)" = $'a\t'$((${LONG_MB:-1000} * 2 * (1000000 / ${#two}))) ]
}

@test "a line of a gigabyte without end is set aside in 40 MiB" {
	case $BIN in */san-*) export LONG_MB=20 ;; esac
	code=0
	{
		printf '{"t":"a"}\n{"t":"'
		endless x
	} | peak 40 ndsplit -q -j 2 -k t --max-line 1M -o '{type}' --rejects r.tsv >split.tsv || code=$?
	[ "$code" = 1 ]
	[ "$(cut -f 1-4 r.tsv)" = $'standard input\t2\t10\ttoo-long' ]
	[ "$(wc -c <_rejected)" = $((${LONG_MB:-1000} * 1000000 + 7)) ]
}
