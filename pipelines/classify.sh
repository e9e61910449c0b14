#!/bin/sh
# classify.sh [HOUR]: the S3 folder of HOUR to GCS objects of each type.
# In one pass: lists the folder, splits by KEY, fits each type to its schema (fit.sh); uploads, and writes
# put.tsv (in the hour's directory and in gs://…/_hours/) last. Records set aside go to
# gs://…/_rejected/, those of a type beside their report. May be repeated: what is there already is not
# sent again.
set -eu
# shellcheck source=pipelines/setup.sh
. "$(dirname "$0")/setup.sh"
# shellcheck source=pipelines/store.sh
. "$here/store.sh"

lock -x lock 9
begin_work
s3cat -l "$S3_URL/$hour/" >"$dir/listing.tsv"
status=0
said=$({
	s3cat -m "$dir/listing.tsv" && code=0 || code=$?
	echo "$code" 2>/dev/null >"$WORK/unread"
} |
	ndsplit -k "$KEY" -o "{type}.{part}.ndjson$COMPRESS" --filter 'exec "$FIT"' --memory "$MEMORY" \
		--rejects "$WORK/_rejected.tsv" 2>&1 >"$WORK/split.tsv") || status=$?
case $(cat "$WORK/unread") in
0) ;;
141) [ "$status" -gt 1 ] || exit 70 ;; # ndsplit ended first, and says why
'' | *[!0-9]*) [ "$status" -gt 1 ] || { echo "classify.sh: $WORK/unread: could not be written" >&2 && exit 74; } ;;
*) exit "$(cat "$WORK/unread")" ;; # s3cat has said what is wrong: ndsplit's view of the rest is noise
esac
if [ "$status" -gt 1 ]; then # fit.sh has said why, or ndsplit in its last line
	find "$WORK" -name '*.err' -size +0 -exec tail -qn 1 {} + | head -n 1 | grep . >&2 || printf '%s\n' "$said" | tail -n 1 >&2
	exit "$status"
fi
# 1: some were set aside, which is counted, not an error.
[ -z "$said" ] || printf '%s\n' "$said" >&2
gather
quarantine
: >>"$dir/last.tsv"
settled "$dir/last.tsv"
cut -f 1-3 "$WORK/split.tsv" >"$dir/split.tsv"
store_parts --mirror
cp "$WORK/put.tsv" "$dir/put.tsv.new"
sign
