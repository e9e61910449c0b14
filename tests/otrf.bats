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

@test "demo.sh again with the same DIR is a reload of the files named now, two of one name included" {
	mkdir a b
	printf '{"type":"x","n":1}\n{"type":"x","n":2}\n' >a/l.json
	printf '{"type":"x","n":3}\n' >b/l.json
	run -0 "$recipes/demo.sh" -k type a/l.json b/l.json
	run -0 cut -f 2- out/counts.tsv
	[ "$output" = $'x\t3\t0\t3\t3\t3' ]
	echo '{"type":"x","n":4}' >>b/l.json
	run -0 "$recipes/demo.sh" -k type b/l.json
	[[ $output != *'any more'* ]]
	run -0 cut -f 2- out/counts.tsv
	[ "$output" = $'x\t2\t0\t2\t2\t2' ]
	run -0 sqlite3 out/warehouse.db 'SELECT n FROM "logs.x" ORDER BY n'
	[ "$output" = $'3\n4' ]
	run -66 "$recipes/demo.sh" -k type a/none.json
	[ "$output" = 'demo.sh: a/none.json: not a file that can be read; see --help' ]
}

@test "the demo shows its table twice, names what is bad, and the lines it prints to type next work" {
	for f in bin man pipelines schemas tests; do ln -s "$BATS_TEST_DIRNAME/../$f" "$f"; done
	RECORDS=1500 run -0 pipelines/demo-logs.sh
	[[ $output != *make* ]]
	[ "$(grep -c '^total  *1,505  *5  *1,500  *1,500  *1,500$' <<<"$output")" = 2 ]
	[[ $output == *'The reload sent 20 transactions of DELETE and INSERT, one a type, and 0 uploads.'* ]]
	sed -n '/^Next:$/,$p' <<<"$output" | tail -n +2 >next
	[ "$(wc -l <next)" = 4 ]
	while IFS= read -r line; do
		run -0 sh -c "$line" </dev/null
		[ "${#lines[@]}" -ge 3 ]
	done <next
}
