#!/bin/sh
# demo-check.sh DIR: SHA-256 of every row of every origin table of a demo; exit 1 when a type has not
# as many rows as were written (DIR/logs/truth.tsv).
set -eu
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;; esac
out=${1:?demo-check.sh: DIR is needed}

awk -F '\t' 'NR == FNR {n[$1] = $2 - $3; next} $7 != "-" && $7 != n[$2] {print "demo: " $2 ": " $7 " rows, " n[$2] " were written"; bad = 1}
	END {exit bad}' "$out/logs/truth.tsv" "$out/counts.tsv" >&2
for table in $(sqlite3 "$out/warehouse.db" \
	"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%!_TEMP!_%' ESCAPE '!'
	AND name NOT LIKE '%etl_audit' ORDER BY name"); do
	echo "$table"
	sqlite3 "$out/warehouse.db" "SELECT * FROM \"$table\"" | LC_ALL=C sort
done | sha256sum
