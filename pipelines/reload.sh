#!/bin/sh
# reload.sh [HOUR]: the hour again, as S3 has it now: read, split, stored, loaded, stamped.
# Objects and loads that are the same are left alone; each origin table has its rows of this folder
# hour replaced in one transaction.
set -eu
# shellcheck source=pipelines/setup.sh
. "$(dirname "$0")/setup.sh"

rm -rf "$dir/put.tsv" "$dir/load" "$dir/stamp" "$dir/counts.tsv"
exec make --no-print-directory -f "$here/hour.mk" hour HOUR="$hour"
