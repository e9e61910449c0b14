# s3cat when things go wrong: on the way, at S3, with keys, on this machine. The right bytes, or the right code.
bats_require_minimum_version 1.5.0

load s3cat/setup

@test "an object that changes while it is read is an error, never a mix" {
	# Larger than the pipe and all buffers: s3cat can't reach the cut before the pipe is read.
	for _ in $(seq 30); do cat "$log"; done >large # more than the window and the pipe
	ctl put "s3://$bucket/large" large
	mkfifo pipe
	s3cat -j 2 "s3://$bucket/large" >pipe 2>said 3>&- &
	pid=$!
	exec 9<pipe
	for _ in $(seq 500); do
		[ "$(requests GetObject)" = 0 ] || break
		sleep 0.02
	done
	put large 'another\n'
	cat <&9 >out
	code=0
	wait "$pid" || code=$?
	[ "$code" = 65 ]
	grep -q "^s3cat: s3://$bucket/large: the object changed" said
	[ "$(wc -l <said)" = 1 ]
	[ "$(wc -c <out)" -lt "$(wc -c <large)" ]
	head -c "$(wc -c <out)" large | cmp - out
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
	[ "$output" = "" ]
}

@test "a bit that turns on the way shows by each checksum that S3 sends for the whole object" {
	put log '{"n":1}\n'
	for kind in crc32c crc32 crc64nvme sha1 sha256; do
		ctl set s3 checksum=$kind
		run -0 s3cat "s3://$bucket/log"
		ctl fault s3 GetObject flip at=5 times=3 match="$bucket"
		fails 75 "s3://$bucket/log: damaged on the way: *, S3 has " "s3://$bucket/log"
		ctl fault s3 GetObject header name=x-amz-checksum-$kind value=AAAAAQ== times=3 match="$bucket"
		fails 75 "s3://$bucket/log: damaged on the way: *S3 has AAAAAQ==" "s3://$bucket/log"
	done
	# What resumes is verified as a whole.
	ctl fault s3 GetObject cut bytes=3 match="$bucket"
	ctl fault s3 GetObject flip at=2 times=3 match="$bucket"
	fails 75 "s3://$bucket/log: damaged on the way" "s3://$bucket/log"
}

@test "without a checksum of the whole object its ETag is compared, where that is an MD5" {
	put log '{"n":1}\n'
	for kind in none composite; do
		ctl set s3 checksum=$kind
		run -0 s3cat "s3://$bucket/log"
		ctl fault s3 GetObject flip at=5 times=3 match="$bucket"
		fails 75 "s3://$bucket/log: damaged on the way: MD5 of what came is *, S3 has " "s3://$bucket/log"
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
	fails 77 "the session token has expired (ExpiredToken, HTTP 400, request id *)" "s3://$bucket/l/"
}

@test "keys that are wrong or may not are 77, without another try" {
	put l/1 'hi\n'
	AWS_SECRET_ACCESS_KEY=wrong fails 77 "s3://$bucket/l/: the secret key does not fit the access key" "s3://$bucket/l/"
	AWS_ACCESS_KEY_ID=AKIAXXXX fails 77 "the access key does not exist (InvalidAccessKeyId, HTTP 403, request id *)" "s3://$bucket/l/1"
	AWS_ACCESS_KEY_ID=$(key powerless access_key_id) AWS_SECRET_ACCESS_KEY=$(key powerless secret_access_key) \
		fails 77 "s3://$bucket/l/: *not authorized to perform" "s3://$bucket/l/"
	[ "$(requests '.*')" = 4 ] # a refused HEAD does not say why
	AWS_ACCESS_KEY_ID='' AWS_SECRET_ACCESS_KEY='' fails 77 "no AWS credentials: looked in" "s3://$bucket/l/"
	AWS_SECRET_ACCESS_KEY='' fails 77 "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY" "s3://$bucket/l/"
	AWS_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY$'\n' fails 77 "the AWS secret key holds a blank, a line break" "s3://$bucket/l/"
}

@test "a clock that is off is corrected by the Date of S3's refusal, once for all requests" {
	put l/1 'hi\n'
	put l/2 'ho\n'
	for off in 800 3600 -3600; do
		ctl set s3 clock_s="$off"
		run -0 s3cat "s3://$bucket/l/"
		[ "$output" = $'hi\nho' ]
	done
	[ "$(requests ListObjectsV2)" = 5 ]
	[ "$(requests GetObject)" = 6 ]
}

@test "a clock that is wrong and can't be corrected is told, with how much" {
	put l/1 'hi\n'
	ctl set s3 clock_s=3600 date_s=-7200
	fails 77 "s3://$bucket/l/: this machine's clock is wrong: it is 3[56]?? s behind S3's (RequestTimeTooSkewed, HTTP 403, request id *)" "s3://$bucket/l/"
	ctl set s3 clock_s=-3600 date_s=7200
	fails 77 "it is 3[56]?? s ahead of S3's" "s3://$bucket/l/1"
}

@test "what is not there: a bucket is 69, a key or an empty prefix 66" {
	put l/1 'hi\n'
	fails 69 "s3://$bucket-none/l/: no such bucket (NoSuchBucket, HTTP 404, request id *)" "s3://$bucket-none/l/"
	fails 69 "s3://$bucket-none/l: no such bucket" "s3://$bucket-none/l"
	fails 69 "s3://$bucket-none/: no such bucket" -l "s3://$bucket-none/"
	fails 69 "s3://No_Bucket/: *InvalidBucketName" "s3://No_Bucket/"
	fails 66 "s3://$bucket/l: no such object (NoSuchKey, HTTP 404, request id *)" "s3://$bucket/l"
	fails 66 "s3://$bucket/l: no such object" -l "s3://$bucket/l"
	fails 66 "s3://$bucket/none/: no objects there" "s3://$bucket/none/"
	fails 66 "s3://$bucket/none/: no objects there" -l "s3://$bucket/none/"
}

@test "an operand that is not there ends the work after those before it" {
	put l/1 'hi\n'
	fails 66 "s3://$bucket/none/: no objects" "s3://$bucket/l/" "s3://$bucket/none/" "s3://$bucket/l/1"
	[ "$output" = hi ]
}

@test "503 SlowDown is tried again at a lower rate, ten times in all, then 75" {
	put l/1 'hi\n'
	ctl fault s3 ListObjectsV2 status code=503 times=2 match="$bucket"
	ctl fault s3 GetObject status code=500 times=2 match="$bucket"
	run -0 s3cat "s3://$bucket/l/"
	[ "$output" = hi ]
	ctl fault s3 GetObject status code=503 times=10 match="$bucket"
	fails 75 "s3://$bucket/l/1: Please reduce your request rate. (SlowDown, HTTP 503, request id *)" "s3://$bucket/l/1"
	ctl fault s3 GetObject status code=503 times=11 match="$bucket"
	AWS_MAX_ATTEMPTS=12 run -0 s3cat "s3://$bucket/l/1"
	[ "$(requests GetObject)" = 25 ]
	ctl fault s3 GetObject status code=503 match="$bucket"
	AWS_MAX_ATTEMPTS=1 fails 75 "SlowDown" "s3://$bucket/l/1"
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

@test "a large object is read within 32 MiB, plain and compressed" {
	python3 - >big <<'.'
import random

random.seed(1)
for n in range(300000):
    print('{"type":"t","n":%d,"x":"%032x%032x"}' % (n, random.getrandbits(128), random.getrandbits(128)))
.
	gzip -1c big >big.gz
	zstd -q --long=23 -c big >big.zst # the largest window that is read, 8 MiB
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
