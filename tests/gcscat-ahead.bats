# gcscat ahead of its reader: large objects by ranges, many at a time, the same bytes whatever -j.
bats_require_minimum_version 1.5.0
load gcs/setup

setup_file() {
	start_cloud 9500000 # three ranges
}

teardown() {
	ctl clearfaults
}

put() {
	ctl put "gs://$bucket/$1" "${2:--}"
}

# ranges: what was asked for of each object, in order of the names and the ranges.
ranges() {
	mine | grep '"objects.download"' |
		sed 's/.*\/o\/\([^?]*\)?.*"range": "bytes=\([^"]*\)".*/\1 \2/; t; s/.*\/o\/\([^?]*\)?.*/\1 whole/' |
		sort -t ' ' -k 1,1 -k 2n
}

@test "the bytes are the same whatever -j, of large and small objects, compressed or not" {
	od -An -v -tx8 "$big" >text
	gzip -1 -c text | put h/a.gz
	put h/b "$big"
	gzip -c "$small" | put h/c
	printf 'no line feed' | put h/d
	: | put h/e
	zstd -q -c text | put h/f.zst
	for i in $(seq 20); do
		seq "$i" 500 | gzip | put "h/g$i.gz"
	done
	put h/h "$small"
	{
		cat text "$big" # its last byte may be a line feed
		[ "$(tail -c 1 "$big" | od -An -tx1)" = " 0a" ] || echo
		cat "$small"
		echo 'no line feed'
		cat text
		for i in $(printf '%s\n' $(seq 20) | LC_ALL=C sort -k 1,1 | sed 's/$/.gz/' | LC_ALL=C sort); do
			seq "${i%.gz}" 500
		done
		cat "$small"
	} >expected
	for j in 1 2 3 8 64; do
		gcscat -j $j "gs://$bucket/h/" | cmp - expected
	done
	gcscat "gs://$bucket/h/" | cmp - expected
}

@test "a large object is read by ranges of one generation, a smaller one in one" {
	put o "$big"
	head -c 6291456 "$big" | put p
	for j in 1 8; do
		gcscat -j $j "gs://$bucket/" | cmp - <(cat "$big" <(tail -c 1 "$big" | grep -q '^$' || echo) <(head -c 6291456 "$big"))
	done
	ranges | uniq >found
	printf 'o %s\n' 0-4194303 4194304-8388607 8388608- >expected
	echo 'p whole' >>expected
	cmp found expected
	[ "$(mine | grep '"objects.download"' | grep '/o/o?' | sed 's/.*generation=\([0-9]*\).*/\1/' | sort -u | wc -l)" = 1 ]
}

@test "a cut range goes on at the byte reached" {
	put o "$big"
	ctl fault gcs objects.download cut bytes=1000000 match=/o/o
	gcscat -j 1 "gs://$bucket/o" | cmp - "$big"
	ranges >found
	printf 'o %s\n' 0-4194303 1000000-4194303 4194304-8388607 8388608- | cmp - found
	for j in 2 8; do
		ctl fault gcs objects.download cut bytes=300000 times=20
		gcscat -j $j "gs://$bucket/o" | cmp - "$big"
	done
}

@test "a large object's crc32c is compared over its ranges: 75" {
	put o "$big"
	for at in 0 4194303; do
		ctl fault gcs objects.download flip at=$at skip=1
		run -75 --separate-stderr bash -c "gcscat 'gs://$bucket/o' >found"
		one_line "gs://$bucket/o: the bytes that came have crc32c"
	done
	od -An -v -tx8 "$big" | gzip -1 >gz
	put gz gz
	ctl fault gcs objects.download flip at=70000 skip=1
	run -75 --separate-stderr bash -c "gcscat 'gs://$bucket/gz' >/dev/null"
	one_line "gs://$bucket/gz: the bytes that came have crc32c"
	{
		head -c 5000000 gz
		head -c 1000 /dev/zero
		tail -c +5001001 gz
	} | put gz
	run -65 --separate-stderr bash -c "gcscat 'gs://$bucket/gz' >/dev/null"
	one_line "gs://$bucket/gz: gzip stream is corrupt at byte"
}

@test "of a failure what stands before it is written, and nothing of later objects" {
	for i in 1 2 3 4 5 6 7 8 9; do
		seq "$i" 3000 | put "h/$i"
	done
	for i in 1 2 3 4; do seq "$i" 3000; done >expected
	for j in 1 2 8 64; do
		ctl fault gcs objects.download status code=403 match=h%2F5 times=always
		ctl fault gcs objects.download status code=404 match=h%2F6 times=always
		run -77 --separate-stderr bash -c "gcscat -j $j 'gs://$bucket/h/' >found"
		one_line "gs://$bucket/h/5: HTTP 403"
		cmp found expected
	done
}

@test "a large object that is replaced between two ranges is an error, never a mix" {
	put o "$big"
	ctl fault gcs objects.download status code=404 skip=1
	run -65 --separate-stderr bash -c "gcscat -j 1 'gs://$bucket/o' >found"
	one_line "gs://$bucket/o: generation "
	one_line "is gone: the object was replaced or removed while it was read"
	cmp found <(head -c 4194304 "$big")
}

@test "an error ends requests that are stuck at once" {
	put h/1 "$small"
	put h/2 "$small"
	ctl fault gcs objects.download status code=403 match=h%2F1
	ctl fault gcs objects.download slow delay_ms=30000 match=h%2F2
	SECONDS=0
	run -77 --separate-stderr gcscat "gs://$bucket/h/"
	[ $SECONDS -lt 25 ]
}

@test "--range writes bytes as they are stored" {
	gzip -c "$small" >gz
	put o gz
	size=$(wc -c <gz)
	gcscat --range 0-9 "gs://$bucket/o" | cmp - <(head -c 10 gz)
	gcscat --range 100-1099 "gs://$bucket/o" | cmp - <(tail -c +101 gz | head -c 1000)
	gcscat --range 100- "gs://$bucket/o" | cmp - <(tail -c +101 gz)
	gcscat --range "0-$((size + 5))" "gs://$bucket/o" | cmp - gz
	gcscat --range "$((size - 1))-" "gs://$bucket/o" | cmp - <(tail -c 1 gz)
	put big "$big"
	gcscat --range 1000-9400000 "gs://$bucket/big" | cmp - <(head -c 9400001 "$big" | tail -c +1001)
	ranges | grep '^big' >found
	printf 'big %s\n' 1000-4195303 4195304-8389607 8389608-9400000 | cmp - found
	run -65 --separate-stderr gcscat --range "$size-" "gs://$bucket/o"
	one_line "gs://$bucket/o: is $size bytes, --range begins at $size"
	run -66 gcscat --range 0-9 "gs://$bucket/none"
}

@test "a slow reader holds the requests: the window is bounded" {
	head -c 2000000 "$big" >two
	for i in $(seq 30); do
		put "h/$i" two
	done
	gcscat -j 64 "gs://$bucket/h/" | {
		head -c 1 >/dev/null
		sleep 1
		requests objects.download >asked
		cat >/dev/null
	}
	cat asked
	[ "$(cat asked)" -le 15 ] # 24 MiB, what is gathered, and the pipe
	[ "$(requests objects.download)" = 30 ]
}

@test "memory stays within what the page says, whatever -j and the sizes" {
	cat >peak.py <<-'PY'
		import resource, subprocess, sys
		subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
		print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
	PY
	for _ in 1 2 3; do cat "$big" "$big"; done >large
	put h/plain large
	gzip -1 -c large | put h/gz
	zstd -q --zstd=wlog=23 -c large | put h/zst1
	zstd -q --zstd=wlog=23 -c large | put h/zst2
	for j in 1 8 64; do
		run -0 python3 peak.py gcscat -j $j "gs://$bucket/h/"
		echo "-j $j: $output KiB"
		[ "$output" -le 65536 ] || [ -n "${SANITIZED-}" ]
	done
}
