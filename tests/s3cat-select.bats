# s3cat: which objects of a prefix or a listing are meant, by time, by name, by share.
bats_require_minimum_version 1.5.0

load s3cat/setup

# names ARGUMENTS: the last parts of the keys that -l lists, on one line.
names() {
	s3cat -l "$@" | cut -f 1 | sed 's!.*/!!' | paste -sd ' '
}

@test "--since and --until take days and times: from the one, before the other" {
	printf 's3://%s/l/%s\t2\tetag\t%s\n' "$bucket" 1 2021-01-01T00:00:00.000Z "$bucket" 2 2021-01-01T23:59:59.999Z \
		"$bucket" 3 2021-01-02T00:00:00.500Z >listing
	meant() {
		run -66 --separate-stderr s3cat -m listing "$@"
		sed 's!.*/l/\([0-9]\): .*!\1!' <<<"$stderr"
	}
	# The objects are not there: the first that is asked for is named.
	[ "$(meant --since 2021-01-02)" = 3 ]
	[ "$(meant --since 2021-01-01T00:00:01Z)" = 2 ]
	[ "$(meant --since 2021-01-02T08:59:59+09:00)" = 2 ]
	[ "$(meant --since 2021-01-01)" = 1 ]
	fails 66 "listing: none of 3 objects is meant" -m listing --until 2021-01-01
	fails 66 "listing: none of 3 objects is meant" -m listing --since 2021-01-02 --until 2021-01-02T00:00:00Z
	cut -f 1-3 listing >untimed
	fails 65 "s3://$bucket/l/1: its time is '', expected 2021-01-01T00:00:00Z" -m untimed --since 2021-01-01
	put l/1 '1\n'
	[ "$(names "s3://$bucket/l/" --since "$(date -ud '-1 hour' +%FT%TZ)")" = 1 ]
	fails 66 "s3://$bucket/l/: none of 1 object is meant" "s3://$bucket/l/" --until "$(date -ud '-1 hour' +%FT%TZ)"
	fails 64 "--since is 'yesterday', expected a day (2021-01-01) or a time" "s3://$bucket/" --since yesterday
	fails 64 "--until is '2021-13-01', expected a day" "s3://$bucket/" --until 2021-13-01
}

@test "--include and --exclude look at the key below the prefix, and the last that fits decides" {
	for key in a.gz a.json b.gz sub/c.gz sub/d.json; do put "l/a/$key" x; done
	at=s3://$bucket/l/a/
	[ "$(names "$at")" = "a.gz a.json b.gz c.gz d.json" ]
	[ "$(names "$at" --exclude '*.gz')" = "a.json d.json" ]
	[ "$(names "$at" --exclude '*' --include '*.gz')" = "a.gz b.gz c.gz" ]
	[ "$(names "$at" --include '*.gz')" = "a.gz b.gz c.gz" ]
	[ "$(names "$at" --include '*.gz' --exclude 'sub/*')" = "a.gz b.gz" ]
	[ "$(names "$at" --exclude 'sub/*' --include '*.gz')" = "a.gz a.json b.gz c.gz" ]
	[ "$(names "$at" --include '[ab].*')" = "a.gz a.json b.gz" ]
	[ "$(names "$at" --include 'l/a/*' --include 'a.*')" = "a.gz a.json" ]
	fails 66 "$at: none of 5 objects is meant" "$at" --include '*.zst'
	# In a listing nothing says where a prefix ends.
	s3cat -l "$at" >listing
	run -0 s3cat -v -m listing --include 'l/a/sub/*'
	[ "$(grep -c ' bytes, ' <<<"$output")" = 2 ]
}

@test "--shard deals the keys out: every key to one share, the same one in every listing" {
	ctl set s3 synthetic=60
	for i in 1 2 3; do
		s3cat -l "s3://$bucket/l/" --shard $i/3 >share.$i
		[ "$(wc -l <share.$i)" -ge 10 ]
	done
	s3cat -l "s3://$bucket/l/" >listing
	sort share.* | cmp - listing
	# The hash is documented: CRC-32C of the whole key.
	python3 - >expected <<'.'
def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


for n in range(60):
    if crc32c(b"l/%09d.json" % n) % 3 == 1:
        print(f"l/{n:09d}.json")
.
	cut -f 1 share.2 | sed 's!s3://[^/]*/!!' | cmp - expected
	ctl set s3 synthetic=0
	for key in a b c d; do put "m/$key" "$key\n"; done
	s3cat -l "s3://$bucket/m/" | sort -r >listing
	s3cat -m listing --shard 1/2 >some
	s3cat -m listing --shard 2/2 >others
	[ "$(sort some others | paste -sd ' ')" = "a b c d" ]
	s3cat "s3://$bucket/m/" --shard 1/2 | cmp - <(sort some)
	# An empty share is as it should be.
	run -0 --separate-stderr s3cat "s3://$bucket/m/a*" --shard 1/1000
	[ "$output$stderr" = "" ]
	run -0 --separate-stderr s3cat "s3://$bucket/m/" --include 'a*' --shard 1/1000
	[ "$output$stderr" = "" ]
	fails 66 "none of 4 objects is meant" "s3://$bucket/m/" --include 'none*' --shard 1/1000
	for bad in 0/3 4/3 1 1/ /3 1/0 x/y; do
		fails 64 "--shard is '$bad', expected I/N with I from 1 to N" "s3://$bucket/l/" --shard $bad
	done
}

@test "one object is not selected from" {
	fails 64 "'s3://$bucket/k' is one object: --since, --until, --include" "s3://$bucket/k" --shard 1/2
	fails 64 "'s3://$bucket/k' is one object" "s3://$bucket/" "s3://$bucket/k" --include x
	[ "$(requests '.*')" = 0 ]
}

@test "a listing of a million keys is read within 32 MiB, and picked from" {
	ctl set s3 synthetic=1000000
	python3 -c 'import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], check=True, stdout=open("listing", "wb"))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' s3cat -l "s3://$bucket/l/" >peak
	[ "$(wc -l <listing)" = 1000000 ]
	[ "$(tail -n 1 listing)" = "s3://$bucket/l/000999999.json	999999	000000000000000000000000000f423f	2021-01-01T00:00:00.000Z" ]
	[ "$(cat peak)" -le 32768 ] || {
		echo "$(cat peak) KiB"
		return 1
	}
	[ "$(requests ListObjectsV2)" = 1000 ]
}
