# s3cat ahead of its reader: large objects by ranges, many at a time, the same bytes whatever -j.
bats_require_minimum_version 1.5.0

load s3cat/setup

# ranges KEY: what was asked for of it, in order.
ranges() {
	grep "\"/$bucket/$1\"" "$CLOUD_DIR/requests.log" | grep '"route": "GetObject"' |
		sed 's/.*"range": "bytes=\([^"]*\)".*/\1/; t; s/.*/whole/' | sort -n
}

@test "the bytes are the same whatever -j, of large and small objects, compressed or not" {
	for _ in $(seq 12); do cat "$log"; done >large
	od -An -v -tx8 large | head -c 9000001 | gzip -1 >large.gz
	ctl put "s3://$bucket/h/a" large
	ctl put "s3://$bucket/h/b" "$log.gz"
	put h/c 'no line feed'
	put h/d ''
	ctl put "s3://$bucket/h/e" large.gz
	zstd -q -c large | ctl put "s3://$bucket/h/f" -
	for i in $(seq 10 40); do
		seq "$i" 900 | gzip | ctl put "s3://$bucket/h/g$i" -
	done
	{
		cat large "$log"
		echo 'no line feed'
		gzip -dc large.gz
		echo
		cat large
		for i in $(seq 10 40); do seq "$i" 900; done
	} >expected
	for j in 1 2 3 8 64; do
		s3cat -j $j "s3://$bucket/h/" | cmp - expected
	done
	s3cat "s3://$bucket/h/" | cmp - expected
	s3cat -l "s3://$bucket/h/" | s3cat -j 5 -m - | cmp - expected
}

@test "an object of up to 6 MiB is read in one, a larger one by ranges of 2 MiB under its ETag" {
	head -c 6291456 /dev/urandom >one
	head -c 6291457 /dev/urandom >two
	ctl put "s3://$bucket/one" one
	ctl put "s3://$bucket/two" two
	s3cat "s3://$bucket/one" | cmp - one
	s3cat "s3://$bucket/two" | cmp - two
	[ "$(ranges one)" = whole ]
	[ "$(ranges two)" = $'0-2097151\n2097152-4194303\n4194304-6291455\n6291456-6291456' ]
	[ "$(requests HeadObject)" = 2 ]
	s3cat "s3://$bucket/" >/dev/null
	[ "$(requests HeadObject)" = 3 ] # of the large one, for its checksum
}

@test "a cut range goes on at the byte reached" {
	head -c 7000000 /dev/urandom >o
	ctl put "s3://$bucket/o" o
	ctl fault s3 GetObject cut bytes=1000000 skip=1 match="$bucket"
	s3cat -j 1 "s3://$bucket/o" | cmp - o
	[ "$(ranges o)" = $'0-2097151\n2097152-4194303\n3097152-4194303\n4194304-6291455\n6291456-6999999' ]
	for j in 2 8; do
		ctl fault s3 GetObject cut bytes=300000 times=9 match="$bucket"
		s3cat -j $j "s3://$bucket/o" | cmp - o
	done
}

@test "a damaged object is fetched again, before a byte of it is written" {
	put o '{"n":1}\n'
	for kind in crc64nvme crc32c sha256 none; do
		ctl set s3 checksum=$kind
		ctl fault s3 GetObject flip at=3 times=2 match="$bucket"
		run -0 s3cat "s3://$bucket/o"
		[ "$output" = '{"n":1}' ]
		ctl fault s3 GetObject flip at=3 times=3 match="$bucket"
		fails 75 "s3://$bucket/o: damaged on the way" "s3://$bucket/o"
		[ "$output" = "" ]
	done
}

@test "the checksum of a large object is compared over its ranges" {
	head -c 7000000 /dev/urandom >o
	for kind in crc64nvme crc32c sha1 none; do
		ctl set s3 checksum=$kind
		ctl put "s3://$bucket/o" o
		s3cat "s3://$bucket/o" | cmp - o
		ctl fault s3 GetObject flip at=70000 skip=2 match="$bucket"
		run -75 --separate-stderr bash -c "s3cat 's3://$bucket/o' >found"
		[[ $stderr == "s3cat: s3://$bucket/o: damaged on the way: "* ]]
	done
}

@test "of a failure what stands before it is written, and nothing of later objects" {
	for i in 1 2 3 4 5 6 7 8 9; do
		seq "$i" 3000 | ctl put "s3://$bucket/h/$i" -
	done
	for i in 1 2 3 4; do seq "$i" 3000; done >expected
	for j in 1 2 8 64; do
		ctl fault s3 GetObject status code=403 match="$bucket/h/5" times=always
		ctl fault s3 GetObject status code=404 match="$bucket/h/6" times=always
		run -77 --separate-stderr bash -c "s3cat -j $j 's3://$bucket/h/' >found"
		[[ $stderr == "s3cat: s3://$bucket/h/5: "* ]]
		cmp found expected
	done
}

@test "an error, a full disk or a closed pipe end requests that are stuck at once" {
	head -c 100000 /dev/urandom | ctl put "s3://$bucket/h/1" -
	put h/2 'x\n'
	SECONDS=0
	ctl fault s3 GetObject status code=403 match="$bucket/h/1"
	ctl fault s3 GetObject slow delay_ms=40000 match="$bucket/h/2" times=always
	run -77 --separate-stderr s3cat "s3://$bucket/h/"
	run -74 --separate-stderr bash -c "s3cat 's3://$bucket/h/' >/dev/full"
	[ "$stderr" = "s3cat: standard output: No space left on device" ]
	run -141 bash -c "set -o pipefail; s3cat 's3://$bucket/h/' 2>err | true"
	[ ! -s err ]
	[ $SECONDS -lt 35 ]
}

@test "a slow reader holds the requests: the window is bounded" {
	head -c 2000000 /dev/urandom >two
	for i in $(seq 10 39); do
		ctl put "s3://$bucket/h/$i" two
	done
	s3cat "s3://$bucket/h/" | {
		head -c 1 >/dev/null
		sleep 1
		requests GetObject >asked
		cat >/dev/null
	}
	cat asked
	[ "$(cat asked)" -le 8 ] # 10 MiB, what is gathered, and the pipe
	[ "$(requests GetObject)" = 30 ]
}

@test "memory stays within what the page says, whatever -j and the sizes" {
	for _ in $(seq 60); do cat "$log"; done >large
	ctl put "s3://$bucket/h/plain" large
	gzip -1 -c large | ctl put "s3://$bucket/h/gz" -
	for i in 1 2; do
		zstd -q --zstd=wlog=23 -c large | ctl put "s3://$bucket/h/zst$i" -
	done
	for i in $(seq 200); do
		printf '%s\n' "$i"
	done | ctl put "s3://$bucket/h/small" -
	for j in 1 8 64; do
		run -0 peak s3cat -j $j "s3://$bucket/h/"
		echo "-j $j: $output KiB"
		[ "$output" -le 65536 ] || [ -n "${SANITIZED-}" ]
	done
	run -0 peak s3cat "s3://$bucket/h/plain"
	echo "plain: $output KiB"
	[ "$output" -le 32768 ] || [ -n "${SANITIZED-}" ]
}

@test "-j, --limit-rate and --deadline are checked, and kept to" {
	put o 'x\n'
	for j in 0 65 x; do
		fails 64 "" -j $j "s3://$bucket/o"
	done
	fails 64 "--deadline" --deadline 99999999999 "s3://$bucket/o"
	run -0 s3cat --limit-rate 1M --deadline 60 "s3://$bucket/o"
	ctl fault s3 HeadObject slow delay_ms=20000 match="$bucket"
	fails 75 "deadline of 1 s reached" --deadline 1 "s3://$bucket/o"
}

@test "on a terminal a line tells bytes, retries and what is left; --progress asks for it elsewhere" {
	for i in 1 2 3 4; do cat "$log" "$log" "$log"; done >large
	ctl put "s3://$bucket/large" large
	ctl fault s3 GetObject status code=500 times=2 match="$bucket"
	# At that rate it takes longer than the first line does to come.
	TERM=xterm script -qefc "s3cat -j 1 --limit-rate 3M s3://$bucket/ >out" typescript >/dev/null 3>&- </dev/null
	cmp out large
	grep -aq 'MiB/s, 2 retries, [0-9]* s left' typescript
	run -0 --separate-stderr s3cat --progress "s3://$bucket/large"
	[ "$stderr" = "" ]
}
