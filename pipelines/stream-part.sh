#!/bin/sh
# stream-part.sh: one part of one type, on standard input, through fit.sh to GCS. For ndsplit --filter.
# What fit.sh makes waits in the directory WORK until several parts together are SPOOL bytes; then one
# gcsput sends them, and they are removed.
# shellcheck disable=SC2154 # here is in the environment
set -eu
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;; esac
me=$(basename "$0")
# shellcheck source=pipelines/store.sh
. "$here/store.sh"
# shellcheck source=pipelines/spool.sh
. "$here/spool.sh"

"$here/fit.sh"
exec 2>>"$WORK/$FILE.err" 8>"$WORK/spool.lock"
flock 8
spool
