#!/bin/sh
# schema-check.sh [HOUR]: would an hour of S3 load under the schemas as they are? Nothing is stored. Each kind of
# problem is told once, with how many records of its type have it and which is the first. Exit 1 when
# any record does not fit, or is none; a type without a schema is told.
set -eu
# shellcheck source=pipelines/setup.sh
. "$(dirname "$0")/setup.sh"
# shellcheck source=pipelines/split.sh
. "$here/split.sh"

lock -x lock 9
begin_work
split_hour check
LC_ALL=C awk -v me="$me" -f "$here/kinds.awk" -f "$here/schema-check.awk" "$WORK/split.tsv"
