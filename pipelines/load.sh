#!/bin/sh
# load.sh HOUR TYPE: one type of a classified hour into its TEMP table, then into its origin table.
# TYPE is spelled as in the object names. Both manifests land in the hour's directory.
# TYPE.stamp beside the schema holds more options for bqstamp, TYPE.sql its SELECT.
set -eu
# shellcheck source=pipelines/setup.sh
. "$(dirname "$0")/setup.sh"
type=${2:-}
[ -n "$type" ] || { echo "load.sh: expected HOUR and TYPE; see --help" >&2 && exit 64; }

lock -s lock 9
[ -e "$dir/put.tsv" ] || not_yet 'not classified'
mkdir -p "$dir/load" "$dir/stamp"
lock -x "load/$type.lock" 8
rejected=$(awk -F '\t' -v type="$type" '{k = split($3, p, "/")} $1 == "_rejected" && p[k - 5] == type {n += $2}
	END {print n + 0}' "$dir/put.tsv")
if [ "$REQUIRE_ALL" = 1 ] && [ "$rejected" -gt 0 ]; then
	echo "load.sh: $hour: $type: $rejected records do not fit, and REQUIRE_ALL=1: none of it is loaded; correct the schema and refit" >&2
	for to in load stamp; do
		: >"$dir/$to/$type.tsv.new"
		touch -d 1971-01-01 "$dir/$to/$type.tsv.new" # older than put.tsv: the next run asks again
		appear "$to/$type.tsv"
	done
	exit
fi
load=load/$type.tsv stamp=stamp/$type.tsv
bqload -s "$SCHEMAS/{type}.json" -t "$DATASET.{type}_TEMP_{hour}" --hour "$hour" \
	${TABLES:+--tables "$TABLES"} --type "$type" <"$dir/put.tsv" >"$dir/$load.new"
appear "$load"

set -- ${TABLES:+--tables "$TABLES"} -t "$DATASET.{type}" --hour "$hour" --type "$type" -c "$HOUR_COLUMN"
[ -z "$TIME_ZONE" ] || set -- "$@" -z "$TIME_ZONE"
[ ! -e "$SCHEMAS/$type.sql" ] || set -- "$@" -q "$SCHEMAS/$type.sql"
if [ -e "$SCHEMAS/$type.stamp" ]; then
	# shellcheck disable=SC2046 # options, separated by blanks
	set -- "$@" $(cat "$SCHEMAS/$type.stamp")
fi
if [ -s "$dir/$load" ]; then
	bqstamp "$@" <"$dir/$load" >"$dir/$stamp.new"
else
	: >"$dir/$stamp.new" # no schema: bqload said so, its objects stay in GCS
fi
appear "$stamp"
