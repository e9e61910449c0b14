#!/bin/sh
# schemas.sh [HOUR]: a first schema for each type of an hour of S3 that has none in SCHEMAS: TYPE.json, and
# TYPE.map where keys need other names. INFER may hold more options of ndschema: --required,
# --suggested, --json-type. To be read before it is used, like code: an hour has not all there may be.
set -eu
# shellcheck source=pipelines/setup.sh
. "$(dirname "$0")/setup.sh"
# shellcheck source=pipelines/split.sh
. "$here/split.sh"

lock -x lock 9
begin_work
split_hour keep
mkdir -p "$SCHEMAS"
find "$WORK" -name '*.0.ndjson*' ! -name '*.tsv' ! -name '*.err' ! -name '_rejected.*' | LC_ALL=C sort >"$WORK/types"
[ -s "$WORK/types" ] || echo "schemas.sh: $hour: every type has a schema in $SCHEMAS" >&2
while IFS= read -r first; do
	name=${first##*/}
	name=${name%.0.ndjson*}
	find "$WORK" -name "$name.*.ndjson*" ! -name '*.tsv' ! -name '*.err' | sort >"$WORK/parts"
	set --
	while IFS= read -r part; do set -- "$@" "$part"; done <"$WORK/parts"
	# shellcheck disable=SC2086 # INFER is options, separated by blanks
	ndschema $INFER -q -o "$WORK/schema" -m "$WORK/map" -- "$@" || exit
	rm -f "$SCHEMAS/$name.map"
	[ ! -s "$WORK/map" ] || mv "$WORK/map" "$SCHEMAS/$name.map"
	mv "$WORK/schema" "$SCHEMAS/$name.json" # last: with it the type is done
	echo "$SCHEMAS/$name.json: $(grep -c '"name":' "$SCHEMAS/$name.json") columns"
done <"$WORK/types"
