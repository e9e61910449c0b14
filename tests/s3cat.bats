# s3cat: objects and prefixes of S3, decompressed and verified, or an error that names object and byte.
bats_require_minimum_version 1.5.0

setup_file() {
	eval "$("$BATS_TEST_DIRNAME"/cloud/up "$BATS_FILE_TMPDIR/cloud" 3>&-)"
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true HOURTOOLS_RETRY_BASE_MS=1
	export AWS_CONFIG_FILE=/nonexistent AWS_SHARED_CREDENTIALS_FILE=/nonexistent
	unset AWS_PROFILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL AWS_MAX_ATTEMPTS AWS_S3_ADDRESSING_STYLE \
		AWS_DEFAULT_REGION LOG_FORMAT http_proxy HTTP_PROXY all_proxy ALL_PROXY
	# Half a megabyte that does not compress well, so that a cut falls inside.
	seq -f '{"type":"t","n":%.0f}' 30000 >"$BATS_FILE_TMPDIR/log"
	gzip -c "$BATS_FILE_TMPDIR/log" >"$BATS_FILE_TMPDIR/log.gz"
	zstd -qc "$BATS_FILE_TMPDIR/log" >"$BATS_FILE_TMPDIR/log.zst"
}

teardown_file() {
	"$BATS_TEST_DIRNAME"/cloud/down
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	log=$BATS_FILE_TMPDIR/log
	bucket=bucket-$BATS_TEST_NUMBER
	ctl mkbucket "s3://$bucket"
}

teardown() {
	[ -z "${faulty-}" ] || ctl clearfaults
	[ -z "${changed-}" ] || ctl set s3 clock_s=0 checksum=crc32c page=1000 redirect=301
}

ctl() {
	[ "$1" != fault ] || faulty=yes
	[ "$1" != set ] || changed=yes
	"$BATS_TEST_DIRNAME"/cloud/ctl "$@"
}

# put KEY TEXT: an object of this test's bucket; TEXT may hold printf's escapes.
put() {
	# shellcheck disable=SC2059 # the text is a format
	printf "$2" | ctl put "s3://$bucket/$1" -
}

# key PAIR FIELD: a field of the stand-in's keys.
key() {
	python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]][sys.argv[3]])' \
		"$CLOUD_DIR/keys.json" "$1" "$2"
}

# requests ROUTE [WORDS]: how many requests to this test's bucket, whose log line holds WORDS.
requests() {
	grep "$bucket" "$CLOUD_DIR/requests.log" | grep "\"route\": \"$1\"" | grep -c -- "${2-}" || :
}

# fails CODE WORDS ARGUMENTS: s3cat ends with CODE and one line that holds all WORDS (separated by '*').
fails() {
	local code=$1 words=$2
	shift 2
	run -"$code" --separate-stderr s3cat "$@"
	# shellcheck disable=SC2053 # a pattern
	[[ $stderr == s3cat:\ *$words* ]] && [ "${#stderr_lines[@]}" = 1 ] || {
		echo "$stderr"
		return 1
	}
}

# peak COMMAND: run it, print the most memory it held, in KiB; its output is dropped.
peak() {
	python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"
}

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

@test "an object that changes while it is read is an error, never a mix" {
	ctl put "s3://$bucket/big" "$log"
	ctl fault s3 GetObject cut bytes=100000 match="$bucket"
	ctl fault s3 GetObject slow delay_ms=800 match="$bucket"
	s3cat "s3://$bucket/big" >out 2>said &
	pid=$!
	for _ in $(seq 500); do
		[ "$(requests GetObject '"fault": "cut"')" = 0 ] || break
		sleep 0.01
	done
	put big 'another\n'
	code=0
	wait "$pid" || code=$?
	[ "$code" = 65 ]
	grep -q "^s3cat: s3://$bucket/big: stopped at byte 100000 of .*: the object changed" said
	[ "$(wc -l <said)" = 1 ]
	head -c "$(wc -c <out)" "$log" | cmp - out
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
	[[ $stderr == "s3cat: s3://$bucket/1.txt: "*" bytes, gzip" ]]
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

@test "a cut connection goes on at the byte reached, and each byte comes once" {
	for kind in '' .gz .zst; do
		ctl put "s3://$bucket/log$kind" "$log$kind"
	done
	for kind in '' .gz .zst; do
		ctl fault s3 GetObject cut bytes=1000 times=2 match="$bucket"
		ctl fault s3 GetObject cut bytes=0 match="$bucket"
		ctl fault s3 GetObject reset match="$bucket"
		s3cat "s3://$bucket/log$kind" >found
		cmp found "$log"
		run -0 ctl faults
		[ "$(grep -c '"times": 0' <<<"$output")" = 3 ]
		ctl clearfaults
	done
	[ "$(requests GetObject '"range": "bytes=1000-"')" = 3 ]
	[ "$(requests GetObject '"range": "bytes=2000-"')" = 9 ]
}

@test "connections that are cut for ever end with 75, and say how far it went" {
	ctl put "s3://$bucket/log" "$log"
	ctl fault s3 GetObject cut bytes=1000 skip=2 times=always match="$bucket"
	ctl fault s3 GetObject cut bytes=100 times=2 match="$bucket"
	fails 75 "s3://$bucket/log: stopped at byte *of $(wc -c <"$log"): " "s3://$bucket/log"
	# The retry budget: 500 at 5 each.
	[ "$(requests GetObject)" -le 103 ]
	head -c 200 "$log" >expected
	s3cat "s3://$bucket/log" 2>/dev/null | head -c 200 | cmp - expected
}

@test "a bit that turns on the way shows by each checksum that S3 sends for the whole object" {
	put log '{"n":1}\n'
	for kind in crc32c crc32 crc64nvme sha1 sha256; do
		ctl set s3 checksum=$kind
		run -0 s3cat "s3://$bucket/log"
		ctl fault s3 GetObject flip at=5 match="$bucket"
		fails 75 "s3://$bucket/log: damaged on the way: *, S3 has " "s3://$bucket/log"
		ctl fault s3 GetObject checksum match="$bucket"
		fails 75 "s3://$bucket/log: damaged on the way: *S3 has AAAAAQ==" "s3://$bucket/log"
	done
	# What resumes is verified as a whole.
	ctl fault s3 GetObject cut bytes=3 match="$bucket"
	ctl fault s3 GetObject flip at=2 match="$bucket"
	fails 75 "s3://$bucket/log: damaged on the way" "s3://$bucket/log"
}

@test "without a checksum of the whole object nothing but the length is verified" {
	put log '{"n":1}\n'
	for kind in none composite; do
		ctl set s3 checksum=$kind
		ctl fault s3 GetObject flip at=5 match="$bucket"
		run -0 s3cat "s3://$bucket/log"
		[ "$output" = '{"n":0}' ]
	done
}

@test "a listing whose size is not the object's is an error" {
	put log '{"n":1}\n'
	s3cat -l "s3://$bucket/log" | awk -F '\t' -v OFS='\t' '{$2 = 9; print}' >listing
	fails 65 "s3://$bucket/log: the object is 8 bytes, expected 9" -m listing
}

@test "the region of a bucket is learned from a redirect, once" {
	for redirect in 301 307; do
		ctl set s3 redirect=$redirect
		ctl mkbucket "s3://$bucket-$redirect" region=eu-west-3
		for n in 1 2; do printf '%d\n' $n | ctl put "s3://$bucket-$redirect/l/$n" -; done
		run -0 --separate-stderr s3cat "s3://$bucket-$redirect/l/"
		[ "$output" = $'1\n2' ]
		[ "$stderr" = "" ]
		[ "$(grep "$bucket-$redirect" "$CLOUD_DIR/requests.log" | grep -c "\"status\": $redirect")" = 1 ]
	done
}

@test "by host name the region comes with 400 AuthorizationHeaderMalformed" {
	ctl mkbucket "s3://$bucket-eu" region=eu-west-3
	echo hi | ctl put "s3://$bucket-eu/l/1" -
	export AWS_ENDPOINT_URL_S3=${AWS_ENDPOINT_URL_S3/127.0.0.1/localhost} AWS_S3_ADDRESSING_STYLE=virtual
	run -0 s3cat "s3://$bucket-eu/l/"
	[ "$output" = hi ]
	grep "$bucket-eu.localhost" "$CLOUD_DIR/requests.log" | grep -q '"status": 400'
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

@test "keys come from the profile of the shared files, and so does the region" {
	put l/1 'hi\n'
	export AWS_SHARED_CREDENTIALS_FILE=$PWD/credentials AWS_CONFIG_FILE=$PWD/config
	printf '[default]\naws_access_key_id = wrong\naws_secret_access_key = wrong\n[work]\naws_access_key_id = %s\naws_secret_access_key = %s\n' \
		"$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" >credentials
	printf '[profile work]\nregion = us-east-1\n[profile other]\nregion = eu-west-3\n' >config
	unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION
	AWS_PROFILE=work run -0 s3cat "s3://$bucket/l/"
	[ "$output" = hi ]
	fails 77 "s3://$bucket/l/: the access key does not exist" "s3://$bucket/l/"
	AWS_PROFILE=nobody fails 77 "AWS_PROFILE names 'nobody'*$PWD/credentials*$PWD/config" "s3://$bucket/l/"
	AWS_PROFILE=other fails 77 "no AWS credentials: looked in *AWS_ACCESS_KEY_ID*$PWD/credentials*$PWD/config" "s3://$bucket/l/"
	mkdir -p home/.aws
	cp credentials config home/.aws
	unset AWS_SHARED_CREDENTIALS_FILE AWS_CONFIG_FILE
	HOME=$PWD/home AWS_PROFILE=work run -0 s3cat "s3://$bucket/l/"
	[ "$output" = hi ]
}

@test "a malformed shared file is told with its line, never with its content" {
	export AWS_SHARED_CREDENTIALS_FILE=$PWD/credentials
	printf '[default]\naws_access_key_id = a\nsecret words\n' >credentials
	unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
	fails 78 "$PWD/credentials:3: expected 'name = value'" "s3://$bucket/"
	[[ $stderr != *words* ]]
}

@test "a session token goes along, and each way it can be wrong is told" {
	put l/1 'hi\n'
	AWS_ACCESS_KEY_ID=$(key temporary access_key_id)
	AWS_SECRET_ACCESS_KEY=$(key temporary secret_access_key)
	AWS_SESSION_TOKEN=$(key temporary session_token)
	export AWS_SESSION_TOKEN
	run -0 s3cat "s3://$bucket/l/"
	[ "$output" = hi ]
	AWS_SESSION_TOKEN=$AWS_SESSION_TOKEN= fails 77 "the session token is not the access key's" "s3://$bucket/l/"
	AWS_SESSION_TOKEN='' fails 77 "the access key does not exist" "s3://$bucket/l/"
	AWS_ACCESS_KEY_ID=$(key expired access_key_id)
	AWS_SECRET_ACCESS_KEY=$(key expired secret_access_key)
	AWS_SESSION_TOKEN=$(key expired session_token)
	fails 77 "the session token has expired (ExpiredToken, HTTP 400)" "s3://$bucket/l/"
}

@test "keys that are wrong or may not are 77, without another try" {
	put l/1 'hi\n'
	AWS_SECRET_ACCESS_KEY=wrong fails 77 "s3://$bucket/l/: the secret key does not fit the access key" "s3://$bucket/l/"
	AWS_ACCESS_KEY_ID=AKIAXXXX fails 77 "the access key does not exist (InvalidAccessKeyId, HTTP 403)" "s3://$bucket/l/1"
	AWS_ACCESS_KEY_ID=$(key powerless access_key_id) AWS_SECRET_ACCESS_KEY=$(key powerless secret_access_key) \
		fails 77 "s3://$bucket/l/: *not authorized to perform" "s3://$bucket/l/"
	[ "$(requests '.*')" = 3 ]
	AWS_ACCESS_KEY_ID='' AWS_SECRET_ACCESS_KEY='' fails 77 "no AWS credentials: looked in" "s3://$bucket/l/"
	AWS_SECRET_ACCESS_KEY='' fails 77 "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY" "s3://$bucket/l/"
	AWS_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY$'\n' fails 77 "the AWS secret key holds a blank, a line break" "s3://$bucket/l/"
}

@test "a clock that is wrong is told, with how much" {
	put l/1 'hi\n'
	ctl set s3 clock_s=800
	run -0 s3cat "s3://$bucket/l/"
	ctl set s3 clock_s=3600
	fails 77 "s3://$bucket/l/: this machine's clock is wrong: it is 3[56]?? s behind S3's (RequestTimeTooSkewed, HTTP 403)" "s3://$bucket/l/"
	ctl set s3 clock_s=-3600
	fails 77 "it is 3[56]?? s ahead of S3's" "s3://$bucket/l/1"
}

@test "what is not there: a bucket is 69, a key or an empty prefix 66" {
	put l/1 'hi\n'
	fails 69 "s3://$bucket-none/l/: no such bucket (NoSuchBucket, HTTP 404)" "s3://$bucket-none/l/"
	fails 69 "s3://$bucket-none/l: no such bucket" "s3://$bucket-none/l"
	fails 69 "s3://$bucket-none/: no such bucket" -l "s3://$bucket-none/"
	fails 69 "s3://No_Bucket/: *InvalidBucketName" "s3://No_Bucket/"
	fails 66 "s3://$bucket/l: no such object (NoSuchKey, HTTP 404)" "s3://$bucket/l"
	fails 66 "s3://$bucket/l: no such object" -l "s3://$bucket/l"
	fails 66 "s3://$bucket/none/: no objects there" "s3://$bucket/none/"
	fails 66 "s3://$bucket/none/: no objects there" -l "s3://$bucket/none/"
}

@test "an operand that is not there ends the work after those before it" {
	put l/1 'hi\n'
	fails 66 "s3://$bucket/none/: no objects" "s3://$bucket/l/" "s3://$bucket/none/" "s3://$bucket/l/1"
	[ "$output" = hi ]
}

@test "503 SlowDown is tried again, three times in all, then 75" {
	put l/1 'hi\n'
	ctl fault s3 ListObjectsV2 status code=503 times=2 match="$bucket"
	ctl fault s3 GetObject status code=500 times=2 match="$bucket"
	run -0 s3cat "s3://$bucket/l/"
	[ "$output" = hi ]
	ctl fault s3 GetObject status code=503 times=3 match="$bucket"
	fails 75 "s3://$bucket/l/1: Please reduce your request rate. (SlowDown, HTTP 503)" "s3://$bucket/l/1"
	ctl fault s3 GetObject status code=503 times=5 match="$bucket"
	AWS_MAX_ATTEMPTS=6 run -0 s3cat "s3://$bucket/l/1"
	[ "$(requests GetObject)" = 12 ]
	AWS_MAX_ATTEMPTS=0 fails 64 "AWS_MAX_ATTEMPTS is '0', expected 1 to 1000" "s3://$bucket/l/1"
}

@test "Retry-After is obeyed, and one too long is not waited for" {
	put l/1 'hi\n'
	export HOURTOOLS_RETRY_BASE_MS=60000
	ctl fault s3 GetObject status code=503 retry_after=0 match="$bucket"
	# A back-off of the policy's own would outlast the time limit.
	run -0 timeout 20 s3cat "s3://$bucket/l/1"
	ctl fault s3 GetObject status code=503 retry_after=2 match="$bucket"
	SECONDS=0
	run -0 s3cat "s3://$bucket/l/1"
	[ "$SECONDS" -ge 1 ]
	ctl fault s3 GetObject status code=503 retry_after=301 match="$bucket"
	run -75 timeout 20 s3cat "s3://$bucket/l/1"
}

@test "a service that is not there is 75" {
	AWS_ENDPOINT_URL_S3=http://127.0.0.1:1 fails 75 "s3://$bucket/l/: 127.0.0.1:1: " "s3://$bucket/l/"
	AWS_ENDPOINT_URL_S3=http://no.invalid fails 75 "no.invalid: Could not resolve host" "s3://$bucket/l/"
}

@test "a full disk is 74, by object and by listing" {
	ctl put "s3://$bucket/l/log" "$log"
	put l/one 'hi\n'
	for what in "s3://$bucket/l/log" "s3://$bucket/l/one" "-l s3://$bucket/l/"; do
		# shellcheck disable=SC2086 # an option and its operand
		run -74 --separate-stderr sh -c 's3cat "$@" >/dev/full' sh $what
		[ "$stderr" = "s3cat: standard output: No space left on device" ]
	done
}

@test "a pipe that is closed ends it quietly, by SIGPIPE" {
	ctl put "s3://$bucket/l/log" "$log"
	{
		s3cat "s3://$bucket/l/log" "s3://$bucket/l/log" "s3://$bucket/l/log" 2>said || echo $? >code
	} | head -n 1 >/dev/null
	[ "$(cat code)" = 141 ]
	[ ! -s said ]
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

@test "a service that answers something else than S3 is 69" {
	python3 -m http.server --bind 127.0.0.1 0 >served 2>&1 3>&- &
	server=$!
	for _ in $(seq 500); do
		grep -q 'port [0-9]' served && break
		sleep 0.01
	done
	AWS_ENDPOINT_URL_S3=http://127.0.0.1:$(sed -n 's/.*port \([0-9]*\) .*/\1/p' served)
	mkdir -p "$bucket"
	fails 69 "s3://$bucket/: " "s3://$bucket/"
	echo x >"$bucket/k"
	fails 69 "s3://$bucket/k: the answer has no ETag" "s3://$bucket/k"
	[ "$output" = "" ]
	kill "$server"
}

@test "a large object is read within 32 MiB, plain and compressed" {
	python3 - >big <<'.'
import random

random.seed(1)
for n in range(300000):
    print('{"type":"t","n":%d,"x":"%032x%032x"}' % (n, random.getrandbits(128), random.getrandbits(128)))
.
	gzip -1c big >big.gz
	zstd -qc big >big.zst
	for kind in '' .gz .zst; do
		ctl put "s3://$bucket/big$kind" "big$kind"
		run -0 peak s3cat "s3://$bucket/big$kind"
		[ "$output" -le 32768 ] || {
			echo "big$kind: $output KiB"
			return 1
		}
	done
}

@test "a listing of thousands of keys is read within 32 MiB" {
	python3 - "$bucket" <<'.'
import http.client
import os
import sys
import urllib.parse

at = http.client.HTTPConnection(urllib.parse.urlsplit(os.environ["CLOUD_CONTROL"]).netloc)
for n in range(2100):
    url = f"s3://{sys.argv[1]}/{'k' * 200}/{n:06d}"
    at.request("PUT", "/object?url=" + urllib.parse.quote(url, safe=""), b"x\n")
    at.getresponse().read()
.
	s3cat -l "s3://$bucket/" >listing
	[ "$(cut -f 1 listing | LC_ALL=C sort -u | wc -l)" = 2100 ]
	[ "$(requests ListObjectsV2)" = 3 ]
	run -0 peak s3cat -l "s3://$bucket/"
	[ "$output" -le 32768 ] || {
		echo "$output KiB"
		return 1
	}
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

@test "every exit code of the man page is one that a test above gives" {
	sed -n '/^\.Sh EXIT STATUS/,/^\.El/s/^\.It \([0-9]*\).*/\1/p' "$BATS_TEST_DIRNAME/../man/s3cat.1" >listed
	{
		echo 0
		sed -n 's/.*\(fails\|run\) -\{0,1\}\([0-9][0-9]\) .*/\2/p' "$BATS_TEST_FILENAME"
	} | sort -nu >given
	cmp listed given
}
