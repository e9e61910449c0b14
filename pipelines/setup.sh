# shellcheck shell=sh
# Sourced by the recipes: --help, the settings, the hour ($1) and its directory.
case ${1:-} in
-h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;;
esac
here=$(cd "$(dirname "$0")" && pwd)
PATH=${PROGRAMS:-$here/../bin}:$PATH
set -a
# shellcheck source=pipelines/etl.conf
. "${CONF:-$here/etl.conf}"
MEMORY=${MEMORY:-32M} REQUIRE_ALL=${REQUIRE_ALL:-} INFER=${INFER:-} STREAM=${STREAM:-} SPOOL=${SPOOL:-8388608} # younger than some a conf
set +a
S3_URL=${S3_URL%/} GCS_URL=${GCS_URL%/} hour=${1:-$(date -u -d '1 hour ago' +%Y/%m/%d/%H)}
case $hour in
[12][0-9][0-9][0-9]/[01][0-9]/[0-3][0-9]/[0-2][0-9]) day=${hour%/*} ;;
*) day=none ;;
esac
if ! date -u -d "$day ${hour##*/}:00" >/dev/null 2>&1; then
	echo "$(basename "$0"): hour '$hour': expected YYYY/MM/DD/HH in UTC, e.g. 2021/01/01/00" >&2
	exit 64
fi
dir=$VAR/$hour
mkdir -p "$dir" || exit 74

# lock -x|-s FILE FD: hold FILE (in the hour's directory) as long as FD is open: alone, or with others
# that share it. Two runs of one hour do not mix: the later one is refused, once it has waited a little.
lock() {
	eval "exec $3>\"\$dir/\$2\"" || exit 74
	flock -w 2 "$1" "$3" && return
	echo "$(basename "$0"): $hour: another run is at work on this hour (it holds $dir/$2): wait for its end" >&2
	exit 75
}

# appear FILE: FILE.new (in the hour's directory) becomes FILE; it is on the disk before its name says "done".
appear() { sync -- "$dir/$1.new" && mv -- "$dir/$1.new" "$dir/$1" && sync -- "$(dirname -- "$dir/$1")"; }
# not_yet WHAT: what a step before this one makes is not there.
not_yet() {
	echo "$(basename "$0"): $hour: $1 yet, or another run is at work on this hour" >&2
	exit 66
}
