#!/bin/sh
# load.sh HOUR TYPE: one type of a classified hour into its TEMP table, then into its origin table.
# TYPE is spelled as in the object names. Both manifests land in the hour's directory.
# TYPE.stamp beside the schema holds more options for bqstamp, TYPE.sql its SELECT.
set -eu
# shellcheck source=pipelines/setup.sh
. "$(dirname "$0")/setup.sh"
type=${2:?load.sh: HOUR and TYPE are needed}

lock -s lock 9
[ -e "$dir/put.tsv" ] || not_yet 'not classified'
mkdir -p "$dir/load" "$dir/stamp"
lock -x "load/$type.lock" 8
load=$dir/load/$type.tsv
stamp=$dir/stamp/$type.tsv
bqload -s "$SCHEMAS/{type}.json" -t "$DATASET.{type}_TEMP_{hour}" --hour "$hour" \
	--type "$type" <"$dir/put.tsv" >"$load.new"
mv "$load.new" "$load"

set -- -t "$DATASET.{type}" --hour "$hour" --type "$type" -c "$HOUR_COLUMN"
[ -z "$TIME_ZONE" ] || set -- "$@" -z "$TIME_ZONE"
[ ! -e "$SCHEMAS/$type.sql" ] || set -- "$@" -q "$SCHEMAS/$type.sql"
if [ -e "$SCHEMAS/$type.stamp" ]; then
	# shellcheck disable=SC2046 # options, separated by blanks
	set -- "$@" $(cat "$SCHEMAS/$type.stamp")
fi
if [ -s "$load" ]; then
	bqstamp "$@" <"$load" >"$stamp.new"
else
	: >"$stamp.new" # no schema: bqload said so, its objects stay in GCS
fi
mv "$stamp.new" "$stamp"
