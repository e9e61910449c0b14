#!/bin/sh
# fit.sh HOUR <ROW: the file of one row of the split manifest made to fit its type's schema.
# Appends a row to fit.tsv in the hour's directory, and one to misfit.tsv for what does not fit;
# rejects/ gets a line for each problem. A type without a schema stays as it is. The quarantine's row
# goes to quarantine.tsv.
set -eu
# shellcheck source=pipelines/setup.sh
. "$(dirname "$0")/setup.sh"
row=$dir/row.tsv
cat >"$row"
path=$(cut -f 4 "$row")
file=${path##*/}
name=${file%.ndjson"$COMPRESS"}

if [ "$name" = _rejected ]; then cat "$row" >>"$dir/quarantine.tsv" && exit; fi
if ! [ -e "$SCHEMAS/$name.json" ]; then cat "$row" >>"$dir/fit.tsv" && exit; fi
set -- -s "$SCHEMAS/$name.json" -o "$dir/fit/$file" --rejected "$dir/misfit/$file" \
	--rejects "$dir/rejects/$name.tsv" --manifest type "$path"
[ ! -e "$SCHEMAS/$name.map" ] || set -- -m "$SCHEMAS/$name.map" "$@"
status=0
ndfit "$@" >"$dir/rows.tsv" || status=$?
[ "$status" -le 1 ] || exit "$status" # 1: some do not fit, which is counted, not an error
to=$dir/fit.tsv
while IFS= read -r fitted; do
	cut -f 1 "$row" | tr '\n' '\t' >>"$to"
	printf '%s\n' "$fitted" | cut -f 2-4 >>"$to"
	to=$dir/misfit.tsv
done <"$dir/rows.tsv"
