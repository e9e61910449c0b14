#!/bin/sh
# count.sh [HOUR]: counts.tsv of an hour from independent sources, its table to Slack.
# read: the splitter's manifest; rejected and stored: what GCS took (put.tsv); loaded: outputRows of the load
# jobs; inserted: a query, of types too that the hour had before a reload. Exit 1 when a stage differs
# (named on stderr) or records were set aside.
set -eu
# shellcheck source=pipelines/setup.sh
. "$(dirname "$0")/setup.sh"

lock -x lock 9
[ -e "$dir/put.tsv" ] || not_yet 'not classified'
mkdir -p "$dir/load" "$dir/stamp"
rm -rf "$dir"/work.* # of a run that was killed once it had signed
types=$(sed '/^_rejected\t/d; s/\t.*//' "$dir/put.tsv" | sort -u | wc -l)
[ "$(find "$dir/stamp" -name '*.tsv' | wc -l)" -ge "$types" ] || not_yet 'not every type is loaded'
: >"$dir/count.tsv"
: >>"$dir/before.tsv"
find "$dir/load" -name '*.tsv' -exec cat {} + >"$dir/load.tsv"
awk -F '\t' '!n[$1]++' "$dir/load.tsv" "$dir/before.tsv" >"$dir/tables.tsv"
if [ -s "$dir/tables.tsv" ]; then
	bqcount ${TABLES:+--tables "$TABLES"} -t "$DATASET.{type}" --hour "$hour" -c "$HOUR_COLUMN" <"$dir/tables.tsv" >"$dir/count.tsv"
fi
awk -v hour="$hour" -v all="$REQUIRE_ALL" -f "$here/counts.awk" \
	"$dir/split.tsv" "$dir/put.tsv" "$dir/load.tsv" "$dir/count.tsv" >"$dir/counts.tsv.new"
appear counts.tsv
status=0
slackcount -k <"$dir/counts.tsv" || status=$?
if [ "$SLACK" = yes ]; then
	slackcount <"$dir/counts.tsv" || : # it says why; no hour fails for it
fi
exit "$status"
