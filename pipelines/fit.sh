#!/bin/sh
# fit.sh: one part of one type, on standard input. For ndsplit --filter; DO says what is done with it.
# fit: it is made to fit its type's schema; in the directory WORK this leaves FILE (what loads),
# misfit/FILE and rejects/FILE.tsv (what does not, and why), and FILE.tsv: the split manifest of both. A
# type without a schema stays as it is, and so does the quarantine.
# check: only rejects/FILE.tsv is left. keep: only FILE, of a type that has no schema.
# TYPE.fit beside the schema holds more options for ndfit: --collect-unknown COLUMN, --compact.
# Messages go to FILE.err: of several types at work one is told.
set -eu
case ${1:-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;; esac
exec 2>"$WORK/$FILE.err"
schema=$SCHEMAS/$TYPE_NAME

has=no
[ ! -e "$schema.json" ] || has=schema
case $DO,$has,$TYPE_NAME in
check,*,_rejected | check,no,* | keep,*,_rejected | keep,schema,*) exec cat >/dev/null ;; # of no interest
esac
if [ "$TYPE_NAME" = _rejected ]; then # may be no JSON, and one too long be spread over parts
	gzip -nc >"$WORK/$FILE" || exit 74
	exit 0
fi
if [ $has = no ]; then # all of one type: one file, complete and synced
	exec ndsplit --trust -q -j 1 -k "$KEY" -o "$WORK/$FILE" >"$WORK/$FILE.tsv"
fi
set -- -q -j 1 -s "$schema.json" --rejects "$WORK/rejects/$FILE.tsv"
[ ! -e "$schema.map" ] || set -- -m "$schema.map" "$@"
if [ -e "$schema.fit" ]; then
	# shellcheck disable=SC2046 # options, separated by blanks
	set -- "$@" $(cat "$schema.fit")
fi
status=0
if [ "$DO" = check ]; then
	ndfit -n "$@" || status=$?
	[ "$status" != 65 ] || exit 0 # none fits
else
	ndfit --manifest - -o "$WORK/$FILE" --rejected "$WORK/misfit/$FILE" "$@" >"$WORK/$FILE.tsv" || status=$?
fi
[ "$status" -le 1 ] || exit "$status" # 1: some do not fit, which is counted, not an error
