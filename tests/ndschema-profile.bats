# bats file_tags=check
# ndschema --profile: what people, programs and browsers are told of each path.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR"
}

records() {
	printf '%s\n' "$@" >in.ndjson
}

# The named fields of a path of a profile as TSV, joined by blanks.
fields() {
	python3 - "$@" <<'.'
import sys
rows = [line.split("\t") for line in open("profile.tsv", encoding="utf-8").read().split("\n")[:-1]]
row = next(row for row in rows if row[0] == sys.argv[1])
assert len(rows[0]) == len(row) == 40
print(*(row[rows[0].index(name)] for name in sys.argv[2:]))
.
}

@test "missing, null, empty string, zero, false, empty array and empty object are counted apart" {
	records '{"v":null}' '{"v":null}' '{"v":""}' '{"v":0}' '{"v":0.0}' '{"v":false}' '{"v":[]}' '{"v":{}}' \
		'{"v":true}' '{"v":1}' '{"v":"0"}' '{"v":[null]}' '{"v":{"a":1}}' '{}' '{}' '{}'
	ndschema --profile --tsv in.ndjson >profile.tsv
	run -0 fields /v base present missing null empty_string zero false empty_array empty_object
	[ "$output" = "16 13 3 2 1 2 1 1 1" ]
	run -0 fields /v string integer float boolean object array
	[ "$output" = "2 2 1 2 2 2" ]
	run -0 fields '/v/*' base present null missing
	[ "$output" = "1 1 1 0" ]
	run -0 fields /v/a base present missing
	[ "$output" = "2 1 1" ]
	run -0 fields "" present object
	[ "$output" = "16 16" ]
	run -0 --separate-stderr ndschema --profile in.ndjson
	[[ $output == *'missing   null    ""      0  false    []    {}  distinct'* ]]
	[[ $output == *'mixed      18.8%  12.5%  6.3%  12.5%   6.3%  6.3%  6.3%  '* ]]
}

@test "paths of mixed types come first, with file and line where each type was first met" {
	records '{"a":1,"size":1}' '{"a":2,"size":null}' '{"a":3,"size":2.5}'
	mv in.ndjson one.ndjson
	records '{"a":4,"size":"12kB"}' '{"a":5,"size":7,"b":{"c":[1,"x"]}}'
	run -0 --separate-stderr ndschema --profile one.ndjson in.ndjson
	[ "${lines[0]}" = "5 records in 2 files, 5 paths" ]
	[ "${lines[1]}" = "2 paths are of mixed types:" ]
	[ "${lines[2]}" = "  /b/c/*: STRING 1 (first in.ndjson:2), INTEGER 1 (first in.ndjson:2)" ]
	[ "${lines[3]}" = "  /size: STRING 1 (first in.ndjson:1), INTEGER 2 (first one.ndjson:1), FLOAT 1 (first one.ndjson:3)" ]
	ndschema --profile --tsv one.ndjson in.ndjson >profile.tsv
	run -0 cut -f1 profile.tsv
	[ "$output" = $'path\n/b/c/*\n/size\n\n/a\n/b\n/b/c' ]
	run -0 fields /size first_string first_integer first_float type
	[ "$output" = "in.ndjson:1 one.ndjson:1 one.ndjson:3 STRING" ]
	ndschema --html one.ndjson in.ndjson >page.html
	python3 -B "$BATS_TEST_DIRNAME/infer/page.py" page.html >text
	run -0 sed -n '/Mixed types/,/^Paths/p' text
	[[ $output == *$'/size\nSTRING 1, first in\nin.ndjson:1\nINTEGER 2, first in\none.ndjson:1'* ]]
}

@test "each share names its base: records, objects of the parent, elements of the array" {
	records '{"a":{"b":0}}' '{"a":{"b":1}}' '{"a":{}}' '{"c":[1,0,0,5]}'
	run -0 --separate-stderr ndschema --profile in.ndjson
	[[ ${lines[2]} == "/a "*"4 records"*"25%"*"25%"* ]]
	[[ ${lines[3]} == "/a/b "*"3 objects"*"33.3%"*"33.3%"* ]]
	[[ ${lines[5]} == "/c/* "*"4 elements"*" 50% "* ]]
}

@test "the columns stand below each other in display width, whatever is in them" {
	records '{"한글":"값","é́":1,"x":"😀","plain":true}' '{"한글":"\u202e","tab\t":[1]}'
	ndschema --profile in.ndjson >table
	run -0 python3 - <<'.'
import unicodedata
def width(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
lines = open("table", encoding="utf-8").read().split("\n")[2:-1]
ends = {width(line[: line.index("2 records") + 9]) for line in lines[1:] if "2 records" in line}
print(len(lines), len(ends), "".join(lines).isprintable())
.
	[ "$output" = "7 1 True" ]
	run -0 grep -c 'tab\\t' table
	[ "$output" = 2 ]
	run -0 grep -o '"\\u202e"' table
}

@test "hostile keys and values are text of the page, and stay in their field" {
	records '{"</summary><script>alert(1)</script>":"<img src=x onerror=alert(1)>","&amp;\"":"\"onclick=\"x"}' \
		'{"a\u0000b\ud800":"\u001b[31m\u202e\n","":[{"\t\n\\":"]]>--><!--"}]}'
	ndschema -q --html in.ndjson >page.html || [ $? = 1 ]
	python3 -B "$BATS_TEST_DIRNAME/infer/page.py" page.html >text
	run -1 grep -c '<script\|<img' page.html
	run -0 grep -Fc '</summary><script>alert(1)</script>' text
	run -0 grep -Fc '"<img src=x onerror=alert(1)>"' text
	run -0 grep -Fc '"\u001b[31m\u202e\n"' text
	run -0 grep -F "default-src 'none'" page.html
	ndschema -q --profile --tsv in.ndjson >profile.tsv || [ $? = 1 ]
	run -0 awk -F '\t' '{ print NF }' profile.tsv
	[ "$(printf '%s\n' "${lines[@]}" | sort -u)" = 40 ]
	[ "${#lines[@]}" = 8 ]
}

@test "strings that all parse as a narrower type are told, never applied" {
	records '{"t":"2021-01-01T00:00:00Z","n":"12","e":""}' '{"t":"2021-01-01 00:00:00","n":"-3","e":"5"}'
	ndschema --profile --tsv in.ndjson >profile.tsv
	run -0 fields /t type suggested
	[ "$output" = "STRING TIMESTAMP" ]
	run -0 fields /n type suggested
	[ "$output" = "STRING INTEGER" ]
	run -0 --separate-stderr ndschema --profile in.ndjson
	[[ $output == *'(all strings parse as TIMESTAMP)'* ]]
	[[ $output == *'(all strings but "" parse as INTEGER)'* ]]
}

@test "bounds, lengths, different values, whole floats and integers beyond INT64 are told" {
	for i in {1..300}; do
		echo "{\"i\":$i,\"s\":\"$(printf "%0$((i % 7 + 1))d" 0)\",\"f\":$((i % 2)).0,\"b\":1844674407370955161$((i % 10))}"
	done >in.ndjson
	ndschema --profile --tsv in.ndjson >profile.tsv
	run -0 fields /i min_number max_number type
	[ "$output" = "1 300 INTEGER" ]
	run -0 fields /s shortest longest distinct distinct_exact min_string
	[ "$output" = '1 7 7 yes "0"' ]
	run -0 fields /f integral_floats float type
	[ "$output" = "300 300 FLOAT" ]
	run -0 fields /b beyond_int64 type
	[ "$output" = "300 NUMERIC" ]
	run -0 fields /i distinct
	((output > 270 && output < 330))
}

@test "a profile of a sample says so in every form" {
	for i in {1..50}; do echo "{\"a\":$i}"; done >in.ndjson
	run -0 --separate-stderr ndschema --profile --head 7 in.ndjson
	[[ ${lines[1]} == "from a sample: the first 7 records"* ]]
	ndschema -q --profile --tsv --head 7 in.ndjson >profile.tsv
	run -0 fields /a present sample
	[ "$output" = "7 the first 7 records" ]
	ndschema -q --html --head 7 in.ndjson >page.html
	run -0 grep -c 'class="sample">from a sample: the first 7 records' page.html
	ndschema --html in.ndjson >page.html
	run -1 grep 'from a sample' page.html
}

@test "a profile that can't be written is an error" {
	records '{"a":1}'
	for how in --profile '--profile --tsv' --html; do
		# shellcheck disable=SC2086
		run -74 --separate-stderr bash -c "ndschema $how in.ndjson >/dev/full"
		[ -n "$stderr" ]
	done
}
