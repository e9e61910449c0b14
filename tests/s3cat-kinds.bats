# s3cat and the kinds of objects and buckets there are: in parts, archived, encrypted, with versions, of others.
bats_require_minimum_version 1.5.0

load s3cat/setup

@test "the checksum of an object's parts is verified by the parts' bounds, however they are learned" {
	ctl put "s3://$bucket/log" "$log"
	for kind in composite composite-crc32 composite-sha1 composite-sha256; do
		ctl set s3 checksum=$kind part_bytes=100000 attributes=on
		s3cat "s3://$bucket/*" | cmp - "$log"
		ctl fault s3 GetObject flip at=250000 match="$bucket"
		fails 75 "s3://$bucket/log: damaged on the way: * of the parts of what came is *, S3 has " "s3://$bucket/*"
	done
	[ "$(requests GetObjectAttributes)" = 8 ]
	# A HEAD of each part, when the bounds may not be asked for at once.
	ctl set s3 attributes=off
	s3cat "s3://$bucket/*" | cmp - "$log"
	[ "$(requests HeadObject partNumber=)" = 7 ]
	ctl fault s3 GetObject flip at=250000 match="$bucket"
	fails 75 "damaged on the way" "s3://$bucket/*"
	# So many parts that their HEADs are not worth it.
	ctl set s3 part_bytes=10000
	ctl fault s3 GetObject flip at=250000 match="$bucket"
	s3cat "s3://$bucket/*" >out
	run -1 cmp out "$log"
	# More parts than a page of their bounds has.
	ctl set s3 part_bytes=500 attributes=on
	s3cat "s3://$bucket/*" | cmp - "$log"
	ctl fault s3 GetObject flip at=250000 match="$bucket"
	fails 75 "damaged on the way" "s3://$bucket/*"
	ctl fault s3 GetObject cut bytes=123456 times=2 match="$bucket"
	s3cat "s3://$bucket/*" | cmp - "$log"
}

@test "an object in parts with a checksum of the whole needs no bounds" {
	ctl put "s3://$bucket/log" "$log"
	ctl set s3 checksum=crc32 part_bytes=100000
	s3cat "s3://$bucket/*" | cmp - "$log"
	ctl fault s3 GetObject flip at=5 match="$bucket"
	fails 75 "damaged on the way: CRC-32 of what came is" "s3://$bucket/*"
	[ "$(requests GetObjectAttributes)" = 0 ]
	# Without any, the ETag of parts is no MD5.
	ctl set s3 checksum=none
	ctl fault s3 GetObject flip at=5 match="$bucket"
	run -0 s3cat "s3://$bucket/*"
}

@test "an ETag under a key of KMS is not compared as an MD5" {
	put log '{"n":1}\n'
	ctl set s3 checksum=none encryption=aws:kms
	ctl fault s3 GetObject flip at=5 match="$bucket"
	run -0 s3cat "s3://$bucket/log"
	[ "$output" = '{"n":0}' ]
	ctl set s3 encryption=AES256
	ctl fault s3 GetObject flip at=5 match="$bucket"
	fails 75 "MD5 of what came" "s3://$bucket/log"
}

@test "AWS_RESPONSE_CHECKSUM_VALIDATION=when_required neither asks for checksums nor compares them" {
	put log '{"n":1}\n'
	export AWS_RESPONSE_CHECKSUM_VALIDATION=when_required
	ctl fault s3 GetObject flip at=5 match="$bucket"
	run -0 s3cat "s3://$bucket/log"
	[ "$output" = '{"n":0}' ]
	AWS_RESPONSE_CHECKSUM_VALIDATION=never fails 64 "AWS_RESPONSE_CHECKSUM_VALIDATION is 'never', expected when_supported" "s3://$bucket/log"
}

@test "a HEAD that is refused is asked why" {
	ctl put "s3://$bucket/log" "$log"
	ctl set s3 checksum=composite part_bytes=100000
	ctl fault s3 HeadObject status code=403 match="$bucket"
	s3cat "s3://$bucket/*" | cmp - "$log"
	ctl fault s3 HeadObject status code=503 times=2 match="$bucket"
	s3cat "s3://$bucket/*" | cmp - "$log"
	ctl set s3 deny=GetObject
	fails 77 "s3://$bucket/log: Access Denied: s3:GetObject is needed, or the object is not there" "s3://$bucket/*"
	ctl fault s3 HeadObject status code=403 times=2 match="$bucket"
	ctl set s3 deny=
	fails 77 "s3://$bucket/log: HEAD is answered: HTTP 403" "s3://$bucket/*"
}

@test "an archived object is named with its class and the command that restores it" {
	put "l/it's" 'x\n'
	ctl set s3 archived=DEEP_ARCHIVE
	fails 65 "s3://$bucket/l/it's: the object is archived (DEEP_ARCHIVE): restore it first, aws s3api restore-object --bucket '$bucket' --key 'l/it'\\\\''s' --restore-request Days=7 (InvalidObjectState, HTTP 403, request id " \
		"s3://$bucket/l/"
	ctl set s3 archived=INTELLIGENT_TIERING:ARCHIVE_ACCESS
	fails 65 "archived (INTELLIGENT_TIERING, ARCHIVE_ACCESS): *--restore-request GlacierJobParameters={Tier=Standard}" \
		"s3://$bucket/l/it's"
}

@test "an object under a customer's key is refused with a sentence" {
	put l/1 'x\n'
	ctl set s3 encryption=customer
	fails 69 "s3://$bucket/l/1: the object is encrypted with a customer's key (SSE-C), which is not read: *encryption (InvalidRequest, HTTP 400, " "s3://$bucket/l/"
}

@test "--version-id reads that version, and no other" {
	put k 'new\n'
	put .versions/old1/k 'old\n'
	ctl set s3 versions=on
	run -0 s3cat "s3://$bucket/k"
	[ "$output" = new ]
	run -0 s3cat --version-id old1 "s3://$bucket/k"
	[ "$output" = old ]
	[ "$(requests GetObject versionId=old1)" = 1 ]
	ctl fault s3 GetObject cut bytes=2 match="$bucket"
	run -0 s3cat --version-id old1 "s3://$bucket/k"
	[ "$output" = old ]
	[ "$(requests GetObject versionId=old1)" = 3 ]
	fails 66 "s3://$bucket/k: no such version of the object (NoSuchVersion, HTTP 404" --version-id old2 "s3://$bucket/k"
	ctl set s3 deny=GetObjectVersion
	fails 77 "s3://$bucket/k: Access Denied: s3:GetObjectVersion is needed" --version-id old1 "s3://$bucket/k"
	fails 64 "'s3://$bucket/' is a prefix: --version-id takes one object" --version-id old1 "s3://$bucket/"
	fails 64 "--version-id takes one object" --version-id old1 "s3://$bucket/k" "s3://$bucket/k"
	fails 64 "--version-id takes no -l" --version-id old1 -l "s3://$bucket/k"
	fails 64 "--version-id takes no -m" --version-id old1 -m listing
}

@test "a version that changes between two requests is an error, though the bytes are the same" {
	# Larger than the pipe and all buffers: s3cat can't reach the cut before the pipe is read.
	for _ in 1 2 3 4 5 6; do cat "$log"; done >large
	ctl put "s3://$bucket/large" large
	ctl set s3 versions=on
	ctl fault s3 GetObject cut bytes=3000000 match="$bucket"
	mkfifo pipe
	s3cat "s3://$bucket/large" >pipe 2>said 3>&- &
	pid=$!
	exec 9<pipe
	for _ in $(seq 500); do
		[ "$(requests GetObject)" = 0 ] || break
		sleep 0.02
	done
	ctl put "s3://$bucket/large" large
	cat <&9 >out
	code=0
	wait "$pid" || code=$?
	[ "$code" = 65 ]
	grep -q "^s3cat: s3://$bucket/large: stopped at byte 3000000 of .*: the object changed: its version is" said
	head -c 3000000 large | cmp - out
}

@test "--requester-pays pays for lists and objects; without it the message says so" {
	put l/1 'hi\n'
	ctl set s3 payer=requester
	fails 77 "s3://$bucket/l/: Access Denied: s3:ListBucket is needed; a bucket whose requester pays wants --requester-pays" "s3://$bucket/l/"
	run -0 s3cat --requester-pays "s3://$bucket/l/" "s3://$bucket/l/1"
	[ "$output" = $'hi\nhi' ]
	fails 64 "--requester-pays takes no --no-sign-request" --requester-pays --no-sign-request "s3://$bucket/l/"
}

@test "--no-sign-request looks for no credentials and sends none" {
	put 'l/a b' 'hi\n'
	ctl set s3 public=yes
	unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
	export AWS_EC2_METADATA_DISABLED=true
	run -0 --separate-stderr s3cat -q --no-sign-request "s3://$bucket/l/" "s3://$bucket/l/a b"
	[ "$output" = $'hi\nhi' ]
	[ "$stderr" = "" ]
	ctl set s3 public=no
	fails 77 "s3://$bucket/l/: Access Denied: s3:ListBucket is needed; no credentials were sent, as asked" --no-sign-request "s3://$bucket/l/"
}

@test "who may not list may read, and is told which permission lacks" {
	put l/1 'hi\n'
	ctl set s3 deny=ListBucket
	fails 77 "s3://$bucket/l/: Access Denied: s3:ListBucket is needed" "s3://$bucket/l/"
	run -0 s3cat "s3://$bucket/l/1"
	[ "$output" = hi ]
	fails 77 "s3://$bucket/l/2: Access Denied: s3:GetObject is needed, or the object is not there (who lacks s3:ListBucket is not told)" \
		"s3://$bucket/l/2"
	ctl set s3 deny=GetObject
	fails 77 "s3://$bucket/l/1: Access Denied: s3:GetObject is needed" "s3://$bucket/l/"
	run -0 s3cat -l "s3://$bucket/l/"
}

@test "an access point is a bucket, named by its ARN" {
	ctl mkbucket s3://mine-123456789012 region=eu-west-3
	echo hi | ctl put "s3://mine-123456789012/l/1" -
	export AWS_ENDPOINT_URL_S3=${AWS_ENDPOINT_URL_S3/127.0.0.1/localhost}
	point=arn:aws:s3:eu-west-3:123456789012:accesspoint/mine
	run -0 s3cat "s3://$point/l/"
	[ "$output" = hi ]
	s3cat -l "s3://$point" >listing
	[ "$(cut -f 1 listing)" = "s3://$point/l/1" ]
	run -0 s3cat -m listing
	[ "$output" = hi ]
	# The ARN says the region.
	[ "$(grep -c '"host": "mine-123456789012.localhost"' "$CLOUD_DIR/requests.log")" = 4 ]
	[ "$(grep 'mine-123456789012.localhost' "$CLOUD_DIR/requests.log" | grep -c '"status": 400')" = 0 ]
	fails 64 "'arn:aws:s3::1:accesspoint/m': expected the ARN of an access point" "s3://arn:aws:s3::1:accesspoint/m/k"
	AWS_ENDPOINT_URL_S3=http://127.0.0.1:1 fails 64 "an access point is asked by host name" "s3://$point/k"
}

@test "the profile says where S3 is, unless that is to be ignored" {
	put l/1 'hi\n'
	printf '[default]\nendpoint_url = %s\nmax_attempts = 2\n[profile bad]\nuse_fips_endpoint = maybe\n' "$AWS_ENDPOINT_URL_S3" >config
	export AWS_CONFIG_FILE=$PWD/config AWS_REGION=no/region
	(
		unset AWS_ENDPOINT_URL_S3
		AWS_REGION=us-east-1 run -0 s3cat "s3://$bucket/l/"
		[ "$output" = hi ]
		ctl fault s3 ListObjectsV2 status code=500 times=2 match="$bucket"
		AWS_REGION=us-east-1 fails 75 "s3://$bucket/l/: We encountered an internal error. Please try again. (InternalError, HTTP 500" "s3://$bucket/l/"
		# Of AWS itself a region that can't be is asked.
		AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true fails 64 "region 'no/region': expected a name" "s3://$bucket/l/"
	)
	AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=TRUE fails 64 "region 'no/region': expected a name" "s3://$bucket/l/"
	AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=1 fails 64 "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is '1', expected true or false" "s3://$bucket/l/"
	AWS_PROFILE=bad fails 78 "config: use_fips_endpoint of profile 'bad' is 'maybe', expected true or false" "s3://$bucket/l/"
	AWS_USE_FIPS_ENDPOINT=true fails 64 "an S3 endpoint of one's own is given, and AWS's FIPS one is asked for" "s3://$bucket/l/"
	AWS_USE_DUALSTACK_ENDPOINT=true fails 64 "AWS's dualstack one is asked for" "s3://$bucket/l/"
}
