# bats file_tags=check
# ndsplit --dry-run and --progress, -j and NDJSON_SIMD.
bats_require_minimum_version 1.5.0

setup() {
	mkdir "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work"
}

@test "a dry run prints the manifest, rejects and exit code of the split, and writes nothing" {
	printf '%s\n' '{"t":"b"}' '{"t":"a/b","n":1}{"t":"b"}' x '{"t":"b"}' >in.ndjson
	ndsplit -n -k t -o 'out/{type}.gz' in.ndjson >dry.tsv 2>dry.err || [ $? = 1 ]
	ndsplit --dry-run -k t -o 'out/{type}-{part}' --part-size 20 in.ndjson >parts.tsv 2>err || [ $? = 1 ]
	[ ! -e out ]
	ndsplit -k t -o 'out/{type}.gz' in.ndjson 2>err | cmp - dry.tsv
	cmp err dry.err
	ndsplit -k t -o 'out/{type}-{part}' --part-size 20 in.ndjson 2>err | cmp - parts.tsv
	[ "$(wc -l <parts.tsv)" = 4 ]
	run -65 ndsplit -q -n -k nothing in.ndjson
	run -66 ndsplit -n -k t /dev/null
}

@test "a dry run writes the report that it is asked for" {
	printf '%s\n' '{"t":"b"}' x >in.ndjson
	run -1 ndsplit -q -n -k t --rejects r.tsv in.ndjson
	[ "$(cut -f 1-4 r.tsv)" = $'in.ndjson\t2\t10\tnot-json' ]
	[ "$(ls)" = $'in.ndjson\nr.tsv' ]
}

@test "a dry run refuses what the split would" {
	printf '%s\n' '{"t":"a"}' '{"t":"b"}' >in
	run -64 ndsplit -n -k t -o one in
	run -64 ndsplit -n -k t -o - in
	printf '%s\n' '{"t":"in"}' >in
	run -64 ndsplit -n -k t -o '{type}' in
	[[ $output == "ndsplit: in: a type would go to the file that is an input too"* ]]
}

@test "a backend that is not there is refused, with those that are" {
	echo '{"t":"a"}' >in.ndjson
	NDJSON_SIMD=mmx run -64 ndsplit -n -k t in.ndjson
	[[ $output == "ndsplit: NDJSON_SIMD: 'mmx' is not there: this machine has "*c ]]
	for name in $(sed 's/.*has //; s/,//g' <<<"$output") ''; do
		NDJSON_SIMD=$name run -0 ndsplit -n -k t in.ndjson
	done
}

@test "-j 0 and more threads than make sense are refused" {
	echo '{"t":"a"}' >in.ndjson
	for j in 0 257 99999999999; do
		run -64 ndsplit -n -k t -j "$j" in.ndjson
		[[ $output == "ndsplit: -j takes 1 to 256 threads; usage: "* ]]
	done
	run -0 ndsplit -n -k t -j 256 in.ndjson
}

# Run a command as a person at a terminal does; what it writes is in typescript.
typed() {
	TERM=xterm script -qefc "$1" typescript >/dev/null 3>&- </dev/null
}

@test "on a terminal a line tells progress, and nothing of it is left" {
	mkfifo in
	typed "ndsplit -k t -o 'out/{type}' in >split.tsv" &
	exec 9>in
	printf '%s\n' '{"t":"a"}' x >&9
	until grep -aq 'bytes/s' typescript; do sleep 0.1; done
	exec 9>&-
	wait $! || [ $? = 1 ]
	# Each draw begins by erasing the line; behind the last erasure stand messages alone.
	tail -c +1 typescript | grep -av '^Script' | tr -d '\r' | sed 's/.*\x1b\[K//' | grep -a . >left
	[ "$(cat left)" = "ndsplit: in:2: not-json: column 1: expected a value, found 'x'"$'\n'"ndsplit: 1 of 2 records set aside as type _rejected, not-json 1" ]
}

@test "progress goes on within a line that is longer than blocks" {
	mkfifo in
	typed "ndsplit -n -k t in >split.tsv" &
	exec 9>in
	python3 -c 'print("{\"t\":\"a\"}{\"t\":\"b\"} {}" * 200000, end="")' >&9
	until grep -aq '[34]\.[0-9] MiB, .*, 3 types, [0-9]* rejects' typescript; do sleep 0.1; done
	exec 9>&-
	wait $! || [ $? = 1 ]
	[ "$(cut -f 1,2 split.tsv)" = $'_rejected\t200000\na\t200000\nb\t200000' ]
}

@test "no progress is told under -q, as JSON, or to a file, unless it is asked for" {
	slowly() { echo '{"t":"a"}' && sleep 1.6; }
	slowly | ndsplit -k t 2>err >split.tsv
	[ ! -s err ]
	mkfifo in
	for quiet in "ndsplit -q --progress" "LOG_FORMAT=json ndsplit" "TERM=dumb ndsplit"; do
		slowly >in &
		typed "$quiet -k t in >split.tsv"
		[ -z "$(grep -av '^Script' typescript | tr -d '\r\n')" ]
		wait $!
	done
}
