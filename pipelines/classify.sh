#!/bin/sh
# classify.sh [HOUR]: the S3 folder of HOUR to GCS objects of each type.
# In one pass: lists the folder, splits by KEY, fits each type to its schema (fit.sh); uploads, and writes
# put.tsv (in the hour's directory and in gs://…/_hours/) last. Records set aside go to
# gs://…/_rejected/, those of a type beside their report. May be repeated: what is there already is not
# sent again. With STREAM=yes it is stream.sh that does this, without a disk.
set -eu
# shellcheck source=pipelines/setup.sh
. "$(dirname "$0")/setup.sh"
[ "$STREAM" != yes ] || exec "$here/stream.sh" "$hour"
# shellcheck source=pipelines/split.sh
. "$here/split.sh"
# shellcheck source=pipelines/store.sh
. "$here/store.sh"

lock -x lock 9
begin_work
split_hour fit
gather
quarantine
: >>"$dir/last.tsv"
settled "$dir/last.tsv"
cp "$WORK/listing.tsv" "$dir/listing.tsv"
cut -f 1-3 "$WORK/split.tsv" >"$dir/split.tsv"
store_parts --mirror
cp "$WORK/put.tsv" "$dir/put.tsv.new"
sign
