#!/bin/sh
# stream.sh: BENCH_MB (100) of logs of BENCH_TYPES (1000) types through STREAM=yes classify against the stand-in.
# Prints the peak memory of all programs together, files in VAR included (it is a tmpfs), beside what a
# control group of 128 MiB without swap lets them have; without the right to make one, the peak of
# the sum of their PSS, taken every 50 ms. Exit 1 above 128 MiB.
set -eu
[ "${1:-}" != --help ] || { sed -n '2,/^[^#]/s/^# //p' "$0" && exit; }
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d -p /dev/shm)
group=/sys/fs/cgroup/memory/hourtools.$$
trap '"$top/tests/cloud/down" 2>/dev/null || :; rmdir "$group" 2>/dev/null || :; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

python3 -c '
import sys
size, types = int(sys.argv[1]) * 1000000, int(sys.argv[2])
n = 0
while size > 0:
    line = "{\"type\":\"t%d\",\"n\":%d,\"message\":\"%s\"}\n" % (n * 7919 % types, n, hex(n * 2654435761 % 2**64) * 50)
    size -= len(line)
    n += 1
    sys.stdout.write(line)
' "${BENCH_MB:-100}" "${BENCH_TYPES:-1000}" | gzip -1 >"$work/logs.gz"
mkdir "$work/cloud"
eval "$("$top/tests/cloud/up" "$work/cloud")"
"$top/tests/cloud/ctl" mkbucket s3://logs
"$top/tests/cloud/ctl" mkbucket gs://logs
"$top/tests/cloud/ctl" put s3://logs/2021/01/01/00/a.gz "$work/logs.gz"
export VAR="$work/var" STREAM=yes S3_URL=s3://logs GCS_URL=gs://logs KEY=type SCHEMAS="$work/none"

if mkdir "$group" 2>/dev/null && echo 128M >"$group/memory.limit_in_bytes"; then
	echo 128M >"$group/memory.memsw.limit_in_bytes" 2>/dev/null || :
	sh -c 'echo $$ >"$1/cgroup.procs" && exec "$2/pipelines/classify.sh" 2021/01/01/00' - "$group" "$top"
	peak=$(cat "$group/memory.max_usage_in_bytes") by='in a control group of 128 MiB'
else
	"$top/pipelines/classify.sh" 2021/01/01/00 &
	pid=$!
	: >"$work/pss"
	while kill -0 $pid 2>/dev/null; do
		sleep 0.05
		pstree -p $pid | grep -o '([0-9]*)' | tr -d '()' | while read -r p; do
			sed -n 's/^Pss: *\([0-9]*\) kB/\1/p' "/proc/$p/smaps_rollup" 2>/dev/null || :
		done | awk '{n += $1} END {print n * 1024}' >>"$work/pss"
	done
	wait $pid
	peak=$(sort -n "$work/pss" | tail -n 1) by='as the sum of PSS'
fi
rows=$("$top/bin/gcscat" gs://logs/_hours/2021/01/01/00/put.tsv | awk -F '\t' '{n += $2} END {print n + 0}')
[ "$rows" = "$(gzip -dc "$work/logs.gz" | wc -l)" ] || { echo "stream.sh: $rows rows are stored" >&2 && exit 1; }
awk -v n="$peak" -v rows="$rows" -v by="$by" -v types="${BENCH_TYPES:-1000}" 'BEGIN {
	printf "stream.sh: %d rows of %d types: peak %.1f MiB of all programs together, %s\n", rows, types, n / 1048576, by
	exit n > 128 * 1048576
}'
