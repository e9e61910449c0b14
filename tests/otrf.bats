# The hour on real logs: 7,318 records of Windows events, key Channel, CRLF in one file.
bats_require_minimum_version 1.5.0

setup() {
	logs=$BATS_TEST_DIRNAME/../../shared/data/otrf
	recipes=$BATS_TEST_DIRNAME/../pipelines
	cd "$BATS_TEST_TMPDIR"
}

@test "counts and content of the origin tables equal Python's reading of the source" {
	run -0 "$recipes/demo.sh" -d out -k Channel "$logs"/*.json.gz
	[[ $output == *'7,318'* ]]
	run -0 awk -F '\t' '{n += $3} END {print n}' out/counts.tsv
	[ "$output" = 7318 ]
	run -0 "$BATS_TEST_DIRNAME/hour/compare.py" -k Channel -s out/schemas -c out/counts.tsv \
		out/warehouse.db "$logs"/*.json.gz
	[ "${#lines[@]}" = 8 ]
}

@test "the comparison sees a changed field, a lost row and a doubled row" {
	printf '{"Channel":"a","n":1,"s":"x"}\n{"Channel":"a","n":2,"s":"y"}\n' >a.json
	run -0 "$recipes/demo.sh" -d out -k Channel a.json
	compare() {
		"$BATS_TEST_DIRNAME/hour/compare.py" -k Channel -s out/schemas -c out/counts.tsv changed.db a.json
	}
	for change in 'UPDATE "logs.a" SET s = '"'z'"' WHERE n = 1' 'DELETE FROM "logs.a" WHERE n = 1' \
		'INSERT INTO "logs.a" SELECT * FROM "logs.a" WHERE n = 1'; do
		sqlite3 out/warehouse.db ".backup changed.db"
		run -0 compare
		sqlite3 changed.db "$change"
		run -1 compare
	done
}

@test "demo.sh: a wrong command is 64, --help is its first comment" {
	run -64 "$recipes/demo.sh"
	run -64 "$recipes/demo.sh" -x
	run -0 "$recipes/demo.sh" --help
	[[ ${lines[0]} == 'demo.sh [-d DIR] -k KEY'* ]]
}
