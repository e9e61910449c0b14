#!/bin/sh
# classify.sh [HOUR]: the S3 folder of HOUR to one GCS object per type.
# Lists the folder, splits by KEY, fits each type to its schema, uploads, and writes put.tsv (in
# the hour's directory and in gs://…/_hours/) last. Records set aside go to gs://…/_rejected/.
# May be repeated: what is there already is not sent again.
set -eu
# shellcheck source=pipelines/setup.sh
. "$(dirname "$0")/setup.sh"

lock -x lock 9
rm -rf "$dir/split" "$dir/fit" "$dir/misfit" "$dir/rejects" "$dir/unread"
mkdir -p "$dir/rejects"
s3cat -l "$S3_URL/$hour/" >"$dir/listing.tsv"
status=0
said=$({ s3cat -m "$dir/listing.tsv" && echo 0 >"$dir/unread" || echo $? >"$dir/unread"; } |
	ndsplit -k "$KEY" -o "$dir/split/{type}.ndjson$COMPRESS" --rejects "$dir/rejects/_split.tsv" \
		2>&1 >"$dir/split.tsv") || status=$?
case $(cat "$dir/unread") in
0) ;;
141) [ "$status" -gt 1 ] || exit 70 ;; # ndsplit ended first, and says why
'' | *[!0-9]*) echo "classify.sh: $dir/unread: could not be written" >&2 && exit 74 ;;
*) exit "$(cat "$dir/unread")" ;; # s3cat has said what is wrong: ndsplit's view of the rest is noise
esac
# 1: some were set aside, which is counted, not an error; beyond that the last line says why.
[ "$status" -le 1 ] || { printf '%s\n' "$said" | tail -n 1 >&2 && exit "$status"; }
[ -z "$said" ] || printf '%s\n' "$said" >&2
for to in fit misfit quarantine; do : >"$dir/$to.tsv"; done
# By number: a type may hold what no variable can, and be too long for an operand.
for number in $(seq "$(wc -l <"$dir/split.tsv")"); do
	sed -n "${number}p" "$dir/split.tsv" | "$here/fit.sh" "$hour"
done
# store MANIFEST TEMPLATE: upload what a split manifest names, if anything.
store() { [ ! -s "$1" ] || gcsput -j "$UPLOADS" "$2" <"$1"; }
store "$dir/quarantine.tsv" "$GCS_URL/{type}/$hour/" >"$dir/rejected.tsv"
store "$dir/misfit.tsv" "$GCS_URL/_rejected/{type}/$hour/" >>"$dir/rejected.tsv"
store "$dir/fit.tsv" "$GCS_URL/{type}/$hour/" >"$dir/put.tsv.new"
gcsput - "$GCS_URL/_hours/$hour/put.tsv" <"$dir/put.tsv.new" >"$dir/sign.tsv"
rm -rf "$dir/split" "$dir/fit" "$dir/misfit"
appear put.tsv
