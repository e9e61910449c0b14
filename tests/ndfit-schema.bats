# bats file_tags=check
# Schema and MAP files as ndfit takes them, and what it says of those it does not.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# The schema given, and the only line that ndfit tells about it.
refuses() {
	printf '%s\n' "$1" >s.json
	run -78 --separate-stderr ndfit -s s.json /dev/null
	[ "$stderr" = "ndfit: s.json:$2" ] || {
		echo "found $stderr"
		return 1
	}
	[ -z "$output" ]
}

# The schema given fits an empty input.
accepts() {
	printf '%s\n' "$1" >s.json
	run -0 --separate-stderr ndfit -s s.json /dev/null
	[ -z "$stderr" ]
}

# The record given, and what becomes of it under s.json.
becomes() {
	printf '%s\n' "$1" >in.ndjson
	run -0 --separate-stderr ndfit -s s.json in.ndjson
	[ "$output" = "$2" ] || {
		echo "found $output"
		return 1
	}
	[ -z "$stderr" ]
}

@test "a schema that is not JSON is told with line and column" {
	refuses '<html>' '1:2: lexical error: invalid char in json text.'
	refuses '' '2:1: parse error: premature EOF'
	refuses '[{"name": "a", "type": "STRING"}' '2:1: parse error: premature EOF'
	refuses $'[{"name": "a", "type": "STRING"},\n]' \
		'2:2: parse error: unallowed token at this point in JSON text'
	refuses '[{"name": "a\u0000b", "type": "STRING"}]' '1:13: a NUL character in a string'
}

@test "a schema of another shape is told" {
	refuses '"x"' '1:1: expected an array of fields, {"fields": [...]} or {"schema": {"fields": [...]}}'
	refuses '{"schema": {"fields": {}}}' \
		'1:1: expected an array of fields, {"fields": [...]} or {"schema": {"fields": [...]}}'
	refuses '[]' '1:1: a schema without columns'
	refuses '[{"name": "a", "type": "STRING"}, "b"]' \
		'1:35: expected a field: {"name": ..., "type": ...}'
	refuses '[{"type": "STRING"}]' '1:2: expected a field with a "name" string'
	refuses '[{"name": "a"}]' '1:2: a: expected a "type" string'
	refuses '[{"name": "a", "type": "STRING", "mod": "REQUIRED"}]' \
		'1:41: unknown property "mod", expected name, type, mode, fields, description ...'
	refuses '[{"name": "a", "type": "STRING", "mode": "OPTIONAL"}]' \
		'1:42: column a: expected mode NULLABLE, REQUIRED or REPEATED'
}

@test "a wrong type name is told, both kinds of names may be mixed" {
	refuses $'[{"name": "a", "type": "INT64"},\n {"name": "b", "type": "DOUBLE"}]' \
		'2:24: column b: "DOUBLE" is no BigQuery type, expected STRING, INTEGER, FLOAT, BOOLEAN, TIMESTAMP, DATE, RECORD, JSON ...'
	accepts '[{"name": "a", "type": "INT64"}, {"name": "b", "type": "INTEGER"},
		{"name": "c", "type": "float64"}, {"name": "d", "type": "Float"},
		{"name": "e", "type": "BOOL"}, {"name": "f", "type": "BOOLEAN"},
		{"name": "g", "type": "STRUCT", "fields": [{"name": "h", "type": "RECORD",
			"fields": [{"name": "i", "type": "BIGNUMERIC"}]}]}]'
	becomes '{"a":1,"b":2,"g":{"h":{"i":3}}}' '{"a":1,"b":2,"g":{"h":{"i":3}}}'
}

@test "a RECORD without fields, and fields without a RECORD, are told" {
	refuses '[{"name": "a", "type": "RECORD"}]' '1:2: column a: a RECORD needs "fields"'
	refuses '[{"name": "a", "type": "STRUCT", "fields": []}]' \
		'1:44: column a: a RECORD needs "fields"'
	refuses '[{"name": "a", "type": "DATE", "fields": [{"name": "b", "type": "DATE"}]}]' \
		'1:42: column a: only a RECORD has "fields"'
}

@test "a column that is there twice is told, whatever the case" {
	refuses $'[{"name": "id", "type": "STRING"},\n {"name": "ID", "type": "STRING"}]' \
		'2:11: column "ID" is there twice (as "id": case makes no difference)'
	refuses '[{"name": "é", "type": "STRING"}, {"name": "É", "type": "STRING"}]' \
		'1:45: column "É" is there twice (as "é": case makes no difference)'
	refuses '[{"name": "r", "type": "RECORD", "fields": [
		{"name": "x", "type": "DATE"}, {"name": "x", "type": "TIME"}]}]' \
		'2:43: column "x" is there twice'
	accepts '[{"name": "x", "type": "RECORD", "fields": [{"name": "x", "type": "DATE"}]}]'
}

@test "10,000 columns are taken, one more is told" {
	python3 - <<'.'
import json
columns = [{"name": f"c{i}", "type": "STRING"} for i in range(10001)]
for n in (10000, 10001):
    with open(f"{n}.json", "w") as out:
        out.write("[" + ",\n".join(map(json.dumps, columns[:n])) + "]")
.
	run -0 --separate-stderr ndfit -s 10000.json /dev/null
	[ -z "$stderr" ]
	run -78 --separate-stderr ndfit -s 10001.json /dev/null
	[ "$stderr" = "ndfit: 10001.json:10001:1: more than 10000 columns" ]
}

@test "15 levels of RECORD are taken, one more is told, and so is any depth" {
	python3 - <<'.'
for n in (15, 16, 40):
    text = '[{"name": "s", "type": "STRING"}]'
    for i in range(n):
        text = '[{"name": "r%d", "type": "RECORD", "fields":\n%s}]' % (i, text)
    open(f"{n}.json", "w").write(text)
.
	run -0 --separate-stderr ndfit -s 15.json /dev/null
	[ -z "$stderr" ]
	run -78 --separate-stderr ndfit -s 16.json /dev/null
	[ "$stderr" = "ndfit: 16.json:16:2: column r0: nested deeper than 15 levels" ]
	run -78 --separate-stderr ndfit -s 40.json /dev/null
	[ "$stderr" = "ndfit: 40.json:33:1: JSON nested deeper than 64 levels" ]
}

@test "what bq show prints is a schema" {
	accepts '{"kind": "bigquery#table", "etag": "x", "schema": {"fields": [
		{"name": "a", "type": "INTEGER", "mode": "NULLABLE"}]}, "numRows": "0"}'
	becomes '{"a":1.0}' '{"a":1}'
	accepts '{"fields": [{"name": "a", "type": "INTEGER"}]}'
}

@test "parameters within their type are taken, others are told" {
	accepts '[{"name": "a", "type": "NUMERIC", "precision": "38", "scale": "9"},
		{"name": "b", "type": "BIGNUMERIC", "precision": 76, "scale": 38},
		{"name": "c", "type": "STRING", "maxLength": "3"},
		{"name": "d", "type": "TIMESTAMP", "timestampPrecision": "12"}]'
	refuses '[{"name": "a", "type": "NUMERIC", "precision": 30}]' \
		'1:2: column a: NUMERIC(30, 0) is beyond the type'
	refuses '[{"name": "a", "type": "BIGNUMERIC", "precision": "40", "scale": 1}]' \
		'1:2: column a: BIGNUMERIC(40, 1) is beyond the type'
	refuses '[{"name": "a", "type": "NUMERIC", "scale": 1}]' \
		'1:2: column a: "scale" needs "precision"'
	refuses '[{"name": "a", "type": "STRING", "maxLength": 0}]' \
		'1:2: column a: maxLength is at least 1'
	refuses '[{"name": "a", "type": "STRING", "maxLength": "3 "}]' \
		'1:47: "maxLength" is not a number'
	refuses '[{"name": "a", "type": "DATE", "maxLength": 3}]' \
		'1:45: "maxLength" does not go with this type'
	refuses '[{"name": "a", "type": "TIMESTAMP", "timestampPrecision": 3}]' \
		'1:2: column a: timestampPrecision is 6 or 12'
}

@test "members that do not matter to a load are read and left" {
	accepts '[{"name": "a", "type": "STRING", "description": "it", "collation": "und:ci",
		"policyTags": {"names": []}, "dataPolicies": [], "dataPolicyList": {},
		"dataGovernanceTagsInfo": {}, "generatedColumn": {}, "nameAlternative": []},
		{"name": "b", "type": "NUMERIC", "roundingMode": "ROUND_HALF_EVEN",
		"defaultValueExpression": "1"}]'
	becomes '{}' '{}'
}

@test "a description of 1,024 characters is taken, a longer one is told" {
	long=$(printf '%1023s' '' | tr ' ' x)
	accepts '[{"name": "a", "type": "STRING", "description": "é'"$long"'"}]'
	refuses $'[{"name": "a", "type": "STRING",\n "description": "éé'"$long"'"}]' \
		'2:17: a description of 1025 characters, at most 1024 are taken'
}

@test "a RANGE column may be there, but no value of it" {
	refuses '[{"name": "a", "type": "RANGE"}]' \
		'1:2: column a: RANGE needs "rangeElementType": {"type": ...}'
	accepts '[{"name": "a", "type": "RANGE", "rangeElementType": {"type": "DATE"}}]'
	becomes '{"a":null}' '{"a":null}'
	printf '{"a":"[2020-01-01, 2020-01-02)"}\n' >in.ndjson
	run -65 --separate-stderr ndfit -n -s s.json in.ndjson
	[ "${stderr_lines[0]}" = 'ndfit: in.ndjson:1: /a: expected RANGE (no JSON form is known to load: use two columns, or STRING), found STRING "[2020-01-01, 2020-01-02)"' ]
}

@test "flexible column names are found by their keys, others become legal" {
	accepts '[{"name": "stock-unit", "type": "STRING"}, {"name": "größe", "type": "STRING"},
		{"name": "2nd", "type": "STRING"}, {"name": "a b", "type": "STRING"},
		{"name": "x_y", "type": "STRING"}]'
	becomes '{"stock-unit":"1","größe":"2","2nd":"3","a b":"4","x-y":"5"}' \
		'{"stock-unit":"1","größe":"2","2nd":"3","a b":"4","x_y":"5"}'
	becomes '{"STOCK-UNIT":"1","gr\u00f6\u00dfe":"2","2ND":"3"}' \
		'{"STOCK-UNIT":"1","gr\u00f6\u00dfe":"2","2ND":"3"}'
	refuses '[{"name": "a.b", "type": "STRING"}]' \
		"1:11: column name \"a.b\" may hold only letters, digits, spaces, _ - & % = + : ' < > # and |"
	refuses '[{"name": "", "type": "STRING"}]' '1:11: column name "" is empty'
	refuses '[{"name": "_Partition_x", "type": "STRING"}]' \
		'1:11: column name "_Partition_x" starts with a prefix that BigQuery reserves'
}

@test "a name of 300 characters is taken, a longer one is told" {
	long=$(printf '%299s' '' | tr ' ' x)
	accepts '[{"name": "é'"$long"'", "type": "STRING"}]'
	refuses '[{"name": "éx'"$long"'", "type": "STRING"}]' \
		"1:11: column name \"éx${long:0:57}\" is longer than 300 characters"
}

@test "a map that sends two keys to one column is told with its line" {
	accepts '[{"name": "id", "type": "STRING"}, {"name": "r", "type": "RECORD", "fields": [
		{"name": "x", "type": "STRING"}]}]'
	printf '/a\tid\n/r/a\tx\n/r/b\tX\n' >map.tsv
	run -78 --separate-stderr ndfit -s s.json -m map.tsv /dev/null
	[ "$stderr" = 'ndfit: map.tsv:3: /r/b: another key already goes to column x' ]
	printf '/a\tid\n/a\tid\n' >map.tsv
	run -78 --separate-stderr ndfit -s s.json -m map.tsv /dev/null
	[ "$stderr" = 'ndfit: map.tsv:2: /a: the key is mapped twice' ]
	printf '/a\tnone\n' >map.tsv
	run -78 --separate-stderr ndfit -s s.json -m map.tsv /dev/null
	[ "$stderr" = 'ndfit: map.tsv:1: /a: no such column in this place of the schema: none' ]
	printf '/z/a\tx\n' >map.tsv
	run -78 --separate-stderr ndfit -s s.json -m map.tsv /dev/null
	[ "$stderr" = 'ndfit: map.tsv:1: /z/a: no RECORD in the schema for z' ]
}
