#!/bin/sh
# count.sh [HOUR]: counts.tsv of an hour from independent sources, its table to Slack.
# read: the splitter's manifest; rejected and stored: what GCS took; loaded: outputRows of the load
# jobs; inserted: a query. Exit 1 when a stage differs (named on stderr) or records were set aside.
set -eu
# shellcheck source=pipelines/setup.sh
. "$(dirname "$0")/setup.sh"

: >"$dir/count.tsv"
cat "$dir"/load/*.tsv >"$dir/load.tsv"
if [ -s "$dir/load.tsv" ]; then
	bqcount -t "$DATASET.{type}" --hour "$hour" -c "$HOUR_COLUMN" <"$dir/load.tsv" >"$dir/count.tsv"
fi
status=0
awk -v hour="$hour" -f "$here/counts.awk" "$dir/split.tsv" "$dir/rejected.tsv" "$dir/put.tsv" \
	"$dir/load.tsv" "$dir/count.tsv" >"$dir/counts.tsv.new" || status=$?
[ "$status" -le 1 ] || exit "$status"
mv "$dir/counts.tsv.new" "$dir/counts.tsv"
if [ "$SLACK" = yes ]; then
	slackcount <"$dir/counts.tsv" || echo "count.sh: $hour: Slack did not take the table; nothing else is concerned" >&2
fi
exit "$status"
