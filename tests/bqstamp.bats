# bqstamp: TEMP into the origin table under the folder hour, all of it or nothing.
bats_require_minimum_version 1.5.0

load bq/setup.bash

setup_file() { start_cloud pending_ms=5 running_ms=5; }

teardown_file() { stop_cloud; }

setup() {
	start_test
	echo '[{"name": "a", "type": "INTEGER"}, {"name": "at", "type": "TIMESTAMP"}]' >app.json
	printf '{"a":1,"at":"2021-01-01T00:59:00Z"}\n{"a":2,"at":"2021-01-01T01:02:03Z"}\n' >app.ndjson
}

# fill [HOUR]: load app.ndjson by app.json into TEMP of an hour; the load manifest in load.tsv.
fill() {
	generation=$((${generation:-0} + 1))
	put "app/$generation.ndjson" app.ndjson
	printf 'app\t%s\tgs://%s/app/%s.ndjson\t1\n' "$(wc -l <app.ndjson)" "$bucket" $generation >put.tsv
	bqload -s app.json -t "$ds.{type}_TEMP_{hour}" --hour "${1:-$hour}" <put.tsv >load.tsv
}

stamp() { bqstamp -t "$ds.{type}" --hour $hour "$@"; }

# rows COLUMNS: of the origin table, in order.
rows() { ctl sql "SELECT $1 FROM \"$ds.app\" ORDER BY 1"; }

# scripts: how many stamp scripts BigQuery was asked to run for this test's dataset.
scripts() { ctl log bigquery | grep -F "$ds.app\`" | grep -c 'BEGIN TRANSACTION' || :; }

# columns: the origin table's, as name:type; then its partitioning.
columns() {
	table_is app | python3 -c '
import json, sys
table = json.load(sys.stdin)
print(*(f["name"] + ":" + f["type"] for f in table["schema"]["fields"]))
print(table.get("timePartitioning"))'
}

# changes_nothing CODE SELECT: after a stamp, one with -q that runs, ends in CODE with one line, and leaves rows
# and audit as they were: $before.
changes_nothing() {
	fill
	run -0 stamp <load.tsv
	before=$(rows '*')
	echo "$2" >select.sql
	run "-$1" --separate-stderr stamp -q select.sql <load.tsv
	[ "$output" = "" ]
	[ "${#stderr_lines[@]}" = 1 ]
	[ "$(scripts)" = 2 ]
	[ "$(rows '*')" = "$before" ]
	[ "$(ctl sql "SELECT count(*) FROM \"$ds._etl_audit\"")" = 1 ]
}

@test "an hour is stamped, the origin and audit tables are made" {
	fill
	run -0 --separate-stderr stamp <load.tsv
	[ "$output" = "$(printf 'app\t2021/01/01/00\t0\t2\tstand-in:%s.app' "$ds")" ]
	[ "$stderr" = "" ]
	[ "$(rows 'a, at, folder_hour')" = $'1\t2021-01-01 00:59:00+00\t2021-01-01 00:00:00+00
2\t2021-01-01 01:02:03+00\t2021-01-01 00:00:00+00' ]
	[ "$(columns | head -n 1)" = 'a:INTEGER at:TIMESTAMP folder_hour:TIMESTAMP' ]
	[[ $(columns | tail -n 1) == *HOUR*folder_hour* ]]
	[ "$(ctl sql "SELECT hour, type, rows FROM \"$ds._etl_audit\"")" = $'2021-01-01 00:00:00+00\tapp\t2' ]
	[[ $(ctl sql "SELECT job FROM \"$ds._etl_audit\"") == hourtools_stamp_* ]]
}

@test "a reload replaces the hour and touches no other" {
	fill
	run -0 stamp <load.tsv
	fill 2021/01/01/01
	run -0 bqstamp -t "$ds.app" --hour 2021/01/01/01 <load.tsv
	echo '{"a":9,"at":"2021-01-01T01:30:00Z"}' >app.ndjson
	fill
	run -0 stamp <load.tsv
	[ "$(cut -f 3,4 <<<"$output")" = $'2\t1' ]
	[ "$(rows "a, substr(folder_hour, 12, 2)")" = $'1\t01\n2\t01\n9\t00' ]
}

@test "the same hour twice gives the same rows" {
	fill
	run -0 stamp <load.tsv
	before=$(rows '*')
	run -0 stamp <load.tsv
	[ "$(cut -f 3,4 <<<"$output")" = $'2\t2' ]
	[ "$(rows '*')" = "$before" ]
	[ "$(scripts)" = 2 ]
}

@test "-z makes timestamps local, the folder hour stays UTC" {
	fill
	run -0 stamp -z Asia/Seoul <load.tsv
	[ "$(rows 'a, at, folder_hour' | head -n 1)" = $'1\t2021-01-01T09:59:00\t2021-01-01 00:00:00+00' ]
	[[ $(columns) == *at:DATETIME* ]]
}

@test "-e makes epochs timestamps, in seconds, milliseconds, microseconds" {
	echo '[{"name":"s","type":"INTEGER"},{"name":"ms","type":"INTEGER"},{"name":"us","type":"INTEGER"}]' >app.json
	echo '{"s":1609459200,"ms":1609459200123,"us":1609459200123456}' >app.ndjson
	fill
	run -0 stamp -e s=s -e ms=ms -e us=us <load.tsv
	[ "$(rows 's, ms, us')" = $'2021-01-01 00:00:00+00\t2021-01-01 00:00:00.123000+00\t2021-01-01 00:00:00.123456+00' ]
}

@test "-e and -z together give local time" {
	echo '[{"name":"ms","type":"INTEGER"}]' >app.json
	echo '{"ms":1609459200123}' >app.ndjson
	fill
	run -0 stamp -e ms=ms -z Asia/Seoul <load.tsv
	[ "$(rows ms)" = '2021-01-01T09:00:00.123000' ]
}

@test "-q selects over {temp}, and may name {hour}" {
	fill
	cat >select.sql <<-'EOF'
		SELECT a * 10 AS tens, `at`, TIMESTAMP_DIFF(`at`, {hour}, MINUTE) AS minutes
		FROM {temp} -- all of it
		;
	EOF
	run -0 stamp -q select.sql -z Asia/Seoul <load.tsv
	[ "$(rows 'tens, at, minutes')" = $'10\t2021-01-01T09:59:00\t59\n20\t2021-01-01T10:02:03\t62' ]
}

@test "-q takes third-party JSON apart, casts, and tells cases apart" {
	echo '[{"name":"id","type":"STRING"},{"name":"level","type":"INTEGER"},{"name":"payload","type":"STRING"}]' >app.json
	cat >app.ndjson <<-'EOF'
		{"id":"1","level":3,"payload":"{\"user\":{\"name\":\"kim\"},\"size\":\"12\"}"}
		{"id":"2","level":7,"payload":"{\"user\":{},\"size\":\"12kB\"}"}
		{"id":"3","level":null,"payload":null}
	EOF
	fill
	cat >select.sql <<-'EOF'
		SELECT
		  CAST(id AS INT64) AS id,
		  JSON_VALUE(payload, '$.user.name') AS user_name,
		  SAFE_CAST(JSON_VALUE(payload, '$.size') AS INT64) AS size,
		  CASE WHEN level >= 5 THEN 'high' WHEN level IS NULL THEN 'none' ELSE 'low' END AS level,
		  COALESCE(payload, '{}') AS payload
		FROM {temp}
	EOF
	run -0 stamp -q select.sql <load.tsv
	[ "$(cut -f 3,4 <<<"$output")" = $'0\t3' ]
	[ "$(rows 'id, user_name, size, level')" = $'1\tkim\t12\tlow\n2\t\t\thigh\n3\t\t\tnone' ]
	[ "$(columns | head -n 1)" = 'id:INTEGER user_name:STRING size:INTEGER level:STRING payload:STRING folder_hour:TIMESTAMP' ]
}

@test "-q may use WITH, EXCEPT, REPLACE and hold ';', {other} and quotes in its text" {
	fill
	cat >select.sql <<-'EOF'
		WITH t AS (SELECT *, 'a;b''{other}' AS note FROM {temp})
		SELECT * EXCEPT (`at`) REPLACE (a + 1 AS a), DATE(`at`, 'Asia/Seoul') AS day FROM t;
	EOF
	sed -i "s/''/\\\\'/" select.sql
	run -0 stamp -q select.sql <load.tsv
	[ "$(rows 'a, note, day')" = $'2\ta;b\'{other}\t2021-01-01\n3\ta;b\'{other}\t2021-01-01' ]
}

@test "-q may end in ';', comments and blank lines" {
	fill
	cat >select.sql <<-'EOF'
		SELECT a, ';' AS b, '''its; -- not''' AS c /* ; */ FROM {temp} -- all;
		;
		-- the end
		# ;
		/* ; */

	EOF
	run -0 stamp -q select.sql <load.tsv
	[ "$(rows 'a, b, c')" = $'1\t;\tits; -- not\n2\t;\tits; -- not' ]
}

@test "-q that drops rows changes nothing (1)" {
	changes_nothing 1 'SELECT * FROM {temp} WHERE a = 1'
	[[ $stderr == *"nothing was changed"*"rows inserted differ from rows of TEMP"* ]]
}

@test "-q that aggregates is not one row a row: refused (1)" {
	fill
	echo 'SELECT COUNT(*) AS n, MAX(a) AS largest FROM {temp}' >select.sql
	run -1 --separate-stderr stamp -q select.sql <load.tsv
	[ "$output" = "" ]
	[[ $stderr == *"nothing was changed"*"rows inserted differ from rows of TEMP"*"; app_TEMP_2021010100 has 2, and each must become one" ]]
	[ "${#stderr_lines[@]}" = 1 ]
	[ "$(rows n)" = "" ]
}

@test "-q that is refused, empty, unnamed or no SELECT (78)" {
	fill
	echo 'SELECT nothing FROM {temp}' >select.sql
	run -78 --separate-stderr stamp -q select.sql <load.tsv
	[[ $stderr == "bqstamp: type app: select.sql: "*"Unrecognized name: nothing"* ]]
	echo 'SELECT a + 1 FROM {temp}' >select.sql
	run -78 --separate-stderr stamp -q select.sql <load.tsv
	[[ $stderr == *"column 1 has no name"* ]]
	echo 'DELETE FROM {temp} WHERE TRUE' >select.sql
	run -78 stamp -q select.sql <load.tsv
	printf 'SELECT a\0 FROM {temp}' >select.sql
	run -78 stamp -q select.sql <load.tsv
	for more in '; SELECT a FROM {temp}' '; DROP TABLE {temp}' ') UNION ALL (SELECT 1' '/* open'; do
		echo "SELECT a FROM {temp} $more" >select.sql
		run -78 --separate-stderr stamp -q select.sql <load.tsv
		[[ $stderr == "bqstamp: type app: select.sql: "* ]]
	done
	printf ' ;\n-- nothing\n' >select.sql
	run -78 stamp -q select.sql <load.tsv
	run -78 stamp -q none.sql <load.tsv
	echo 'SELECT a AS folder_hour FROM {temp}' >select.sql
	run -78 --separate-stderr stamp -q select.sql <load.tsv
	[[ $stderr == *"column folder_hour is the folder hour's"* ]]
	[ "$(scripts)" = 0 ]
}

@test "a new column is added to the origin table, an absent one stays" {
	fill
	run -0 stamp <load.tsv
	echo '[{"name": "a", "type": "INTEGER"}, {"name": "new", "type": "STRING"}]' >app.json
	printf '{"a":3,"new":"n"}\n' >app.ndjson
	fill 2021/01/01/01
	run -0 bqstamp -t "$ds.app" --hour 2021/01/01/01 <load.tsv
	[ "$(columns | head -n 1)" = 'a:INTEGER at:TIMESTAMP folder_hour:TIMESTAMP new:STRING' ]
	[ "$(rows 'a, new, at IS NULL' | tail -n 1)" = $'3\tn\t1' ]
}

@test "a narrowing change is refused in words before anything is touched (78)" {
	fill
	run -0 stamp <load.tsv
	echo '[{"name": "a", "type": "STRING"}, {"name": "at", "type": "DATE"}]' >app.json
	printf '{"a":"x","at":"2021-01-01"}\n' >app.ndjson
	fill 2021/01/01/01
	run -78 --separate-stderr stamp <load.tsv
	[ "$stderr" = "bqstamp: type app: stand-in:$ds.app: column a is INTEGER, the new rows have STRING; column at is TIMESTAMP, the new rows have DATE; convert with --select (TYPE.sql of the recipes), or change the table" ]
	[ "$(rows a)" = $'1\n2' ]
	[ "$(scripts)" = 1 ]
}

@test "TEMP with other rows than the load manifest says is not touched (1)" {
	fill
	sed 's/\t2\t/\t3\t/' load.tsv >three.tsv
	run -1 --separate-stderr stamp <three.tsv
	[[ $stderr == *"it holds 2 rows, the load manifest says 3"* ]]
	[ "$(scripts)" = 0 ]
}

@test "-T takes a TEMP table without a manifest" {
	fill
	run -0 bqstamp -t "$ds.app" -T "$ds.app_TEMP_2021010100" --hour $hour --type 'my type'
	[ "$(cut -f 1,3,4 <<<"$output")" = $'my type\t0\t2' ]
	[ "$(ctl sql "SELECT type FROM \"$ds._etl_audit\"")" = 'my type' ]
}

@test "one value that does not convert leaves all rows as they were, in BigQuery's words (69)" {
	changes_nothing 69 "SELECT CAST(IF(a = 2, 'x', '5') AS INT64) AS a, \`at\` FROM {temp}"
	[[ $stderr == "bqstamp: type app: $ds.app: nothing was changed: invalidQuery: "*"Bad int64 value: x"* ]]
	run -0 stamp <load.tsv
	[ "$(rows '*')" = "$before" ]
}

@test "a type that is SQL, quotes and control characters is but text" {
	fill
	type=$'x\'); DROP TABLE app; --"`{type}%s\\\t\n한'
	escaped=${type//\\/\\\\}
	escaped=${escaped//$'\t'/\\t}
	escaped=${escaped//$'\n'/\\n}
	printf '%s\t2\tj\tstand-in:%s.app_TEMP_2021010100\t1\n' "$escaped" "$ds" >load.tsv
	run -0 stamp <load.tsv
	[[ ${output##*$'\t'} =~ ^stand-in:$ds\.[A-Za-z0-9_]+$ ]]
	[ "$(cut -f 1 <<<"$output")" = "$escaped" ]
	stored=$(ctl sql "SELECT hex(type) FROM \"$ds._etl_audit\"")
	[ "${stored,,}" = "$(printf %s "$type" | od -An -v -tx1 | tr -d ' \n')" ]
}

@test "two types in one table are refused before anything starts, naming both (78)" {
	fill
	printf 'a/b\t2\tj\td.t\t1\na.b\t2\tj\td.t\t1\n' >meet.tsv
	run -78 --separate-stderr stamp --type a.b <meet.tsv
	[[ $stderr == *"would meet in table stand-in:$ds.a_b"* ]]
	cat load.tsv load.tsv >twice.tsv
	run -78 --separate-stderr stamp <twice.tsv
	[[ $stderr == *"type 'app' has 2 lines"* ]]
}

@test "wrong commands (64)" {
	fill
	run -64 bqstamp --hour $hour <load.tsv
	run -64 bqstamp -t "$ds.app" <load.tsv
	run -64 --separate-stderr stamp -z "Asia/Seoul'); DROP TABLE x; --" <load.tsv
	[[ $stderr == *"expected an IANA name"* ]]
	run -64 stamp -e a=days <load.tsv
	run -64 stamp -c 'x`y' <load.tsv
	run -64 bqstamp -t 'd.`x`' --hour $hour <load.tsv
	run -64 --separate-stderr bqstamp -t "$ds.app" --hour yesterday <load.tsv
	[[ $stderr == *YYYY/MM/DD/HH* ]]
	run -64 stamp operand <load.tsv
}

@test "TEMP without columns, as a load that failed leaves it (65)" {
	echo '{"a":"one"}' >app.ndjson
	put app/bad.ndjson app.ndjson
	run -65 bqload -s app.json -t "$ds.app_TEMP" "gs://$bucket/app/bad.ndjson"
	run -65 --separate-stderr bqstamp -t "$ds.app" -T "$ds.app_TEMP" --hour $hour
	[[ $stderr == *"$ds.app_TEMP: the table has no columns" ]]
}

@test "-e of a column that is missing or no INTEGER (78)" {
	fill
	run -78 --separate-stderr stamp -e zz=ms <load.tsv
	[[ $stderr == *"there is no column zz"* ]]
	run -78 --separate-stderr stamp -e at=ms <load.tsv
	[[ $stderr == *"found TIMESTAMP, expected INTEGER"* ]]
}

@test "a time zone that BigQuery does not know is named and changes nothing (78)" {
	fill
	run -0 stamp -z Asia/Seoul <load.tsv
	before=$(rows '*')
	run -78 --separate-stderr stamp -z Mars/Olympus <load.tsv
	[[ $stderr == *"Invalid time zone: Mars/Olympus"* ]]
	[ "${#stderr_lines[@]}" = 1 ]
	[ "$(rows '*')" = "$before" ]
}

@test "no TEMP table or no manifest (66), no dataset (69), no credentials (77)" {
	run -66 stamp </dev/null
	printf 'app\t2\tj\tstand-in:%s.gone\t1\n' "$ds" >load.tsv
	run -66 --separate-stderr stamp <load.tsv
	[[ $stderr == *"$ds.gone: there is no such table; load the hour first" ]]
	run -66 stamp --type web <load.tsv
	run -69 bqstamp -t nowhere.app --hour $hour <load.tsv
	GOOGLE_APPLICATION_CREDENTIALS=$PWD/none.json run -77 stamp <load.tsv
	printf 'app\t2\tj\tno table\t1\n' >load.tsv
	run -78 stamp <load.tsv
}

@test "the examples of bqload(1), bqstamp(1) and bqcount(1) run as they stand" {
	ctl mkdataset logs
	ctl mkbucket gs://archive
	mkdir schemas
	echo '[{"name": "ip", "type": "STRING"}, {"name": "created", "type": "INTEGER"}]' |
		tee app.json schemas/app.json >schemas/web.json
	echo '{"ip":"192.0.2.1","created":1609459200123}' >app.ndjson
	for type in app web; do
		ctl put "gs://archive/$type/2021/01/01/00/1.ndjson" app.ndjson
		printf '%s\t1\tgs://archive/%s/2021/01/01/00/1.ndjson\t1\n' $type $type
	done >put.tsv
	echo 'SELECT * EXCEPT (ip), SUBSTR(ip, 1, 7) AS net FROM {temp}' >app.sql
	for page in bqload.1 bqstamp.1 bqcount.1; do
		examples $page >script
		[ -s script ]
		run -0 --separate-stderr bash -euo pipefail script
	done
	[ "$output" = "$(printf '%s\t2021/01/01/00\t1\tstand-in:logs.%s\n' app app web web app app web web)" ]
	[ "$(ctl sql 'SELECT created, net FROM "logs.app"')" = $'2021-01-01T09:00:00.123000\t192.0.2' ]
}

@test "a full disk for the manifest (74)" {
	fill
	run -74 bash -c "bqstamp -t $ds.app --hour $hour <load.tsv >/dev/full"
}

@test "-v tells jobs and states, and no secret" {
	fill
	run -0 --separate-stderr stamp -v <load.tsv
	[[ $stderr == *": started"* ]]
	tells_no_secret "$output$stderr"
	ctl fault bigquery jobs.insert status code=403
	LOG_FORMAT=json run -77 --separate-stderr stamp -v <load.tsv
	tells_no_secret "$output$stderr"
}

@test "a table of 1,999 columns is at most 32 MiB" {
	python3 -c '
import json
names = [f"a_rather_long_name_of_a_column_{i}" for i in range(1999)]
json.dump([{"name": n, "type": "STRING"} for n in names], open("app.json", "w"))
print(json.dumps({n: "x" for n in names}))' >app.ndjson
	fill
	run -0 --separate-stderr small "$BIN/bqstamp" -t "$ds.{type}" --hour $hour <load.tsv
	[ "$(cut -f 4 <<<"$output")" = 1 ]
}

@test "an answer that was lost after the script began never runs it twice" {
	fill
	for kind in "after code=500" "reset when=after" "cut bytes=10"; do
		# The first jobs.insert of a stamp is the dry run.
		# shellcheck disable=SC2086 # words of a fault
		ctl fault bigquery jobs.insert $kind skip=1
		run -0 stamp <load.tsv
	done
	[ "$(rows a)" = $'1\n2' ]
	[ "$(ctl sql "SELECT count(*) FROM \"$ds._etl_audit\"")" = 3 ]
}

@test "busy, throttled and slow answers and expired tokens are asked for again" {
	fill
	ctl fault bigquery tables.get status code=503
	ctl fault bigquery tables.insert after code=500
	ctl fault bigquery jobs.insert status code=429 retry_after=0
	ctl fault bigquery jobs.insert badtoken skip=1
	ctl fault bigquery jobs.getQueryResults cut bytes=30
	ctl fault bigquery jobs.get reset
	run -0 stamp <load.tsv
	[ "$(rows a)" = $'1\n2' ]
}

@test "an origin table made or widened by a request whose answer was lost is looked at again" {
	fill
	ctl fault bigquery tables.insert after code=500
	run -0 stamp <load.tsv
	echo '[{"name": "a", "type": "INTEGER"}, {"name": "new", "type": "STRING"}]' >app.json
	printf '{"a":3,"new":"n"}\n' >app.ndjson
	fill
	ctl fault bigquery tables.patch after code=500
	run -0 stamp <load.tsv
	[ "$(asked tables.patch)" = 2 ]
	[ "$(rows 'a, new')" = $'3\tn' ]
}

@test "a script that fails inside BigQuery is run again as a whole, then left for later (75)" {
	fill
	ctl set bigquery failing=backendError,rateLimitExceeded
	run -0 --separate-stderr stamp <load.tsv
	[ "$(scripts)" = 3 ]
	[ "$stderr" = "" ]
	[ "$(rows a)" = $'1\n2' ]
	ctl set bigquery failing="$(printf 'backendError,%.0s' 1 2 3 4 5 6 7 8)"
	run -75 --separate-stderr stamp <load.tsv
	[ "$(scripts)" = 11 ]
	[[ $stderr == *"nothing was changed: backendError: "* ]]
	ctl set bigquery failing=quotaExceeded
	run -75 stamp <load.tsv
	[ "$(scripts)" = 12 ]
	[ "$(rows a)" = $'1\n2' ]
}

@test "a service that stays down is for later (75), and the next run puts it right" {
	fill
	ctl set bigquery running_ms=300
	ctl fault bigquery jobs.get status code=503 times=always
	run -75 stamp <load.tsv
	ctl set bigquery running_ms=5
	ctl clearfaults
	run -0 stamp <load.tsv
	[ "$(rows a)" = $'1\n2' ]
}

@test "killed between load and stamp, or in the stamp: run again, same rows" {
	fill
	ctl set bigquery running_ms=300
	bqstamp -t "$ds.app" --hour $hour <load.tsv >/dev/null 3>&- &
	sleep 0.5
	kill -9 $! || :
	ctl set bigquery running_ms=5
	run -0 bqload -s app.json -t "$ds.{type}_TEMP_{hour}" --hour $hour <put.tsv
	[ "$output" = "$(cat load.tsv)" ]
	run -0 stamp <load.tsv
	[ "$(rows a)" = $'1\n2' ]
}

@test "two stamps of one hour at once: both end well, the rows are there once" {
	fill
	run -0 stamp <load.tsv
	stamp <load.tsv >first.tsv 3>&- &
	stamp <load.tsv >second.tsv
	wait $!
	[ "$(rows a)" = $'1\n2' ]
	[ "$(cut -f 4 first.tsv second.tsv)" = $'2\n2' ]
}

@test "one table as TEMP and origin is 64, and gets no column" {
	fill
	run -64 --separate-stderr bqstamp -t "$ds.app_TEMP_2021010100" -T "$ds.app_TEMP_2021010100" --hour $hour
	[ "$stderr" = "bqstamp: type app_TEMP_2021010100: table $ds.app_TEMP_2021010100 is both TEMP and origin; expected two" ]
	[ "$(ctl sql "SELECT count(*) FROM pragma_table_info('$ds.app_TEMP_2021010100')")" = 2 ]
}
