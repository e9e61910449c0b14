# ndfit against the slow checker of tests/fit, written from the documentation alone.
bats_require_minimum_version 1.5.0

setup() {
	fit=$BATS_TEST_DIRNAME/fit
	shopt -s nullglob
	logs=("$BATS_TEST_DIRNAME"/../../shared/data/otrf/*.gz)
	cd "$BATS_TEST_TMPDIR"
}

@test "the slow checker takes and refuses what the pages' own examples say" {
	cd "$fit"
	run -0 python3 -B -m unittest test_rules
}

@test "each planted error is told with line, path, expected and found, and none in the clean parts" {
	seed=${PLANTED_SEED:-$RANDOM}
	run python3 -B "$fit/planted.py" "${PLANTED:-20000}" "$seed" w "${logs[@]}"
	[ "$status" = 0 ] || { echo "$output" && false; }
	[[ ${lines[0]} == *' all told, no other' ]]
	for sort in 'type '{INTEGER,FLOAT,NUMERIC,BIGNUMERIC,BOOLEAN,STRING,BYTES,DATE,TIME,DATETIME,TIMESTAMP} \
		'type '{INTERVAL,GEOGRAPHY,JSON,RECORD,ARRAY} null\ {INTEGER,RECORD} missing\ {INTEGER,RECORD} \
		unknown duplicate collision not-json not-object bad-utf8 control-character too-deep; do
		[[ ${lines[2]} == *" $sort"* ]]
	done
}

@test "values with a character changed are taken and refused as the slow checker does" {
	run python3 -B "$fit/mutated.py" "${MUTATED:-1500}" "$RANDOM" w
	[ "$status" = 0 ] || { echo "$output" && false; }
	[ "${#lines[@]}" = 15 ]
}

@test "an error left out, one too many, another line, path, expected or found is seen" {
	mkdir bin
	for change in '5d' '5p' 's/\t\([0-9]*\)\t/\t1\1\t/' 's,\(\t[a-z]*\t/\)[^:]*:,\1elsewhere:,' \
		's/expected [A-Z]*/expected GEOMETRY/' 's/\(found [A-Z]*\)[^"]*$/\1 0/' 's/\ttype\t/\tnull\t/'; do
		printf '#!/bin/sh\ncode=0\n"%s/ndfit" "$@" || code=$?\nsed -i "%s" rejects.tsv\nexit $code\n' \
			"$BIN" "${change//\\/\\\\}" >bin/ndfit
		chmod +x bin/ndfit
		PATH=$PWD/bin:$PATH run -1 python3 -B "$fit/planted.py" 300 1 w
	done
}
