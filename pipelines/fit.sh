#!/bin/sh
# fit.sh: one part of one type, on standard input, made to fit its type's schema. For ndsplit --filter.
# In the directory WORK it leaves FILE (what loads), misfit/FILE and rejects/FILE.tsv (what does not,
# and why), and FILE.tsv: the split manifest of both. A type without a schema stays as it is, and so
# does the quarantine. Messages go to FILE.err: of several types at work one is told.
set -eu
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;; esac
exec 2>"$WORK/$FILE.err"
schema=$SCHEMAS/$TYPE_NAME

if [ "$TYPE_NAME" = _rejected ]; then # may be no JSON, and one too long be spread over parts
	gzip -nc >"$WORK/$FILE" || exit 74
	exit 0
fi
if ! [ -e "$schema.json" ]; then # all of one type: one file, complete and synced
	exec ndsplit --trust -q -j 1 -k "$KEY" -o "$WORK/$FILE" >"$WORK/$FILE.tsv"
fi
set -- -s "$schema.json" -o "$WORK/$FILE" --rejected "$WORK/misfit/$FILE" --rejects "$WORK/rejects/$FILE.tsv"
[ ! -e "$schema.map" ] || set -- -m "$schema.map" "$@"
status=0
ndfit -q --manifest - "$@" >"$WORK/$FILE.tsv" || status=$?
[ "$status" -le 1 ] || exit "$status" # 1: some do not fit, which is counted, not an error
