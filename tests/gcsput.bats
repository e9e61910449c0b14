# gcsput: files and streams to Cloud Storage, verified, once, whatever happens on the way.
bats_require_minimum_version 1.5.0
load gcs/setup

setup_file() {
	start_cloud 9437185 # 9 MiB and a byte
}

# chunks: the bytes of each request to an upload session.
chunks() {
	mine | grep '"upload.chunk"' | sed 's/.*"in": \([0-9]*\).*/\1/'
}

# ranges: the Content-Range of each request to an upload session of this test, one line each upload; "start" is a session's.
ranges() {
	mine | grep -E '"route": "(objects.get|upload.start|upload.chunk)"' |
		sed -E 's/.*"route": "objects.get".*/get/; s/.*"route": "upload.start".*/start/; s/.*"content-range": "bytes ([^"]*)".*/\1/' |
		tr '\n' ' ' | sed 's/get /\n/g' | sed '1d; s/ $//' | sed '$a\'
}

# all_are N FILE: the bucket holds N objects, and each is the file: the first byte for byte, the others by size and crc32c.
all_are() {
	ctl ls "gs://$bucket/" >listing
	[ "$(wc -l <listing)" = "$1" ]
	[ "$(cut -f 2,3 listing | sort -u | wc -l)" = 1 ]
	holds o1 "$2"
}

@test "each row becomes an object, and a line of the put manifest" {
	split app web
	run -0 --separate-stderr gcsput "gs://$bucket/{type}/2021/01/01/00/" <split.tsv
	[ "$stderr" = "" ]
	echo "$output" | cut -f 1-3 >found
	printf 'app\t100\tgs://%s/app/2021/01/01/00/f1.ndjson\nweb\t200\tgs://%s/web/2021/01/01/00/f2.ndjson\n' \
		"$bucket" "$bucket" >expected
	cmp found expected
	holds app/2021/01/01/00/f1.ndjson out/f1.ndjson
	holds web/2021/01/01/00/f2.ndjson out/f2.ndjson
}

@test "generation, size and crc32c of the put manifest are the service's" {
	split app
	gcsput "gs://$bucket/{type}/" <split.tsv >put.tsv
	ctl ls "gs://$bucket/" >truth
	[ "$(cut -f 4 put.tsv)" = "$(cut -f 4 truth)" ]
	[ "$(cut -f 5 put.tsv)" = "$(cut -f 2 truth)" ]
	[ "$(cut -f 6 put.tsv | base64 -d | od -An -tx1 | tr -d ' \n')" = "$(cut -f 3 truth)" ]
}

@test "the order is the manifest's whatever -j, and a second run uploads nothing" {
	split t20 t19 t18 t17 t16 t15 t14 t13 t12 t11 t10 t9 t8 t7 t6 t5 t4 t3 t2 t1
	gcsput -j 4 "gs://$bucket/{type}/" <split.tsv >put.tsv
	cut -f 1 split.tsv >expected
	cut -f 1 put.tsv | cmp - expected
	[ "$(requests 'objects.insert.*|upload.*')" = 20 ]
	gcsput -j 1 "gs://$bucket/{type}/" <split.tsv >again.tsv
	cmp put.tsv again.tsv
	[ "$(requests 'objects.insert.*|upload.*')" = 20 ]
}

@test "an object of other content is replaced against its generation" {
	split app
	gcsput "gs://$bucket/{type}/" <split.tsv >one.tsv
	echo more >>out/f1.ndjson
	printf 'app\t101\t297\tout/f1.ndjson\n' | gcsput "gs://$bucket/{type}/" >two.tsv
	[ "$(cut -f 4 two.tsv)" -gt "$(cut -f 4 one.tsv)" ]
	holds app/f1.ndjson out/f1.ndjson
	grep -q "b/$bucket/o?uploadType=multipart.*ifGenerationMatch=$(cut -f 4 one.tsv)" "$CLOUD_DIR/requests.log"
}

@test "types are encoded in names and escaped in the manifest" {
	split 'a/b' 'x\ty' _rejected 'ß'
	gcsput "gs://$bucket/{type}/" <split.tsv >put.tsv
	cut -f 3 put.tsv >found
	printf 'gs://%s/%s\n' "$bucket" a%2Fb/f1.ndjson "$bucket" x%09y/f2.ndjson "$bucket" _rejected/f3.ndjson \
		"$bucket" %C3%9F/f4.ndjson >expected
	cmp found expected
	cut -f 1 put.tsv | head -n 2 | tail -n 1 >found
	[ "$(cat found)" = 'x\ty' ]
	holds 'a%2Fb/f1.ndjson' out/f1.ndjson
}

@test "content types follow the name, and there is no content encoding" {
	echo x >a.ndjson
	cp a.ndjson b.ndjson.gz
	gcsput a.ndjson "gs://$bucket/"
	gcsput b.ndjson.gz "gs://$bucket/"
	[ "$(resource a.ndjson contentType contentEncoding | tr '\n' ' ')" = 'application/x-ndjson - ' ]
	[ "$(resource b.ndjson.gz contentType contentEncoding | tr '\n' ' ')" = 'application/gzip - ' ]
}

@test "one file goes to an object or into a folder" {
	gcsput "$small" "gs://$bucket/name"
	gcsput "$small" "gs://$bucket/folder/"
	holds name "$small"
	holds folder/small "$small"
}

@test "a large file goes in chunks" {
	gcsput --chunk-size 8M "$big" "gs://$bucket/big"
	holds big "$big"
	chunks >sizes
	[ "$(tr '\n' ' ' <sizes)" = '8388608 1048577 ' ]
}

@test "files of exactly a chunk, one byte more, and none" {
	head -c 8388608 "$big" >chunk
	head -c 8388609 "$big" >more
	: >none
	for name in chunk more none; do
		gcsput $name "gs://$bucket/"
		holds $name $name
		gcsput - "gs://$bucket/stdin-$name" <$name
		holds stdin-$name $name
	done
}

@test "standard input from a pipe, short and long" {
	cat "$small" | gcsput - "gs://$bucket/small"
	cat "$big" | gcsput - "gs://$bucket/big"
	holds small "$small"
	holds big "$big"
}

@test "standard input that is there already is left alone, other content is replaced" {
	gcsput - "gs://$bucket/o" <"$small"
	ctl ls "gs://$bucket/" >before
	gcsput - "gs://$bucket/o" <"$small"
	ctl ls "gs://$bucket/" | cmp - before
	echo other | gcsput - "gs://$bucket/o"
	[ "$(ctl get "gs://$bucket/o")" = other ]
	gcsput - "gs://$bucket/o" <"$big"
	holds o "$big"
}

@test "an empty manifest uploads nothing and is no error" {
	run -0 --separate-stderr gcsput "gs://$bucket/{type}/" </dev/null
	[ "$output" = "" ]
	one_line 'the manifest is empty'
}

@test "a malformed manifest names the line" {
	split app
	echo 'app	1' >>split.tsv
	run -78 --separate-stderr gcsput "gs://$bucket/{type}/" <split.tsv
	one_line 'standard input:2: found 2 tab-separated columns, expected 4'
	printf 'app\tmany\t1\tout/f1.ndjson\n' >split.tsv
	run -78 --separate-stderr gcsput "gs://$bucket/{type}/" <split.tsv
	one_line "standard input:1: column 2 is 'many', expected a number"
	printf 'app\t1\t1\tout/\n' >split.tsv
	run -78 --separate-stderr gcsput "gs://$bucket/{type}/" <split.tsv
	one_line "standard input:1: path 'out/' names no file"
	[ "$(ctl ls "gs://$bucket/")" = "" ]
}

@test "a file that is missing names its row, and nothing is sent" {
	split app web
	rm out/f2.ndjson
	run -66 --separate-stderr gcsput "gs://$bucket/{type}/" <split.tsv
	one_line 'standard input:2: out/f2.ndjson: No such file or directory'
	[ "$output" = "" ]
	[ "$(requests '.*')" = 0 ]
	run -66 --separate-stderr gcsput none "gs://$bucket/"
	one_line 'none: No such file'
}

@test "a file that can't be read is exit 74" {
	ln -s loop loop
	run -74 --separate-stderr gcsput loop "gs://$bucket/"
	one_line 'loop: Too many levels of symbolic links'
	printf 'app\t1\t1\tloop\n' >split.tsv
	run -74 --separate-stderr gcsput "gs://$bucket/{type}/" <split.tsv
	one_line 'standard input:1: loop: Too many'
}

@test "no credentials are exit 77, a malformed key is 78" {
	GCE_METADATA_HOST=127.0.0.1:1 run -77 --separate-stderr env -u GOOGLE_APPLICATION_CREDENTIALS \
		gcsput "$small" "gs://$bucket/o"
	one_line 'no Google credentials: GOOGLE_APPLICATION_CREDENTIALS is not set'
	GOOGLE_APPLICATION_CREDENTIALS=$small run -78 --separate-stderr gcsput "$small" "gs://$bucket/o"
	one_line "$small"
}

@test "a directory is no file" {
	mkdir dir
	printf 'app\t1\t1\tdir\n' >split.tsv
	run -65 --separate-stderr gcsput "gs://$bucket/{type}/" <split.tsv
	one_line 'dir: not a regular file'
}

@test "two rows that would become one object are refused before anything is sent" {
	split app web
	run -64 --separate-stderr gcsput "gs://$bucket/all.ndjson" <split.tsv
	one_line 'would be both out/f1.ndjson and out/f2.ndjson'
	[ "$(requests '.*')" = 0 ]
}

@test "wrong commands are usage errors" {
	run -64 gcsput
	run -64 gcsput a b "gs://$bucket/c"
	run -64 gcsput s3://bucket/x
	run -64 gcsput -j 0 "gs://$bucket/"
	run -64 gcsput -j 65 "gs://$bucket/"
	run -64 gcsput -j x "gs://$bucket/"
	run -64 gcsput "gs://$bucket/*"
	run -64 gcsput - "gs://$bucket/folder/"
	run -64 gcsput --mirror "$small" "gs://$bucket/folder/"
	run -64 gcsput --no-such "gs://$bucket/"
	STORAGE_EMULATOR_HOST='http://[bad' run -64 gcsput "$small" "gs://$bucket/o"
	split app
	run -64 --separate-stderr gcsput "gs://$bucket/{typ}/" <split.tsv
	one_line '{typ}'
	run -64 gcsput "gs://$bucket/{hour}/" <split.tsv
}

@test "--dry-run tells what would be done and changes nothing" {
	split app web
	gcsput "gs://$bucket/{type}/" <split.tsv >put.tsv
	ctl put "gs://$bucket/app/old" "$small"
	echo more >>out/f1.ndjson
	sed -i '1s/292/297/' split.tsv
	printf 'new\t1\t297\tout/f1.ndjson\n' >>split.tsv
	ctl ls "gs://$bucket/" >before
	gcsput -n --mirror "gs://$bucket/{type}/" <split.tsv | sort >found
	printf '%s\tgs://%s/%s\n' create "$bucket" new/f1.ndjson keep "$bucket" web/f2.ndjson remove "$bucket" app/old \
		replace "$bucket" app/f1.ndjson >expected
	cmp found expected
	ctl ls "gs://$bucket/" | cmp - before
	run -0 gcsput -n - "gs://$bucket/app/old" <"$small"
	[ "$output" = "keep	gs://$bucket/app/old" ]
}

@test "--mirror removes what the manifest does not name, beside its objects only" {
	split app web
	for stray in app/h/stray app/h/deeper/kept app/kept other/h/kept web/h/f9.ndjson; do
		ctl put "gs://$bucket/$stray" "$small"
	done
	ctl put "gs://$bucket/app/h/" /dev/null # a folder's placeholder
	run -0 --separate-stderr gcsput --mirror "gs://$bucket/{type}/h/" <split.tsv
	[ "${#lines[@]}" = 2 ]
	[ "${#stderr_lines[@]}" = 2 ]
	[[ $stderr == *"gs://$bucket/app/h/stray: removed"* ]]
	ctl ls "gs://$bucket/" | cut -f 1 | sed "s|gs://$bucket/||" | sort >found
	printf '%s\n' app/h/ app/h/deeper/kept app/h/f1.ndjson app/kept other/h/kept web/h/f2.ndjson >expected
	cmp found expected
}

@test "--mirror is refused without rows and in a bucket's root" {
	ctl put "gs://$bucket/kept" "$small"
	run -65 --separate-stderr gcsput --mirror "gs://$bucket/{type}/" </dev/null
	one_line 'the manifest is empty'
	split app
	run -64 --separate-stderr gcsput --mirror "gs://$bucket/{type}.ndjson" <split.tsv
	one_line 'not in the bucket'
	[ "$(ctl ls "gs://$bucket/" | wc -l)" = 1 ]
}

@test "--prune removes what a put manifest does not name, beside its objects only, and uploads nothing" {
	split app web
	gcsput "gs://$bucket/{type}/h/" <split.tsv >put.tsv
	for stray in app/h/stray app/h/deeper/kept web/kept; do ctl put "gs://$bucket/$stray" "$small"; done
	run -0 gcsput -n --prune <put.tsv
	[ "$output" = "remove	gs://$bucket/app/h/stray" ]
	run -0 --separate-stderr gcsput --prune <put.tsv
	[ "$output" = "" ]
	one_line "gs://$bucket/app/h/stray: removed"
	ctl ls "gs://$bucket/" | cut -f 1 | sed "s|gs://$bucket/||" | sort >found
	printf '%s\n' app/h/deeper/kept app/h/f1.ndjson web/h/f2.ndjson web/kept >expected
	cmp found expected
}

@test "--prune refuses an empty manifest, another one, two buckets, and any operand" {
	run -65 --separate-stderr gcsput --prune </dev/null
	one_line 'the manifest is empty'
	split app
	run -78 --separate-stderr gcsput --prune <split.tsv
	one_line 'standard input:1: found 4 tab-separated columns, expected 6'
	printf 'app\t1\tgs://%s/h/o\t1\t1\tA\n' "$bucket" other >put.tsv
	run -78 --separate-stderr gcsput --prune <put.tsv
	one_line "standard input:2: found 'gs://other/h/o', expected the gs:// URL of an object, all in one bucket"
	run -64 gcsput --prune "gs://$bucket/" </dev/null
	run -64 gcsput --prune --mirror </dev/null
	for option in --gzip --hour=2021/01/01/00 --content-type=text/plain --cache-control=no-store \
		--storage-class=NEARLINE --kms-key=k --chunk-size=8M; do
		run -64 --separate-stderr gcsput --prune "$option" </dev/null
		[[ $stderr == *"--prune uploads nothing"* ]]
	done
	run -64 gcsput --prune --rows 1 </dev/null
	run -64 gcsput --prune --bytes 1 </dev/null
}

@test "--mirror removes nothing when an upload failed" {
	split app
	ctl put "gs://$bucket/app/stray" "$small"
	ctl fault gcs 'objects.insert.*' status code=503 times=always
	run -75 gcsput --mirror "gs://$bucket/{type}/" <split.tsv
	ctl clearfaults
	[ "$(ctl ls "gs://$bucket/" | wc -l)" = 1 ]
}

@test "a session that tells more bytes than were sent is refused, and nothing is stored" {
	ctl set gcs persist=4194304
	ctl fault gcs upload.chunk header name=Range value=bytes=0-9437185
	run -69 --separate-stderr gcsput "$big" "gs://$bucket/o"
	ctl set gcs persist=0
	one_line "upload session tells 9437186 bytes, but 9437185 were sent"
	ctl ls "gs://$bucket/" >listing
	[ ! -s listing ]
}

# held FILE ROUTE COMMAND: upload FILE; the first request of ROUTE is refused, and COMMAND runs before it is repeated.
held() {
	ctl fault gcs "$2" status code=503 retry_after=1
	gcsput "$1" "gs://$bucket/o" 2>err 3>&- &
	local pid=$!
	refused $pid status
	eval "$3"
	kill -CONT $pid
	status=0
	wait $pid || status=$?
}

# changed_by FILE ROUTE COMMAND: what COMMAND does to the file while it is uploaded is an error.
changed_by() {
	cp "$1" file
	held file "$2" "$3"
	[ $status = 65 ]
	[ "$(cat err)" = 'gcsput: file: the file changed while it was read' ]
	[ "$(ctl ls "gs://$bucket/")" = "" ]
}

@test "a file that changes while it is read is an error, and no object appears" {
	changed_by "$small" objects.insert.multipart 'echo x | dd of=file conv=notrunc status=none'
}

@test "a file that grows while it is read is an error, and no object appears" {
	changed_by "$small" objects.get 'echo more >>file'
}

@test "a large file that is cut short while it is sent is an error, and no object appears" {
	changed_by "$big" upload.chunk 'truncate -s 100 file'
}

@test "every fault of a small upload ends in one right object" {
	n=0
	for fault in 'reset when=before' 'reset when=after' 'status code=503' 'status code=503 retry_after=0' \
		'status code=429' 'status code=408' 'status code=500 times=2' 'after code=500' 'cut bytes=10' 'checksum' \
		'duplicate' 'cutin bytes=3000' 'slow delay_ms=100' 'badtoken'; do
		n=$((n + 1))
		# shellcheck disable=SC2086 # words of a fault script
		ctl fault gcs objects.insert.multipart $fault
		gcsput "$small" "gs://$bucket/o$n" || {
			echo "failed under: $fault"
			return 1
		}
		happened "${fault%% *}"
	done
	all_are $n "$small"
}

@test "every fault of a large upload ends in one right object" {
	n=0
	for fault in 'reset when=before' 'reset when=after' 'reset when=after skip=1' 'status code=503' \
		'status code=503 retry_after=0' 'status code=429' 'after code=500' 'after code=500 skip=1' 'cut bytes=10 skip=1' \
		'checksum skip=1' 'duplicate' 'duplicate skip=1' 'cutin bytes=3000000' 'cutin bytes=700000 skip=1' \
		'status code=410' 'status code=404 skip=1'; do
		n=$((n + 1))
		# shellcheck disable=SC2086 # words of a fault script
		ctl fault gcs upload.chunk $fault
		gcsput --chunk-size 8M "$big" "gs://$bucket/o$n" || {
			echo "failed under: $fault"
			return 1
		}
		happened "${fault%% *}"
	done
	all_are $n "$big"
}

# doubts FILE: what the requests of each upload of FILE must be, under the fault before the colon.
doubts() {
	local n=0 fault
	while IFS=: read -r fault expected; do
		n=$((n + 1))
		# shellcheck disable=SC2086 # words of a fault script
		ctl fault gcs upload.chunk $fault
		gcsput --chunk-size 8M "$1" "gs://$bucket/o$n" <"$big"
		happened "${fault%% *}"
		echo "start $expected" >>expected
	done
	ranges | sed 's,8388608-9437184/9437185,REST,g' >found
	diff -u expected found
	all_are $n "$big"
}

@test "after any doubt the session is asked, and no byte that it has is sent again" {
	doubts "$big" <<-'END'
		reset when=before:0-8388607/9437185 */9437185 0-8388607/9437185 REST
		reset when=after:0-8388607/9437185 */9437185 REST
		reset when=after skip=1:0-8388607/9437185 REST */9437185
		status code=503:0-8388607/9437185 */9437185 0-8388607/9437185 REST
		status code=429 skip=1:0-8388607/9437185 REST */9437185 REST
		after code=503:0-8388607/9437185 */9437185 REST
		after code=500 skip=1:0-8388607/9437185 REST */9437185
		after code=408 skip=1:0-8388607/9437185 REST */9437185
		cut bytes=10 skip=1:0-8388607/9437185 REST */9437185
		cutin bytes=3000000:0-8388607/9437185 */9437185 2883584-9437184/9437185
		cutin bytes=700000 skip=1:0-8388607/9437185 REST */9437185 8912896-9437184/9437185
		status code=410:0-8388607/9437185 start 0-8388607/9437185 REST
		status code=404 skip=1:0-8388607/9437185 REST start 0-8388607/9437185 REST
	END
}

@test "standard input goes on after a doubt where the session stands" {
	doubts - <<-'END'
		reset when=before:0-8388607/* */* 0-8388607/* REST
		reset when=after:0-8388607/* */* REST
		reset when=after skip=1:0-8388607/* REST */9437185
		after code=503:0-8388607/* */* REST
		after code=500 skip=1:0-8388607/* REST */9437185
		cut bytes=10 skip=1:0-8388607/* REST */9437185
		cutin bytes=3000000:0-8388607/* */* 2883584-9437184/9437185
		cutin bytes=700000 skip=1:0-8388607/* REST */9437185 8912896-9437184/9437185
		status code=410:0-8388607/* start 0-8388607/* REST
	END
}

@test "every fault of a session's start and of the look before is survived" {
	n=0
	for route in upload.start objects.get; do
		for fault in 'reset when=before' 'reset when=after' 'status code=503' 'status code=429 retry_after=0' \
			'after code=500' 'duplicate' 'badtoken'; do
			n=$((n + 1))
			# shellcheck disable=SC2086 # words of a fault script
			ctl fault gcs $route $fault
			gcsput "$big" "gs://$bucket/o$n"
			happened "${fault%% *}"
		done
	done
	all_are $n "$big"
}

@test "a service that keeps 1 MiB of each chunk gets the whole file" {
	ctl set gcs persist=1048576
	gcsput --chunk-size 8M "$big" "gs://$bucket/o"
	gcsput - "gs://$bucket/stdin" <"$big"
	ctl set gcs persist=0
	holds o "$big"
	holds stdin "$big"
	[ "$(requests upload.chunk)" = 20 ]
}

@test "a session that has every byte but no object yet is asked to end" {
	ctl set gcs finish=late
	gcsput --chunk-size 8M "$big" "gs://$bucket/o1"
	gcsput - "gs://$bucket/o2" <"$big"
	ctl set gcs finish=now
	all_are 2 "$big"
	[ "$(ranges | grep -c ' \*/9437185$')" = 2 ]
}

@test "standard input survives faults too" {
	for fault in 'reset when=after' 'cutin bytes=3000000' 'after code=503 skip=1' 'status code=410'; do
		# shellcheck disable=SC2086 # words of a fault script
		ctl fault gcs upload.chunk $fault
		gcsput - "gs://$bucket/o" <"$big"
		happened "${fault%% *}"
		holds o "$big"
	done
}

# forgotten BYTES FILE: upload FILE; the first chunk beyond BYTES leaves just these; the exit code in $status.
forgotten() {
	ctl set gcs "forget=$1"
	status=0
	gcsput --chunk-size 3M "$2" "gs://$bucket/o" <"$big" 2>err || status=$?
}

@test "where the service goes back, a file goes along, to any byte" {
	for bytes in 0 262144 3145728 4194304 9437184; do
		forgotten $bytes "$big"
		[ $status = 0 ]
		holds o "$big"
		ctl rm "gs://$bucket/o"
	done
}

@test "where the service goes back, standard input goes along as far as it is held" {
	for bytes in 0 262144 3145728 4194304; do
		forgotten $bytes -
		holds o "$big"
		ctl rm "gs://$bucket/o"
	done
	ctl fault gcs upload.chunk status code=503 retry_after=1 skip=1
	gcsput --chunk-size 3M - "gs://$bucket/o" <"$big" 2>err 3>&- &
	pid=$!
	refused $pid status
	ctl set gcs forget=262144
	kill -CONT $pid
	status=0
	wait $pid || status=$?
	[ $status = 75 ]
	grep -q "the service lost what it had of the upload, and standard input can't be read again" err
	[ "$(ctl ls "gs://$bucket/")" = "" ]
}

@test "standard input whose session is lost in the middle can't begin anew" {
	ctl fault gcs upload.chunk status code=410 skip=1
	run -75 --separate-stderr gcsput - "gs://$bucket/o" <"$big"
	one_line "standard input can't be read again"
	[ "$(ctl ls "gs://$bucket/")" = "" ]
}

@test "a session that is lost again and again ends the work" {
	ctl fault gcs upload.chunk status code=410 times=always
	run -75 --separate-stderr gcsput "$big" "gs://$bucket/o"
	one_line 'the upload session was lost 3 times'
}

@test "a service that stays down is a temporary failure" {
	ctl fault gcs '*' status code=503 times=always
	run -75 --separate-stderr gcsput "$small" "gs://$bucket/o"
	one_line "gs://$bucket/o: HTTP 503 backendError"
	[ "$(requests objects.get)" = 3 ]
	ctl clearfaults
	ctl fault gcs upload.chunk status code=500 times=always
	run -75 --separate-stderr gcsput "$big" "gs://$bucket/o"
	one_line "gs://$bucket/o: HTTP 500"
	ctl clearfaults
	ctl fault gcs '*' reset times=always
	run -75 --separate-stderr gcsput "$small" "gs://$bucket/o"
	one_line "gs://$bucket/o: 127.0.0.1"
}

@test "a Retry-After beyond 300 seconds is not waited for" {
	ctl fault gcs objects.get status code=503 retry_after=301
	run -75 gcsput "$small" "gs://$bucket/o"
	[ "$(requests objects.get)" = 1 ]
}

@test "refusals for good are told once, with the service's reason" {
	run -69 --separate-stderr gcsput "$small" gs://no-such-bucket/o
	one_line 'gs://no-such-bucket/o: HTTP 404 notFound: The specified bucket does not exist.'
	run -69 gcsput - gs://no-such-bucket/o <"$big"
	ctl fault gcs objects.insert.multipart status code=400
	run -69 --separate-stderr gcsput "$small" "gs://$bucket/o"
	one_line "gs://$bucket/o: HTTP 400 badRequest"
	ctl fault gcs upload.start status code=403
	run -77 --separate-stderr gcsput "$big" "gs://$bucket/o"
	one_line "gs://$bucket/o: HTTP 403 forbidden"
	[ "$(requests 'objects.insert.*|upload.*')" = 2 ]
}

# overtaken ROUTE FILE OTHER: upload FILE while another writer makes the object of OTHER; the exit code in $status.
overtaken() {
	held "$2" "$1" "ctl put 'gs://$bucket/o' '$3'"
	holds o "$3"
}

@test "another writer with the same bytes is no error" {
	overtaken objects.insert.multipart "$small" "$small"
	[ $status = 0 ]
}

@test "another writer with the same bytes is no error in a large upload" {
	overtaken upload.chunk "$big" "$big"
	[ $status = 0 ]
}

@test "another writer with other bytes is an error, and his object stays" {
	overtaken objects.insert.multipart "$small" "$big"
	[ $status = 69 ]
	grep -q "^gcsput: gs://$bucket/o: another writer made generation" err
}

@test "another writer with other bytes is an error in a large upload" {
	overtaken upload.chunk "$big" "$small"
	[ $status = 69 ]
	grep -q "^gcsput: gs://$bucket/o: another writer made generation" err
}

@test "an object that came out wrong is removed" {
	ctl fault gcs objects.insert.multipart checksum
	ctl fault gcs objects.get checksum skip=1
	run -75 --separate-stderr gcsput "$small" "gs://$bucket/o"
	one_line 'AAAAAQ== arrived: the object was removed'
	[ "$(ctl ls "gs://$bucket/")" = "" ]
}

# in_flight JOBS MS: upload four files of which each takes MS milliseconds; prints how many were under way at once.
in_flight() {
	ctl fault gcs objects.insert.multipart slow delay_ms="$2" times=4
	gcsput -j "$1" "gs://$bucket/j$1/{type}/" <split.tsv >put.tsv
	python3 - "j$1%2F" <<-'PY'
		import datetime, json, os, sys
		ends = []
		for line in open(os.environ["CLOUD_DIR"] + "/requests.log"):
		    one = json.loads(line)
		    if one["fault"] == "slow" and sys.argv[1] in one["target"]:
		        end = datetime.datetime.fromisoformat(one["time"]).timestamp() * 1000
		        ends += [(end - one["ms"], 1), (end, -1)]
		now = most = 0
		for _, step in sorted(ends):
		    now += step
		    most = max(most, now)
		print(most)
	PY
}

@test "-j uploads so many files at once, -j 1 one after the other" {
	split a b c d
	[ "$(in_flight 4 1000)" = 4 ]
	[ "$(in_flight 1 50)" = 1 ]
}

@test "one of many that fails ends the work, and the manifest is not written" {
	split a b c d e f
	ctl fault gcs objects.insert.multipart status code=400 match=c%2F
	run -69 --separate-stderr gcsput -j 2 "gs://$bucket/{type}/" <split.tsv
	one_line "gs://$bucket/c/f3.ndjson: HTTP 400"
	[ "$output" = "" ]
	ctl clearfaults
	gcsput "gs://$bucket/{type}/" <split.tsv >put.tsv
	[ "$(wc -l <put.tsv)" = 6 ]
}

@test "killed in the middle of an upload, the next run makes one right object" {
	ctl fault gcs upload.chunk status code=503 retry_after=9 skip=1
	gcsput --chunk-size 8M "$big" "gs://$bucket/o" 3>&- &
	pid=$!
	refused $pid status
	kill -9 $pid
	wait $pid || :
	[ "$(ctl ls "gs://$bucket/")" = "" ]
	gcsput --chunk-size 8M "$big" "gs://$bucket/o"
	holds o "$big"
	[ "$(ctl ls "gs://$bucket/" | wc -l)" = 1 ]
}

@test "a full standard output is an error" {
	split app
	run -74 --separate-stderr bash -c "gcsput 'gs://$bucket/{type}/' <split.tsv >/dev/full"
	one_line 'standard output'
}

@test "-v tells what was done" {
	run -0 --separate-stderr gcsput -v "$small" "gs://$bucket/o"
	one_line "gs://$bucket/o: created, generation"
	run -0 --separate-stderr gcsput -v - "gs://$bucket/o" <"$small"
	one_line "gs://$bucket/o: is there already, generation"
	run -0 --separate-stderr gcsput -v "$big" "gs://$bucket/o"
	one_line "gs://$bucket/o: replaced, generation"
}

@test "where no more threads can be started, fewer do the work" {
	[ -z "${SANITIZED-}" ] || skip 'needs more address space'
	split a b c d e f
	# A thread's stack is as large as the limit: two of 4 GB fit into 10 GB.
	run -0 --separate-stderr bash -c "ulimit -s 4000000 -v 10000000; gcsput -v -j 6 'gs://$bucket/{type}/' <split.tsv"
	[ "${#lines[@]}" = 6 ]
	[[ $stderr == *'gcsput: 3 of 6 threads could be started'* ]]
}

@test "the page's examples run as they stand" {
	ctl mkbucket gs://my-bucket
	split app web
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/{/^\.Bd/,/^\.Ed/{/^\./d; s/^\$ //; s/\\e$/\\/; p;};}' \
		"$BATS_TEST_DIRNAME"/../man/gcsput.1 >example.sh
	[ "$(grep -c gcsput example.sh)" = 4 ]
	run -0 --separate-stderr bash -eu example.sh
	[ "$stderr" = "" ]
	[ "$(cut -f 1 put.tsv | tr '\n' ' ')" = 'app web ' ]
	[[ ${lines[0]} == "app	100	gs://my-bucket/app/pipe.gz	"* ]]
	[ "$(sed 1d <<<"$output")" = "keep	gs://my-bucket/app/2021/01/01/00/f1.ndjson"$'\n'"keep	gs://my-bucket/web/2021/01/01/00/f2.ndjson" ]
	ctl get gs://my-bucket/_hours/2021/01/01/00/put.tsv | cmp - put.tsv
}

@test "memory stays within 32 MiB" {
	: >split.tsv
	for i in 1 2 3 4 5 6; do
		cp "$big" "f$i"
		printf 't%d\t1\t9437185\tf%d\n' $i $i >>split.tsv
	done
	cat >peak.py <<-'PY'
		import resource, subprocess, sys
		subprocess.run(sys.argv[2:], stdin=open(sys.argv[1]), stdout=subprocess.DEVNULL, check=True)
		print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
	PY
	run -0 python3 peak.py split.tsv gcsput -j 4 "gs://$bucket/{type}/"
	[ "$output" -lt 32768 ] || [ -n "${SANITIZED-}" ]
	run -0 python3 peak.py "$big" gcsput - "gs://$bucket/stdin"
	[ "$output" -lt 32768 ] || [ -n "${SANITIZED-}" ]
}
