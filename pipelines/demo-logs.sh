#!/bin/sh
# demo-logs.sh [DIR]: the demo. An hour of made-up logs of 20 types, five records bad on purpose and
# some of the next hour, through the whole hour; then a reload; then the proof that nothing changed.
# DIR (out/demo) is made anew. Needs no account and no network.
set -eu
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;; esac
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-out/demo}

# run TARGET: the hour; it must end with 1 (make: 2), since records are bad on purpose.
run() {
	status=0
	DEMO_TARGET=$1 TIME_ZONE=Asia/Seoul "$here/demo.sh" -d "$out" -k type -s "$here/../schemas" \
		"$out"/logs/*.gz || status=$?
	[ "$status" = 2 ] || { echo "demo: $1 ended with $status, not 2" >&2 && exit 1; }
}

# digest: every row of every origin table.
digest() {
	for table in $(sqlite3 "$out/warehouse.db" \
		"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%!_TEMP!_%' ESCAPE '!'
		AND name NOT LIKE '%etl_audit' ORDER BY name"); do
		echo "$table"
		sqlite3 "$out/warehouse.db" "SELECT * FROM \"$table\"" | LC_ALL=C sort
	done | sha256sum
}

rm -rf "$out"
mkdir -p "$out"
echo '== the hour 2021/01/01/00, from S3 to BigQuery and Slack'
"$here/demo-logs.py" --records "${RECORDS:-40000}" "$out/logs"
run hour
awk -F '\t' 'NR == FNR {n[$1] = $2 - $3; next} $7 != "-" && $7 != n[$2] {print "demo: " $2 ": " $7 " rows, " n[$2] " were written"; bad = 1}
	END {exit bad}' "$out/logs/truth.tsv" "$out/counts.tsv" >&2
before=$(digest)
echo '== the same hour reloaded'
run reload
[ "$(digest)" = "$before" ] || { echo 'demo: the reload changed the origin tables' >&2 && exit 1; }
echo "== nothing changed: SHA-256 of every row before and after is $(echo "$before" | cut -c 1-16)…
Next: your own files, any key:   pipelines/demo.sh -d out/mine -k KEY FILE…
      look inside:               sqlite3 $out/warehouse.db 'SELECT * FROM \"logs.order\" LIMIT 3'
      split a file by hand:      bin/ndsplit -k type -o '/tmp/{type}.ndjson' $out/logs/logs-00.json.gz
      the map of the programs:   man man/hourtools.7"
