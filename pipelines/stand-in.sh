#!/bin/sh
# stand-in.sh DIR COMMAND…: COMMAND with the stand-in cloud of a demo whose state is in DIR (demo.sh -d):
# its S3, GCS and BigQuery, and its schemas and manifests, as settings in the environment.
set -eu
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;; esac
state=${1:?stand-in.sh: DIR and COMMAND are needed}
shift
cloud=$(cd "$(dirname "$0")" && pwd)/../tests/cloud
export VAR="$state/var" SCHEMAS="${SCHEMAS:-$state/schemas}" KEY="${KEY:-type}"
export S3_URL=s3://logs GCS_URL=gs://logs DATASET=logs
mkdir -p "$state"
eval "$("$cloud/up" "$state")"
trap '"$cloud/down"' EXIT
trap 'exit 130' INT TERM
MAKEFLAGS='' "$@"
