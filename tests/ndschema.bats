# bats file_tags=check
# ndschema: what NDJSON holds, as a user runs it.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# The records named by the arguments, one a line, in in.ndjson.
records() {
	printf '%s\n' "$@" >in.ndjson
}

# columns OPTION ...: the lines of columns that ndschema prints of in.ndjson, from the name on.
columns() {
	ndschema -q "$@" in.ndjson | sed -n 's/^ *{"name": \(.*[]}[]\),\{0,1\}$/\1/p'
}

# shown RECORD EXPECTED OPTION ...: the columns of one record.
shown() {
	local expected=$2
	records "$1"
	shift 2
	run -0 columns "$@"
	[ "$output" = "$expected" ] || {
		printf 'found:\n%s\nexpected:\n%s\n' "$output" "$expected"
		return 1
	}
}

nullable() {
	printf '"%s", "type": "%s", "mode": "NULLABLE"}' "$1" "$2"
}

@test "each JSON type becomes its column, sorted by name, in the one written form" {
	records '{"s":"x","i":-12,"f":1.50,"b":false,"r":{"z":1,"a":[true]},"l":[{"k":"v"},{}],"n":null}'
	ndschema -q in.ndjson >found
	cat >expected <<'.'
[
  {"name": "b", "type": "BOOLEAN", "mode": "NULLABLE"},
  {"name": "f", "type": "FLOAT", "mode": "NULLABLE"},
  {"name": "i", "type": "INTEGER", "mode": "NULLABLE"},
  {"name": "l", "type": "RECORD", "mode": "REPEATED", "fields": [
    {"name": "k", "type": "STRING", "mode": "NULLABLE"}
  ]},
  {"name": "n", "type": "STRING", "mode": "NULLABLE", "description": "only null so far"},
  {"name": "r", "type": "RECORD", "mode": "NULLABLE", "fields": [
    {"name": "a", "type": "BOOLEAN", "mode": "REPEATED"},
    {"name": "z", "type": "INTEGER", "mode": "NULLABLE"}
  ]},
  {"name": "s", "type": "STRING", "mode": "NULLABLE"}
]
.
	cmp found expected
	ndfit -n -s found in.ndjson
}

@test "numbers get the narrowest type that loses nothing" {
	records '{"a":1,"b":9223372036854775807,"c":9223372036854775808,"d":1e3,"e":1}' '{"a":2.5,"b":-9223372036854775808,"e":99999999999999999999999999999999999999}'
	run -0 columns
	[ "${lines[0]}" = "$(nullable a FLOAT)" ]
	[ "${lines[1]}" = "$(nullable b INTEGER)" ]
	[[ "${lines[2]}" == '"c", "type": "NUMERIC", '*'"integers of up to 19 digits: beyond INTEGER"}' ]]
	[ "${lines[3]}" = "$(nullable d FLOAT)" ]
	[[ "${lines[4]}" == '"e", "type": "BIGNUMERIC", '*'"integers of up to 38 digits: beyond INTEGER"}' ]]
	records '{"a":578960446186580977117854925043439539266,"b":578960446186580977117854925043439539267,"c":-578960446186580977117854925043439539266}'
	run -0 columns
	[[ "${lines[0]}" == '"a", "type": "BIGNUMERIC", '*'"integers of up to 39 digits: beyond INTEGER"}' ]]
	[[ "${lines[1]}" == '"b", "type": "STRING", '*'"integers of up to 39 digits: beyond INTEGER and BIGNUMERIC: kept as text"}' ]]
	[[ "${lines[2]}" == '"c", "type": "BIGNUMERIC", '* ]]
	ndschema -q -o s.json in.ndjson
	ndfit -n -s s.json in.ndjson
	records "{\"a\":$(printf '1%045d' 0),\"b\":1e400}"
	run -0 columns
	[[ "${lines[0]}" == '"a", "type": "STRING", '*'"integers of up to 46 digits: beyond INTEGER and BIGNUMERIC: kept as text"}' ]]
	[[ "${lines[1]}" == '"b", "type": "STRING", '*'"numbers beyond double precision: kept as text"}' ]]
	ndschema -q -o s.json in.ndjson
	ndfit -n -s s.json in.ndjson
}

@test "mixed shapes become STRING with the reason, or JSON when told" {
	records '{"a":1,"b":[1,"x"],"c":[[1]],"d":[null],"e":{}}' '{"a":"x","e":[],"b":[]}'
	run -0 columns
	[ "${lines[0]}" = '"a", "type": "STRING", "mode": "NULLABLE", "description": "mixed: STRING, INTEGER: kept as text"}' ]
	[ "${lines[1]}" = '"b", "type": "STRING", "mode": "NULLABLE", "description": "mixed elements: STRING, INTEGER: kept as text"}' ]
	[ "${lines[2]}" = '"c", "type": "STRING", "mode": "NULLABLE", "description": "an array in an array: kept as text"}' ]
	[ "${lines[3]}" = '"d", "type": "STRING", "mode": "NULLABLE", "description": "null in an array: kept as text"}' ]
	[ "${lines[4]}" = '"e", "type": "STRING", "mode": "NULLABLE", "description": "mixed: OBJECT, ARRAY: kept as text"}' ]
	run -0 columns --json-type
	[ "${lines[0]}" = '"a", "type": "JSON", "mode": "NULLABLE", "description": "mixed: STRING, INTEGER: kept as JSON"}' ]
	run -0 --separate-stderr ndschema in.ndjson
	[ "$stderr" = 'ndschema: 5 columns of no one type, kept whole: the description says why' ]
	# A number that no JSON column takes, however deep.
	shown '{"a":[[1e400]]}' '"a", "type": "STRING", "mode": "NULLABLE", "description": "an array in an array: kept as text"}' --json-type
}

@test "what never had a value is a STRING, or left out when told" {
	records '{"a":null,"b":{},"c":[],"d":[{}],"e":{"f":null},"g":1}'
	run -0 columns
	[ "${lines[0]}" = '"a", "type": "STRING", "mode": "NULLABLE", "description": "only null so far"}' ]
	[ "${lines[1]}" = '"b", "type": "STRING", "mode": "NULLABLE", "description": "only empty objects so far"}' ]
	[ "${lines[2]}" = '"c", "type": "STRING", "mode": "REPEATED", "description": "only empty arrays so far"}' ]
	[ "${lines[3]}" = '"d", "type": "STRING", "mode": "REPEATED", "description": "only empty objects so far"}' ]
	ndschema -q -o s.json in.ndjson
	ndfit -n -s s.json in.ndjson
	run -0 --separate-stderr ndschema --drop-empty in.ndjson
	[ "$output" = $'[\n  {"name": "g", "type": "INTEGER", "mode": "NULLABLE"}\n]' ]
	[ "$stderr" = 'ndschema: 6 paths never had a value' ]
	records '{"a":null}'
	run -65 --separate-stderr ndschema --drop-empty in.ndjson
	[ "$stderr" = 'ndschema: no column: the records have no key with a value' ]
}

@test "a key left out as empty does not take the column of another that it resembles" {
	records '{"b-":1,"b.":[],"x":{"A":2,"a":null},"y":{"A":null,"a":3},"Z":1,"z":{"a":null}}' '{"b-":2,"b.":[],"n":null}'
	ndschema -q --drop-empty -o s.json -m map in.ndjson
	ndfit -q -s s.json -m map --drop-unknown -o out in.ndjson
	diff - out <<-'.'
		{"b_":1,"b__2":[],"x":{"A":2,"a_2":null},"y":{"a_2":3},"Z":1,"z_2":"{\"a\":null}"}
		{"b_":2,"b__2":[]}
	.
}

@test "REQUIRED is only for what was always there, and only when told" {
	records '{"a":1,"b":1,"c":{"x":1,"y":1},"d":[1]}' '{"a":2,"b":null,"c":{"x":2},"d":[]}' '{"a":3,"c":null,"d":[]}'
	run -0 columns
	[ "$(grep -c REQUIRED <<<"$output" || :)" = 0 ]
	run -0 columns --required
	[ "${lines[0]}" = '"a", "type": "INTEGER", "mode": "REQUIRED"}' ]
	[ "${lines[1]}" = "$(nullable b INTEGER)" ]
	[ "${lines[2]}" = '"c", "type": "RECORD", "mode": "NULLABLE", "fields": [' ]
	[ "${lines[3]}" = '"x", "type": "INTEGER", "mode": "REQUIRED"}' ]
	[ "${lines[4]}" = "$(nullable y INTEGER)" ]
	ndschema -q --required -o s.json in.ndjson
	ndfit -n -s s.json in.ndjson
}

@test "strings that parse as a narrower type stay STRING unless --suggested is given" {
	records '{"t":"2021-01-01T00:00:00Z","d":"2021-01-01","i":"12","m":"1","e":"2021-01-01"}' '{"t":"2021-01-02 00:00:00+09:00","i":"-7","m":2,"e":""}'
	run -0 columns
	[ "$(grep -c STRING <<<"$output")" = 5 ]
	run -0 columns --suggested
	[ "$output" = "$(
		nullable d DATE
		echo
		nullable e STRING
		echo
		nullable i INTEGER
		echo
		nullable m INTEGER
		echo
		nullable t TIMESTAMP
	)" ]
	ndschema -q --suggested -o s.json in.ndjson
	ndfit -n -s s.json in.ndjson
}

@test "names are legal and unique ignoring case, with a MAP that ndfit takes" {
	long=$(printf 'k%0310d' 0)
	records '{"a":1,"A":2,"x-y":3,"x_y":4,"x.y":5,"1st":6,"":7,"_PARTITIONDATE":8,"o":{"q/r~":9,"Q_R_":10,"t\ta":11},"'"$long"'":12,"a_2":13}'
	run -0 --separate-stderr ndschema -m map -o s.json in.ndjson
	[ "$stderr" = 'ndschema: 9 keys got another name: map' ]
	[ "$(grep -v k000 map)" = $'/\t_\n/1st\t_1st\n/_PARTITIONDATE\tx_PARTITIONDATE\n/a\ta_3\n/o/q~1r~0\tq_r__2\n/o/t\\ta\tt_a\n/x-y\tx_y_2\n/x.y\tx_y_3' ]
	ndfit -n -s s.json -m map in.ndjson
	[ "$(ndfit -s s.json -m map in.ndjson | cut -c -59)" = '{"a_3":1,"A":2,"x_y_2":3,"x_y":4,"x_y_3":5,"_1st":6,"_":7,"' ]
	run -0 --separate-stderr ndschema -o s.json in.ndjson
	[ "$stderr" = 'ndschema: 6 keys got a name that ndfit can'"'"'t know: write a MAP with -m FILE' ]
	records '{"a":1}'
	ndschema -m map -o s.json in.ndjson
	[ ! -s map ]
}

@test "a key twice: in a RECORD it is kept as text, in a record it is told and exit 1" {
	records '{"a":{"x":1,"x":2}}'
	ndschema -q -o s.json in.ndjson
	ndfit -n -s s.json in.ndjson
	grep -q '"type": "STRING", "mode": "NULLABLE", "description": "an object that holds a key twice, or one of over 1024 bytes: kept as text"' s.json
	records '{"a":1}' '{"a":1,"a":2}' '{"a":1,"\u0061":2}'
	run -1 --separate-stderr ndschema in.ndjson
	[ "$stderr" = 'ndschema: in.ndjson:2: a key twice, or one of over 1024 bytes: no schema takes such, 2 of 3 records' ]
	[ "$output" = $'[\n  {"name": "a", "type": "INTEGER", "mode": "NULLABLE"}\n]' ]
}

@test "what is no record is set aside, told once a reason, and exit 1" {
	records '{"a":1}' 'nonsense' '[1]' '{"a":' '{"a":2}'
	run -1 --separate-stderr ndschema in.ndjson
	[[ "${stderr_lines[0]}" == 'ndschema: in.ndjson:2: not-json: column '* ]]
	[[ "${stderr_lines[1]}" == "ndschema: in.ndjson:3: not-object: "* ]]
	[ "${stderr_lines[2]}" = 'ndschema: 3 of 5 records are no JSON object in a line and were set aside' ]
	[ "${#stderr_lines[@]}" = 3 ]
	records 'nonsense'
	run -65 --separate-stderr ndschema -q in.ndjson
	[ "$stderr" = 'ndschema: none of 1 records is a JSON object in a line' ]
	[ -z "$output" ]
}

@test "no records, no file, a damaged file, a full disk: each has its exit code" {
	: >empty
	run -66 --separate-stderr ndschema empty
	[ "$stderr" = 'ndschema: no records: the input is empty' ]
	run -66 --separate-stderr ndschema none
	[ "$stderr" = 'ndschema: none: No such file or directory' ]
	records '{"a":1}'
	gzip -c in.ndjson | head -c 20 >cut.gz
	run -65 --separate-stderr ndschema -o s.json cut.gz
	[[ "$stderr" == 'ndschema: cut.gz: gzip stream ends early at byte '* ]]
	[ ! -e s.json ]
	run -74 --separate-stderr bash -c 'ndschema in.ndjson >/dev/full'
	[[ "$stderr" == *'No space left'* ]]
	run -74 --separate-stderr ndschema -o in.ndjson/x in.ndjson
	run -66 ndschema --diff none in.ndjson
	echo '[{"name":"a","type":"X"}]' >bad.json
	run -78 --separate-stderr ndschema --diff bad.json in.ndjson
	[[ "$stderr" == 'ndschema: bad.json:1:'* ]]
}

@test "options that contradict each other are refused" {
	records '{"a":1}'
	for options in '--sample 0%' '--sample 101%' '--sample x' '--sample 1% --head 1' '-j 0' '--max-paths 0' '--tsv' \
		'--profile --merge' '--html --tsv' '--merge in.ndjson' '-o x -m x' '-o x -m ./x' '--max-line 1'; do
		# shellcheck disable=SC2086 # words
		run -64 --separate-stderr ndschema $options in.ndjson </dev/null || [ "$options" = '--merge in.ndjson' ]
		[ -z "$output" ]
	done
}

@test "plain, gzip, zstd, standard input and several files come to the same" {
	records '{"a":1,"b":{"c":"x"}}' '{"a":2.5,"b":null}'
	ndschema -q in.ndjson >plain
	gzip -k in.ndjson
	zstd -q in.ndjson
	head -1 in.ndjson >1
	tail -1 in.ndjson | gzip >2
	for files in in.ndjson.gz in.ndjson.zst '2 1'; do
		# shellcheck disable=SC2086 # a list
		ndschema -q $files | cmp - plain
	done
	ndschema -q <in.ndjson.gz | cmp - plain
	ndschema -q - <in.ndjson | cmp - plain
}

@test "--head looks at the first records only, and says so" {
	records '{"a":1}' '{"a":2}' '{"a":"x"}'
	run -0 --separate-stderr ndschema --head 2 -j 4 in.ndjson
	[ "$output" = $'[\n  {"name": "a", "type": "INTEGER", "mode": "NULLABLE", "description": "inferred from a sample: the first 2 records"}\n]' ]
	[ "$stderr" = 'ndschema: from a sample: the first 2 records (2)' ]
	run -0 --separate-stderr ndschema --head 3 in.ndjson
	[[ "$output" == *'mixed: STRING, INTEGER: kept as text; inferred from a sample: the first 3 records"'* ]]
	run -0 --separate-stderr ndschema --head 4 in.ndjson
	[[ "$output" != *sample* ]]
	ndschema --head 2 --profile in.ndjson 2>/dev/null | grep -q 'the first 2 records'
}

@test "--sample takes records by their bytes alone, and says so" {
	seq 1 4000 | sed 's/.*/{"n":&}/' >in.ndjson
	tac in.ndjson >turned
	ndschema -q --sample 25% --profile --tsv in.ndjson | cut -f -20 >a
	HOURTOOLS_BLOCK_BYTES=64 ndschema -q -j 3 --sample 25% --profile --tsv turned | cut -f -20 | cmp - a
	run -0 --separate-stderr ndschema --sample 25% in.ndjson
	n=$(sed 's/.*(\(.*\))/\1/' <<<"$stderr")
	[ "$stderr" = "ndschema: from a sample: 25% of the records ($n)" ]
	[ "$n" -gt 850 ]
	[ "$n" -lt 1150 ]
	[[ "$output" == *'"inferred from a sample: 25% of the records"'* ]]
	run -0 --separate-stderr ndschema --sample 100% in.ndjson
	[ "$stderr" = "ndschema: from a sample: 100% of the records (4000)" ]
	records '{"n":1}'
	run -65 --separate-stderr ndschema --sample 0.0001 in.ndjson
	[ "$stderr" = 'ndschema: none of 1 records is in the sample: take a larger one' ]
}

@test "schema, profile, places and messages are the same for every -j, block size and scanner" {
	seq 1 300 | sed 's/.*/{"n":&,"o":{"k":"v&"},"l":[&,{}]}/; 137s/.*/{"late":1}/; 150s/.*/no record/' >a.ndjson
	seq 1 300 | sed 's/.*/{"n":&.5,"o":null}/; 99s/.*/{"n":"text","late":"x"}/; 250s/.*/[]/; 251s/.*/{"n":1,"n":2}/' >b.ndjson
	all() {
		ndschema --profile --tsv -o "$1.json" "${@:2}" a.ndjson b.ndjson >"$1.tsv" 2>"$1.err" || echo "$?" >"$1.code"
		cat "$1.json" "$1.tsv" "$1.err" "$1.code"
	}
	all first -j 1 >expected
	grep -q $'^/n\t.*\tb.ndjson:99\ta.ndjson:1\tb.ndjson:1\t' first.tsv
	grep -q $'^/late\t.*\tb.ndjson:99\ta.ndjson:137\t' first.tsv
	grep -q '^ndschema: a.ndjson:150: not-json: ' first.err
	grep -q '^ndschema: b.ndjson:250: not-object: ' first.err
	grep -q '^ndschema: b.ndjson:251: a key twice' first.err
	[ "$(cat first.code)" = 1 ]
	for j in 1 2 4; do
		for bytes in 64 1000 256K; do
			for simd in c ''; do
				export NDJSON_SIMD=$simd HOURTOOLS_BLOCK_BYTES=$bytes
				all again -j $j >found
				cmp found expected
			done
		done
	done
}

@test "more paths than the cap: what is deep is kept as text, whatever the order" {
	seq 1 3000 | sed 's/.*/{"id":&,"o":{"x":1,"m":{"k&":{"v":&}}},"p":{"q":{"r":1}}}/' >in.ndjson
	run -0 --separate-stderr ndschema --max-paths 100 in.ndjson
	[ "$output" = "$(
		cat <<'.'
[
  {"name": "id", "type": "INTEGER", "mode": "NULLABLE"},
  {"name": "o", "type": "RECORD", "mode": "NULLABLE", "fields": [
    {"name": "m", "type": "STRING", "mode": "NULLABLE", "description": "more paths below it than --max-paths allows: kept as text"},
    {"name": "x", "type": "INTEGER", "mode": "NULLABLE"}
  ]},
  {"name": "p", "type": "RECORD", "mode": "NULLABLE", "fields": [
    {"name": "q", "type": "RECORD", "mode": "NULLABLE", "fields": [
      {"name": "r", "type": "INTEGER", "mode": "NULLABLE"}
    ]}
  ]}
]
.
	)" ]
	[ "${stderr_lines[0]}" = 'ndschema: more than 100 paths (--max-paths): what lies below /o/m is not told apart' ]
	ndschema -q --max-paths 100 in.ndjson >a
	ndfit -n -s a in.ndjson
	shuf --random-source=in.ndjson in.ndjson >turned
	for j in 1 2 4; do
		HOURTOOLS_BLOCK_BYTES=1000 ndschema -q -j $j --max-paths 100 turned | cmp - a
	done
	seq 1 200 | sed 's/.*/{"k&":1}/' >in.ndjson
	run -65 --separate-stderr ndschema --max-paths 100 in.ndjson
	[ "$stderr" = 'ndschema: the records have more than 100 keys: expected at most as many (--max-paths)' ]
}

@test "what is nested deeper than 15 RECORDs is kept as text" {
	records "$(printf '{"a":%.0s' {1..15})1$(printf '}%.0s' {1..15})" "$(printf '{"b":%.0s' {1..16})1$(printf '}%.0s' {1..16})" "$(printf '{"c":%.0s' {1..20}){\"d\":1}$(printf '}%.0s' {1..20})"
	ndschema -q -o s.json in.ndjson
	[ "$(grep -c 'deeper than 15 levels of RECORD: kept as text' s.json)" = 1 ]
	ndfit -n -s s.json in.ndjson
}

@test "--merge gives the schema that several fit, --diff what changed" {
	records '{"a":1,"b":"x"}'
	ndschema -q -o 1.json in.ndjson
	records '{"a":1.5,"c":true}'
	ndschema -q -o 2.json in.ndjson
	run -0 ndschema --merge 1.json 2.json
	[ "$output" = $'[\n  {"name": "a", "type": "FLOAT", "mode": "NULLABLE"},\n  {"name": "b", "type": "STRING", "mode": "NULLABLE"},\n  {"name": "c", "type": "BOOLEAN", "mode": "NULLABLE"}\n]' ]
	ndschema --merge -o 3.json 1.json 2.json 1.json
	run -0 ndschema --diff 3.json 1.json
	run -64 ndschema --diff 3.json -o new.json 1.json
	run -1 ndschema --diff 1.json 2.json
	[[ "$output" == *'a: widened from INTEGER to FLOAT: a load would fail'* ]]
	run -1 ndschema -q --diff 1.json in.ndjson
	[[ "$output" == *'a: widened from INTEGER to FLOAT: a load would fail'* ]]
	run -0 ndschema -q --diff 3.json in.ndjson
	ndschema -q --diff 1.json --tsv in.ndjson >out.tsv || [ $? = 1 ]
	grep -q $'^a\twidened\tINTEGER\tFLOAT\tfails\t' out.tsv
}

# loads TYPE VALUE ...: no value of a column of that type (NAME, or NAME:MODE) makes a load fail; fails: each does.
loads() {
	local type=${1%%:*} mode=NULLABLE value
	case $1 in *:*) mode=${1#*:} ;; esac
	echo "[{\"name\":\"a\",\"type\":\"$type\",\"mode\":\"$mode\"}]" >old.json
	shift
	for value; do
		records "$value"
		run -0 ndschema -q --diff old.json in.ndjson
		ndfit -q -n -s old.json in.ndjson
	done
}
fails() {
	local type=${1%%:*} mode=NULLABLE value
	case $1 in *:*) mode=${1#*:} ;; esac
	echo "[{\"name\":\"a\",\"type\":\"$type\",\"mode\":\"$mode\"}]" >old.json
	shift
	for value; do
		records "$value"
		run -1 ndschema -q --diff old.json in.ndjson
		[[ "$output" == 'a: '*'a load would fail'* ]]
		run -65 ndfit -q -n -s old.json in.ndjson
	done
}

@test "--diff judges records by their values, as ndfit does" {
	loads TIMESTAMP '{"a":"2021-01-01T00:00:00Z"}' '{"a":1609459200}' '{"a":1609459200.25}' '{"a":null}' '{}'
	fails TIMESTAMP '{"a":"x"}' '{"a":""}' '{"a":1609459200000}' '{"a":true}' '{"a":[]}' '{"a":{}}'
	loads INTEGER '{"a":1.0}' '{"a":"12"}' '{"a":1e3}'
	fails INTEGER '{"a":1.5}' '{"a":"12kB"}' '{"a":9223372036854775808}' '{"a":false}'
	loads FLOAT '{"a":1}' '{"a":"1.5"}'
	fails FLOAT '{"a":1e400}' '{"a":"x"}'
	loads NUMERIC '{"a":1.25}' '{"a":12345678901234567890}' '{"a":0.123456789}'
	fails NUMERIC '{"a":0.1234567891}' "{\"a\":$(printf '1%030d' 0)}" '{"a":true}'
	loads BOOLEAN '{"a":true}' '{"a":1}' '{"a":0}' '{"a":"true"}'
	fails BOOLEAN '{"a":2}' '{"a":0.5}'
	loads DATE '{"a":"2021-01-01"}'
	fails DATE '{"a":"2021-02-30"}' '{"a":20210101}'
	loads STRING '{"a":{"b":[1]}}' '{"a":[]}' '{"a":1}'
	loads JSON '{"a":{"b":[1]}}' '{"a":[]}' '{"a":1}'
	loads STRING:REPEATED '{"a":["x"]}' '{"a":[]}' '{"a":[1,{}]}'
	fails STRING:REPEATED '{"a":"x"}' '{"a":[null]}'
	loads INTEGER:REQUIRED '{"a":1}'
	fails INTEGER:REQUIRED '{"a":null}' '{"b":1}'
}

@test "--diff of records goes into RECORDs, and tells what is new" {
	echo '[{"name":"r","type":"RECORD","mode":"REQUIRED","fields":[{"name":"t","type":"DATE","mode":"REQUIRED"},
		{"name":"l","type":"RECORD","mode":"REPEATED","fields":[{"name":"x","type":"FLOAT"}]}]}]' >old.json
	records '{"r":{"t":"2021-01-01","l":[{"x":1},{"x":null}]}}' '{"r":{"t":"2021-01-02","l":[]}}'
	run -0 ndschema -q --diff old.json in.ndjson
	[ -z "$output" ]
	records '{"r":{"t":"2021-01-01","l":[{"x":1},{"y":[]}]}}' '{"r":{}}'
	run -1 ndschema -q --diff old.json in.ndjson
	[[ "${lines[0]}" == 'r.l.y: added, '*'a load would fail: '* ]]
	[[ "${lines[1]}" == 'r.t: '*'a load would fail: '* ]]
	[ "${#lines[@]}" = 2 ]
}

@test "a signal leaves no file behind" {
	mkfifo pipe
	ndschema -o s.json pipe 2>err &
	pid=$!
	exec 5>pipe
	echo '{"a":1}' >&5
	for _ in $(seq 100); do
		[ "$(echo s.json.*)" = 's.json.*' ] || break
		sleep 0.05
	done
	kill -TERM $pid
	exec 5>&-
	wait $pid || code=$?
	[ "$code" = 143 ]
	[ "$(echo s.json*)" = 's.json*' ]
}

@test "memory stays bounded on many paths with many values" {
	python3 -c '
import random
r = random.Random(1)
for i in range(1500):
    print("{" + ",".join(f"\"g{k//40}\":" + "{" + ",".join(
        f"\"k{k+j}\":\"{r.random()}\"" for j in range(40)) + "}" for k in range(0, 4000, 40)) + "}")' >in.ndjson
	case $BIN in */san-*) skip 'sanitizers need memory of their own' ;; esac
	for j in 1 2; do
		kib=$(python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' ndschema -q -j $j -o s.json in.ndjson)
		echo "-j $j: $kib KiB"
		[ "$kib" -lt $((32768 + j * 16384)) ]
	done
}

@test "the examples of the man page print what it shows" {
	awk '/^\.Bd/ {shown = 1; next} /^\.Ed/ {shown = 0} shown' "$BATS_TEST_DIRNAME/../man/ndschema.1" |
		sed 's/\\(dq/"/g; s/\\e/\\/g; s/^\\&//' >example
	[ -s example ]
	awk '
		/^\$ / { n++; print substr($0, 3) > n ".sh"; more = /<</; next }
		more { print > n ".sh"; if ($0 == ".") more = 0; next }
		{ print > n ".shown" }' example
	for i in $(seq 20); do
		[ -e "$i.sh" ] || break
		touch "$i.shown"
		sh "$i.sh" >printed 2>&1 || :
		diff "$i.shown" printed
	done
	[ "$i" -gt 3 ]
}
