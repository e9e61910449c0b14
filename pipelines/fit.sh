#!/bin/sh
# fit.sh HOUR ROW: the file of one row of the split manifest made to fit its type's schema.
# Appends a row to fit.tsv in the hour's directory, and one to misfit.tsv for what does not fit;
# rejects/ gets a line for each problem. A type without a schema stays as it is.
set -eu
# shellcheck source=pipelines/setup.sh
. "$(dirname "$0")/setup.sh"
type=$(printf '%s\n' "$2" | cut -f 1)
path=$(printf '%s\n' "$2" | cut -f 4)
file=${path##*/}
name=${file%.ndjson"$COMPRESS"}

if ! [ -e "$SCHEMAS/$name.json" ]; then
	printf '%s\n' "$2" >>"$dir/fit.tsv"
	exit
fi
set -- -s "$SCHEMAS/$name.json" -o "$dir/fit/$file" --rejected "$dir/misfit/$file" \
	--rejects "$dir/rejects/$name.tsv" --manifest type "$path"
[ ! -e "$SCHEMAS/$name.map" ] || set -- -m "$SCHEMAS/$name.map" "$@"
status=0
ndfit "$@" >"$dir/rows.tsv" || status=$?
[ "$status" -le 1 ] || exit "$status" # 1: some do not fit, which is counted, not an error
to=$dir/fit.tsv
while IFS= read -r row; do
	printf '%s\t%s\n' "$type" "$(printf '%s\n' "$row" | cut -f 2-4)" >>"$to"
	to=$dir/misfit.tsv
done <"$dir/rows.tsv"
