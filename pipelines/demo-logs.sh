#!/bin/sh
# demo-logs.sh [DIR]: the demo. An hour of made-up logs of 20 types, five records bad on purpose and
# some of the next hour, through the whole hour; then a reload; then the proof that nothing changed.
# DIR (out/demo) is made anew. Needs no account and no network.
set -eu
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;; esac
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-out/demo}

# run: the hour, or its reload. Records bad on purpose make it end with 1, of which make makes a 2 and noise.
run() {
	{ TIME_ZONE=Asia/Seoul "$here/demo.sh" -d "$out" -k type -s "$here/../schemas" "$out"/logs/*.gz 2>&1 ||
		echo $? >"$out/status"; } | grep -v '^make.* Error '
	[ "$(cat "$out/status")" = 2 ] || { echo "demo: the hour ended with $(cat "$out/status"), not 2" >&2 && exit 1; }
}

rm -rf "$out"
mkdir -p "$out"
echo '== the hour 2021/01/01/00, from S3 to BigQuery and Slack (five records are bad on purpose: it names them)'
"$here/demo-logs.py" --records "${RECORDS:-40000}" "$out/logs"
run
"$here/demo-check.sh" "$out" >"$out/before"
sent=$(wc -l <"$out/requests.log")
echo '== the same hour reloaded'
run >"$out/reload.txt" || { cat "$out/reload.txt" >&2 && exit 1; }
sed -n '/^type  .*read/,/^total /p' "$out/reload.txt"
"$here/demo-check.sh" "$out" | cmp - "$out/before" || { echo 'demo: the reload changed the origin tables' >&2 && exit 1; }
count() { tail -n +$((sent + 1)) "$out/requests.log" | grep -c "$1" || :; }
echo "== nothing changed: SHA-256 of every row before and after is $(cut -c 1-16 "$out/before")…
The reload sent $(count 'BEGIN TRANSACTION.*DELETE FROM.*INSERT INTO') transactions of DELETE and INSERT, one a type, and $(count '"objects.insert\|"upload') uploads.
Next:
  pipelines/demo.sh -d out/mine -k type $out/logs/logs-00.json.gz   # or files and a key of yours
  sqlite3 $out/warehouse.db 'SELECT * FROM \"logs.order\" LIMIT 3'    # a table of the stand-in BigQuery
  bin/ndsplit -k type -o 'out/split/{type}.ndjson' $out/logs/logs-00.json.gz   # one program by hand
  mandoc man/hourtools.7   # which program when, and the settings"
