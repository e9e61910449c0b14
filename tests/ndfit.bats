# bats file_tags=check
# ndfit: records against BigQuery schemas, as a user runs it.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR"
	cat >schema.json <<'.'
[{"name": "id", "type": "INTEGER", "mode": "REQUIRED"},
 {"name": "_timestamp", "type": "TIMESTAMP"},
 {"name": "ok", "type": "BOOL"},
 {"name": "text", "type": "STRING"},
 {"name": "day", "type": "DATE"},
 {"name": "score", "type": "FLOAT64"},
 {"name": "raw", "type": "JSON"},
 {"name": "tags", "type": "STRING", "mode": "REPEATED"},
 {"name": "user", "type": "RECORD", "fields": [
  {"name": "name", "type": "STRING", "mode": "REQUIRED"}, {"name": "size", "type": "INTEGER"}]}]
.
}

# The records named by the arguments, one a line, in in.ndjson.
records() {
	printf '%s\n' "$@" >in.ndjson
}

# Run a command, and print the most memory it held, in KiB.
peak() {
	python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"
}

# One record, and the only line that ndfit -n tells about it before the count.
tells() {
	records "$1"
	run -65 --separate-stderr ndfit -n -s schema.json in.ndjson
	[ "${stderr_lines[0]}" = "ndfit: in.ndjson:1: $2" ]
	[ "${stderr_lines[1]}" = "ndfit: 1 of 1 records does not fit" ]
	[ "${#stderr_lines[@]}" = 2 ]
	[ -z "$output" ]
}

@test "records that fit pass byte for byte" {
	records '{"id":1,"text":"a\u00e9\/b","score":1.50,"raw":{"a" : [1.0e2, null]}}' \
		' { "ID" : "7" , "tags" : [ "x" , "2" ] , "user" : { "name" : "n" , "size" : null } } ' \
		'{"id":3,"_timestamp":"2021-01-01T00:00:00.123Z","ok":false,"day":"2020-02-29","tags":[]}'
	ndfit -s schema.json in.ndjson >out.ndjson
	cmp in.ndjson out.ndjson
}

@test "standard input is read without operands and for -" {
	records '{"id":1}'
	ndfit -s schema.json <in.ndjson | cmp - in.ndjson
	ndfit -s schema.json - <in.ndjson | cmp - in.ndjson
}

@test "CRLF, a BOM, blank lines and a missing last newline are no part of records" {
	printf '\357\273\277{"id":1}\r\n\n{"id":2}\r\n{"id":3}' >in.ndjson
	ndfit -s schema.json in.ndjson >out.ndjson
	printf '{"id":1}\n{"id":2}\n{"id":3}\n' | cmp - out.ndjson
}

@test "an object under STRING becomes its text, which JSON reads back" {
	records '{"id":1,"text":{"a": [1, "x\n\"\\"],	"b":{}},"tags":[["é"],"plain"]}'
	ndfit -s schema.json in.ndjson >out.ndjson
	[ "$(cat out.ndjson)" = '{"id":1,"text":"{\"a\": [1, \"x\\n\\\"\\\\\"],\t\"b\":{}}","tags":["[\"é\"]","plain"]}' ]
	python3 - <<'.'
import json

before, after = (json.loads(open(name).read()) for name in ("in.ndjson", "out.ndjson"))
assert json.loads(after["text"]) == before["text"]
assert json.loads(after["tags"][0]) == before["tags"][0]
.
}

@test "numbers and booleans under STRING become strings of their source text, null stays" {
	records '{"id":1,"text":12,"tags":[1.50,true,"x"],"user":{"name": -0e1 }}' '{"id":2,"text":null}'
	ndfit -s schema.json in.ndjson >out.ndjson
	printf '%s\n' '{"id":1,"text":"12","tags":["1.50","true","x"],"user":{"name": "-0e1" }}' \
		'{"id":2,"text":null}' | cmp - out.ndjson
}

@test "integers are written so that no reading of them goes wrong" {
	records '{"id":9007199254740991}' '{"id":-9007199254740993}' '{"id":1.0,"user":{"name":"x","size":12e2}}'
	ndfit -s schema.json in.ndjson >out.ndjson
	printf '%s\n' '{"id":9007199254740991}' '{"id":"-9007199254740993"}' \
		'{"id":1,"user":{"name":"x","size":1200}}' | cmp - out.ndjson
}

@test "what the table's STRING would hold is what maxLength counts" {
	echo '[{"name": "a", "type": "STRING", "maxLength": 6}]' >schema.json
	records '{"a":["\n"]}' '{"a":["\n",1]}' '{"a":123456}' '{"a":1234567}' '{"a":"\n\n\n\n\n\n"}'
	run -1 --separate-stderr ndfit -q -s schema.json in.ndjson
	[ "$output" = $'{"a":"[\\"\\\\n\\"]"}\n{"a":"123456"}\n{"a":"\\n\\n\\n\\n\\n\\n"}' ]
}

@test "a number that JSON cannot store is refused, however deep" {
	tells '{"id":1,"raw":{"a":[1e400]}}' '/raw: expected JSON (each number an integer of 64 bits or of double precision), found OBJECT'
	tells '{"id":1,"raw":18446744073709551616}' '/raw: expected JSON (each number an integer of 64 bits or of double precision), found INTEGER 18446744073709551616'
}

@test "a key that would break a message's line or colour the terminal is shown harmless" {
	records '{"id":1,"a\nb\u001b[31m":1}'
	run -65 --separate-stderr ndfit -n -s schema.json --rejects r.tsv in.ndjson
	[ "${#stderr_lines[@]}" = 2 ]
	[[ "$stderr" != *$'\e'* ]]
	[ "$(wc -l <r.tsv)" = 1 ]
}

@test "long paths are cut between characters" {
	name=$(printf '%060d' 0 | tr 0 _)
	key=$(printf '%060d' 0 | sed 's/0/é/g')
	fields='[{"name": "x", "type": "INTEGER"}]'
	record='{"x":"y"}'
	for _ in 1 2 3 4; do
		fields="[{\"name\": \"$name\", \"type\": \"RECORD\", \"fields\": $fields}]"
		record="{\"$key\":$record}"
	done
	echo "$fields" >schema.json
	records "$record"
	run -65 --separate-stderr ndfit -n -s schema.json --rejects r.tsv in.ndjson
	python3 -c 'open("r.tsv", encoding="utf-8").read()'
	[[ "$stderr" == *": expected INTEGER, found STRING "* ]]
}

@test "illegal names become legal ones" {
	cat >schema.json <<'.'
[{"name": "_timestamp", "type": "TIMESTAMP"}, {"name": "_2nd", "type": "STRING"}, {"name": "a_b_c", "type": "STRING"}]
.
	records '{"@timestamp":"2021-01-01 00:00:00 UTC","2nd":"x","a.b-c":"y"}'
	ndfit -s schema.json in.ndjson >out.ndjson
	[ "$(cat out.ndjson)" = '{"_timestamp":"2021-01-01 00:00:00 UTC","_2nd":"x","a_b_c":"y"}' ]
}

@test "a map renames keys, nested ones too" {
	printf '/kennung\tid\n/user/full name\tname\n' >map.tsv
	records '{"kennung":1,"user":{"full name":"x"}}'
	ndfit -s schema.json -m map.tsv in.ndjson >out.ndjson
	[ "$(cat out.ndjson)" = '{"id":1,"user":{"name":"x"}}' ]
}

@test "each misfit is told by line, path, expected and found" {
	tells '{"id":"12kB"}' '/id: expected INTEGER, found STRING "12kB"'
	tells '{"id":1.5}' '/id: expected INTEGER, found FLOAT 1.5'
	tells '{"id":9223372036854775808}' '/id: expected INTEGER (64 bits, and below 2^53 where written with fraction or exponent), found INTEGER 9223372036854775808'
	tells '{"id":true}' '/id: expected INTEGER, found BOOLEAN true'
	tells '{"id":{"a":1}}' '/id: expected INTEGER, found OBJECT'
	tells '{"id":null}' '/id: expected INTEGER (REQUIRED), found null'
	tells '{}' '/id: expected INTEGER (REQUIRED), found nothing'
	tells '{"id":1,"ok":"maybe"}' '/ok: expected BOOLEAN, found STRING "maybe"'
	tells '{"id":1,"score":1e999}' '/score: expected FLOAT (double precision), found FLOAT 1e999'
	tells '{"id":1,"day":"2021-02-29"}' '/day: expected DATE (YYYY-MM-DD), found STRING "2021-02-29"'
	tells '{"id":1,"_timestamp":"yesterday"}' '/_timestamp: expected TIMESTAMP (YYYY-MM-DD HH:MM[:SS[.SSSSSS]] with Z or +HH:MM, or seconds since 1970), found STRING "yesterday"'
	tells '{"id":1,"@timestamp":1609459200000}' '/@timestamp: expected TIMESTAMP (seconds since 1970, years 1 to 9999), found INTEGER 1609459200000'
	tells '{"id":1,"tags":"x"}' '/tags: expected ARRAY of STRING, found STRING "x"'
	tells '{"id":1,"tags":["x",null]}' '/tags/1: expected STRING (REPEATED), found null'
	tells '{"id":1,"user":"x"}' '/user: expected RECORD, found STRING "x"'
	tells '{"id":1,"user":{"size":1}}' '/user/name: expected STRING (REQUIRED), found nothing'
	tells '{"id":1,"user":{"name":"x","size":"y"}}' '/user/size: expected INTEGER, found STRING "y"'
	tells '{"id":1' "not-json: column 8: expected ',' or '}', found the end of the record"
	tells '[1]' "not-object: column 1: expected an object, found '['"
	tells '{"id":1,"colour":2}' '/colour: not in the schema'
	tells '{"id":1,"id":2}' '/id: the key is there twice'
	tells '{"id":1,"Id":2}' '/Id: goes to column id, where "id" went already'
	tells '{"id":1,"@timestamp":0,"_timestamp":0}' '/_timestamp: goes to column _timestamp, where "@timestamp" went already'
}

@test "refused records are kept byte for byte, each problem is a line of the rejects" {
	records '{"id":1}' '{"id":"x",  "colour":1}' '{"id":2}'
	run -1 --separate-stderr ndfit -s schema.json --rejects r.tsv --rejected bad.ndjson in.ndjson
	[ "$output" = $'{"id":1}\n{"id":2}' ]
	[ "${stderr_lines[2]}" = 'ndfit: 1 of 3 records does not fit: bad.ndjson' ]
	[ "$(cat bad.ndjson)" = '{"id":"x",  "colour":1}' ]
	printf 'in.ndjson\t2\t9\ttype\t/id: expected INTEGER, found STRING "x"\n' >want.tsv
	printf 'in.ndjson\t2\t9\tunknown\t/colour: not in the schema\n' >>want.tsv
	cmp r.tsv want.tsv
}

@test "without --rejected the message says what was left out" {
	records '{"id":1}' '{}' '{}'
	run -1 --separate-stderr ndfit -q -s schema.json in.ndjson
	[ "$output" = '{"id":1}' ]
	[ "$stderr" = 'ndfit: 2 of 3 records do not fit and are left out (--rejected FILE keeps them)' ]
}

@test "equal problems are one example and one count" {
	seq -f '{"id":%.0f,"tags":[0,null]}' 500 >in.ndjson
	run -65 --separate-stderr ndfit -n -s schema.json --rejects r.tsv in.ndjson
	[ "${stderr_lines[0]}" = 'ndfit: in.ndjson:1: /tags/1: expected STRING (REPEATED), found null' ]
	[ "${stderr_lines[1]}" = 'ndfit: 500 times /tags/*: expected STRING (REPEATED), found null (first in.ndjson:1)' ]
	[ "${stderr_lines[2]}" = 'ndfit: 500 of 500 records do not fit' ]
	[ "${#stderr_lines[@]}" = 3 ]
	[ "$(wc -l <r.tsv)" = 500 ]
}

@test "twenty problems of a record are listed, the rest counted" {
	printf '{"id":1%s}\n' "$(for i in $(seq 30); do printf ',"x%d":1' "$i"; done)" >in.ndjson
	run -65 --separate-stderr ndfit -n -s schema.json --rejects r.tsv in.ndjson
	[ "$(grep -c unknown r.tsv)" = 20 ]
	[ "$(tail -n 1 r.tsv)" = $'in.ndjson\t1\t0\tmore\t10 more problems in this record' ]
}

@test "a thousand kinds of problems stay a readable list" {
	seq -f '{"id":1,"x%.0f":1}' 1500 >in.ndjson
	run -65 --separate-stderr ndfit -n -s schema.json --rejects r.tsv in.ndjson
	[ "${#stderr_lines[@]}" = 102 ]
	[ "${stderr_lines[100]}" = 'ndfit: problems of 900 or more further kinds are not shown' ]
	[ "$(wc -l <r.tsv)" = 1500 ]
}

@test "what is not JSON is refused with its reason, the rest goes on" {
	records '{"id":1}' '{"id":2' 'nonsense' '[1]' '{"id":3}'
	run -1 --separate-stderr ndfit -s schema.json --rejects r.tsv --rejected bad.ndjson in.ndjson
	[ "$output" = $'{"id":1}\n{"id":3}' ]
	printf '%s\n' '{"id":2' nonsense '[1]' | cmp - bad.ndjson
	[ "$(cut -f 2,3,4 r.tsv)" = $'2\t9\tnot-json\n3\t17\tnot-json\n4\t26\tnot-object' ]
}

@test "objects without a newline between them are records of their own" {
	printf '{"id":1}{"id":"x"} {"id":3}\n' >in.ndjson
	run -1 --separate-stderr ndfit -s schema.json --rejects r.tsv in.ndjson
	[ "$output" = $'{"id":1}\n{"id":3}' ]
	[ "$(cut -f 2,3,4 r.tsv)" = $'1\t8\ttype' ]
}

@test "-o compresses by the name, and what is in there is the same" {
	seq -f '{"id":%.0f,"text":{"n":[1]}}' 30000 >in.ndjson
	ndfit -s schema.json in.ndjson >plain.ndjson
	ndfit -s schema.json -o out/a.ndjson.gz in.ndjson
	ndfit -s schema.json -o out/a.ndjson.zst in.ndjson
	gzip -dc out/a.ndjson.gz | cmp - plain.ndjson
	ndfit -s schema.json out/a.ndjson.zst | cmp - plain.ndjson
	[ "$(ls out)" = $'a.ndjson.gz\na.ndjson.zst' ]
}

@test "gzip and zstd inputs are told by their bytes, several files are one output" {
	records '{"id":1}'
	gzip -c in.ndjson >a
	ndfit -s schema.json -o b.zst in.ndjson
	mv b.zst b
	ndfit -s schema.json a b in.ndjson >out.ndjson
	[ "$(sort -u out.ndjson)" = '{"id":1}' ]
	[ "$(wc -l <out.ndjson)" = 3 ]
}

@test "the manifest counts what was written, and what was set aside" {
	records '{"id":1,"text":[]}' '{}' '{"id":2}'
	run -1 --separate-stderr ndfit -s schema.json -o fit/a.gz --rejected misfit/a.gz --manifest 'a/b' in.ndjson
	[ "${lines[0]}" = $'a/b\t2\t30\tfit/a.gz' ]
	[ "${lines[1]}" = $'_rejected\t1\t3\tmisfit/a.gz\ta/b' ]
	[ "${#lines[@]}" = 2 ]
	[ "$(gzip -dc fit/a.gz | wc -c)" = 30 ]
	[ "$(gzip -dc misfit/a.gz)" = '{}' ]
	records '{"id":1}'
	run -0 --separate-stderr ndfit -s schema.json -o fit/a.gz --rejected misfit/a.gz --manifest '' in.ndjson
	[ "$output" = $'\t1\t9\tfit/a.gz' ]
}

@test "when nothing fits, all is set aside; the exit code is 65 when it was left out instead" {
	records '{}'
	echo stale >out.ndjson
	run -65 --separate-stderr ndfit -s schema.json -o out.ndjson in.ndjson
	[ ! -s out.ndjson ]
	echo stale >out.ndjson
	run -1 --separate-stderr ndfit -s schema.json -o out.ndjson --rejected bad.ndjson --manifest t in.ndjson
	[ "${lines[0]}" = $'t\t0\t0\tout.ndjson' ]
	[ ! -s out.ndjson ]
	[ "$(cat bad.ndjson)" = '{}' ]
}

@test "an empty input fits" {
	: >in.ndjson
	run -0 --separate-stderr ndfit -s schema.json in.ndjson
	[ -z "$output$stderr" ]
}

@test "a damaged input is 65, names the file, and writes nothing" {
	seq -f '{"id":%.0f}' 2000 | gzip >whole.gz
	head -c 2000 whole.gz >half.gz
	run -65 --separate-stderr ndfit -s schema.json -o out.ndjson half.gz
	[[ "$stderr" == "ndfit: half.gz: gzip stream ends early at byte 2000"* ]]
	[ "${#stderr_lines[@]}" = 1 ]
	[ ! -e out.ndjson ]
	[ -z "$(find . -name '*.tmp')" ]
}

@test "what is not there is 66 and named" {
	run -66 --separate-stderr ndfit -s schema.json none.ndjson
	[ "$stderr" = 'ndfit: none.ndjson: No such file or directory' ]
	run -66 --separate-stderr ndfit -s none.json /dev/null
	[ "$stderr" = 'ndfit: none.json: No such file or directory' ]
	run -66 --separate-stderr ndfit -s schema.json -m none.map /dev/null
	[ "$stderr" = 'ndfit: none.map: No such file or directory' ]
}

@test "a malformed schema is 78 with line and column" {
	printf '[{"name": "a", "type": "STRING"},\n {"name": "b", "type": "TEXT"}]\n' >bad.json
	run -78 --separate-stderr ndfit -s bad.json /dev/null
	[ "$stderr" = 'ndfit: bad.json:2:24: column b: "TEXT" is no BigQuery type, expected STRING, INTEGER, FLOAT, BOOLEAN, TIMESTAMP, DATE, RECORD, JSON ...' ]
	echo '<html>' >bad.json
	run -78 --separate-stderr ndfit -s bad.json /dev/null
	[ "${#stderr_lines[@]}" = 1 ]
	: >bad.json
	run -78 --separate-stderr ndfit -s bad.json /dev/null
	[ "${#stderr_lines[@]}" = 1 ]
}

@test "a malformed map is 78 with its line" {
	printf '/a\tid\n/b\tid\n' >map.tsv
	run -78 --separate-stderr ndfit -s schema.json -m map.tsv /dev/null
	[ "$stderr" = 'ndfit: map.tsv:2: /b: another key already goes to column id' ]
	printf '/a id\n' >map.tsv
	run -78 --separate-stderr ndfit -s schema.json -m map.tsv /dev/null
	[ "$stderr" = 'ndfit: map.tsv:1: found 1 tab-separated columns, expected 2' ]
}

@test "a wrong command is 64 and says what to give" {
	run -64 --separate-stderr ndfit in.ndjson
	[[ "$stderr" == "ndfit: no schema: give -s FILE; "* ]]
	run -64 --separate-stderr ndfit -s schema.json -n -o x
	[[ "$stderr" == "ndfit: -n writes no records: "* ]]
	run -64 --separate-stderr ndfit -s schema.json -o a --rejected a
	[[ "$stderr" == "ndfit: -o, --rejected and --rejects must be different files; "* ]]
	run -64 --separate-stderr ndfit -s schema.json --rejects b --rejected b
	run -64 --separate-stderr ndfit -s schema.json --manifest t
	[[ "$stderr" == "ndfit: --manifest needs -o FILE: "* ]]
	run -64 --separate-stderr ndfit --nonsense
}

@test "a full disk is 74, and an output that was there stays" {
	seq -f '{"id":%.0f}' 100000 >in.ndjson
	run -74 --separate-stderr ndfit -s schema.json -o /dev/full/x in.ndjson
	ndfit -s schema.json in.ndjson >/dev/full 2>err || code=$?
	[ "$code" = 74 ]
	[ "$(cat err)" = 'ndfit: standard output: No space left on device' ]
	echo before >out.ndjson
	(
		ulimit -f 100
		trap '' XFSZ
		ndfit -s schema.json -o out.ndjson in.ndjson 2>err || [ $? = 74 ]
	)
	grep -qx 'ndfit: out.ndjson: File too large' err
	[ "$(cat out.ndjson)" = before ]
	[ -z "$(find . -name '*.tmp')" ]
}

# begin COMMAND...: ndfit by way of COMMAND, in the background, its two files begun; 9 is its input.
begin() {
	rm -f pipe
	mkfifo pipe
	"$@" ndfit -s schema.json -o out.ndjson --rejected bad.ndjson pipe 3>&- &
	exec 9>pipe
	echo '{"id":1}' >&9
	until [ "$(find . -name '*.tmp' | wc -l)" = 2 ]; do sleep 0.05; done
}

@test "a signal leaves nothing unfinished behind" {
	for signal in INT TERM HUP QUIT; do
		begin env --default-signal=INT,QUIT
		kill -"$signal" $!
		code=0
		wait $! || code=$?
		exec 9>&-
		[ "$code" = $((128 + $(kill -l "$signal"))) ]
		[ -z "$(find . -name '*.tmp' -o -name out.ndjson)" ]
	done
}

@test "a signal that the caller ignores is ignored" {
	begin env --ignore-signal=INT,TERM,HUP
	for signal in INT TERM HUP; do kill -"$signal" $!; done
	echo '{"id":2}' >&9
	exec 9>&-
	wait $!
	[ "$(cat out.ndjson)" = $'{"id":1}\n{"id":2}' ]
}

@test "messages never end up in a file, though standard error was closed" {
	records '{"id":1}' '{"id":"x"}'
	run -1 bash -c 'ndfit -s schema.json -o out.ndjson --rejected bad.ndjson in.ndjson <&- 2>&-'
	[ "$(cat out.ndjson)" = '{"id":1}' ]
	[ "$(cat bad.ndjson)" = '{"id":"x"}' ]
}

@test "outputs that are one file under two names are refused" {
	records '{"id":1}' '{"id":"x"}'
	run -64 ndfit -s schema.json -o out.ndjson --rejected ./out.ndjson in.ndjson
	[ ! -e out.ndjson ]
	run -64 ndfit -s schema.json --rejects "$PWD/out" --rejected out in.ndjson
}

@test "a long record takes three times its size at most, short ones a few MiB" {
	case $BIN in */san-*) skip "sanitizers hold memory of their own" ;; esac
	{ printf '{"id":1,"text":[' && head -c 20000000 /dev/zero | tr '\0' 1 && printf ']}\n'; } >long.ndjson
	[ "$(peak ndfit -s schema.json -o out.ndjson.gz long.ndjson)" -lt 72000 ]
	{ printf '{"id":1,"text":[' && head -c 6600000 /dev/zero | sed 's/\x00/"",/g' && printf '1]}\n'; } >long.ndjson
	[ "$(peak ndfit -s schema.json -o out.ndjson.gz long.ndjson)" -lt 72000 ]
	seq -f '{"id":%.0f,"text":{"a":"b"}}' 300000 >short.ndjson
	[ "$(peak ndfit -s schema.json -o out.ndjson.gz short.ndjson)" -lt 16000 ]
}

@test "the examples of the manual page run as they are shown" {
	awk '/^\.Bd/ {shown = 1; next} /^\.Ed/ {shown = 0} shown' "$BATS_TEST_DIRNAME/../man/ndfit.1" |
		sed 's/^\\&//; s/\\e/\\/g' >shown
	awk '/^\$ / {sub(/^\$ /, ""); print; here = /<</; next} here {print} here && $0 == "." {here = 0}' shown >commands
	awk '/^\$ / {here = /<</; next} !here {print} here && $0 == "." {here = 0}' shown >want
	sh commands >got 2>&1 || :
	diff want got
}

@test "a record longer than --max-line is refused and kept" {
	records '{"id":1}' "{\"id\":2,\"text\":\"$(printf '%2000s' x)\"}" '{"id":3}'
	run -1 --separate-stderr ndfit -s schema.json --max-line 1K --rejected bad.ndjson --rejects r.tsv in.ndjson
	[ "$output" = $'{"id":1}\n{"id":3}' ]
	sed -n 2p in.ndjson | cmp - bad.ndjson
	[ "$(cut -f 2,4 r.tsv)" = $'2\ttoo-long' ]
}

@test "a record that grows beyond --max-line is refused, too" {
	records '{"id":1}' "{\"id\":2,\"text\":[$(printf '%0300d' 0 | sed 's/0/"",/g')0]}" \
		"{\"id\":3,\"raw\":[$(printf '%0300d' 0 | sed 's/0/"",/g')0]}"
	run -1 --separate-stderr ndfit -s schema.json --max-line 1K --rejected bad.ndjson --rejects r.tsv in.ndjson
	[ "${#lines[@]}" = 2 ]
	sed -n 2p in.ndjson | cmp - bad.ndjson
	[ "$(cut -f 2,4 r.tsv)" = $'2\ttoo-long' ]
	run -1 --separate-stderr ndfit -n -s schema.json --max-line 1K in.ndjson
	[ "${stderr_lines[1]}" = 'ndfit: 1 of 3 records does not fit' ]
}

@test "real Windows logs fit a schema of their columns, and wraps read back" {
	logs=$(echo "$BATS_TEST_DIRNAME"/../../shared/data/otrf/*.gz)
	# shellcheck disable=SC2086 # three files
	python3 -B "$BATS_TEST_DIRNAME/fit/logs.py" $logs
}

@test "random records have the outcome of a slow checker written from the documentation" {
	for seed in 1 2 3 4 5 6; do
		python3 -B "$BATS_TEST_DIRNAME/fit/property.py" "$((RANDOM * 10 + seed))" 400 "$PWD"
	done
	for seed in 1 2 3; do
		python3 -B "$BATS_TEST_DIRNAME/fit/property.py" "$seed" 400 "$PWD"
	done
}
