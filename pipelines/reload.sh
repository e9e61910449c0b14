#!/bin/sh
# reload.sh [HOUR]: the hour again, as S3 has it now: read, split, stored, loaded, stamped.
# Objects and loads that are the same are left alone; each origin table has its rows of this folder
# hour replaced in one transaction. A type that S3 has no more keeps its rows, and count.sh names it.
set -eu
# shellcheck source=pipelines/setup.sh
. "$(dirname "$0")/setup.sh"

lock -x lock 9
[ ! -e "$dir/load" ] || find "$dir/load" -name '*.tsv' -exec cat {} + >>"$dir/before.tsv"
[ ! -e "$dir/put.tsv" ] || mv "$dir/put.tsv" "$dir/last.tsv" # what was rejected, see settled
rm -rf "$dir/put.tsv" "$dir/load" "$dir/stamp" "$dir/counts.tsv"
exec 9>&- # each step locks for itself
exec "${MAKE:-make}" --no-print-directory -f "$here/hour.mk" hour HOUR="$hour"
