#!/bin/sh
# stream.sh [HOUR]: the S3 folder of HOUR to GCS objects of each type, without a disk.
# As classify.sh, but parts are sent and removed as they are made: VAR, which may be memory, holds no more
# than SPOOL bytes of them, the manifests, and the reports of what was set aside. What a part holds
# follows from the records before it alone, so a repeat writes the same objects. put.tsv comes last.
set -eu
# shellcheck source=pipelines/setup.sh
. "$(dirname "$0")/setup.sh"
# shellcheck source=pipelines/split.sh
. "$here/split.sh"
# shellcheck source=pipelines/store.sh
. "$here/store.sh"
# shellcheck source=pipelines/spool.sh
. "$here/spool.sh"

lock -x lock 9
begin_work
for name in queue sent misfits; do : >"$WORK/$name.tsv"; done
echo 0 >"$WORK/queue.bytes"
FIT=$here/stream-part.sh
export here hour
split_hour fit
send

mv "$WORK/misfits.tsv" "$WORK/misfit.tsv"
tell_misfits
mv "$WORK/reports.tsv" "$WORK/misfit.tsv" # the misfits are sent
: >"$WORK/quarantine.tsv"
[ ! -s "$WORK/_rejected.tsv" ] || quarantine_report
: >>"$dir/last.tsv"
settled "$dir/last.tsv"
: >"$WORK/fit.tsv"
# shellcheck disable=SC2119 # no options
store_parts
cp "$WORK/listing.tsv" "$dir/listing.tsv"
cut -f 1-3 "$WORK/split.tsv" >"$dir/split.tsv"
LC_ALL=C sort "$WORK/sent.tsv" "$WORK/put.tsv" >"$dir/put.tsv.new"
gcsput -q --prune <"$dir/put.tsv.new"
sign
