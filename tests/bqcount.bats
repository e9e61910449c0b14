# bqcount: rows of an hour, counted by a query.
bats_require_minimum_version 1.5.0

load bq/setup.bash

setup_file() {
	start_cloud pending_ms=5 running_ms=5
	cd "$BATS_FILE_TMPDIR"
	ctl mkdataset ds
	ctl mkbucket gs://bucket
	echo '[{"name": "a", "type": "INTEGER"}]' >schema.json
	printf '{"a":1}\n{"a":2}\n{"a":3}\n' >three.ndjson
	echo '{"a":4}' >one.ndjson
	ctl put gs://bucket/three.ndjson three.ndjson
	ctl put gs://bucket/one.ndjson one.ndjson
	printf 'app\t3\tgs://bucket/three.ndjson\t1\na/b\t1\tgs://bucket/one.ndjson\t1\n' >put.tsv
	for hour in 2021/01/01/00 2021/01/01/01; do
		bqload -s schema.json -t 'ds.{type}_TEMP_{hour}' --hour $hour <put.tsv >load.tsv
		bqstamp -t 'ds.{type}' --hour $hour <load.tsv
	done
}

teardown_file() { stop_cloud; }

setup() {
	cd "$BATS_FILE_TMPDIR"
	ctl clearfaults
}

count() { bqcount -t 'ds.{type}' --hour 2021/01/01/00 "$@"; }

@test "each type's rows of the hour, in the manifest's order" {
	run -0 --separate-stderr count <load.tsv
	[ "$output" = $'app\t2021/01/01/00\t3\tstand-in:ds.app\na/b\t2021/01/01/00\t1\tstand-in:ds.a_b' ]
	[ "$stderr" = "" ]
	run -0 count --type a%2Fb <load.tsv
	[ "$output" = $'a/b\t2021/01/01/00\t1\tstand-in:ds.a_b' ]
}

@test "tables as operands" {
	run -0 bqcount --hour 2021/01/01/01 ds.a_b stand-in:ds.app
	[ "$output" = $'a_b\t2021/01/01/01\t1\tstand-in:ds.a_b\napp\t2021/01/01/01\t3\tstand-in:ds.app' ]
}

@test "an hour that was never loaded has no rows" {
	run -0 bqcount --hour 2021/01/02/00 ds.app
	[ "$(cut -f 3 <<<"$output")" = 0 ]
}

@test "many tables are counted by one query" {
	before=$(ctl log bigquery | grep -c '"route": "jobs.insert"')
	run -0 bqcount --hour 2021/01/01/00 ds.a_b ds.app ds.app ds.app ds.app
	[ "$(cut -f 3 <<<"$output" | tr '\n' ' ')" = '1 3 3 3 3 ' ]
	[ "$(ctl log bigquery | grep -c '"route": "jobs.insert"')" = $((before + 1)) ]
}

@test "a table that is not there has '-', the others are counted (66)" {
	run -66 --separate-stderr bqcount --hour 2021/01/01/00 ds.gone ds.app
	[ "$(cut -f 1,3 <<<"$output")" = $'gone\t-\napp\t3' ]
	[ "$stderr" = 'bqcount: type gone: there is no table stand-in:ds.gone' ]
	run -66 count </dev/null
	run -66 count --type web <load.tsv
}

@test "wrong commands (64)" {
	run -64 bqcount ds.app
	run -64 bqcount --hour 2021/01/01/00
	run -64 bqcount --hour 2021/01/01/00 -t ds.app ds.app
	run -64 bqcount --hour 2021/1/1/0 ds.app
	run -64 bqcount --hour 2021/01/01/00 -c 'a b' ds.app
	run -64 bqcount --hour 2021/01/01/00 'ds.`app`'
}

@test "a column that is not there (78), a malformed manifest (78)" {
	run -78 --separate-stderr bqcount --hour 2021/01/01/00 -c nothing ds.app
	[[ $stderr == *"Unrecognized name"*nothing* ]]
	[ "${#stderr_lines[@]}" = 1 ]
	run -78 --separate-stderr bqcount --hour 2021/01/01/00 -c a ds.app
	[[ $stderr == *"INT64, TIMESTAMP"* ]]
	[ "${#stderr_lines[@]}" = 1 ]
	echo broken >broken.tsv
	run -78 count <broken.tsv
}

@test "a query that failed inside BigQuery, or is not done in time, is for later (75)" {
	ctl set bigquery failing=backendError
	run -75 --separate-stderr count <load.tsv
	[[ $stderr == "bqcount: backendError: "* ]]
	ctl set bigquery running_ms=1500
	run -75 --separate-stderr count --timeout 1 <load.tsv
	ctl set bigquery running_ms=5
	[[ $stderr == *"still RUNNING after 1 s; run again"* ]]
}

@test "no dataset (69), no credentials (77), a full disk (74)" {
	run -69 bqcount --hour 2021/01/01/00 nowhere.app
	GOOGLE_APPLICATION_CREDENTIALS=$BATS_TEST_TMPDIR/none.json run -77 count <load.tsv
	run -74 bash -c "bqcount --hour 2021/01/01/00 ds.app >/dev/full"
}

@test "-v tells the job, and no secret" {
	run -0 --separate-stderr count -v <load.tsv
	[[ $stderr == *"job hourtools_count_"* ]]
	cd "$BATS_TEST_TMPDIR"
	tells_no_secret "$output$stderr"
}

@test "a thousand tables are at most 32 MiB" {
	tables=$(for _ in $(seq 1000); do echo ds.app; done)
	# shellcheck disable=SC2086 # words
	run -0 --separate-stderr small "$BIN/bqcount" --hour 2021/01/01/00 $tables
	[ "${#lines[@]}" = 1000 ]
}

@test "busy and cut answers are asked for again, a dead service is for later (75)" {
	ctl fault bigquery jobs.insert after code=503
	ctl fault bigquery jobs.getQueryResults cut bytes=40
	ctl fault bigquery tables.get status code=500
	run -0 count <load.tsv
	ctl set bigquery running_ms=300
	ctl fault bigquery jobs.get status code=503 times=always
	run -75 count <load.tsv
	ctl set bigquery running_ms=5
}
