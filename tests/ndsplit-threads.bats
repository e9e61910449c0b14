# ndsplit's threads where they meet: compression, commands, progress, input in threads, and an early end.
# make tsan runs them under ThreadSanitizer.
bats_require_minimum_version 1.5.0

setup() {
	work=$(mktemp -d "$([ -w /dev/shm ] && echo /dev/shm || echo "$BATS_TEST_TMPDIR")/threads.XXXXXX")
	cd "$work"
	python3 -c '
import random
rng = random.Random(5)
for i in range(20000):
    t = min(int(rng.expovariate(0.3)), 12)
    print("{\"t\":\"%d\",\"n\":%d,\"x\":\"%s\"}" % (t, i, "x" * rng.randrange(200)) if i % 1000 else "odd")' >in.ndjson
	ndsplit -q -k t -j 1 -o 'one/{type}' --rejects one.tsv in.ndjson >one.split || [ $? = 1 ]
	export HOURTOOLS_BLOCK_BYTES=16K
}

teardown() {
	rm -rf "$work"
}

# What out holds, compressed with the ending $1, is what one thread wrote plain.
same_as_one() {
	local file
	[ "$(find out -type f | wc -l)" = "$(find one -type f | wc -l)" ]
	for file in one/*; do
		zstd -qdc "out/${file#one/}.$1" | cmp - "$file"
	done
}

@test "compressed outputs, from compressed inputs, with progress told" {
	gzip -1c in.ndjson >in.gz
	zstd -qc in.ndjson >in.zst
	for ending in gz zst; do
		run -1 --separate-stderr ndsplit --progress -k t -j 4 -o "out/{type}.$ending" --rejects r.tsv "in.$ending"
		[ "$(cut -f 1-3 <<<"$output")" = "$(cut -f 1-3 one.split)" ]
		cut -f 2- r.tsv | cmp - <(cut -f 2- one.tsv)
		same_as_one "$ending"
		rm -r out
	done
}

@test "parts of files and of commands, with progress told" {
	run -1 ndsplit -q --progress -k t -j 4 --part-size 20K -o 'out/{type}/{part}' in.ndjson
	for type in one/*; do
		find "out/${type#one/}" -type f | sort -V | xargs cat | cmp - "$type"
	done
	mkdir parts
	run -1 ndsplit --progress -k t -j 4 --memory 1M --part-size 100K --filter 'cat >"parts/$TYPE.$PART"' in.ndjson
	for type in one/*; do
		find parts -name "${type#one/}.*" | sort -V | xargs cat | cmp - "$type"
	done
}

@test "lines longer than blocks between short ones, with progress told" {
	python3 -c '
for i in range(60): print("{\"t\":\"a\"}" * (i % 7 * 2000) + "{\"t\":\"b\",\"n\":%d,\"x\":\"%s\"}" % (i, "y" * (i % 5 * 50000)))' >long
	ndsplit -k t -j 1 -o 'long.one/{type}' long >split.one
	ndsplit --progress -k t -j 4 -o 'long.four/{type}' long >split.four
	diff -r long.one long.four
	[ "$(cut -f 1-3 split.one)" = "$(cut -f 1-3 split.four)" ]
	ndsplit -n -k t -j 4 long | cut -f 1-3 | cmp - <(cut -f 1-3 split.one)
}

@test "a failure in one thread ends the others" {
	run -75 --separate-stderr ndsplit --progress -k t -j 4 --memory 1M --filter '[ "$TYPE" != 3 ] && exec cat >/dev/null' in.ndjson
	[[ $stderr == *"ndsplit: filter for type '3', part 0: ended with 1"* ]]
	gzip -1c in.ndjson | head -c 100000 >cut.gz
	run -65 --separate-stderr ndsplit -q --progress -k t -j 4 -o 'out/{type}' in.ndjson cut.gz
	[ "$stderr" = "ndsplit: cut.gz: gzip stream ends early at byte 100000" ]
	[ -z "$(ls -A out)" ]
	run -66 --separate-stderr ndsplit -q -k t -j 4 -o 'out/{type}' in.ndjson none
}

@test "a signal ends all threads, whatever they wait for" {
	mkfifo in
	for options in '-o out/{type}.gz' '--memory 1M --filter cat>/dev/null'; do
		# shellcheck disable=SC2086 # options
		env --default-signal ndsplit -q --progress -k t -j 4 $options in.ndjson in >split.tsv 3>&- &
		exec 9>in
		cat in.ndjson >&9
		kill -TERM $!
		code=0
		wait $! || code=$?
		exec 9>&-
		[ "$code" = 143 ]
		[ -z "$(find . -path './out/*' -type f)" ]
		[ ! -s split.tsv ]
	done
}
