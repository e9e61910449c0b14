#!/bin/sh
# hour.sh: BENCH_MB (100) of demo-like logs through the whole hour against the stand-in: CPU seconds
# and peak resident memory of each program, the stand-in's own apart, beside a Python program that
# only splits the same hour. The programs' runs are found by a PATH of wrappers.
set -eu
[ "${1:-}" != --help ] || { sed -n '2,4s/^# //p' "$0" && exit; }
here=$(cd "$(dirname "$0")" && pwd)
top=$here/../..
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$here/../../pipelines/demo-logs.py" --records $((${BENCH_MB:-100} * 5521)) "$work/logs"
mkdir "$work/bin"
${CC:-cc} -O2 -D_GNU_SOURCE -o "$work/measure" "$here/measure.c"
for program in "$top"/bin/*; do
	printf '#!/bin/sh\nexec "%s" "%s" "%s" "$@"\n' "$work/measure" "$work/runs.tsv" \
		"$(realpath "$program")" >"$work/bin/${program##*/}"
done
chmod +x "$work"/bin/*
PROGRAMS=$work/bin TIME_ZONE=Asia/Seoul CLOUD_CPU=$work/cloud.txt "$top/pipelines/demo.sh" \
	-d "$work/out" -k type -s "$top/schemas" "$work"/logs/*.gz >"$work/out.txt" 2>&1 || [ $? = 2 ] || {
	cat "$work/out.txt" >&2
	exit 1
}
"$work/measure" "$work/python.tsv" "$here/split.py" type "$work/split" "$work"/logs/*.gz
echo "program       runs  CPU s  peak MiB"
awk -F '\t' '{n[$1]++; cpu[$1] += $2; if ($3 > peak[$1]) peak[$1] = $3; all += $2}
	END {for (p in n) printf "%-12s %5d %6.2f %9.1f\n", p, n[p], cpu[p], peak[p] / 1024 | "sort"
	close("sort"); printf "%-12s %5s %6.2f\n", "all of ours", "", all}' "$work/runs.tsv"
awk -F '\t' '{printf "%-12s %5s %6.2f %9.1f   (json, split only)\n", "Python", 1, $2, $3 / 1024}' "$work/python.tsv"
awk '{printf "%-12s %5s %6.2f\n", "stand-in", "", $1}' "$work/cloud.txt"
