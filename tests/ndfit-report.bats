# bats file_tags=check
# ndfit: how misfits are told: one line for each kind, and whose schema it may be.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR"
	cat >schema.json <<'.'
[{"name": "id", "type": "INTEGER", "mode": "REQUIRED"},
 {"name": "tags", "type": "STRING", "mode": "REPEATED"},
 {"name": "user", "type": "RECORD", "fields": [{"name": "id", "type": "INTEGER", "mode": "REQUIRED"}]}]
.
}

# ndfit -n over in.ndjson refuses records, and these are all the lines it tells, without "ndfit: ".
tells() {
	run --separate-stderr ndfit -n -s schema.json --rejects r.tsv in.ndjson
	[[ "$status" = 1 || "$status" = 65 ]]
	printf 'ndfit: %s\n' "$@" | diff - <(printf '%s\n' "$stderr")
}

@test "100,000 equal problems are one line, with the first place and value" {
	seq -f '{"id":"%.0fkB"}' 100000 >in.ndjson
	seq 5 | sed 's/.*/{"id":&}/' >>in.ndjson
	run -1 --separate-stderr ndfit -n -s schema.json --rejects r.tsv in.ndjson
	[ "${stderr_lines[0]}" = 'ndfit: 100000 times /id: expected INTEGER, found STRING (first in.ndjson:1: "1kB")' ]
	[ "${stderr_lines[1]}" = 'ndfit: 99 % of records do not fit at /id: expected INTEGER, found STRING: is this the schema of another type?' ]
	[ "${stderr_lines[2]}" = 'ndfit: 100000 of 100005 records do not fit' ]
	[ "${#stderr_lines[@]}" = 3 ]
	[ "$(wc -l <r.tsv)" = 100000 ]
	[ "$(tail -n 1 r.tsv)" = $'in.ndjson\t100000\t1688877\ttype\t/id: expected INTEGER, found STRING "100000kB"' ]
}

@test "one problem is told as it is, several of a kind with their number and any index" {
	printf '%s\n' '{"id":1,"tags":[0,null]}' '{"id":2}' '{"id":3,"tags":[null]}' '{"id":null}' 'x' '{' >in.ndjson
	tells '2 times /tags/*: expected STRING (REPEATED), found null (first in.ndjson:1)' \
		'in.ndjson:4: /id: expected INTEGER (REQUIRED), found null' \
		"2 times not-json (first in.ndjson:5: column 1: expected a value, found 'x')" \
		'5 of 6 records do not fit'
}

@test "all problems of a record are told, and where they lie" {
	printf '%s\n' '{"id":"x","user":{"ID":1,"id":2},"q":1,"tags":[1,null],"user":5}' >in.ndjson
	tells 'in.ndjson:1: /id: expected INTEGER, found STRING "x"' \
		'in.ndjson:1: /user/id: goes to column id, where "ID" went already' \
		'in.ndjson:1: /q: not in the schema' \
		'in.ndjson:1: /tags/1: expected STRING (REPEATED), found null' \
		'in.ndjson:1: /user: the key is there twice' \
		'in.ndjson:1: /user: expected RECORD, found INTEGER 5' \
		'1 of 1 records does not fit'
	[ "$(cut -f 2,3 r.tsv | sort -u)" = $'1\t0' ]
	[ "$(cut -f 4 r.tsv | tr '\n' ' ')" = 'type collision unknown null duplicate type ' ]
}

@test "a thousand kinds of problems stay a readable list" {
	seq -f '{"id":1,"x%.0f":1}' 1500 >in.ndjson
	run -65 --separate-stderr ndfit -n -s schema.json --rejects r.tsv in.ndjson
	[ "${#stderr_lines[@]}" = 102 ]
	[ "${stderr_lines[100]}" = 'ndfit: problems of 900 or more further kinds are not shown' ]
	[ "$(wc -l <r.tsv)" = 1500 ]
}

@test "the schema of another type is suspected when 90 % of 10 records or more lack the same" {
	{ seq -f '{"id":%.0f,"user":{}}' 9 && seq -f '{"id":%.0f}' 1; } >in.ndjson
	tells '9 times /user/id: expected INTEGER (REQUIRED), found nothing (first in.ndjson:1)' \
		'9 of 10 records do not fit'
	{ seq -f '{"id":%.0f,"user":{}}' 49 && seq -f '{"id":%.0f}' 1; } >in.ndjson
	tells '49 times /user/id: expected INTEGER (REQUIRED), found nothing (first in.ndjson:1)' \
		'98 % of records lack /user/id: is this the schema of another type?' \
		'49 of 50 records do not fit'
	{ seq -f '{"id":%.0f,"user":{}}' 89 && seq -f '{"id":%.0f}' 11; } >in.ndjson
	tells '89 times /user/id: expected INTEGER (REQUIRED), found nothing (first in.ndjson:1)' \
		'89 of 100 records do not fit'
	{ seq -f '{"id":%.0f,"user":{}}' 90 && seq -f '{"id":%.0f}' 10; } >in.ndjson
	tells '90 times /user/id: expected INTEGER (REQUIRED), found nothing (first in.ndjson:1)' \
		'90 % of records lack /user/id: is this the schema of another type?' \
		'90 of 100 records do not fit'
}

@test "so it is when they have the same field that the schema does not know" {
	seq -f '{"id":%.0f,"colour: red":1}' 10 >in.ndjson
	tells '10 times /colour: red: not in the schema (first in.ndjson:1)' \
		'100 % of records have /colour: red, which is not in the schema: is this the schema of another type?' \
		'10 of 10 records do not fit'
}

@test "but not for a field that many of its array's elements have, nor for null" {
	printf '{"id":1,"tags":[%s0]}\n' "$(yes null, | head -n 19 | tr -d '\n')" >in.ndjson
	for _ in 1 2 3 4; do cat in.ndjson in.ndjson >x && mv x in.ndjson; done
	run -65 --separate-stderr ndfit -n -s schema.json in.ndjson
	[ "${#stderr_lines[@]}" = 2 ]
	echo '[{"name": "a", "type": "RECORD", "mode": "REPEATED", "fields": [{"name": "b", "type": "INTEGER"}]}]' >schema.json
	{ yes '{"a":[{"b":"x"},{"b":"x"},{"b":"x"},{"b":"x"},{"b":"x"}]}' | head -n 11 && yes '{"a":[]}' | head -n 9; } >in.ndjson
	tells '55 times /a/*/b: expected INTEGER, found STRING (first in.ndjson:1: "x")' \
		'11 of 20 records do not fit'
}

@test "-q tells only how many" {
	seq -f '{"id":%.0f,"colour":1}' 10 >in.ndjson
	run -65 --separate-stderr ndfit -q -n -s schema.json in.ndjson
	[ "$stderr" = 'ndfit: 10 of 10 records do not fit' ]
}

@test "what was refused before a damage is told before it" {
	{ echo '{"id":"x"}' && seq -f '{"id":%.0f}' 200000; } | gzip >whole.gz
	head -c 100000 whole.gz >half.gz
	run -65 --separate-stderr ndfit -n -s schema.json half.gz
	[ "${stderr_lines[0]}" = 'ndfit: half.gz:1: /id: expected INTEGER, found STRING "x"' ]
	[ "${stderr_lines[1]}" = 'ndfit: half.gz: gzip stream ends early at byte 100000' ]
	[ "${#stderr_lines[@]}" = 2 ]
}
