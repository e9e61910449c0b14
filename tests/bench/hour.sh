#!/bin/sh
# hour.sh: BENCH_MB (100) of demo-like logs through the whole hour against the stand-in: CPU seconds
# and peak resident memory of each program, the stand-in's own apart, beside a Python program that
# only splits the same hour. The programs' runs are found by a PATH of wrappers. Exit 1 when the
# target of memory (32 MiB each) or of CPU (2 s for 100 MB, all of ours together) is missed.
set -eu
[ "${1:-}" != --help ] || { sed -n '2,/^[^#]/s/^# //p' "$0" && exit; }
here=$(cd "$(dirname "$0")" && pwd)
top=$here/../..
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
megabytes=${BENCH_MB:-100}

"$top/pipelines/demo-logs.py" --records $((megabytes * 5521)) "$work/logs"
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
cut -f 2,7 "$work/out/counts.tsv" | sort >"$work/inserted.tsv"
awk -F '\t' '{print $1 "\t" ($1 == "_rejected" ? "-" : $2 - $3)}' "$work/logs/truth.tsv" |
	sort | cmp - "$work/inserted.tsv"
"$work/measure" "$work/python.tsv" "$here/split.py" type "$work/split" "$work"/logs/*.gz
awk -F '\t' -v mb="$megabytes" -f "$here/hour.awk" "$work/python.tsv" "$work/cloud.txt" "$work/runs.tsv"
