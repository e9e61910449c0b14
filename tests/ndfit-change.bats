# bats file_tags=check
# ndfit: what is changed only when it is asked for.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR"
	cat >schema.json <<'.'
[{"name": "id", "type": "INTEGER"}, {"name": "need", "type": "STRING"}, {"name": "extra", "type": "STRING"},
 {"name": "doc", "type": "JSON"}, {"name": "short", "type": "STRING", "maxLength": 14},
 {"name": "tags", "type": "STRING", "mode": "REPEATED"},
 {"name": "user", "type": "RECORD", "fields": [{"name": "name", "type": "STRING"}]},
 {"name": "items", "type": "RECORD", "mode": "REPEATED", "fields": [{"name": "n", "type": "INTEGER"}]}]
.
}

# becomes RECORD RESULT OPTION...
becomes() {
	local record=$1 result=$2
	shift 2
	printf '%s\n' "$record" >in.ndjson
	[ "$(ndfit -s schema.json "$@" in.ndjson)" = "$result" ]
}

@test "null for an array becomes an empty one, nothing else changes" {
	becomes '{"tags": null , "id":null,"items":null}' '{"tags": [] , "id":null,"items":[]}'
}

@test "--compact squeezes white space outside strings, and only of what becomes a string" {
	becomes '{ "need" : {"a" : [ 1 , "b  \" c" ] ,	"d": {} } , "doc" : [ 1 , 2 ] , "tags" : [ [ 1 , 2 ] ] }' \
		'{ "need" : "{\"a\":[1,\"b  \\\" c\"],\"d\":{}}" , "doc" : [ 1 , 2 ] , "tags" : [ "[1,2]" ] }' --compact
	becomes '{"need":{"a": 1}}' '{"need":"{\"a\": 1}"}'
}

@test "--compact counts for maxLength" {
	becomes '{"short":[ 1, 2, 3, 4, 5 ]}' '{"short":"[1,2,3,4,5]"}' --compact
	run -65 --separate-stderr ndfit -s schema.json in.ndjson
	[ "${stderr_lines[0]}" = 'ndfit: in.ndjson:1: /short: expected STRING of at most 14 characters, found ARRAY' ]
}

@test "--null-as-missing leaves out members that are null, not elements, nor what is in JSON" {
	becomes '{"id":null,"need":null,"doc":{"a":null},"user":{"name":null},"tags":null}' '{"doc":{"a":null},"user":{}}' --null-as-missing
	becomes '{"id":1 , "need" : null }' '{"id":1 }' --null-as-missing
	becomes '{ "need" : null , "id":1 }' '{ "id":1 }' --null-as-missing
	becomes '{"id":1,"unknown":null}' '{"id":1}' --null-as-missing
	becomes '{"id":null,"id":1}' '{"id":1}' --null-as-missing
	becomes '{"id":null}' '{}' --null-as-missing
	printf '%s\n' '{"tags":[null]}' >in.ndjson
	run -65 ndfit -s schema.json --null-as-missing in.ndjson
}

@test "null under REQUIRED is refused with and without --null-as-missing" {
	echo '[{"name": "id", "type": "INTEGER", "mode": "REQUIRED"}]' >schema.json
	echo '{"id":null}' >in.ndjson
	for option in -n --null-as-missing; do
		run -65 --separate-stderr ndfit -s schema.json "$option" in.ndjson
		[ "${stderr_lines[0]}" = 'ndfit: in.ndjson:1: /id: expected INTEGER (REQUIRED), found null' ]
	done
}

@test "--drop-unknown leaves out what is not in the schema, at any depth, and says how much" {
	becomes '{"x":{"y":[1,"}"]}, "id":1 ,"z":null,"user":{"q":1,"name":"n","r":2},"items":[{"m":1},{"n":2,"m":3}]}' \
		'{"id":1,"user":{"name":"n"},"items":[{},{"n":2}]}' --drop-unknown
	becomes '{ "x" : 1 }' '{ }' --drop-unknown
	printf '%s\n' '{"a":1,"b":2}' '{"id":"x","c":3}' '{"d":4}' >in.ndjson
	run -1 --separate-stderr ndfit -s schema.json --drop-unknown in.ndjson
	[ "$output" = $'{}\n{}' ]
	[ "${stderr_lines[1]}" = 'ndfit: 3 fields not in the schema are left out' ]
	[ "$(ndfit -n -s schema.json --drop-unknown <<<'{"a":1}' 2>&1)" = 'ndfit: 1 field not in the schema is left out' ]
}

@test "--collect-unknown gathers them in a STRING column, deeper ones by their pointers" {
	becomes '{"x":{"y": [1, "}"]},"id":1,"user":{"q":true,"name":"n"},"items":[{"n":1},{"a/b~c":null}],"é\n":"s\"" }' \
		'{"id":1,"user":{"name":"n"},"items":[{"n":1},{}],"extra":"{\"x\":{\"y\": [1, \"}\"]},\"/user/q\":true,\"/items/1/a~1b~0c\":null,\"é\\n\":\"s\\\"\"}" }' \
		--collect-unknown extra
	becomes '{"x":1}' '{"extra":"{\"x\":1}"}' --collect-unknown EXTRA
	becomes '{"id":1,"x":1 , "need":null}' '{"id":1 , "need":null,"extra":"{\"x\":1}"}' --collect-unknown extra
	becomes '{"id":1 , "need":null}' '{"id":1 , "need":null}' --collect-unknown extra
	becomes '{"x":[1 , 2]}' '{"extra":"{\"x\":[1,2]}"}' --collect-unknown extra --compact
	becomes '{"x":null,"y":0}' '{"extra":"{\"y\":0}"}' --collect-unknown extra --null-as-missing
}

@test "keys that begin with a slash are gathered so that no pointer is mistaken for them" {
	becomes '{"/user/q":1,"\u002fa":2,"\\a":3,"user":{"q":4}}' \
		'{"user":{},"extra":"{\"/~1user~1q\":1,\"/~1a\":2,\"\\\\a\":3,\"/user/q\":4}"}' --collect-unknown extra
}

@test "--collect-unknown gathers them in a JSON column as an object" {
	becomes '{"x":"a\nb","id":1,"user":{"q":[ 1 ]}}' '{"id":1,"user":{},"doc":{"x":"a\nb","/user/q":[ 1 ]}}' --collect-unknown doc
	echo '{"x":1e400}' >in.ndjson
	run -65 --separate-stderr ndfit -s schema.json --collect-unknown doc in.ndjson
	[ "${stderr_lines[0]}" = 'ndfit: in.ndjson:1: /doc: expected JSON (each number an integer of 64 bits or of double precision), found OBJECT' ]
}

@test "what is gathered keeps to the column's maxLength" {
	echo '{"xxxxxxxxxxx":1}' >in.ndjson
	run -65 --separate-stderr ndfit -s schema.json --collect-unknown short in.ndjson
	[ "${stderr_lines[0]}" = 'ndfit: in.ndjson:1: /short: expected STRING of at most 14 characters, found OBJECT' ]
	becomes '{"xxxxxxxx":1}' '{"short":"{\"xxxxxxxx\":1}"}' --collect-unknown short
}

@test "a record that has the column and unknown fields is refused" {
	becomes '{"extra":"mine"}' '{"extra":"mine"}' --collect-unknown extra
	echo '{"extra":"mine","x":1}' >in.ndjson
	run -65 --separate-stderr ndfit -s schema.json --collect-unknown extra --rejects r.tsv in.ndjson
	[ "$(cut -f 4,5 r.tsv)" = $'collision\t/extra: column extra is there, and unknown fields are to be gathered in it' ]
}

@test "a column that cannot gather is 78, options that exclude each other 64" {
	run -78 --separate-stderr ndfit -s schema.json --collect-unknown none /dev/null
	[ "$stderr" = 'ndfit: schema.json: no column none in the schema, expected one of type STRING or JSON for unknown fields' ]
	run -78 --separate-stderr ndfit -s schema.json --collect-unknown id /dev/null
	[ "$stderr" = 'ndfit: schema.json: column id is NULLABLE INTEGER in the schema, expected NULLABLE STRING or JSON for unknown fields' ]
	run -78 --separate-stderr ndfit -s schema.json --collect-unknown tags /dev/null
	run -64 --separate-stderr ndfit -s schema.json --collect-unknown extra --drop-unknown /dev/null
	[[ "$stderr" == 'ndfit: --drop-unknown and --collect-unknown exclude each other; '* ]]
}

@test "a refused record is kept as it was, whatever was to be changed in it" {
	printf '%s\n' '{"x":1, "id":"y","need":null}' >in.ndjson
	run -1 ndfit -q -s schema.json --drop-unknown --null-as-missing --compact --rejected bad.ndjson in.ndjson
	cmp bad.ndjson in.ndjson
}
