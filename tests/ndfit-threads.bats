# ndfit's threads: nothing that is written depends on their number, on where blocks end, nor on the scanner.
bats_require_minimum_version 1.5.0

setup() {
	work=$(mktemp -d "$([ -w /dev/shm ] && echo /dev/shm || echo "$BATS_TEST_TMPDIR")/fit.XXXXXX")
	cd "$work"
	cat >schema.json <<'.'
[{"name": "id", "type": "INTEGER", "mode": "REQUIRED"}, {"name": "_at", "type": "TIMESTAMP"},
 {"name": "text", "type": "STRING"}, {"name": "tags", "type": "STRING", "mode": "REPEATED"},
 {"name": "extra", "type": "JSON"}, {"name": "user", "type": "RECORD", "fields": [{"name": "n", "type": "FLOAT"}]}]
.
	python3 - >in.ndjson <<'.'
import random

rng = random.Random(7)
shapes = [
    '{"id":%d,"text":"plain","user":{"n":1.5}}',
    '{"user":{"n":0.25},"id":%d,"tags":["a","b \\" c"],"text":"\u00e9t\u00e9"}',
    ' { "text" : "x" , "id" : %d } ',
    '{"id":%d,"@at":"2021-01-01 00:00:00","text":{"a": [1, 2]},"tags":null}',
    '{"id":"%dx","unknown":{"deep":[null]},"user":{"n":"y"}}',
    '{"id":%d,"text":"glued"}{"id":-1,"more":1}',
    '{"id":%d,"text":"no end}',
    '{"text":"lacks its id %d"}\r',
    '\ufeff{"id":%d}\r\n\n',
    '{"id":%d,"tags":[null,"x"],"tags":[]}',
    '[%d]',
]
for i in range(6000):
    print(rng.choice(shapes) % i)
    if i % 500 == 0:
        print('{"id":%d,"text":[%s0]}' % (i, "1234567, " * rng.randrange(60000)))
        print('{"id":"%d","text":"%s"}' % (i, "y" * rng.randrange(9000)))
print('{"id":1}', end="")
.
}

teardown() {
	rm -rf "$work"
}

# fit NAME OPTION...: everything that ndfit writes and says, into the directory NAME.
fit() {
	local name=$1
	shift
	mkdir -p "$name"
	run -1 --separate-stderr ndfit -s schema.json --max-line 300K -o "$name/out$ending" --rejected "$name/bad$ending" \
		--rejects "$name/r.tsv" --manifest type "$@" in.ndjson
	sed "s|$name/||g" <<<"$output" >"$name/manifest"
	sed "s|$name/||g" <<<"$stderr" >"$name/messages"
}

@test "every byte is the same for any threads, blocks and scanner" {
	ending=
	fit one -j 1
	[ "$(wc -l <one/out)" -gt 2000 ] && [ "$(wc -l <one/bad)" -gt 2000 ]
	grep -q too-long one/r.tsv
	for block in 64 1000 16K 1M; do
		for simd in c sse2 ''; do
			[ "$simd" != sse2 ] || [ "$(uname -m)" = x86_64 ] || continue
			for j in 1 2 5; do
				HOURTOOLS_BLOCK_BYTES=$block NDJSON_SIMD=$simd fit other -j "$j"
				diff -r one other
			done
		done
	done
}

@test "so it is for compressed files, from compressed input, with the options that change records" {
	for ending in .gz .zst; do
		fit one -j 1 --collect-unknown extra --compact --null-as-missing
		for block in 100 100K; do
			HOURTOOLS_BLOCK_BYTES=$block fit other -j 4 --collect-unknown extra --compact --null-as-missing
			diff -r one other
		done
		gzip -1c in.ndjson >in.gz
		run -1 ndfit -q -s schema.json --max-line 300K -j 3 --progress -o again --collect-unknown extra --compact --null-as-missing in.gz
		if [ $ending = .gz ]; then gzip -dc one/out.gz | cmp - again; else zstd -qdc one/out.zst | cmp - again; fi
	done
}

@test "and for standard output, and records counted as the lines of their own files" {
	head -n 2000 in.ndjson >a
	tail -n +2001 in.ndjson >b
	run -1 --separate-stderr ndfit -q -j 1 -s schema.json --rejects one.tsv a b - <a
	printf '%s\n' "$output" >one
	for block in 64 1000; do
		ndfit -q -j 4 -s schema.json --rejects other.tsv a b - <a 2>/dev/null >other || [ $? = 1 ]
		cmp one other
		cmp one.tsv other.tsv
	done
	awk -F '\t' '$1 == "b" && $4 == "missing"' one.tsv | sed -n 9p >first
	line=$(cut -f 2 first)
	offset=$(cut -f 3 first)
	[ "$(tail -c "+$((offset + 1))" b | head -n 1)" = "$(sed -n "${line}p" b)" ]
	grep -q '^standard input' one.tsv
}

@test "many problems in little input stay in bounded memory, and in order" {
	case $BIN in */san-*) skip "sanitizers hold memory of their own" ;; esac
	python3 -c '
import json
print(json.dumps([{"name": "a_rather_long_name_of_a_column_%d" % i, "type": "STRING", "mode": "REQUIRED"} for i in range(15)]))' >many.json
	yes '{}' | head -n 30000 >small
	ndfit -n -j 1 -s many.json --rejects one.tsv small 2>/dev/null || [ $? = 65 ]
	[ "$(wc -l <one.tsv)" = 450000 ]
	[ "$(sed -n 449986p one.tsv | cut -f 2,3)" = $'30000\t89997' ]
	peak=$(python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' ndfit -n -j 2 -s many.json --rejects two.tsv small)
	cmp one.tsv two.tsv
	[ "$peak" -lt 65536 ]
}

@test "two threads hold 64 MiB at most, whatever is done to records" {
	case $BIN in */san-*) skip "sanitizers hold memory of their own" ;; esac
	ending=.gz
	for _ in 1 2 3 4; do cat in.ndjson; done | grep -v '1234567, 1234567' >many
	peak=$(python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' ndfit -q -j 2 -s schema.json -o out.gz --rejected bad.gz --rejects r.tsv many)
	[ "$peak" -lt 65536 ]
}

@test "a full disk ends every thread, and leaves what was there" {
	echo before >out.gz
	python3 -c 'import random
for i in range(200000): print("{\"id\":%d,\"text\":\"%x\"}" % (i, random.getrandbits(400)))' >long
	(
		ulimit -f 100
		trap '' XFSZ
		ndfit -j 4 -s schema.json -o out.gz long 2>err || [ $? = 74 ]
		ndfit -j 4 -s schema.json -o out.ndjson long 2>>err || [ $? = 74 ]
	)
	[ "$(cat err)" = $'ndfit: out.gz: File too large\nndfit: out.ndjson: File too large' ]
	[ "$(cat out.gz)" = before ]
	[ -z "$(find . -name '*.tmp')" ]
	run -74 --separate-stderr bash -c 'ndfit -j 4 -s schema.json long >/dev/full'
	[ "$stderr" = 'ndfit: standard output: No space left on device' ]
}

@test "a reader that has enough ends ndfit by SIGPIPE, without a word and without files" {
	seq -f '{"id":%.0f}' 300000 >long
	for more in '' '--rejected bad'; do
		# shellcheck disable=SC2016 # for the other shell
		run -0 --separate-stderr bash -c 'ndfit -j 4 -s schema.json $1 long | head -n 1; echo "${PIPESTATUS[0]}"' - "$more"
		[ "$output" = $'{"id":1}\n141' ]
		[ -z "$stderr" ]
		[ -z "$(find . -name 'bad*')" ]
	done
}

@test "progress is told when it is asked for" {
	seq -f '{"id":"%.0fx"}' 300000 >long
	run -65 --separate-stderr ndfit -n -j 2 -s schema.json --progress - <long
	run -64 --separate-stderr ndfit -j 0 -s schema.json long
	[[ "$stderr" == 'ndfit: -j takes 1 to 256 threads; '* ]]
	run -64 --separate-stderr env NDJSON_SIMD=mmx ndfit -s schema.json long
	[[ "$stderr" == "ndfit: NDJSON_SIMD: 'mmx' is not there: "* ]]
}
