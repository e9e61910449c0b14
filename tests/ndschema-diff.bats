# ndschema --diff and --merge: what changed, whether a load would fail, and a schema for both.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR"
	cat >old.json <<-'.'
		[
		  {"name": "id", "type": "INTEGER", "mode": "REQUIRED", "description": "who"},
		  {"name": "at", "type": "TIMESTAMP", "mode": "NULLABLE"},
		  {"name": "user", "type": "RECORD", "mode": "NULLABLE", "fields": [
		    {"name": "name", "type": "STRING", "mode": "NULLABLE"},
		    {"name": "tags", "type": "STRING", "mode": "REPEATED"}
		  ]},
		  {"name": "price", "type": "NUMERIC", "mode": "NULLABLE"}
		]
	.
}

# data RECORD ...: data.ndjson.
data() { printf '%s\n' "$@" >data.ndjson; }

# diff_is CODE LINE ...: --diff of data.ndjson ends so, having printed these lines.
diff_is() {
	local code=$1
	shift
	run "-$code" --separate-stderr ndschema -q --diff old.json data.ndjson
	[ "$output" = "$(printf '%s\n' "$@")" ] || {
		printf '%s\n' "$output" "$stderr"
		return 1
	}
}

@test "a schema does not differ from itself, however it is written" {
	run -0 --separate-stderr ndschema --diff old.json old.json
	[ "$output$stderr" = "" ]
	sed 's/INTEGER/INT64/; s/RECORD/STRUCT/; s/, "mode": "NULLABLE"//' old.json | tr -d '\n ' >other.json
	run -0 ndschema --diff old.json other.json
	[ "$output" = "" ]
}

@test "two schemas: each difference with its remedy, and 1 when a load would fail" {
	cat >new.json <<-'.'
		[{"name": "USER", "type": "RECORD", "fields": [{"name": "name", "type": "STRING", "mode": "REPEATED"},
		  {"name": "age", "type": "INTEGER"}]},
		 {"name": "id", "type": "INTEGER"}, {"name": "host", "type": "STRING"}, {"name": "at", "type": "DATE"}]
	.
	run -1 --separate-stderr ndschema --diff old.json new.json
	[ "$stderr" = "" ]
	[ "$output" = 'at: changed from TIMESTAMP to DATE: a load would fail: needs a copy
host: added, STRING NULLABLE: a load would fail: ADD COLUMN `host` STRING
id: mode from REQUIRED to NULLABLE: a load would fail: DROP NOT NULL
price: missing, was NUMERIC NULLABLE: loads
user.age: added, INTEGER NULLABLE: a load would fail: add the field to the schema of the table (bq update)
user.name: mode from NULLABLE to REPEATED: loads, arrays as their text
user.tags: missing, was STRING REPEATED: loads' ]
	run -1 ndschema --tsv --diff old.json new.json
	[ "$(cut -f 1,2,5 <<<"$output")" = "$(printf '%s\t%s\t%s\n' at changed fails host added fails id mode fails \
		price missing loads user.age added fails user.name mode loads user.tags missing loads)" ]
	[ "${lines[0]}" = $'at\tchanged\tTIMESTAMP\tDATE\tfails\tneeds a copy' ]
	run -1 ndschema --diff new.json old.json --tsv
	[ "$(cut -f 1,2,5 <<<"$output" | grep -c fails)" = 4 ]
}

@test "records that fit do not differ: dates, digits, REQUIRED are seen from the schema" {
	data '{"id": 1, "at": "2021-01-01T00:00:00Z", "user": {"name": "a", "tags": ["x"]}, "price": "1.50"}' \
		'{"id": "2", "at": null, "user": null, "price": 12.5}'
	diff_is 0 ''
	data '{"id": 1, "at": 1609459200, "user": {"name": null, "tags": []}, "price": null}'
	diff_is 0 ''
}

@test "records that do not fit differ where they do not" {
	data '{"id": 1, "at": "2021-01-01T00:00:00Z", "price": 1}' '{"id": 2.5, "at": "soon", "price": true, "host": "h"}'
	diff_is 1 'at: widened from TIMESTAMP to STRING: a load would fail: needs a copy' \
		'host: added, STRING NULLABLE: a load would fail: ADD COLUMN `host` STRING' \
		'id: widened from INTEGER to FLOAT: a load would fail: SET DATA TYPE FLOAT64' \
		'price: widened from NUMERIC to STRING: a load would fail: needs a copy' \
		'user: missing, was RECORD NULLABLE: loads'
	data '{"id": "5"}' '{"id": ""}'
	diff_is 1 'at: missing, was TIMESTAMP NULLABLE: loads' \
		'id: widened from INTEGER to STRING: a load would fail: needs a copy' \
		'price: missing, was NUMERIC NULLABLE: loads' 'user: missing, was RECORD NULLABLE: loads'
	data '{"at": null, "user": {"name": {"a": 1}, "tags": "x"}}' '{"id": 1}'
	diff_is 1 'id: mode from REQUIRED to NULLABLE: a load would fail: DROP NOT NULL' \
		'price: missing, was NUMERIC NULLABLE: loads' \
		'user.tags: mode from REPEATED to NULLABLE: a load would fail: needs a copy'
}

@test "whole floats beyond 2^53 do not fit INTEGER, 39 digits fit BIGNUMERIC within its bounds" {
	echo '[{"name": "i", "type": "INTEGER"}, {"name": "n", "type": "BIGNUMERIC"}]' >old.json
	data '{"i": 9007199254740991.0, "n": 578960446186580977117854925043439539266}' '{"i": 1e3, "n": -5.5e38}'
	diff_is 0
	ndfit -n -s old.json data.ndjson
	data '{"i": 9007199254740992.0}'
	diff_is 1 'i: widened from INTEGER to FLOAT: a load would fail: SET DATA TYPE FLOAT64' \
		'n: missing, was BIGNUMERIC NULLABLE: loads'
	run -65 ndfit -n -s old.json data.ndjson
	data '{"i": 1, "n": 5.8e38}'
	diff_is 1 'n: widened from BIGNUMERIC to FLOAT: a load would fail: SET DATA TYPE FLOAT64'
}

@test "arrays in a REPEATED STRING column fit as their text" {
	echo '[{"name": "a", "type": "STRING", "mode": "REPEATED"}, {"name": "j", "type": "JSON", "mode": "REPEATED"}]' >old.json
	data '{"a": [[1], "x"], "j": [[1], {}]}'
	ndfit -n -s old.json data.ndjson
	run -0 --separate-stderr ndschema -q --diff old.json data.ndjson
	data '{"a": [[1], null], "j": []}'
	run -1 --separate-stderr ndschema -q --diff old.json data.ndjson
}

@test "the same words for records in any order, any threads, from standard input" {
	data '{"id": 1, "x": {"b": 1, "a": 2}}' '{"id": "x", "at": 5, "x": {"a": 2.5}}' '{"ID": null}'
	run -1 --separate-stderr ndschema -q --diff old.json <data.ndjson
	first=$output
	[ "$first" != "" ]
	tac data.ndjson >back.ndjson
	run -1 --separate-stderr ndschema -q -j 3 --diff old.json back.ndjson
	[ "$output" = "$first" ]
}

@test "a schema file that is none (78), is not there (66), and a full disk (74)" {
	echo '[{"name": "a"}]' >bad.json
	run -78 --separate-stderr ndschema --diff bad.json old.json
	[[ $stderr == 'ndschema: bad.json:1:2: '* ]]
	run -78 --separate-stderr ndschema --merge old.json bad.json
	run -66 --separate-stderr ndschema --diff none.json old.json
	echo '[{"name": "a", "type": "DATE"}]' >new.json
	run -74 bash -c 'ndschema --diff old.json new.json >/dev/full'
	run -74 bash -c 'ndschema --merge old.json new.json >/dev/full'
}

@test "--merge: the smallest schema for both, in the first one's order" {
	cat >new.json <<-'.'
		[{"name": "host", "type": "STRING", "mode": "REQUIRED"}, {"name": "ID", "type": "FLOAT", "mode": "REQUIRED"},
		 {"name": "user", "type": "RECORD", "fields": [{"name": "tags", "type": "STRING"}, {"name": "age", "type": "INTEGER"}]},
		 {"name": "price", "type": "INTEGER"}]
	.
	run -0 --separate-stderr ndschema --merge old.json new.json
	[ "$stderr" = "" ]
	[ "$output" = '[
  {"name": "id", "type": "FLOAT", "mode": "REQUIRED", "description": "who"},
  {"name": "at", "type": "TIMESTAMP", "mode": "NULLABLE"},
  {"name": "user", "type": "RECORD", "mode": "NULLABLE", "fields": [
    {"name": "name", "type": "STRING", "mode": "NULLABLE"},
    {"name": "tags", "type": "STRING", "mode": "NULLABLE", "description": "STRING because one schema has REPEATED STRING and another STRING"},
    {"name": "age", "type": "INTEGER", "mode": "NULLABLE"}
  ]},
  {"name": "price", "type": "NUMERIC", "mode": "NULLABLE"},
  {"name": "host", "type": "STRING", "mode": "NULLABLE"}
]' ]
	echo "$output" >both.json
	for part in old new; do
		run -0 ndschema --diff both.json $part.json
		run -0 ndschema --merge both.json $part.json
		[ "$output" = "$(cat both.json)" ]
	done
}

@test "random records under random schemas: --diff ends 1 exactly when ndfit refuses some" {
	export BIN
	for seed in 1 2; do
		python3 -B "$BATS_TEST_DIRNAME/infer/under.py" "$((RANDOM * 1000 + seed))" 150 "$PWD"
	done
}
