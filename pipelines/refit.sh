#!/bin/sh
# refit.sh HOUR TYPE: the records of one type of a classified hour, the accepted and the rejected ones,
# through its schema as it is now; then their load. TYPE is spelled as in the object names.
# They come from GCS, by the hour's put.tsv there; so it works on any machine, one at a time for an
# hour. New objects get new names, put.tsv is replaced, and then the old objects go: it may be stopped
# anywhere and run again. What an earlier fit changed (an object under a STRING column is text now)
# stays changed; where the new schema wants it back, reload the hour from S3.
set -eu
# shellcheck source=pipelines/setup.sh
. "$(dirname "$0")/setup.sh"
# shellcheck source=pipelines/split.sh
. "$here/split.sh"
# shellcheck source=pipelines/store.sh
. "$here/store.sh"
type=${2:-}
[ -n "$type" ] || { echo "refit.sh: expected HOUR and TYPE; see --help" >&2 && exit 64; }
[ -e "$SCHEMAS/$type.json" ] || { echo "refit.sh: type $type: no schema at $SCHEMAS/$type.json" >&2 && exit 78; }

lock -x lock 9
begin_work
# The objects of the type in the generations that the manifest names.
read_objects() (
	while IFS='	' read -r url generation; do
		[ "$(gcscat -l "$url" | cut -f 3)" = "$generation" ] || {
			echo "refit.sh: $url: not the generation $generation of put.tsv: another run wrote it; classify the hour first" >&2
			exit 65
		}
		gcscat -q "$url" || exit
	done <"$WORK/read.tsv"
)

gcscat -q "$GCS_URL/_hours/$hour/put.tsv" >"$WORK/last.tsv"
if ! cmp -s "$WORK/last.tsv" "$dir/put.tsv"; then # another machine's
	rm -rf "$dir/load" "$dir/stamp" "$dir/put.tsv"
	awk -F '\t' '{print ($1 == "_rejected" ? $7 : $1) "\t" $2 "\t0"}' "$WORK/last.tsv" >"$dir/split.tsv"
	cp "$WORK/last.tsv" "$dir/put.tsv.new"
	appear put.tsv
fi
FILE=$type.$(sha256sum <"$WORK/last.tsv" | cut -c 1-12).ndjson$COMPRESS TYPE_NAME=$type DO=fit
export FILE TYPE_NAME DO
awk -F '\t' -v work="$WORK" -v type="$type" '{n = split($3, p, "/")}
	p[n - 5] != type || type == "_rejected" {print >(work "/others.tsv"); next}
	{print >(work "/these.tsv"); whose = $1 == "_rejected" ? $7 : $1; rows += $2; any = 1}
	$2 > 0 {print $3 "\t" $4 >(work "/read.tsv")}
	END {if (any) print whose "\t" rows + 0 "\t0\t" ENVIRON["FILE"] >(work "/split.tsv")}' "$WORK/last.tsv"
[ -s "$WORK/split.tsv" ] || { echo "refit.sh: $hour: $type: no such type in this hour" >&2 && exit 66; }
touch "$WORK/others.tsv" "$WORK/read.tsv"
status=0
{
	read_objects && code=0 || code=$?
	echo "$code" >"$WORK/unread"
} | "$FIT" || status=$?
case $(cat "$WORK/unread") in
0) ;;
141) [ "$status" != 0 ] || exit 70 ;; # fit.sh ended first, and says why
*) exit "$(cat "$WORK/unread")" ;;
esac
[ "$status" = 0 ] || { cat "$WORK/$FILE.err" >&2 && exit "$status"; }
gather
settled "$WORK/these.tsv"
store_parts
mkdir -p "$dir/load" "$dir/stamp"
rm -f "$dir/load/$type.tsv" "$dir/stamp/$type.tsv"
cat "$WORK/others.tsv" "$WORK/put.tsv" >"$dir/put.tsv.new"
touch -r "$dir/put.tsv" "$dir/put.tsv.new" # the other types are as they were
sign
store_parts --mirror # sent already: only what was there before is removed
rm -rf "$WORK"       # exec leaves no trap
exec 9>&-            # each step locks for itself
exec "${MAKE:-make}" --no-print-directory -f "$here/hour.mk" hour HOUR="$hour"
