# gcsput: what objects are, beside their bytes: compressed on the way, metadata, class, key; and what a service refuses.
bats_require_minimum_version 1.5.0
load gcs/setup

setup_file() {
	start_cloud 9437185
	export kms=projects/p/locations/us/keyRings/r/cryptoKeys/k
	ctl set gcs kms=$kms
}

# told OBJECT FIELD …: fields of the object's resource in a line, "-" where there is none.
told() {
	resource "$@" | paste -sd ' '
}

# sent: bytes of uploads that this test sent so far.
sent() {
	mine | grep -E '"route": "(objects.insert.*|upload.*)"' | sed 's/.*"in": \([0-9]*\).*/\1/' | awk '{n += $1} END {print n + 0}'
}

@test "-z stores gzip named .gz, without a content encoding, and the manifest tells what is stored" {
	split app web
	gcsput -z "gs://$bucket/{type}/" <split.tsv >put.tsv
	[ "$(cut -f 3 put.tsv | paste -sd ' ')" = "gs://$bucket/app/f1.ndjson.gz gs://$bucket/web/f2.ndjson.gz" ]
	ctl get "gs://$bucket/app/f1.ndjson.gz" | gzip -dc | cmp - out/f1.ndjson
	[ "$(told app/f1.ndjson.gz contentType contentEncoding)" = 'application/gzip -' ]
	[ "$(cut -f 5 put.tsv | head -n 1)" = "$(told app/f1.ndjson.gz size)" ]
}

@test "-z leaves alone what is compressed, and a name that ends in .gz" {
	gzip -c "$small" >a.ndjson.gz
	gcsput -z a.ndjson.gz "gs://$bucket/"
	holds a.ndjson.gz a.ndjson.gz
	gcsput -z "$small" "gs://$bucket/b.ndjson.gz"
	ctl get "gs://$bucket/b.ndjson.gz" | gzip -dc | cmp - "$small"
	[ "$(ctl ls "gs://$bucket/" | wc -l)" = 2 ]
}

@test "-z of a large file and of standard input gives the same bytes, and none is sent again" {
	gcsput -z "$big" "gs://$bucket/file"
	cat "$big" | gcsput -z - "gs://$bucket/pipe"
	ctl get "gs://$bucket/file.gz" >file
	holds pipe.gz file
	gzip -dc <file | cmp - "$big"
	before=$(sent)
	printf 't\t1\t9437185\t%s\n' "$big" >split.tsv
	gcsput -z "gs://$bucket/file" <split.tsv >put.tsv
	gcsput -z "$big" "gs://$bucket/file"
	[ "$(sent)" = "$before" ]
}

@test "-z of nothing is an empty gzip stream" {
	: >none
	gcsput -z none "gs://$bucket/"
	[ "$(ctl get "gs://$bucket/none.gz" | gzip -dc | wc -c)" = 0 ]
}

@test "what -z sends goes on after a doubt, and begins anew when a session is lost" {
	for fault in 'cutin bytes=300000' 'status code=410 skip=1' 'status code=503 skip=1' 'reset when=after'; do
		# shellcheck disable=SC2086 # words of a fault script
		ctl fault gcs upload.chunk $fault
		gcsput -z "$big" "gs://$bucket/${fault// /}"
		happened "${fault%% *}"
		ctl get "gs://$bucket/${fault// /}.gz" | gzip -dc | cmp - "$big"
	done
}

@test "a file that changes while -z compresses it is an error, and no object appears" {
	cp "$big" file
	ctl fault gcs upload.chunk status code=503 retry_after=1
	gcsput -z file "gs://$bucket/o" 2>err 3>&- &
	pid=$!
	refused $pid status
	echo more >>file
	kill -CONT $pid
	status=0
	wait $pid || status=$?
	[ $status = 65 ]
	[ "$(cat err)" = 'gcsput: file: the file changed while it was read' ]
	[ "$(ctl ls "gs://$bucket/")" = "" ]
}

@test "rows and the source hour are metadata" {
	split app
	gcsput "gs://$bucket/{type}/2021/01/01/00/" <split.tsv >put.tsv
	[ "$(told app/2021/01/01/00/f1.ndjson metadata.rows metadata.source-hour)" = '100 2021/01/01/00' ]
	gcsput --hour 2021/01/01/05 "gs://$bucket/{hour}/{type}-" <split.tsv >put.tsv
	[ "$(told 2021/01/01/05/app- metadata.rows metadata.source-hour)" = '100 2021/01/01/05' ]
	gcsput "$small" "gs://$bucket/2021/13/01/00/none"
	[ "$(told 2021/13/01/00/none metadata)" = - ]
	gcsput --rows 7 "$big" "gs://$bucket/a/2021/02/28/23"
	[ "$(told a/2021/02/28/23 metadata.rows metadata.source-hour)" = '7 2021/02/28/23' ]
}

@test "content type, cache control, storage class and key are as asked, small and large" {
	for file in "$small" "$big"; do
		gcsput --content-type text/x-log --cache-control 'no-cache, max-age=0' --storage-class NEARLINE --kms-key $kms \
			"$file" "gs://$bucket/"
		[ "$(told "$(basename "$file")" contentType cacheControl storageClass kmsKeyName)" = \
			"text/x-log no-cache, max-age=0 NEARLINE $kms/cryptoKeyVersions/1" ]
	done
	gcsput "$small" "gs://$bucket/plain"
	[ "$(told plain contentType cacheControl storageClass kmsKeyName)" = 'application/octet-stream - STANDARD -' ]
}

@test "an object of the same bytes is left alone, whatever else is asked of it" {
	gcsput "$small" "gs://$bucket/o"
	before=$(sent)
	gcsput --storage-class COLDLINE --rows 3 "$small" "gs://$bucket/o"
	[ "$(sent)" = "$before" ]
	[ "$(told o storageClass metadata)" = 'STANDARD -' ]
}

@test "one file with its type and rows gives a line of the put manifest" {
	gcsput --type 'a	b' --rows 2000 - "gs://$bucket/{type}/part-0" <"$small" >put.tsv
	ctl ls "gs://$bucket/" >truth
	[ "$(cut -f 1-5 put.tsv)" = "a\tb	2000	gs://$bucket/a%09b/part-0	$(cut -f 4 truth)	$(cut -f 2 truth)" ]
	gcsput --type app --rows 1 "$big" "gs://$bucket/{type}" >put.tsv
	[ "$(cut -f 1-3,5 put.tsv)" = "app	1	gs://$bucket/app	9437185" ]
}

@test "a stream that ends before its bytes, or goes on behind them, stores nothing" {
	for file in "$small" "$big"; do
		for wrong in 1 99999999; do
			run -65 --separate-stderr gcsput --bytes $wrong - "gs://$bucket/o" <"$file"
			one_line "standard input: ended after $(wc -c <"$file") bytes, expected $wrong: nothing was stored"
		done
	done
	run -65 --separate-stderr gcsput -z --bytes 1 "$small" "gs://$bucket/o"
	one_line "$small: has $(wc -c <"$small") bytes, expected 1: nothing was stored"
	[ "$(ctl ls "gs://$bucket/")" = "" ]
	gcsput --bytes 9437185 - "gs://$bucket/o" <"$big"
	holds o "$big"
}

@test "a row whose file has other bytes than it says is refused before anything is sent" {
	split app web
	echo more >>out/f2.ndjson
	run -65 --separate-stderr gcsput "gs://$bucket/{type}/" <split.tsv
	one_line 'standard input:2: out/f2.ndjson has 697 bytes, the manifest says 692: it is not the file that was split'
	[ "$(requests '.*')" = 0 ]
}

@test "a key, a class or a project that is refused is told in the service's words" {
	for file in "$small" "$big"; do
		run -77 --separate-stderr gcsput --kms-key $kms-other "$file" "gs://$bucket/o"
		one_line "gs://$bucket/o: HTTP 403 forbidden: Permission denied on Cloud KMS key."
		run -69 --separate-stderr gcsput --storage-class COSY "$file" "gs://$bucket/o"
		one_line "gs://$bucket/o: HTTP 400 invalid: The storage class 'COSY' is not valid."
	done
}

@test "an object under a hold or a retention policy is not replaced: exit 69" {
	for rule in hold retention; do
		gcsput "$small" "gs://$bucket/$rule"
		ctl set gcs "$rule=$bucket/$rule"
		for file in "$big" <(echo other); do
			run -69 --separate-stderr gcsput - "gs://$bucket/$rule" <"$file"
			one_line "gs://$bucket/$rule: HTTP 403"
			one_line 'cannot be deleted'
		done
		gcsput "$small" "gs://$bucket/$rule"
		holds $rule "$small"
	done
}

@test "--mirror that meets an object under a hold says so" {
	split app
	ctl put "gs://$bucket/app/old" "$small"
	ctl set gcs "hold=$bucket/app/old"
	run -69 --separate-stderr gcsput -q --mirror "gs://$bucket/{type}/" <split.tsv
	[[ $stderr == *"gs://$bucket/app/old: HTTP 403 objectUnderActiveHold"* ]]
}

@test "a bucket whose requester pays says what to set" {
	ctl set gcs "requester_pays=$bucket"
	run -69 --separate-stderr gcsput "$small" "gs://$bucket/o"
	one_line "gs://$bucket/o: HTTP 400 required: Bucket is a requester pays bucket but no user project provided."
	one_line 'GOOGLE_CLOUD_QUOTA_PROJECT'
}

@test "wrong options are usage errors" {
	for wrong in '--hour 2021-01-01' '--chunk-size 100K' '--chunk-size 0' '--chunk-size 2G' '--type app' '--rows x'; do
		# shellcheck disable=SC2086 # an option and its value
		run -64 gcsput $wrong "$small" "gs://$bucket/o"
	done
	run -64 gcsput --content-type $'a\nb' "$small" "gs://$bucket/o"
	run -64 gcsput --rows 1 "gs://$bucket/{type}/" </dev/null
	run -64 gcsput --bytes 1 "gs://$bucket/{type}/" </dev/null
}

@test "--chunk-size is what goes in one request" {
	gcsput --chunk-size 4M "$big" "gs://$bucket/o"
	holds o "$big"
	gcsput --chunk-size 256K - "gs://$bucket/p" <"$big"
	holds p "$big"
	[ "$(mine | grep -c '"in": 4194304')" = 2 ]
	[ "$(mine | grep -c '"in": 262144')" = 36 ]
	gcsput "$big" "gs://$bucket/q"
	holds q "$big"
	[ "$(mine | grep -c '"in": 9437185')" = 1 ]
	gcsput --chunk-size 16M - "gs://$bucket/r" <"$big"
	holds r "$big"
	[ "$(requests objects.insert.multipart)" = 1 ]
}

# A range is counted once all of it came: with -j 1 some are before the first line.
@test "--progress tells collectors the figures, of an upload and of a download" {
	ctl put "gs://$bucket/o" "$big"
	rate=$(($(stat -c %s "$big") / 12))
	export LOG_FORMAT=json
	gcsput --progress --limit-rate "$rate" "$big" "gs://$bucket/p" 2>put.log 3>&- &
	gcscat -j 1 --progress --limit-rate "$rate" "gs://$bucket/o" 2>cat.log | cmp - "$big"
	wait $!
	for log in put.log cat.log; do
		[ "$(wc -l <$log)" -ge 1 ]
		python3 - $log <<-'PY'
			import json, sys
			for line in open(sys.argv[1]):
			    told = json.loads(line)
			    assert 0 < told["bytes"] <= told["size"] and told["bytes_per_second"] > 0, told
			    assert {"objects", "seconds_left"} <= told.keys(), told
		PY
	done
}
