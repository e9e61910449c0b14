# ndsplit at its limits: long, deep and many; full disks, closed pipes, signals, kills.
bats_require_minimum_version 1.5.0

setup() {
	mkdir "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work"
	fast=$BATS_TEST_TMPDIR/work
	if [ -w /dev/shm ]; then # where syncing many files costs nothing
		fast=$(mktemp -d /dev/shm/ndsplit.XXXXXX)
	fi
}

teardown() {
	if [ -n "${mounted:-}" ]; then umount "$mounted"; fi
	rm -rf "$fast"
}

# Run a command, and print the most memory it held, in KiB, on descriptor 8. Python itself is some 14 MiB,
# which a child's peak begins with.
peak() {
	python3 -c 'import os, resource, subprocess, sys
code = subprocess.run(sys.argv[1:], pass_fds=()).returncode
os.write(8, b"%d\n" % resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)' "$@" 8>peak.kib
}

# Bounds hold for the program as it is built to be used.
below() {
	case $BIN in */san-*) return ;; esac
	echo "peak: $(cat peak.kib) KiB, expected below $1"
	[ "$(cat peak.kib)" -lt "$1" ]
}

# 20 MB of records of types a and b, more than waits in memory, so that files are begun.
many_records() {
	python3 -c 'for i in range(20000): print("{\"t\":\"%s\",\"x\":\"%s\"}" % ("ab"[i % 2], "x" * 1000))'
}

# ndsplit in the background, as from a terminal, reading the pipe in, has begun files; its id is $!.
begin() {
	mkfifo in
	env --default-signal ndsplit -q -k t -o 'out/{type}.ndjson' --rejects out/r.tsv "$@" in >split.tsv 2>err 3>&- &
	exec 9>in
	many_records >&9
	until [ -n "$(find out -name 'b.*.tmp')" ]; do sleep 0.05; done
}

# device NAME MINOR: a device like /dev/NAME that root may lose to a bug, or /dev/NAME itself for others.
device() {
	device=/dev/$1
	[ "$(id -u)" = 0 ] || return 0
	device=$PWD/$1
	mknod "$device" c 1 "$2" 2>mknod.err && : 2>mknod.err >"$device" || skip "this machine does not let root make devices"
	rm mknod.err
}

# Nothing in out has the name of a finished file.
nothing_finished() {
	[ -z "$(find out -type f ! -name '*.tmp')" ]
	[ ! -s split.tsv ]
}

@test "100,000 types pass with 256 open files, in 96 MiB" {
	python3 -c '
for i in range(200000): print("{\"n\":%d,\"t\":\"type-%05d\",\"x\":\"%0100d\"}" % (i, i * 7919 % 100000, 0))' >in.ndjson
	ulimit -n 256
	peak ndsplit -k t -o "$fast/out/{type}.ndjson" in.ndjson >split.tsv
	below 98304
	python3 - "$fast/out" <<'.'
import os, sys
rows = [line.split("\t") for line in open("split.tsv")]
assert [r[0] for r in rows] == ["type-%05d" % i for i in range(100000)]
assert all(r[1] == "2" for r in rows)
assert len(os.listdir(sys.argv[1])) == 100000
first = {i * 7919 % 100000: i for i in range(100000)}
for i in range(0, 100000, 97):
    text = "".join('{"n":%d,"t":"type-%05d","x":"%0100d"}\n' % (first[i] + k * 100000, i, 0) for k in range(2))
    assert open(f"{sys.argv[1]}/type-{i:05d}.ndjson").read() == text, i
.
}

@test "descriptors: a dozen is enough for any number of types" {
	python3 -c 'for i in range(30000): print("{\"t\":%d,\"x\":\"%01000d\"}" % (i // 10 % 100, i))' >in.ndjson
	ulimit -n 12
	run -0 ndsplit -k t -o 'out/{type}' --rejects r.tsv in.ndjson
	[ "${#lines[@]}" = 100 ]
	sort out/* | cmp - <(sort in.ndjson)
}

@test "a record of 200 MB is set aside byte for byte, in 112 MiB, the others pass" {
	long() { printf '{"t":"a","x":"' && head -c 200M /dev/zero | tr '\0' x && printf '"}\n'; }
	{ printf '{"t":"a"}\n' && long && printf '{"t":"a","n":2}\n'; } >"$fast/in.ndjson"
	cd "$fast"
	code=0
	peak ndsplit -k t --rejects r.tsv in.ndjson >split.tsv 2>err || code=$?
	[ "$code" = 1 ]
	[ "$(cat err)" = $'ndsplit: in.ndjson:2: too-long: longer than 104857600 bytes\nndsplit: 1 of 3 records set aside as type _rejected, too-long 1' ]
	[ "$(cat r.tsv)" = $'in.ndjson\t2\t10\ttoo-long\tlonger than 104857600 bytes' ]
	[ "$(cat split.tsv)" = $'_rejected\t1\t209715217\t_rejected.ndjson\na\t2\t26\ta.ndjson' ]
	long | cmp - _rejected.ndjson
	[ "$(cat a.ndjson)" = $'{"t":"a"}\n{"t":"a","n":2}' ]
	below 114688
	peak ndsplit -q -k t --max-line 1M -o '{type}.gz' in.ndjson >split.tsv || [ $? = 1 ]
	below 16384
	gzip -dc _rejected.gz | cmp - _rejected.ndjson
}

@test "a record just below the cap passes, one byte more does not" {
	line='{"t":"a","x":"0123456789"}'
	echo "$line" >in.ndjson
	run -0 ndsplit -k t --max-line ${#line} in.ndjson
	run -65 ndsplit -q -k t --max-line $((${#line} - 1)) in.ndjson
}

@test "a record of 60 MB that does not compress is written in 96 MiB" {
	{ printf '{"t":"a","x":"' && head -c 45M /dev/urandom | base64 -w 0 && printf '"}\n'; } >"$fast/in.ndjson"
	for ending in gz zst; do
		peak ndsplit -k t -o "$fast/{type}.$ending" "$fast/in.ndjson" >split.tsv
		below 81920
	done
	gzip -dc "$fast/a.gz" | cmp - "$fast/in.ndjson"
	zstd -qdc "$fast/a.zst" | cmp - "$fast/in.ndjson"
}

@test "a key behind 20 MB of other members is found" {
	python3 -c 'print("{" + "".join("\"m%d\":{\"t\":[\"}\",%d]}," % (i, i) for i in range(1000000)) + "\"t\":\"a\"}")' >in.ndjson
	[ "$(wc -c <in.ndjson)" -gt 20000000 ]
	ndsplit -k t in.ndjson >split.tsv
	cmp in.ndjson a.ndjson
	ndsplit --trust -k t -o trusted in.ndjson >split.tsv
	cmp in.ndjson trusted
}

@test "one line of 30 MB of objects without separator is split in 20 MiB" {
	python3 -c 'import sys
for i in range(600000): sys.stdout.write("{\"t\":%d,\"x\":\"}{\\\"%032d\"}" % (i % 3, i))' >in.ndjson
	peak ndsplit -k t in.ndjson >split.tsv
	below 20480
	[ "$(cut -f 2 split.tsv)" = $'200000\n200000\n200000' ]
	cat [0-2].ndjson | tr -d '\n' | wc -c | grep -qx "$(wc -c <in.ndjson)"
}

@test "nesting of 10,000 levels is too deep, unless allowed" {
	python3 -c 'print("{\"t\":\"a\",\"x\":" + "[" * 9999 + "]" * 9999 + "}")' >in.ndjson
	run -65 --separate-stderr ndsplit -k t in.ndjson
	[ "${stderr_lines[0]}" = 'ndsplit: in.ndjson:1: too-deep: column 513: nested deeper than 500' ]
	cmp in.ndjson _rejected.ndjson
	run -65 ndsplit -k t --max-depth 9999 in.ndjson
	run -0 ndsplit -k t --max-depth 10000 in.ndjson
	python3 -c 'print("[" * 1000000)' >in.ndjson
	run -65 ndsplit -q -k t --max-depth 1000000 in.ndjson
}

@test "an input that is not there is 66 before anything is read; a directory is 74" {
	mkfifo never
	run -66 --separate-stderr timeout 60 ndsplit -k t - none.ndjson <>never
	[ "$stderr" = 'ndsplit: none.ndjson: No such file or directory' ]
	[ -z "$output" ]
	rm never
	echo '{"t":"a"}' >in.ndjson
	run -74 --separate-stderr ndsplit -k t in.ndjson .
	[ "$stderr" = 'ndsplit: .: Is a directory' ]
	[ "$(ls -A)" = in.ndjson ]
}

@test "an input that vanishes while others are read is 66, and no file appears" {
	mkfifo in
	echo '{"t":"c"}' >gone
	ndsplit -k t -o 'out/{type}' --rejects out/r.tsv in gone >split.tsv 2>err 3>&- &
	exec 9>in
	many_records >&9
	rm gone
	exec 9>&-
	code=0
	wait $! || code=$?
	[ "$code" = 66 ]
	[ "$(cat err)" = 'ndsplit: gone: No such file or directory' ]
	[ -z "$(ls -A out)" ]
	nothing_finished
}

@test "a damaged or cut input is 65, names the byte, and no file appears" {
	many_records >in.ndjson
	gzip -1 -c in.ndjson >in.gz
	zstd -q in.ndjson -o in.zst
	head -c 20000 in.gz >cut.gz
	head -c 900 in.zst >cut.zst
	{ head -c 20000 in.gz && head -c 100 /dev/zero && tail -c +20101 in.gz; } >bad.gz
	for name in cut.gz cut.zst bad.gz; do
		run -65 --separate-stderr ndsplit -k t -o 'out/{type}' --rejects out/r.tsv in.ndjson "$name"
		[[ $stderr == "ndsplit: $name: "*" stream "*" at byte "* ]]
		[ "${#stderr_lines[@]}" = 1 ]
		[ -z "$(ls -A out)$output" ]
	done
	printf 'PK\003\004\n' >in.zip
	run -65 ndsplit -q -k t -o 'out/{type}' in.zip
	[ "$(ls out)" = _rejected ]
}

@test "a file that was there stays when the split fails" {
	mkdir out
	echo old | tee out/a.ndjson >out/r.tsv
	{ many_records | gzip -1 | head -c 30000; } >cut.gz
	run -65 ndsplit -k t -o 'out/{type}.ndjson' --rejects out/r.tsv cut.gz
	[ "$(cat out/a.ndjson out/r.tsv)" = $'old\nold' ]
	[ "$(ls -A out)" = $'a.ndjson\nr.tsv' ]
}

@test "/dev/full is 74 as output, as report and as standard output, and stays a device" {
	device full 7
	many_records >in.ndjson
	run -74 --separate-stderr ndsplit -k t -o "$device" <(grep '"a"' in.ndjson)
	[ "$stderr" = "ndsplit: $device: No space left on device" ]
	echo x >>in.ndjson
	run -74 --separate-stderr ndsplit -q -k t -o 'out/{type}' --rejects "$device" in.ndjson
	[ "$stderr" = "ndsplit: $device: No space left on device" ]
	[ -z "$(ls -A out)" ]
	code=0
	ndsplit -q -k t -o 'out/{type}' in.ndjson >/dev/full 2>err || code=$?
	[ "$code" = 74 ]
	[ "$(cat err)" = 'ndsplit: standard output: No space left on device' ]
	[ "$(ls -A out)" = $'_rejected\na\nb' ]
	[ -c "$device" ]
	[ -z "$(find "${device%/*}" -maxdepth 1 -name '*.tmp')" ]
}

@test "/dev/null as output or report is written as it is" {
	device null 3
	printf '{"t":"a"}\n{"t":"a"}\n' >in.ndjson
	run -0 ndsplit -k t -o "$device" --rejects "$device" in.ndjson
	[ "$output" = $'a\t2\t20\t'"$device" ]
	[ -c "$device" ]
}

@test "a pipe as output is written as it is, and holds nothing else" {
	mkfifo pipe
	cat pipe >got 3>&- &
	printf '{"t":"a"}\n{"t":"a"}\n' >in.ndjson
	run -0 ndsplit -k t -o pipe in.ndjson
	wait $!
	cmp in.ndjson got
	[ -p pipe ]
}

@test "a link to a descriptor, such as /dev/stdout, is written as it is, a file behind it too" {
	ln -s /proc/self/fd/1 stdout
	ln -s /proc/self/fd/2 stderr
	printf '{"t":"a"}\n{"t":"a"}\nx\n' >in.ndjson
	ndsplit -k t -o stdout <(head -n 2 in.ndjson) >got
	[ "$(cat got)" = $'{"t":"a"}\n{"t":"a"}\na\t2\t20\tstdout' ]
	ndsplit -q -k t -o '{type}' --rejects stderr in.ndjson >split.tsv 2>err || [ $? = 1 ]
	[ "$(cat err)" = $'in.ndjson\t3\t20\tnot-json\tcolumn 1: expected a value, found \'x\'' ]
	[ "$(readlink stdout stderr)" = $'/proc/self/fd/1\n/proc/self/fd/2' ]
}

@test "a full file system is 74, names the file, and leaves nothing" {
	[ "$(id -u)" = 0 ] || skip "only root can mount a file system of 1 MB"
	mkdir small
	mount -t tmpfs -o size=1m ndsplit-test small || skip "this machine does not let root mount"
	mounted=$PWD/small
	echo old >small/a.ndjson
	many_records >in.ndjson
	for ending in ndjson gz zst; do
		# Compressed, the records need to be such as do not shrink.
		[ "$ending" = ndjson ] || python3 -c '
import os
for i in range(3000): print("{\"t\":\"%s\",\"x\":\"%s\"}" % ("ab"[i % 2], os.urandom(500).hex()))' >in.ndjson
		run -74 --separate-stderr ndsplit -k t -o "small/{type}.$ending" in.ndjson
		[[ $stderr == "ndsplit: small/"[ab]".$ending: No space left on device" ]]
		[ "$(ls -A small)" = a.ndjson ]
		[ -z "$output" ]
	done
	seq 30000 >in.ndjson
	run -74 --separate-stderr ndsplit -q -k t -o 'out/{type}' --rejects small/r.tsv in.ndjson
	[ "$stderr" = 'ndsplit: small/r.tsv: No space left on device' ]
	[ "$(ls -A small)" = a.ndjson ]
	[ "$(cat small/a.ndjson)" = old ]
}

@test "ulimit -f is 74, names the file, and leaves nothing" {
	many_records >in.ndjson
	mkdir out
	(
		ulimit -f 2000
		ndsplit -k t -o 'out/{type}' in.ndjson 2>err && false || [ $? = 74 ]
	)
	grep -qE '^ndsplit: out/[ab]: File too large$' err
	[ "$(wc -l <err)" = 1 ]
	[ -z "$(ls -A out)" ]
}

@test "a place where no file can be is 74 and named" {
	printf '{"t":"a"}\n{"t":"b"}\n' >in.ndjson
	mkdir -p out/b
	run -74 --separate-stderr ndsplit -k t -o 'out/{type}' in.ndjson
	[ "$stderr" = 'ndsplit: out/b: Is a directory' ]
	run -74 --separate-stderr ndsplit -k t -o 'in.ndjson/{type}' in.ndjson
	[ "$stderr" = 'ndsplit: in.ndjson/a: Not a directory' ]
	run -74 --separate-stderr ndsplit -k t --rejects out in.ndjson
	[ "$stderr" = 'ndsplit: out: Is a directory' ]
	run -74 --separate-stderr ndsplit -k t -o '/proc/{type}' in.ndjson
	[[ $stderr == 'ndsplit: /proc/a: '* ]]
	[ "$(ls -A . out)" = $'.:\nin.ndjson\nout\n\nout:\nb' ]
	if [ "$(id -u)" != 0 ]; then
		mkdir -m 555 locked
		run -74 --separate-stderr ndsplit -k t -o 'locked/{type}' in.ndjson
		[ "$stderr" = 'ndsplit: locked/a: Permission denied' ]
	fi
}

@test "where case is not told, types that differ only in it are 74, and no file appears" {
	case $BIN in */san-*) skip "sanitizers want to be loaded first" ;; esac
	cat >folds.c <<'.'
#include <dirent.h>
#include <string.h>
/* As in a directory that folds case. */
int access(const char *path, int mode)
{
	DIR *dir = opendir(strncmp(path, "out/", 4) == 0 ? "out" : ".");
	struct dirent *entry;

	(void)mode;
	while ((entry = readdir(dir)) != NULL)
		if (strcasecmp(entry->d_name, strncmp(path, "out/", 4) == 0 ? path + 4 : path) == 0)
			return 0;
	return -1;
}
.
	cc -shared -fPIC -w -o folds.so folds.c
	printf '{"t":"%s"}\n' Security other security a/b a%2Fb >in.ndjson
	for ending in '' .gz; do
		LD_PRELOAD=$PWD/folds.so run -74 --separate-stderr ndsplit -k t -o "out/{type}$ending" in.ndjson
		[[ $stderr =~ ^"ndsplit: out/"[Ss]"ecurity$ending: is one file with out/"[sS]"ecurity$ending here, where case is not told: " ]]
		[ -z "$(ls -A out)$output" ]
	done
	run -0 --separate-stderr ndsplit -k t -o 'out/{type}' in.ndjson
	[ "$(cut -f 1,2 <<<"$output")" = $'Security\t1\na%2Fb\t1\na/b\t1\nother\t1\nsecurity\t1' ]
}

@test "memory that cannot be had is 75" {
	case $BIN in */san-*) skip "sanitizers reserve address space of their own" ;; esac
	{ printf '{"t":"' && head -c 60M /dev/zero | tr '\0' x; } >"$fast/in.ndjson"
	ulimit -v 60000
	run -75 --separate-stderr ndsplit -k t "$fast/in.ndjson"
	[ "$stderr" = 'ndsplit: out of memory' ]
}

@test "a closed standard output is a quiet death, or 74 where SIGPIPE is ignored" {
	echo '{"t":"a"}' >in.ndjson
	python3 - <<'.'
import os, subprocess
for restore, code, said in ((True, -13, b""), (False, 74, b"ndsplit: standard output: Broken pipe\n")):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(["ndsplit", "-k", "t", "in.ndjson"], stdout=write, stderr=subprocess.PIPE, restore_signals=restore)
    os.close(write)
    assert (done.returncode, done.stderr) == (code, said), done
.
	[ "$(ls -A)" = $'a.ndjson\nin.ndjson' ]
}

@test "a closed standard error ends it and leaves nothing; where SIGPIPE is ignored it goes on" {
	{ many_records && echo x && many_records; } >in.ndjson
	python3 - <<'.'
import os, subprocess
for restore, code, files in ((True, -13, []), (False, 1, ["_rejected", "a", "b"])):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(["ndsplit", "-k", "t", "-o", "out/{type}", "in.ndjson"], stdout=subprocess.PIPE, stderr=write,
                          restore_signals=restore)
    os.close(write)
    assert done.returncode == code, done
    assert sorted(os.listdir("out")) == files, os.listdir("out")
.
}

@test "descriptors that the caller closed are not taken for files" {
	printf '{"t":"a"}\nx\n' >in.ndjson
	run -74 --separate-stderr timeout 60 bash -c 'ndsplit -q -k t <&-'
	[ "$stderr" = 'ndsplit: standard input: Bad file descriptor' ]
	run -74 --separate-stderr bash -c 'ndsplit -q -k t in.ndjson >&-'
	[ "$stderr" = 'ndsplit: standard output: Bad file descriptor' ]
	rm ./*a.ndjson _rejected.ndjson
	run -1 bash -c 'ndsplit -k t in.ndjson <&- 2>&-'
	[ "$(cat a.ndjson _rejected.ndjson)" = $'{"t":"a"}\nx' ]
}

@test "SIGINT, SIGTERM, SIGHUP and SIGQUIT end it, and it removes what it began" {
	for signal in INT TERM HUP QUIT; do
		rm -rf in out
		begin
		kill -"$signal" $!
		code=0
		wait $! || code=$?
		exec 9>&-
		[ "$code" = $((128 + $(kill -l "$signal"))) ]
		[ -z "$(ls -A out)" ]
		nothing_finished
	done
}

@test "a signal that the caller ignores is ignored" {
	mkfifo in
	(
		trap '' HUP
		exec ndsplit -k t in >split.tsv 3>&-
	) &
	exec 9>in
	echo '{"t":"a"}' >&9
	kill -HUP $!
	echo '{"t":"a"}' >&9
	exec 9>&-
	wait $!
	[ "$(cat split.tsv)" = $'a\t2\t20\ta.ndjson' ]
}

@test "kill -9 leaves no file that looks finished, and a second run is complete" {
	begin
	kill -9 $!
	wait $! || [ $? = 137 ]
	exec 9>&-
	nothing_finished
	many_records >in.ndjson
	ndsplit -k t -o 'out/{type}.ndjson' in.ndjson >split.tsv
	cat out/a.ndjson out/b.ndjson | cmp - <(grep '"a"' in.ndjson && grep '"b"' in.ndjson)
}

@test "files appear after the last record, not before" {
	begin
	nothing_finished
	exec 9>&-
	wait $!
	[ "$(ls -A out)" = $'a.ndjson\nb.ndjson\nr.tsv' ]
	[ "$(cut -f 1,2 split.tsv)" = $'a\t10000\nb\t10000' ]
}
