# ndsplit --filter: parts piped to commands, in bounded memory, each command's end looked at.
bats_require_minimum_version 1.5.0

setup() {
	mkdir "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work"
	fast=$BATS_TEST_TMPDIR/work
	if [ -w /dev/shm ]; then
		fast=$(mktemp -d /dev/shm/ndsplit.XXXXXX)
	fi
}

teardown() {
	rm -rf "$fast"
}

# N bytes or a few more of records of 20 types, some with many, some with few.
mixed_records() {
	python3 - "$1" <<'.'
import random, sys
random.seed(20)
left = int(sys.argv[1])
while left > 0:
    kind = min(int(random.expovariate(0.2)), 19)
    line = '{"t":"type-%02d","n":%d,"x":"%s"}' % (kind, left, "x" * random.randrange(2000))
    left -= len(line)
    print(line)
.
}

# The files of parts in the directory $1, put together by type, are those of a split by files, $2.
same_as_files() {
	local type
	for type in "$2"/*; do
		type=${type##*/}
		find "$1" -name "$type.*" | sort -t . -k 2n | xargs cat | cmp - "$2/$type"
	done
	[ "$(cat "$1"/* | wc -c)" = "$(cat "$2"/* | wc -c)" ]
}

# ndsplit with the filter $1 ends with the code $2 and says the line $3 alone; in.ndjson has one part of type a.
fails() {
	run "-$2" --separate-stderr ndsplit -k t --filter "$1" in.ndjson
	[ -z "$output" ]
	[ "${stderr_lines[-1]}" = "ndsplit: filter for type 'a', part 0: $3: expected it to read all and end with 0" ]
}

# 4 MB in one part, more than a pipe holds.
one_part() {
	python3 -c 'for i in range(4000): print("{\"t\":\"a\",\"x\":\"%s\"}" % ("x" * 1000))'
}

@test "each part goes to the command, with type, part, rows and bytes in its environment" {
	printf '%s\n' '{"t":"b/c","n":1}' '{"t":"a"}' 'x' '{"t":"b\/c","n":2}' >in.ndjson
	code=0
	TYPE=mine ROWS=mine ndsplit -q -k t -j 1 --filter 'echo "<$TYPE|$TYPE_NAME|$PART|$ROWS|$BYTES>" && cat' in.ndjson >out || code=$?
	[ "$code" = 1 ]
	diff out - <<'.'
<_rejected|_rejected|0|1|2>
x
<a|a|0|1|10>
{"t":"a"}
<b/c|b%2Fc|0|2|37>
{"t":"b/c","n":1}
{"t":"b\/c","n":2}
_rejected	1	2	-
a	1	10	-
b/c	2	37	-
.
	[ "$(ls)" = $'in.ndjson\nout' ]
}

@test "TYPE is the value as it is; with a NUL byte or longer than 64 KiB it is that of file names" {
	python3 - >in.ndjson <<'.'
import json
for kind in ("", "\x00", "a\nb", "$(touch x)`touch y`;'\"", "é", "k" * 65536, "l" * 65537, "m" * 1000000):
    print(json.dumps({"t": kind}))
.
	ndsplit -k t -j 1 --filter 'cat >/dev/null; printf "%s\t" "$TYPE" | wc -c; printf "<%.30s>\n" "$TYPE"' in.ndjson >out
	diff <(head -17 out) - <<'.'
1
<>
4
<%00>
23
<$(touch x)`touch y`;'">
4
<a
b>
65537
<kkkkkkkkkkkkkkkkkkkkkkkkkkkkkk>
184
<llllllllllllllllllllllllllllll>
184
<mmmmmmmmmmmmmmmmmmmmmmmmmmmmmm>
3
<é>
.
	[ "$(ls)" = $'in.ndjson\nout' ]
}

@test "the parts put together are the files, and the parts are the same for every -j and backend" {
	mixed_records 30000000 >"$fast/in.ndjson"
	cd "$fast"
	ndsplit -k t -o 'files/{type}' in.ndjson >files.tsv
	for run in "1 " "2 " "4 " "4 c"; do
		rm -rf parts
		mkdir parts
		NDJSON_SIMD=${run#* } ndsplit -k t -j "${run% *}" --memory 4M --filter 'cat >"parts/$TYPE.$PART"' in.ndjson >split.tsv
		same_as_files parts files
		[ -e first.tsv ] || cp split.tsv first.tsv
		cmp split.tsv first.tsv
		[ "$(sort -t . -k 1,1 -k 2,2n <(ls parts) | wc -l)" = "$(wc -l <split.tsv)" ]
	done
	[ "$(wc -l <first.tsv)" -gt 40 ]
	python3 - <<'.'
import collections, os
rows, order = collections.Counter(), []
for line in open("first.tsv"):
    kind, n, size, path = line.rstrip("\n").split("\t")
    part = sum(k == kind for k in order)
    order.append(kind)
    data = open(f"parts/{kind}.{part}", "rb").read()
    assert path == "-" and int(size) == len(data) and int(n) == data.count(b"\n"), line
    rows[kind] += int(n)
assert order == sorted(order)
whole = {line.split("\t")[0]: int(line.split("\t")[1]) for line in open("files.tsv")}
assert rows == whole
.
}

@test "--part-size cuts parts, never a record" {
	for i in $(seq 10); do echo '{"t":"a","x":"0123456789"}'; done >in.ndjson
	ndsplit -k t --part-size 60 --filter cat in.ndjson >out
	[ "$(grep -c '^{' out)" = 10 ]
	[ "$(grep -v '^{' out)" = "$(printf 'a\t2\t54\t-\n%.0s' 1 2 3 4 5)" ]
	ndsplit -k t --part-size 5 --filter 'cat >/dev/null' in.ndjson >out
	[ "$(cat out)" = "$(printf 'a\t1\t27\t-\n%.0s' $(seq 10))" ]
}

@test "a record longer than the memory is a part of its own" {
	{
		echo '{"t":"a"}'
		printf '{"t":"a","x":"' && head -c 3M /dev/zero | tr '\0' x && printf '"}\n'
		echo '{"t":"b"}'
		echo '{"t":"a"}'
	} >in.ndjson
	for j in 1 2; do
		ndsplit -k t -j "$j" --memory 1M --filter 'cat >"$TYPE.$PART"' in.ndjson >out
		[ "$(cat out)" = $'a\t1\t10\t-\na\t1\t3145745\t-\na\t1\t10\t-\nb\t1\t10\t-' ]
		cat a.0 a.1 b.0 a.2 | cmp - in.ndjson
	done
}

@test "a record over the cap may be spread over parts of the quarantine, its bytes all there" {
	{ echo '{"t":"a"}' && head -c 12M /dev/zero | tr '\0' x && printf '\n{"t":"a"}\n'; } >in.ndjson
	for j in 1 3; do
		code=0
		ndsplit -q -k t -j "$j" --max-line 1M --memory 2M --filter 'cat >"$TYPE.$PART"' in.ndjson >out || code=$?
		[ "$code" = 1 ]
		[ "$(grep -c _rejected out)" -gt 10 ]
		[ "$(awk '/_rejected/ { rows += $2 } END { print rows }' out)" = 1 ]
		[ -e first ] || cp out first
		cmp out first
		find . -name '_rejected.*' | sort -t . -k 3n | xargs cat | cmp - <(sed -n 2p in.ndjson)
	done
}

@test "a command that is not there, or cannot be run, is exit 69" {
	echo '{"t":"a"}' >in.ndjson
	fails './nothing' 69 "ended with 127, the shell's word for a command that is not there, had read only 0 of 10 bytes"
	fails 'cat >/dev/null; ./in.ndjson' 69 "ended with 126, the shell's word for a command that cannot be run"
}

@test "a command that fails is exit 75 and named by type and part, unless its own code tells what to do" {
	echo '{"t":"a"}' >in.ndjson
	fails 'cat >/dev/null; exit 3' 75 'ended with 3'
	for code in 69 74 77 78; do
		fails "cat >/dev/null; exit $code" "$code" "ended with $code"
	done
	fails 'cat >/dev/null; exit 137' 75 "ended with 137, the shell's word for signal 9 (Killed)"
}

@test "a command killed by a signal names it" {
	echo '{"t":"a"}' >in.ndjson
	fails 'cat >/dev/null; kill -9 $$' 75 'killed by signal 9 (Killed)'
	fails 'cat >/dev/null; kill -SEGV $$' 75 "killed by signal 11 (Segmentation fault)"
}

@test "a command that stops reading is told, even if it ends with 0 or the rest would fit a pipe" {
	one_part >in.ndjson
	fails 'head -c 100000 >/dev/null; exit 0' 75 'ended with 0, had read only 100000 of 4068000 bytes'
	fails 'exec <&-; exit 0' 75 'ended with 0, had read only 0 of 4068000 bytes'
	echo '{"t":"a"}' >in.ndjson
	fails 'head -c 4 >/dev/null' 75 'ended with 0, had read only 4 of 10 bytes'
	fails : 75 'ended with 0, had read only 0 of 10 bytes'
}

@test "after a failure no manifest is printed, no report is left, and the other commands are ended" {
	printf '{"t":"%d"}\n' 1 2 3 4 5 >in.ndjson
	: >pids # the fourth command may look before another has written
	run -75 --separate-stderr ndsplit -k t -j 4 --rejects r.tsv --filter 'cat >/dev/null
		[ "$TYPE" = 4 ] || { echo $$ >>pids; exec sleep 1000; }
		until [ "$(wc -l <pids)" = 3 ]; do sleep 0.05; done
		exit 9' in.ndjson
	[ -z "$output" ]
	[ "$stderr" = "ndsplit: filter for type '4', part 0: ended with 9: expected it to read all and end with 0" ]
	[ ! -e r.tsv ]
	while read -r pid; do run ! kill -0 "$pid"; done <pids
}

@test "a slow command: the reader waits, memory is bounded" {
	mixed_records 300000000 >"$fast/in.ndjson"
	for memory in 64 16; do
		python3 -c 'import os, resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)' ndsplit -k t -j 4 --memory "${memory}M" --filter 'sleep 0.05; cat >/dev/null' "$fast/in.ndjson" >out
		echo "peak: $(tail -n 1 out) KiB with --memory ${memory}M"
		case $BIN in */san-*) continue ;; esac
		[ "$(tail -n 1 out)" -lt $(((memory + 14) * 1024)) ]
	done
}

@test "5,000 types are 5,000 commands, and none is left as a zombie" {
	python3 -c 'for i in range(10000): print("{\"t\":\"k%d\",\"n\":%d}" % (i % 5000, i))' >in.ndjson
	ndsplit -k t -j 4 --filter 'cat >>all; awk -v p=$PPID "\$4 == p && \$3 == \"Z\"" /proc/[1-9]*/stat >>zombies 2>/dev/null; :' <(head -100 in.ndjson) >/dev/null
	rm all
	ndsplit -k t -j 4 --filter 'cat >>all' in.ndjson >split.tsv
	[ "$(cut -f 2 split.tsv | sort | uniq -c | xargs)" = "5000 2" ]
	sort all | cmp - <(sort in.ndjson)
	# At most those of the other three threads between a command's end and the look at it.
	[ "$(wc -l <zombies)" -lt 300 ]
}

@test "a command inherits the three standard descriptors alone, no held signal, SIGPIPE by default" {
	for i in 1 2 3 4 5 6 7 8; do echo "{\"t\":\"$i\"}"; done >in.ndjson
	python3 - <<'.'
import subprocess # closes all but 0 to 2; Python ignores SIGPIPE and SIGXFSZ
subprocess.run(["ndsplit", "-k", "t", "-j", "4", "--rejects", "r.tsv", "--filter",
                "cat; exec ls /proc/self/fd >fds.$TYPE; :", "in.ndjson"], check=True, stdout=open("out", "w"), restore_signals=False)
subprocess.run(["ndsplit", "-k", "t", "-j", "4", "--filter", "cat; grep -E '^Sig(Blk|Ign)' /proc/self/status >signals.$TYPE",
                "in.ndjson"], check=True, stdout=open("out", "w"), restore_signals=False)
for i in range(1, 9):
    fds = open(f"fds.{i}").read().split()
    assert len(fds) == 4 and fds[:3] == ["0", "1", "2"], fds # and that of the directory
    held, ignored = (int(line.split()[1], 16) for line in open(f"signals.{i}"))
    assert held == 0 and ignored & (1 << 12 | 1 << 24) == 0, (held, ignored)
.
}

@test "SIGTERM and SIGINT end the commands before their input ends, pipelines too" {
	one_part >in.ndjson
	for signal in TERM INT; do
		rm -f pids whole
		env --default-signal ndsplit -k t -j 2 --rejects r.tsv \
			--filter 'echo $$ >>pids; { head -c 100; sleep 1000; cat; } | { cat; echo whole >>whole; }' in.ndjson >out 2>err 3>&- &
		until [ -s pids ]; do sleep 0.05; done
		kill -"$signal" $!
		code=0
		wait $! || code=$?
		[ "$code" = $((128 + $(kill -l "$signal"))) ]
		while pgrep -r R,S,D,T -g "$(cat pids)"; do sleep 0.05; done
		[ ! -e whole ]
		[ ! -e r.tsv ]
		[ "$(grep -c '^a' out)" = 0 ]
	done
}

@test "a command that ignores SIGTERM is killed" {
	one_part >in.ndjson
	env --default-signal ndsplit -k t --filter 'trap "" TERM; echo $$ >>pids; sleep 1000' in.ndjson >out 3>&- &
	until [ -s pids ]; do sleep 0.05; done
	kill -TERM $!
	code=0
	wait $! || code=$?
	[ "$code" = 143 ]
	while pgrep -r R,S,D,T -g "$(cat pids)"; do sleep 0.05; done
}

@test "kill -9 of ndsplit: a command sees its input end, short of BYTES" {
	one_part >in.ndjson
	mkfifo gate
	exec 8<>gate
	ndsplit -k t --filter 'echo $$ >>pids; read -r go <gate; [ "$(wc -c)" = "$BYTES" ] && echo whole >>whole; echo ended >>ended' in.ndjson >out 3>&- 8>&- &
	until [ -s pids ]; do sleep 0.05; done
	kill -9 $!
	wait $! || [ $? = 137 ]
	echo go >&8
	until [ -s ended ]; do sleep 0.05; done
	exec 8>&-
	[ ! -e whole ]
	while pgrep -r R,S,D,T -g "$(cat pids)"; do sleep 0.05; done
}

@test "too few descriptors for another command is exit 75" {
	echo '{"t":"a"}' >in.ndjson
	run -75 --separate-stderr bash -c 'exec 3>&- 4>&-; ulimit -n 5; ndsplit -k t -j 1 --filter cat <in.ndjson'
	[ "$stderr" = "ndsplit: filter for type 'a', part 0: pipe: Too many open files" ]
	run -0 bash -c 'exec 3>&- 4>&-; ulimit -n 7; ndsplit -k t -j 1 --filter cat <in.ndjson'
	[ "$output" = '{"t":"a"}'$'\na\t1\t10\t-' ]
}

@test "with -o the command is told the file it is to write, and the manifest names it" {
	printf '{"t":"a/b","n":%d}\n' 1 2 3 >in.ndjson
	mkdir "o o"
	run -0 ndsplit -k t -j 2 --part-size 40 -o 'o o/{type}.{part}' --filter 'cat >"$FILE"' in.ndjson
	[ "$output" = $'a/b\t2\t36\to o/a%2Fb.0\na/b\t1\t18\to o/a%2Fb.1' ]
	cat "o o/a%2Fb.0" "o o/a%2Fb.1" | cmp - in.ndjson
	run -0 env -u FILE "$BIN/ndsplit" -k t --filter 'cat >/dev/null; echo "${FILE-none}"' in.ndjson
	[ "${lines[0]}" = none ]
}

@test "options that contradict --filter are refused" {
	refused() {
		run -64 --separate-stderr ndsplit -k t "$@" in.ndjson
		[[ ${stderr_lines[0]} == "ndsplit: $said; usage: "* ]]
		[ "${#stderr_lines[@]}" = 1 ]
	}
	echo '{"t":"a"}' >in.ndjson
	said="template '{type}.gz': parts need {part} in their names"
	run -64 --separate-stderr ndsplit -k t --filter cat -o '{type}.gz' in.ndjson
	[ "$stderr" = "ndsplit: $said" ]
	said='--dry-run starts no command: leave out --filter' refused --filter cat -n
	said='--filter takes a command for the shell' refused --filter ' '
	said='--memory is for --filter' refused --memory 64M
	said='--memory takes at least 1M' refused --filter cat --memory 1000K
}
