# bats file_tags=check
# ndsplit: what it makes of records, keys, types and templates. ndsplit-limits.bats has its limits and failures.
bats_require_minimum_version 1.5.0

setup() {
	mkdir "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work"
}

# The records named by the arguments, one a line, in in.ndjson.
records() {
	printf '%s\n' "$@" >in.ndjson
}

# ndsplit of in.ndjson by the key $1 gives the type $2, in the file $3; the record is $4.
is_type() {
	rm -rf out
	records "$4"
	run -0 --separate-stderr ndsplit -k "$1" -o 'out/{type}' in.ndjson
	[ -z "$stderr" ]
	[ "$output" = "$2"$'\t1\t'"$(wc -c <in.ndjson)"$'\t'"out/$3" ]
	[ "$(ls -A out)" = "$3" ]
	cmp in.ndjson "out/$3"
}

# The record $1 alone is set aside: reason $2, detail $3; further arguments are options.
is_rejected() {
	local record=$1 reason=$2 detail=$3 sum="1 of 1 records set aside as type _rejected, $2 1"
	shift 3
	[ "$reason" != no-key ] || sum="none of 1 records holds 't': is that the key?"
	rm -rf out
	printf '\r\n%b\r\n' "$record" >in.ndjson
	run -65 --separate-stderr ndsplit -k t -o 'out/{type}' --rejects r.tsv "$@" in.ndjson
	[ "${stderr_lines[0]}" = "ndsplit: in.ndjson:2: $reason: $detail" ]
	[ "${stderr_lines[1]}" = "ndsplit: $sum" ]
	[ "${#stderr_lines[@]}" = 2 ]
	[ "$(cat r.tsv)" = $'in.ndjson\t2\t2\t'"$reason"$'\t'"${detail//\\/\\\\}" ]
	[ "$(ls -A out)" = _rejected ]
	printf '%b\n' "$record" | cmp - out/_rejected
	[ "$output" = $'_rejected\t1\t'"$(wc -c <out/_rejected)"$'\tout/_rejected' ]
}

# The input (printf %b) $1 has the records of type a that follow, and no others.
has_records() {
	printf '%b' "$1" >in.ndjson
	shift
	rm -f a.ndjson
	run -0 --separate-stderr ndsplit -k t in.ndjson
	printf '%s\n' "$@" | cmp - a.ndjson
	[ "$output" = $'a\t'$#$'\t'"$(wc -c <a.ndjson)"$'\ta.ndjson' ]
	[ -z "$stderr" ]
}

@test "records go to the file of their type, byte for byte and in order; the manifest is sorted" {
	records '{"t":"b","n":1}' ' { "n" : 1.50e0 , "t" : "a" , "x" : "\u00e9\/" } ' '{"n":3,"t":"b"}' '{"t":"C"}'
	run -0 --separate-stderr ndsplit -k t in.ndjson
	[ "${lines[0]}" = $'C\t1\t10\tC.ndjson' ]
	[ "${lines[1]}" = $'a\t1\t50\ta.ndjson' ]
	[ "${lines[2]}" = $'b\t2\t32\tb.ndjson' ]
	[ "${#lines[@]}" = 3 ]
	[ -z "$stderr" ]
	sed -n 2p in.ndjson | cmp - a.ndjson
	sed -n '1p;3p' in.ndjson | cmp - b.ndjson
	[ "$(ls -A)" = $'C.ndjson\na.ndjson\nb.ndjson\nin.ndjson' ]
}

@test "the key is a top-level name, however it is spelled" {
	is_type type a a '{"t\u0079pe":"a"}'
	is_type type a a '{"\u0074\u0079\u0070\u0065":"a"}'
	is_type type a a '{"x":1,"typ":"no","types":"no","Type":"no","type":"a"}'
	is_type a/b a a '{"a\/b":"a","a":{"b":"no"}}'
	is_type é a a '{"\u00e9":"a"}'
	is_type '"' a a '{"\"":"a"}'
	is_type 'a\u0062' a a '{"ab":"no","a\\u0062":"a"}'
}

@test "a nested member of the same name is never the key" {
	is_type type a a '{"x":{"type":"no"},"y":[{"type":"no"},["type","no"]],"z":"\"type\":\"no\"","type":"a","w":{"type":1}}'
	is_type /x/type a a '{"type":"no","y":{"type":"no"},"x":{"x":{"type":"no"},"type":"a"}}'
	records '{"x":{"t":"no"},"y":[{"t":"no"}],"z":"t"}'
	run -65 ndsplit -q -k t in.ndjson
}

@test "a JSON Pointer follows members and elements" {
	is_type /a/b a a '{"a":{"b":"a"}}'
	is_type /a/0 a a '{"a":["a","no"]}'
	is_type /a/1/b a a '{"a":[{"b":"no"},{"b":"a"}]}'
	is_type /a/1 a a '{"a":{"1":"a"}}'
	is_type /a/10 a a '{"a":[0,1,2,3,4,5,6,7,8,9,"a"]}'
	is_type /a~1b/~0 a a '{"a/b":{"~":"a"}}'
	is_type /~01 a a '{"~1":"a","/":"no"}'
	is_type / a a '{"":"a"}'
	is_type /a/ a a '{"a":{"":"a"}}'
	for key in /a/2 /a/00 /a/01 /a/- /a/+1 /a/b /a/1/b /b; do
		records '{"a":["x","y"]}'
		run -65 --separate-stderr ndsplit -k "$key" in.ndjson
		[ "${stderr_lines[0]}" = "ndsplit: in.ndjson:1: no-key: nothing at '$key'" ]
	done
}

@test "types are compared by value; numbers and booleans are their text; the empty string is one" {
	is_type t a/b a%2Fb '{"t":"a\/b"}'
	is_type t é %C3%A9 '{"t":"\u00e9"}'
	is_type t 😀 %F0%9F%98%80 '{"t":"\ud83d\uDE00"}'
	is_type t '' % '{"t":""}'
	is_type t -1.50e+3 -1.50e%2B3 '{"t":-1.50e+3}'
	is_type t 123456789012345678901234567890 123456789012345678901234567890 '{"t":123456789012345678901234567890}'
	is_type t true true '{"t": true }'
	is_type t false false '{"t":false}'
	is_type t 'a\tb\n\r\\' a%09b%0A%0D%5C '{"t":"a\tb\n\r\\"}'
	is_type t $'\x01' %01 '{"t":"\u0001"}'
	records '{"t":"a\/b"}' '{"t":"a/b"}' '{"t":"\u0061\u002fb"}' '{"t":1}' '{"t":"1"}' '{"t":1.0}' '{"t":"true"}' '{"t":true}'
	run -0 ndsplit -k t in.ndjson
	[ "$(cut -f 1,2 <<<"$output")" = $'1\t2\n1.0\t1\na/b\t3\ntrue\t2' ]
}

@test "a type with a NUL byte keeps apart from the one before it" {
	records '{"t":"a\u0000"}' '{"t":"a"}' '{"t":"a\u0000b"}'
	run -0 ndsplit -k t -o 'out/{type}' in.ndjson
	[ "$(ls out)" = $'a\na%00\na%00b' ]
}

@test "names of files: no two types meet, none is hidden or leaves its directory" {
	is_type t Security Security '{"t":"Security"}'
	is_type t 'a%2Fb' 'a%252Fb' '{"t":"a%2Fb"}'
	is_type t . %2E '{"t":"."}'
	is_type t .. %2E. '{"t":".."}'
	is_type t .a._ %2Ea._ '{"t":".a._"}'
	is_type t _a_ %5Fa_ '{"t":"_a_"}'
	is_type t ../../etc/passwd %2E.%2F..%2Fetc%2Fpasswd '{"t":"../../etc/passwd"}'
	is_type t % %25 '{"t":"%"}'
	is_type t '~ *' %7E%20%2A '{"t":"~ *"}'
	records '{"t":"Security"}' '{"t":"security"}' '{"t":"SECURITY"}'
	rm -rf out
	run -0 ndsplit -k t -o 'out/{type}' in.ndjson
	[ "$(LC_ALL=C ls out)" = $'SECURITY\nSecurity\nsecurity' ]
}

@test "a long type has a name of its first bytes and its SHA-256, the manifest has all of it" {
	x200=$(printf 'x%.0s' {1..200})
	is_type t "$x200" "$x200" "{\"t\":\"$x200\"}"
	sum=$(printf %s "${x200}y" | sha256sum | cut -c 1-32)
	is_type t "${x200}y" "${x200:0:150}~$sum" "{\"t\":\"${x200}y\"}"
	slash=${x200//x//}
	sum=$(printf %s "$slash" | sha256sum | cut -c 1-32)
	is_type t "$slash" "$(printf '%%2F%.0s' {1..50})~$sum" "{\"t\":\"$slash\"}"
	long="${x200:0:148}é$x200"
	sum=$(printf %s "$long" | sha256sum | cut -c 1-32)
	is_type t "$long" "${x200:0:148}~$sum" "{\"t\":\"$long\"}"
}

@test "types of every length up to 40 that differ in any one byte keep apart" {
	awk 'BEGIN {
		for (n = 0; n <= 40; n++)
			for (i = 0; i <= n; i++) {
				type = sprintf("%" n "s", "")
				gsub(/ /, "a", type)
				if (i > 0)
					type = substr(type, 1, i - 1) "b" substr(type, i + 1)
				print "{\"t\":\"" type "\"}"
			}
	}' >once.ndjson
	cat once.ndjson once.ndjson >in.ndjson
	run -0 ndsplit -k t --dry-run in.ndjson
	[ "${#lines[@]}" = 861 ]
	[ "$(cut -f2 <<<"$output" | sort -u)" = 2 ]
}

@test "types of a megabyte that differ in their last byte have files of their own" {
	python3 -c 'for last in "ab": print("{\"t\":\"" + "x" * 1000000 + last + "\"}")' >in.ndjson
	ndsplit -k t -o 'out/{type}' in.ndjson >split.tsv
	[ "$(ls out | wc -l)" = 2 ]
	while IFS=$'\t' read -r type rows bytes path; do
		printf '{"t":"%s"}\n' "$type" | cmp - "$path"
		[ "$rows $bytes" = '1 1000010' ]
	done <split.tsv
	sort in.ndjson | cmp - <(cat $(cut -f 4 split.tsv))
}

@test "each reason to set a record aside, its line on standard error and its row" {
	is_rejected '{"t":"a",}' not-json "column 10: expected a name in quotes, found '}'"
	is_rejected '{"t":"a" "x":1}' not-json "column 10: expected ',' or '}', found '\"'"
	is_rejected '{"t" "a"}' not-json "column 6: expected ':' after a name, found '\"'"
	is_rejected '{"t":"a","x":[1 2]}' not-json "column 17: expected ',' or ']', found '2'"
	is_rejected '{"t":"a","x":[1}' not-json "column 16: expected ',' or ']', found '}'"
	is_rejected '{"t":"a","x":}' not-json "column 14: expected a value, found '}'"
	is_rejected '{"t":NaN}' not-json "column 6: expected a value, found 'N'"
	is_rejected '{"t":01}' not-json "column 7: expected a number without leading zero, found '1'"
	is_rejected '{"t":-}' not-json "column 7: expected a digit, found '}'"
	is_rejected '{"t":1.}' not-json "column 8: expected a digit after '.', found '}'"
	is_rejected '{"t":1e}' not-json "column 8: expected a digit of the exponent, found '}'"
	is_rejected '{"t":"\\x"}' not-json "column 8: expected one of \"\\/bfnrtu after '\\', found 'x'"
	is_rejected '{"t":"\\u12g4"}' not-json "column 11: expected four hex digits after '\\u', found 'g'"
	is_rejected '{"t":"a' not-json 'column 8: expected the closing quote of a string, found the end of the record'
	is_rejected '{"t":"a"' not-json "column 9: expected ',' or '}', found the end of the record"
	is_rejected '{"t":"a"}}' not-json "column 10: expected the end of the line, found '}'"
	is_rejected '{"t":"a"}\0000' not-json 'column 10: expected the end of the line, found byte 0x00'
	is_rejected '<html>' not-json "column 1: expected a value, found '<'"
	is_rejected "{'t':1}" not-json "column 2: expected a name in quotes, found '''"
	is_rejected '{"x":"a\0377","t":1}' bad-utf8 'column 8: expected UTF-8, found byte 0xFF'
	is_rejected '{"t":"\0355\0240\0200"}' bad-utf8 'column 7: expected UTF-8, found byte 0xED'
	is_rejected '{"\0300\0200":1,"t":1}' bad-utf8 'column 3: expected UTF-8, found byte 0xC0'
	is_rejected '{"x":"a\tb","t":1}' control-character 'column 8: expected an escape, such as \u0001, in a string, found byte 0x09'
	is_rejected '{"t":"\0000"}' control-character 'column 7: expected an escape, such as \u0001, in a string, found byte 0x00'
	is_rejected '{"x":[{"y":{}}],"t":1}' too-deep 'column 12: nested deeper than 3' --max-depth 3
	is_rejected '{"t":"0123456789"}' too-long 'longer than 17 bytes' --max-line 17
	is_rejected '[{"t":"a"}]' not-object "column 1: expected an object, found '['"
	is_rejected ' "t" ' not-object "column 2: expected an object, found '\"'"
	is_rejected 'null' not-object "column 1: expected an object, found 'n'"
	is_rejected '-12.5' not-object "column 1: expected an object, found '-'"
	is_rejected '{}' no-key "nothing at 't'"
	is_rejected '{"T":"a"}' no-key "nothing at 't'"
	is_rejected '{"t":"a","x":1,"t":"a"}' duplicate-key "column 20: a second 't'"
	is_rejected '{"t":"a","\\u0074":null}' duplicate-key "column 19: a second 't'"
	is_rejected '{"t": null}' key-null "column 7: null at 't'"
	is_rejected '{"t":{"t":"a"}}' key-container "column 6: an object or array at 't'"
	is_rejected '{"t":["a"]}' key-container "column 6: an object or array at 't'"
	is_rejected '{"t":"\\ud800"}' key-surrogate "column 6: half of a surrogate pair at 't'"
	is_rejected '{"t":"\\ude00\\ud83d"}' key-surrogate "column 6: half of a surrogate pair at 't'"
	is_rejected '{"t":"_rejected"}' reserved-type "column 6: the quarantine's own type at 't'"
	is_rejected '{"t":"\\u005frejected"}' reserved-type "column 6: the quarantine's own type at 't'"
}

@test "a name twice on the way to a nested key is a duplicate, elsewhere it is none" {
	records '{"a":{"b":"x"},"a":1}'
	run -65 --separate-stderr ndsplit -k /a/b in.ndjson
	[[ "${stderr_lines[0]}" == *": duplicate-key: "*"a second '/a/b'" ]]
	is_type /a/b x x '{"a":{"c":1,"c":1,"b":"x"},"z":1,"z":1,"d":{"b":1,"b":1}}'
}

@test "half a surrogate pair away from the key passes" {
	is_type t a a '{"x":"\ud800","t":"a"}'
}

@test "the first record of each reason is told, then the counts; the rows have all" {
	records '{"t":"a"}' x y '{}' '[' '{"t":"a"}' '{}'
	run -1 --separate-stderr ndsplit -k t --rejects r.tsv in.ndjson
	[ "${stderr_lines[0]}" = "ndsplit: in.ndjson:2: not-json: column 1: expected a value, found 'x'" ]
	[ "${stderr_lines[1]}" = "ndsplit: in.ndjson:4: no-key: nothing at 't'" ]
	[ "${stderr_lines[2]}" = 'ndsplit: 5 of 7 records set aside as type _rejected, not-json 3, no-key 2' ]
	[ "${#stderr_lines[@]}" = 3 ]
	[ "$output" = $'_rejected\t5\t12\t_rejected.ndjson\na\t2\t20\ta.ndjson' ]
	[ "$(cut -f 1-4 r.tsv)" = $'in.ndjson\t2\t10\tnot-json\nin.ndjson\t3\t12\tnot-json\nin.ndjson\t4\t14\tno-key\nin.ndjson\t5\t17\tnot-json\nin.ndjson\t7\t29\tno-key' ]
	sed '1d;6d' in.ndjson | cmp - _rejected.ndjson
	run -1 --separate-stderr ndsplit -q -k t in.ndjson
	[ -z "$stderr" ]
}

@test "framing: LF, CRLF, blank lines, a byte order mark, no last line feed" {
	has_records '{"t":"a"}\n{"t":"a","n":2}\n' '{"t":"a"}' '{"t":"a","n":2}'
	has_records '{"t":"a"}\r\n{"t":"a","n":2}\r\n' '{"t":"a"}' '{"t":"a","n":2}'
	has_records '\n\n{"t":"a"}\n\r\n \t \r\n{"t":"a","n":2}\n\n' '{"t":"a"}' '{"t":"a","n":2}'
	has_records '{"t":"a"}\n{"t":"a","n":2}' '{"t":"a"}' '{"t":"a","n":2}'
	has_records '{"t":"a"}\r' '{"t":"a"}'
	has_records '\0357\0273\0277{"t":"a"}\n\0357\0273\0277\n\0357\0273\0277{"t":"a","n":2}\n' '{"t":"a"}' '{"t":"a","n":2}'
	has_records ' {"t":"a"}\t\r\n' $' {"t":"a"}\t'
	has_records '{"t":"a"}\r\r\n' $'{"t":"a"}\r'
}

@test "framing: objects that follow each other on a line are records of their own" {
	has_records '{"t":"a"}{"t":"a","n":2}' '{"t":"a"}' '{"t":"a","n":2}'
	has_records '{"t":"a"} \t{"t":"a","n":"}{"} {"t":"a"}  \r\n{"t":"a"}' '{"t":"a"}' '{"t":"a","n":"}{"}' '{"t":"a"}  ' '{"t":"a"}'
	has_records '{"t":"a","n":[{}]}\r{"t":"a"}' '{"t":"a","n":[{}]}' '{"t":"a"}'
	printf '{"t":"a"}{x}{"t":"b"}\n{"t":"c"' >in.ndjson
	run -1 --separate-stderr ndsplit -k t --rejects r.tsv in.ndjson
	[ "$(cut -f 1,2 <<<"$output")" = $'_rejected\t2\na\t1\nb\t1' ]
	printf '{x}\n{"t":"c"\n' | cmp - _rejected.ndjson
	[ "$(cut -f 2,3,5 r.tsv)" = $'1\t9\tcolumn 11: expected a name in quotes, found \'x\'\n2\t22\tcolumn 9: expected \',\' or \'}\', found the end of the record' ]
}

@test "offsets and lines count the bytes of each decoded file, its byte order mark too" {
	printf '\357\273\277x\r\n\n{"t":"a"} y\n{"t":"a"}{}\n' >in.ndjson
	gzip -c in.ndjson >in.gz
	run -1 --separate-stderr ndsplit -k t --rejects r.tsv in.ndjson in.gz
	for name in in.ndjson in.gz; do
		printf '%s\t%s\n' "$name" $'1\t3\tnot-json\tcolumn 4: expected a value, found \'x\'' \
			"$name" $'3\t7\tnot-json\tcolumn 11: expected the end of the line, found \'y\'' \
			"$name" $'4\t28\tno-key\tnothing at \'t\''
	done | cmp - r.tsv
}

@test "standard input is read without operands and for -, its rows name it" {
	records '{"t":"a"}' 1
	for operand in '' -; do
		# shellcheck disable=SC2086 # none or one
		run -1 --separate-stderr ndsplit -k t --rejects r.tsv $operand <in.ndjson
		[ "$output" = $'_rejected\t1\t2\t_rejected.ndjson\na\t1\t10\ta.ndjson' ]
		[ "$(cut -f 1,2 r.tsv)" = $'standard input\t2' ]
		[[ "${stderr_lines[0]}" == 'ndsplit: standard input:2: not-object: '* ]]
	done
}

@test "several files, plain and compressed, are one split; a file ends its last record" {
	printf '{"t":"a","n":1}' >one
	printf '{"t":"b"}\n{"t":"a","n":2}' | gzip >two
	printf '\357\273\277{"t":"a","n":3}' | zstd -q >three
	{ gzip -c one && printf '\n{"t":"a","n":4}\n' | gzip; } >four
	run -0 --separate-stderr ndsplit -k t one two three four
	[ "$output" = $'a\t5\t80\ta.ndjson\nb\t1\t10\tb.ndjson' ]
	[ "$(cat a.ndjson)" = $'{"t":"a","n":1}\n{"t":"a","n":2}\n{"t":"a","n":3}\n{"t":"a","n":1}\n{"t":"a","n":4}' ]
}

@test "compressed outputs hold the same bytes, the manifest counts them uncompressed" {
	for i in $(seq 3000); do printf '{"t":"%s","n":%d,"x":"%0*d"}\n' "$((i % 3))" "$i" "$((i % 300))" 0; done >in.ndjson
	ndsplit -k t -o 'plain/{type}' in.ndjson >plain.tsv
	ndsplit -k t -o 'gz/{type}.gz' in.ndjson >gz.tsv
	ndsplit -k t -o 'zst/{type}.zst' in.ndjson >zst.tsv
	for type in 0 1 2; do
		gzip -dc "gz/$type.gz" | cmp - "plain/$type"
		zstd -qdc "zst/$type.zst" | cmp - "plain/$type"
	done
	[ "$(cut -f 1-3 gz.tsv)" = "$(cut -f 1-3 plain.tsv)" ]
	[ "$(cut -f 1-3 zst.tsv)" = "$(cut -f 1-3 plain.tsv)" ]
	ndsplit -k t -o 'again/{type}.gz' in.ndjson >gz.tsv
	diff -r gz again
}

@test "parts hold at most --part-size bytes, in order, a longer record alone" {
	records '{"t":"a","n":1}' '{"t":"a","n":2}' '{"t":"b"}' '{"t":"a","n":"0123456789012345678901234567"}' '{"t":"a","n":3}' '[]'
	run -1 --separate-stderr ndsplit -k t --part-size 32 -o 'out/{type}/{part}.ndjson' in.ndjson
	[ "$output" = $'_rejected\t1\t3\tout/_rejected/0.ndjson\na\t2\t32\tout/a/0.ndjson\na\t1\t45\tout/a/1.ndjson\na\t1\t16\tout/a/2.ndjson\nb\t1\t10\tout/b/0.ndjson' ]
	cat out/a/{0,1,2}.ndjson | cmp - <(grep '"a"' in.ndjson)
	run -1 --separate-stderr ndsplit -k t --part-size 31 -o '{part}-{type}' in.ndjson
	[ "$(cut -f 2 <<<"$output")" = $'1\n1\n1\n1\n1\n1' ]
	run -1 --separate-stderr ndsplit -k t -o '{type}.{part}' in.ndjson
	[ "$output" = $'_rejected\t1\t3\t_rejected.0\na\t4\t93\ta.0\nb\t1\t10\tb.0' ]
	run -1 --separate-stderr ndsplit -k t --part-size 1k -o '{type}.{part}.gz' in.ndjson
	[ "$(gzip -dc a.0.gz | wc -l)" = 4 ]
}

@test "--trust passes what is not looked at, and sets aside what cannot be split" {
	records '{"t":"a","n":01}' '{"t":"a","n":nope}' $'{"t":"a","n":"\xff\x01"}' '{"t":"a" "x" 1}' '{"n":[1,],"t":"a"}' '{"t":"a","x":[}'
	run -0 ndsplit --trust -k t -o out in.ndjson
	cmp in.ndjson out
	is_rejected '{"t":"a"' not-json "column 9: expected '}', found the end of the record" --trust
	is_rejected '{"t":"a' not-json 'column 8: expected the closing quote of a string, found the end of the record' --trust
	is_rejected '{"x":[,"t":"a"}' not-json "column 15: expected ']', found '}'" --trust
	is_rejected '{"t":"a"} x' not-json "column 11: expected the end of the line, found 'x'" --trust
	is_rejected '{"t":"\0377"}' bad-utf8 'column 7: expected UTF-8, found byte 0xFF' --trust
	is_rejected '{"t":"a\tb"}' control-character 'column 8: expected an escape, such as \u0001, in a string, found byte 0x09' --trust
	is_rejected '{"t":"\\x"}' not-json "column 8: expected one of \"\\/bfnrtu after '\\', found 'x'" --trust
	is_rejected '{"t":nope}' not-json "column 6: expected a value, found 'n'" --trust
	is_rejected '{"t":01}' not-json "column 7: expected a number without leading zero, found '1'" --trust
	is_rejected '{"t":1x}' not-json "column 7: expected the end of the value, found 'x'" --trust
	is_rejected '{"t":}' not-json "column 6: expected a value, found '}'" --trust
	is_rejected '[1]' not-object "column 1: expected an object, found '['" --trust
	is_rejected '{"x":[[]]}' too-deep 'column 7: nested deeper than 2' --trust --max-depth 2
	is_rejected '{}' no-key "nothing at 't'" --trust
	is_rejected '{"t":1,"t":1}' duplicate-key "column 12: a second 't'" --trust
	is_rejected '{"t":null}' key-null "column 6: null at 't'" --trust
	is_rejected '{"t":[]}' key-container "column 6: an object or array at 't'" --trust
}

@test "a key that is nowhere is told so, the records are kept" {
	records '{"a":1}' '{"b":2}'
	run -65 --separate-stderr ndsplit -k type in.ndjson
	[ "$output" = $'_rejected\t2\t16\t_rejected.ndjson' ]
	[ "${stderr_lines[1]}" = "ndsplit: none of 2 records holds 'type': is that the key?" ]
	cmp in.ndjson _rejected.ndjson
}

@test "an input without records is 66 and leaves an empty report" {
	for text in '' '\n' '\r\n \n' '\0357\0273\0277'; do
		printf '%b' "$text" >in.ndjson
		run -66 --separate-stderr ndsplit -k t --rejects r.tsv in.ndjson
		[ -z "$output" ]
		[ "$stderr" = 'ndsplit: no records: the input is empty' ]
		[ "$(LC_ALL=C ls -A)" = $'in.ndjson\nr.tsv' ]
		[ ! -s r.tsv ]
	done
	gzip -c /dev/null >in.gz
	run -66 ndsplit -k t in.gz
}

@test "files of an earlier run are replaced, those of other types left alone" {
	echo old | tee a.ndjson b.ndjson r.tsv >c.ndjson
	records '{"t":"a"}' '{"t":"b"}'
	run -0 ndsplit -k t --rejects r.tsv in.ndjson
	sed -n 1p in.ndjson | cmp - a.ndjson
	sed -n 2p in.ndjson | cmp - b.ndjson
	[ ! -s r.tsv ]
	[ "$(cat c.ndjson)" = old ]
}

@test "files have the mode that the umask leaves" {
	records '{"t":"a"}' 1
	(
		umask 027
		ndsplit -q -k t --rejects r.tsv in.ndjson || [ $? = 1 ]
	)
	[ "$(stat -c %a a.ndjson r.tsv)" = $'640\n640' ]
}

@test "one type needs no {type}; a second one, or the quarantine, is 64 and leaves nothing" {
	records '{"t":"a"}' '{"t":"a"}'
	run -0 ndsplit -k t -o all.ndjson in.ndjson
	[ "$output" = $'a\t2\t20\tall.ndjson' ]
	for second in '{"t":"b"}' '[]'; do
		records '{"t":"a"}' "$second"
		rm -f all.ndjson
		run -64 --separate-stderr ndsplit -q -k t -o all.ndjson in.ndjson
		[ "$stderr" = "ndsplit: template 'all.ndjson': there is more than one type, and no {type} to tell their files apart" ]
		[ "$(ls -A)" = in.ndjson ]
	done
}

@test "no type replaces an input or the report, however the path is written" {
	records '{"t":"in"}' '{"t":"r"}'
	for operand in in.ndjson "$PWD/in.ndjson" .//in.ndjson; do
		run -64 --separate-stderr ndsplit -k t "$operand"
		[ "$stderr" = "ndsplit: in.ndjson: a type would go to the file that is an input too: expected another template or place" ]
	done
	run -64 --separate-stderr ndsplit -k t -o '{type}.tsv' --rejects "$PWD/r.tsv" in.ndjson
	[ "$stderr" = "ndsplit: r.tsv: a type would go to the file that is the report of --rejects: expected another template or place" ]
	[ "$(ls -A)" = in.ndjson ]
	run -0 ndsplit -k t -o 'out/{type}.ndjson' in.ndjson
}

@test "no type replaces what a link leads to, nor the file at standard input" {
	records '{"t":"in"}'
	cp in.ndjson kept
	ln -s "$PWD/in.ndjson" link
	said='a type would go to the file that is an input too: expected another template or place'
	run -64 --separate-stderr ndsplit -k t link
	[ "$stderr" = "ndsplit: in.ndjson: $said" ]
	for operand in '' -; do
		# shellcheck disable=SC2086 # none or one
		run -64 --separate-stderr ndsplit -k t $operand <in.ndjson
		[ "$stderr" = "ndsplit: in.ndjson: $said" ]
	done
	cmp in.ndjson kept
	rm kept link
	[ "$(ls -A)" = in.ndjson ]
}

@test "the report replaces no input, however its path is written" {
	records '{"t":"a"}'
	cp in.ndjson kept
	ln -s in.ndjson link
	said='the report of --rejects would go to the file that is an input too: expected another place'
	for operand in in.ndjson link "$PWD/in.ndjson"; do
		run -64 --separate-stderr ndsplit -k t --rejects ./in.ndjson "$operand"
		[ "$stderr" = "ndsplit: ./in.ndjson: $said" ]
	done
	run -64 --separate-stderr ndsplit -k t --rejects in.ndjson <in.ndjson
	[ "$stderr" = "ndsplit: in.ndjson: $said" ]
	cmp in.ndjson kept
	[ "$(ls -A)" = $'in.ndjson\nkept\nlink' ]
}

@test "a wrong key, option or template is 64 and says what was expected" {
	tells() {
		local text=$1
		shift
		run -64 --separate-stderr ndsplit "$@" in.ndjson
		[[ "$stderr" == "ndsplit: $text"* ]]
		[ "${#stderr_lines[@]}" = 1 ]
		[ "$(ls -A)" = in.ndjson ]
	}
	records '{"t":"a"}'
	x=$(printf 'x%.0s' {1..45})
	tells 'the key that holds the type is missing; usage: '
	tells 'the key is empty: expected a name, or /a/b for a nested one' -k ''
	tells "key '/a~b': in a JSON Pointer '~' is written ~0 and '/' inside a name ~1" -k '/a~b'
	tells "key '/~': in a JSON Pointer" -k '/~'
	tells "template '': expected the name of files, such as out/{type}.ndjson" -k t -o ''
	tells "template '-': expected the name of files" -k t -o -
	tells "template 'out/': expected the name of files" -k t -o out/
	tells "template '{typ}': {typ} has no meaning here" -k t -o '{typ}'
	tells "template '{hour}/{type}': {hour} has no meaning here" -k t -o '{hour}/{type}'
	tells "template '{type}': parts need {part} in their names" -k t --part-size 1K -o '{type}'
	tells "template '{type}{part}': expected more than digits between {type} and {part}" -k t --part-size 1K -o '{type}{part}'
	tells "template '{part}0{type}': expected more than digits between" -k t --part-size 1K -o '{part}0{type}'
	tells "template '$x{type}': a type takes up to 200 bytes, which makes a name of 245: expected at most 244, shorten it by 1" -k t -o "$x{type}"
	tells "--part-size takes bytes (digits, then K, M or G), not 'many'; usage: " -k t --part-size many
	tells '--max-depth takes 1 to 1000000; usage: ' -k t --max-depth 0
	tells '--max-depth takes 1 to 1000000; usage: ' -k t --max-depth 1000001
	tells '--max-line takes at least 2 bytes; usage: ' -k t --max-line 1
	tells "--rejects takes the name of a file, not '-'; usage: " -k t --rejects -
	tells "no such option: '--nonsense'; usage: " -k t --nonsense
	run -0 ndsplit -k t -o "${x:1}{type}" in.ndjson
}

@test "--help lists the options, --version the version" {
	run -0 ndsplit --help
	for option in --key --output --part-size --rejects --trust --max-line --max-depth --quiet --verbose; do
		[[ $output == *" $option "* ]]
	done
	run -0 ndsplit --version
	[[ $output == 'ndsplit (hourtools) '* ]]
}

@test "the examples of the manual page run as they are shown" {
	awk '/^\.Bd/ {shown = 1; next} /^\.Ed/ {shown = 0} shown' "$BATS_TEST_DIRNAME/../man/ndsplit.1" |
		sed 's/^\\&//; s/\\e/\\/g' >shown
	awk '/^\$ / {sub(/^\$ /, ""); print; here = /<</; next} here {print} here && $0 == "." {here = 0}' shown >commands
	awk '/^\$ / {here = /<</; next} !here {print} here && $0 == "." {here = 0}' shown >want
	[ "$(wc -l <want)" -gt 12 ]
	sh commands >got 2>&1 || :
	diff want got
}

@test "random documents, odd ones too, are split as Python's json says" {
	# Fixed seeds, and some that no one has tried.
	python3 -B "$BATS_TEST_DIRNAME/split/property.py" 1 25 "$PWD/fixed"
	python3 -B "$BATS_TEST_DIRNAME/split/property.py" "$((RANDOM * 1000))" 25 "$PWD/new"
}

@test "real Windows logs are split as Python's json says" {
	python3 -B "$BATS_TEST_DIRNAME/split/truth.py" Channel "$PWD/out" "$BATS_TEST_DIRNAME"/../../shared/data/otrf/*.gz
	[ "$(cat out/* | wc -l)" = 7318 ]
}
