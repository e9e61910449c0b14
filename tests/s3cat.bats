# s3cat: objects and prefixes of S3, decompressed, in order, and exactly those that were listed.
bats_require_minimum_version 1.5.0

load s3cat/setup

@test "the objects of a prefix come in the order of their keys' bytes, and no others" {
	put l/b 'b\n'
	put l/a/z 'a/z\n'
	put l/a 'a\n'
	put l/B 'B\n'
	put l/é 'é\n'
	put l2 'no\n'
	run -0 --separate-stderr s3cat "s3://$bucket/l/"
	[ "$output" = $'B\na\na/z\nb\né' ]
	[ "$stderr" = "" ]
	run -0 s3cat "s3://$bucket/l/a*"
	[ "$output" = $'a\na/z' ]
	run -0 s3cat "s3://$bucket"
	[ "${#lines[@]}" = 6 ]
}

@test "operands come in their order, an exact key alone" {
	put k1 'one\n'
	put k1x 'no\n'
	put p/k 'two\n'
	run -0 s3cat "s3://$bucket/p/" "s3://$bucket/k1" "s3://$bucket/p/k"
	[ "$output" = $'two\none\ntwo' ]
}

@test "a listing of many pages is read to its end" {
	ctl set s3 page=2
	for n in 1 2 3 4 5; do put "l/$n" "$n\n"; done
	run -0 s3cat "s3://$bucket/l/"
	[ "$output" = $'1\n2\n3\n4\n5' ]
	run -0 s3cat -l "s3://$bucket/l/"
	[ "${#lines[@]}" = 5 ]
	[ "$(requests ListObjectsV2)" = 6 ]
	[ "$(requests ListObjectsV2 continuation-token=)" = 4 ]
	[ "$(requests ListObjectsV2 encoding-type=url)" = 6 ]
}

@test "keys of any characters are listed, and read back by the listing" {
	expected=
	for key in ' lead' 'a b' 'a+b' 'a%2Fb' 'a&b=c?d#e' 'é/漢字/😀' $'tab\there' $'line\nfeed' $'cr\rhere' \
		'back\slash' $'bell\a' '~tilde' '*' "q'\"<&>" './dots/../x' 'a//b' 'per%cent'; do
		printf '%s' "content of $key" | tr '\n\r' '  ' >one
		echo >>one
		ctl put "s3://$bucket/w/$key" one
		expected=1
	done
	s3cat -l "s3://$bucket/w/" >listing
	[ "$(wc -l <listing)" = 17 ]
	grep -qF "s3://$bucket/w/tab\\there" listing
	grep -qF "s3://$bucket/w/line\\nfeed" listing
	grep -qF "s3://$bucket/w/back\\\\slash" listing
	s3cat "s3://$bucket/w/" >by-prefix
	s3cat -m listing >by-listing
	cmp by-prefix by-listing
	[ "$(wc -l <by-prefix)" = 17 ]
	grep -qx 'content of a%2Fb' by-prefix
	grep -qx 'content of ./dots/../x' by-prefix
	run -0 s3cat "s3://$bucket/w/a//b"
	[ "$output" = "content of a//b" ]
}

@test "-l prints URL, size, ETag and time, and ends there" {
	put a/1 'hello\n'
	put a/2 ''
	s3cat -l "s3://$bucket/a/" >listing
	sed 's/20..-..-..T..:..:..\.000Z$/TIME/' listing >found
	printf 's3://%s/a/1\t6\t%s\tTIME\ns3://%s/a/2\t0\t%s\tTIME\n' "$bucket" "$(printf 'hello\n' | md5sum | cut -c 1-32)" \
		"$bucket" "$(md5sum </dev/null | cut -c 1-32)" >expected
	cmp found expected
	[ "$(requests GetObject)" = 0 ]
	run -0 s3cat -l "s3://$bucket/a/1"
	[ "$output" = "$(head -n 1 listing)" ]
}

@test "-m reads exactly the objects of the listing, in its order, under their ETags" {
	for n in 1 2 3; do put "l/$n" "$n\n"; done
	s3cat -l "s3://$bucket/l/" | sort -r >listing
	put l/4 'late\n'
	run -0 s3cat -m listing
	[ "$output" = $'3\n2\n1' ]
	run -0 s3cat --manifest=- <listing
	[ "$output" = $'3\n2\n1' ]
	cut -f 1-3 listing >three
	sed -i 's/$/\t\tmore/' listing
	run -0 s3cat -m listing
	[ "$output" = $'3\n2\n1' ]
	run -0 s3cat -m three
	[ "$output" = $'3\n2\n1' ]
}

@test "an object that changed since it was listed is an error, never a mix" {
	put l/1 'old 1\n'
	put l/2 'old 2\n'
	s3cat -l "s3://$bucket/l/" >listing
	put l/2 'new 2\n'
	fails 65 "s3://$bucket/l/2: *changed since it was listed" -m listing
	[ "$output" = "old 1" ]
}

@test "an object that was removed since it was listed is named" {
	put l/1 '1\n'
	s3cat -l "s3://$bucket/l/" >listing
	ctl rm "s3://$bucket/l/1"
	fails 66 "s3://$bucket/l/1: no such object" -m listing
}

@test "folder markers are skipped, empty objects too, and a line feed is supplied between objects" {
	put f/ ''
	put f/1 'no line feed'
	put f/2 ''
	put f/3 'line feed\n'
	put f/4 'last'
	run -0 s3cat -l "s3://$bucket/f/"
	[ "${#lines[@]}" = 4 ]
	s3cat "s3://$bucket/f/" >found
	printf 'no line feed\nline feed\nlast' | cmp - found
	s3cat -l "s3://$bucket/f/" | s3cat -m - | cmp - found
}

@test "a prefix of folder markers alone is empty, one of empty objects is not" {
	put m/ ''
	put m/sub/ ''
	fails 66 "s3://$bucket/m/: no objects there" "s3://$bucket/m/"
	fails 66 "s3://$bucket/m/: no objects there" -l "s3://$bucket/m/"
	put m/sub/log ''
	run -0 --separate-stderr s3cat "s3://$bucket/m/"
	[ "$output$stderr" = "" ]
	run -0 s3cat -l "s3://$bucket/m/"
	[ "${#lines[@]}" = 1 ]
}

@test "gzip, its concatenated members, zstd, its frames and plain are told by their first bytes" {
	head -n 10000 "$log" | gzip >two.gz
	tail -n +10001 "$log" | gzip >>two.gz
	head -n 10000 "$log" | zstd -q >two.zst
	tail -n +10001 "$log" | zstd -q >>two.zst
	ctl put "s3://$bucket/1.txt" "$log.gz"
	ctl put "s3://$bucket/2.zst" two.gz
	ctl put "s3://$bucket/3.json" two.zst
	ctl put "s3://$bucket/4.gz" "$log"
	ctl put "s3://$bucket/5" "$log.zst"
	for key in 1.txt 2.zst 3.json 4.gz 5; do
		s3cat "s3://$bucket/$key" | cmp - "$log"
	done
	run -0 --separate-stderr s3cat -v "s3://$bucket/1.txt"
	[[ $stderr == *"s3cat: s3://$bucket/1.txt: "*" bytes, gzip"* ]]
	[[ $stderr == *"s3cat: AWS credentials from the environment"* ]]
	[[ $stderr == *"s3cat: 1 requests, 0 of them repeated, 0 answers that ask for fewer, 1 connections, "*" bytes" ]]
	[[ $stderr != *"$AWS_SECRET_ACCESS_KEY"* ]]
}

@test "a gzip or zstd object that ends early names object and byte" {
	for kind in gz zst; do
		size=$(wc -c <"$log.$kind")
		head -c "$((size / 2))" "$log.$kind" | ctl put "s3://$bucket/half.$kind" -
		fails 65 "s3://$bucket/half.$kind: *stream ends early at byte $((size / 2)) (object is $((size / 2)) bytes)" \
			"s3://$bucket/half.$kind"
	done
	head -c 15 "$log.gz" | ctl put "s3://$bucket/head" -
	fails 65 "s3://$bucket/head: gzip stream ends early at byte 15" "s3://$bucket/head"
	{
		cat "$log.gz"
		head -c 100 "$log.gz"
	} | ctl put "s3://$bucket/second" -
	fails 65 "s3://$bucket/second: gzip stream ends early at byte" "s3://$bucket/second"
}

@test "a damaged gzip or zstd object names object and byte" {
	for kind in gz zst; do
		python3 - "$log.$kind" >bad <<'.'
import sys

data = bytearray(open(sys.argv[1], "rb").read())
data[-1] ^= 0xFF # of the length behind gzip's data, of the checksum behind zstd's
sys.stdout.buffer.write(data)
.
		ctl put "s3://$bucket/bad.$kind" bad
		fails 65 "s3://$bucket/bad.$kind: *stream is corrupt at byte " "s3://$bucket/bad.$kind"
	done
}

@test "a page of HTML or XML under a log's name is refused" {
	put html '\357\273\277\n <html><body>Sign in</body></html>\n'
	fails 65 "s3://$bucket/html: found an HTML or XML page, expected JSON lines" "s3://$bucket/html"
	printf '<Error/>' | gzip | ctl put "s3://$bucket/xml" -
	fails 65 "s3://$bucket/xml: found an HTML or XML page" "s3://$bucket/xml"
	[ "$output" = "" ]
	put json ' {"a":"<html>"}\n'
	run -0 s3cat "s3://$bucket/json"
}

@test "a bucket is asked by path or by host name, as AWS_S3_ADDRESSING_STYLE says" {
	put 'l/a b' 'hi\n'
	export AWS_ENDPOINT_URL_S3=${AWS_ENDPOINT_URL_S3/127.0.0.1/localhost}
	AWS_S3_ADDRESSING_STYLE=path run -0 s3cat "s3://$bucket/l/"
	[ "$output" = hi ]
	[ "$(requests ListObjectsV2 '"host"')" = 0 ]
	AWS_S3_ADDRESSING_STYLE=virtual run -0 s3cat "s3://$bucket/l/"
	[ "$output" = hi ]
	[ "$(requests ListObjectsV2 "\"host\": \"$bucket.localhost\"")" = 1 ]
	[ "$(requests GetObject "\"host\": \"$bucket.localhost\"")" = 1 ]
}

@test "AWS itself is asked by host name in the bucket's region, here through a proxy" {
	put 'l/a b' 'hi\n'
	export http_proxy=$AWS_ENDPOINT_URL_S3 AWS_ENDPOINT_URL_S3=http://s3.us-east-1.amazonaws.com
	run -0 s3cat "s3://$bucket/l/"
	[ "$output" = hi ]
	[ "$(requests GetObject "\"host\": \"$bucket.s3.us-east-1.amazonaws.com\"")" = 1 ]
}

@test "wrong options and operands are 64" {
	fails 64 "" -x
	fails 64 "" -m
	fails 64 "expected s3://bucket/prefix/ or -m LISTING"
	fails 64 "'gs://b/o': expected s3://bucket/key-or-prefix/" gs://b/o
	fails 64 "expected s3://bucket" s3://
	fails 64 "expected s3://bucket" s3:///x
	fails 64 "-m takes no operands" -m listing "s3://$bucket/"
	fails 64 "-m takes no -l" -l -m listing
	AWS_ENDPOINT_URL_S3=localhost fails 64 "the S3 endpoint is not of the form http[[]s]://host[[]:port]" "s3://$bucket/"
	AWS_S3_ADDRESSING_STYLE=host fails 64 "AWS_S3_ADDRESSING_STYLE is 'host', expected auto, path or virtual" "s3://$bucket/"
	AWS_S3_ADDRESSING_STYLE=virtual fails 64 "bucket 'a@b' can't be part of a host name" s3://a@b/
	AWS_ENDPOINT_URL_S3='' AWS_REGION='evil/' fails 64 "region 'evil/': expected a name" "s3://$bucket/"
	HTTP_LOW_SPEED_S=soon fails 64 "HTTP_LOW_SPEED_S is 'soon', expected a number from 1 to 86400" "s3://$bucket/"
	[ "$(requests '.*')" = 0 ]
}

@test "a malformed listing is 78, with its line" {
	put l/1 'hi\n'
	s3cat -l "s3://$bucket/l/" >good
	refused() {
		{
			cat good
			printf '%b\n' "$1"
		} >bad
		fails 78 "bad:2: $2" -m bad
		[ "$output" = hi ]
	}
	etag=$(cut -f 3 good)
	refused "s3://$bucket/l/1" 'found 1 tab-separated columns, expected 3'
	refused "s3://$bucket/l/1\t3x\t$etag" "column 2 is '3x', expected a number"
	refused "s3://$bucket/l/1\t-3\t$etag" "column 2 is '-3'"
	refused "s3://$bucket/l/1\t99999999999999999999\t$etag" "column 2 is '99999999999999999999'"
	refused "s3://$bucket/l/1\t3\t" "found '' in column 3, expected an ETag"
	refused "s3://$bucket/l/1\t3\ta\\\\nX-Evil: 1" "found 'a?X-Evil: 1' in column 3, expected an ETag"
	refused "gs://$bucket/l/1\t3\t$etag" "found 'gs://$bucket/l/1', expected s3://bucket/key"
	refused "s3://$bucket/\t3\t$etag" "found 's3://$bucket/', expected s3://bucket/key"
	refused "s3:///k\t3\t$etag" "found 's3:///k', expected s3://bucket/key"
	refused "s3://$bucket/\\\\x\t3\t$etag" 'bad escape in column 1'
	refused '' 'found 1 tab-separated columns, expected 3'
}

@test "a listing that is empty or not there is 66, one that is a folder 74" {
	: >empty
	fails 66 "empty: the listing names no objects" -m empty
	fails 66 "none: No such file or directory" -m none
	fails 74 ".: Is a directory" -m .
	fails 66 "standard input: the listing names no objects" -m - </dev/null
}

@test "-q says less, LOG_FORMAT=json says it in JSON" {
	LOG_FORMAT=json run -66 --separate-stderr s3cat -q "s3://$bucket/none/"
	python3 -c 'import json, sys; line = json.loads(sys.argv[1]); assert (line["severity"], line["program"]) == ("ERROR", "s3cat")' "$stderr"
}

@test "the examples of the man page run as they stand" {
	ctl mkbucket s3://logs
	ctl put s3://logs/2021/01/01/00/a.json.gz "$log.gz"
	ctl put s3://logs/2021/01/01/00/b.json "$log"
	mandoc -T ascii "$BATS_TEST_DIRNAME/../man/s3cat.1" | sed 's/.\x08//g' |
		sed -n '/^EXAMPLES/,/^SEE ALSO/s/^  *\$ //p' >script
	[ "$(wc -l <script)" = 4 ]
	run -0 bash -euo pipefail script
	[[ $output == *$'t\t60000\t'* ]]
	cat "$log" "$log" | cmp - 2021-01-01T00.ndjson
}

@test "every exit code of the man page is one that a test gives" {
	sed -n '/^\.Sh EXIT STATUS/,/^\.El/s/^\.It \([0-9]*\).*/\1/p' "$BATS_TEST_DIRNAME/../man/s3cat.1" >listed
	{
		echo 0
		sed -n 's/.*\(fails\|run\) -\{0,1\}\([0-9][0-9]\) .*/\2/p' "$BATS_TEST_DIRNAME"/s3cat*.bats
	} | sort -nu >given
	cmp listed given
}
