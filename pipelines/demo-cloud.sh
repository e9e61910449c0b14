# shellcheck shell=sh disable=SC2154 # sourced by demo.sh, which sets here, state and HOUR
# The stand-in cloud of a demo, with state in $state: its folder of HOUR holds the files "$@" and no
# others. It ends with the script that sources this.
cloud=$here/../tests/cloud
mkdir -p "$state"
eval "$("$cloud/up" "$state")"
trap '"$cloud/down"' EXIT
trap 'exit 130' INT TERM
"$cloud/ctl" mkbucket s3://logs
"$cloud/ctl" mkbucket gs://logs
"$cloud/ctl" mkdataset logs
"$cloud/ctl" ls "s3://logs/$HOUR/" | cut -f 1 | while IFS= read -r old; do "$cloud/ctl" rm "$old"; done
number=0
for f; do # numbered: two files may have one name
	number=$((number + 1))
	"$cloud/ctl" put "s3://logs/$HOUR/$number-${f##*/}" "$f"
done
