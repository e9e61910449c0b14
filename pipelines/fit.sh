#!/bin/sh
# fit.sh HOUR TYPE ROWS BYTES PATH: one row of the split manifest made to fit its schema.
# Appends a row to fit.tsv in the hour's directory, and one to misfit.tsv for what does not fit;
# rejects/ gets a line for each problem. A type without a schema stays as it is.
set -eu
# shellcheck source=pipelines/setup.sh
. "$(dirname "$0")/setup.sh"
type=$2
file=${5##*/}
name=${file%.ndjson"$COMPRESS"}

if ! [ -e "$SCHEMAS/$name.json" ]; then
	printf '%s\t%s\t%s\t%s\n' "$type" "$3" "$4" "$5" >>"$dir/fit.tsv"
	exit
fi
set -- -s "$SCHEMAS/$name.json" -o "$dir/fit/$file" --rejected "$dir/misfit/$file" \
	--rejects "$dir/rejects/$name.tsv" --manifest type "$5"
[ ! -e "$SCHEMAS/$name.map" ] || set -- -m "$SCHEMAS/$name.map" "$@"
status=0
ndfit "$@" >"$dir/rows.tsv" || status=$?
[ "$status" -le 1 ] || exit "$status" # 1: some do not fit, which is counted, not an error
to=$dir/fit.tsv
while read -r row; do
	printf '%s\t%s\n' "$type" "$(echo "$row" | cut -f 2-4)" >>"$to"
	to=$dir/misfit.tsv
done <"$dir/rows.tsv"
