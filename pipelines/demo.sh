#!/bin/sh
# demo.sh [-d DIR] -k KEY [-s SCHEMAS] FILE…: one hour of any NDJSON files (plain or .gz) through
# the stand-in cloud: S3, GCS, BigQuery, Slack. KEY holds a record's type. Without -s every type is
# loaded with a schema of its top-level columns. HOUR (environment) is 2021/01/01/00 unless set.
# DIR (out) holds counts.tsv, warehouse.db and all state; the same DIR may be used again.
set -eu
usage() {
	echo "demo.sh: $1; usage: demo.sh [-d DIR] -k KEY [-s SCHEMAS] FILE…" >&2
	exit 64
}
here=$(cd "$(dirname "$0")" && pwd)
state=out key='' schemas=''
[ "${1:-}" != --help ] || set -- -h
while getopts :d:k:s:h o; do
	case $o in
	d) state=$OPTARG ;;
	k) key=$OPTARG ;;
	s) schemas=$OPTARG ;;
	h) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;;
	*) usage "no such option or no value: -$OPTARG" ;;
	esac
done
shift $((OPTIND - 1))
if [ -z "$key" ] || [ $# = 0 ]; then usage 'KEY and at least one FILE are needed'; fi
HOUR=${HOUR:-2021/01/01/00} VAR=$state/var KEY=$key SCHEMAS=${schemas:-$state/schemas}
export HOUR VAR KEY SCHEMAS S3_URL=s3://logs GCS_URL=gs://logs DATASET=logs
[ -n "$schemas" ] || "$here/columns.py" -k "$key" -o "$SCHEMAS" "$@"

cloud=$here/../tests/cloud
mkdir -p "$state"
eval "$("$cloud/up" "$state")"
trap '"$cloud/down"' EXIT
trap 'exit 130' INT TERM
"$cloud/ctl" mkbucket s3://logs
"$cloud/ctl" mkbucket gs://logs
"$cloud/ctl" mkdataset logs
for f; do "$cloud/ctl" put "s3://logs/$HOUR/${f##*/}" "$f"; done
status=0
make --no-print-directory -f "$here/hour.mk" "${DEMO_TARGET:-hour}" HOUR="$HOUR" || status=$?
[ ! -e "$VAR/$HOUR/counts.tsv" ] || cp "$VAR/$HOUR/counts.tsv" "$state/counts.tsv"
"$here/../bin/slackcount" -n <"$state/counts.tsv"
echo "counts: $state/counts.tsv   tables: $state/warehouse.db   manifests: $VAR/$HOUR/"
exit "$status"
