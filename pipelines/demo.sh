#!/bin/sh
# demo.sh [-d DIR] -k KEY [-s SCHEMAS] FILE…: one hour of any NDJSON files (plain or .gz) through
# the stand-in cloud: S3, GCS, BigQuery, Slack. KEY holds a record's type. Without -s every type is
# loaded with a schema of its top-level columns. HOUR (environment) is 2021/01/01/00 unless set.
# DIR (out) holds counts.tsv, warehouse.db and all state; used again, the hour is reloaded from FILE….
set -eu
fail() {
	echo "demo.sh: $2; see --help" >&2
	exit "$1"
}
here=$(cd "$(dirname "$0")" && pwd)
state=out key='' schemas='' target=hour status=0
while getopts :d:k:s:h o; do
	case $o$OPTARG in
	d*) state=$OPTARG ;;
	k*) key=$OPTARG ;;
	s*) schemas=$OPTARG ;;
	h | [?]-) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;;
	*) fail 64 "-$OPTARG: no such option, or no value" ;;
	esac
done
shift $((OPTIND - 1))
if [ -z "$key" ] || [ $# = 0 ]; then fail 64 'expected -k KEY and at least one FILE'; fi
for f; do [ -r "$f" ] || fail 66 "$f: not a file that can be read"; done
HOUR=${HOUR:-2021/01/01/00} VAR=$state/var KEY=$key SCHEMAS=${schemas:-$state/schemas}
export HOUR VAR KEY SCHEMAS S3_URL=s3://logs GCS_URL=gs://logs DATASET=logs
[ -n "$schemas" ] || "$here/columns.py" -k "$key" -o "$SCHEMAS" "$@"
# shellcheck source=pipelines/demo-cloud.sh
. "$here/demo-cloud.sh"
[ ! -e "$VAR/$HOUR/put.tsv" ] || target=reload
rm -f "$state/counts.tsv"
MAKEFLAGS='' make --no-print-directory -j4 -f "$here/hour.mk" $target HOUR="$HOUR" || status=$?
if [ -e "$VAR/$HOUR/counts.tsv" ]; then
	cp "$VAR/$HOUR/counts.tsv" "$state/counts.tsv"
	"$here/../bin/slackcount" -n <"$state/counts.tsv"
	echo "counts: $state/counts.tsv   tables: $state/warehouse.db   manifests: $VAR/$HOUR/"
fi
exit "$status"
