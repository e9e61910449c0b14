# gcscat: objects of Cloud Storage to standard output: the right bytes, or an exit code that says what to do.
bats_require_minimum_version 1.5.0
load gcs/setup
load net/serve

setup_file() {
	start_cloud 3000000
}

teardown() {
	ctl clearfaults
	[ -z "${server-}" ] || kill "$server"
}

# put NAME [FILE]: an object, of standard input without a file.
put() {
	ctl put "gs://$bucket/$1" "${2:--}"
}

@test "an object comes byte for byte" {
	printf 'no newline at the end' >bare
	for file in "$big" "$small" bare /dev/null; do
		put o "$file"
		gcscat "gs://$bucket/o" >found
		cmp found "$file"
	done
}

@test "a prefix is every object below it, in the order of the names' bytes" {
	for name in h/b h/B h/é h/a/1 h/a h/%2F 'h/a b?&#' other; do
		echo "$name" | put "$name"
	done
	printf '%s\n' h/%2F h/B h/a 'h/a b?&#' h/a/1 h/b h/é >expected
	gcscat "gs://$bucket/h/" | cmp - expected
	echo other >>expected
	gcscat "gs://$bucket" | cmp - expected
	gcscat "gs://$bucket/" | cmp - expected
}

@test "a star at the end is any continuation of the name" {
	for name in part-1 part-2 p/3 other; do
		echo $name | put $name
	done
	[ "$(gcscat "gs://$bucket/part-*")" = "part-1"$'\n'"part-2" ]
	[ "$(gcscat "gs://$bucket/p*")" = "p/3"$'\n'"part-1"$'\n'"part-2" ]
	[ "$(gcscat "gs://$bucket/p/*")" = "p/3" ]
}

@test "operands come in their order, a newline between objects that lack it" {
	printf one | put one
	echo two | put two
	: | put none
	printf '' | gzip | put none.gz
	printf three | gzip | put three.gz
	gcscat "gs://$bucket/three.gz" "gs://$bucket/one" "gs://$bucket/none" "gs://$bucket/none.gz" "gs://$bucket/two" \
		"gs://$bucket/one" >found
	printf 'three\none\ntwo\none' | cmp - found
}

@test "gzip and zstd are told by their first bytes and decoded, concatenated ones too" {
	gzip -c "$small" >a
	cat a a | put twice
	zstd -q -c "$small" >b
	cat b b | put twice.ndjson
	put plain.gz "$small"
	gcscat "gs://$bucket/twice" | cmp - <(cat "$small" "$small")
	gcscat "gs://$bucket/twice.ndjson" | cmp - <(cat "$small" "$small")
	gcscat "gs://$bucket/plain.gz" | cmp - "$small"
}

@test "an object stored with Content-Encoding gzip is decoded once, its crc32c compared" {
	gzip -c "$small" >small.gz
	python3 - "$bucket" <<-'PY'
		import json, os, sys, urllib.request
		token = "http://" + os.environ["GCE_METADATA_HOST"] + "/computeMetadata/v1/instance/service-accounts/default/token"
		ask = urllib.request.Request(token, headers={"Metadata-Flavor": "Google"})
		token = json.load(urllib.request.urlopen(ask))["access_token"]
		url = os.environ["STORAGE_EMULATOR_HOST"] + f"/upload/storage/v1/b/{sys.argv[1]}/o"
		ask = urllib.request.Request(url + "?uploadType=media&name=o&contentEncoding=gzip", open("small.gz", "rb").read())
		ask.add_header("Authorization", "Bearer " + token)
		assert json.load(urllib.request.urlopen(ask))["contentEncoding"] == "gzip"
	PY
	gcscat "gs://$bucket/o" | cmp - "$small"
}

@test "-l lists URL, size, generation, crc32c and time, and reads nothing" {
	put h/a "$small"
	printf '123456789' | put $'h/b\tc'
	gcscat -l "gs://$bucket/h/" >found
	ctl ls "gs://$bucket/" >truth
	[ "$(cut -f 1-3 found | head -n 1)" = "$(awk -F '\t' -v OFS='\t' 'NR == 1 { print $1, $2, $4 }' truth)" ]
	[ "$(cut -f 1,2,4 found | tail -n 1)" = "gs://$bucket/h/b\\tc"$'\t9\t4waSgw==' ]
	[ "$(cut -f 5 found | grep -cE '^20[0-9-]{8}T[0-9:]{8}[.0-9]*Z$')" = 2 ]
	gcscat --list "gs://$bucket/h/a" | cmp - <(head -n 1 found)
	[ "$(requests objects.download)" = 0 ]
	run -66 --separate-stderr gcscat -l "gs://$bucket/none"
	one_line 'no such object'
}

@test "a prefix of more than a page of objects is listed whole" {
	python3 - "$bucket" <<-'PY'
		import http.client, os, sys
		ask = http.client.HTTPConnection(os.environ["CLOUD_CONTROL"].split("://")[1])
		for i in range(1003):
		    ask.request("PUT", f"/object?url=gs://{sys.argv[1]}/h/{i:04}", b"%d\n" % i)
		    ask.getresponse().read()
	PY
	gcscat -l "gs://$bucket/h/" | cut -f 1 | cmp - <(seq -f "gs://$bucket/h/%04.0f" 0 1002)
	[ "$(requests objects.list)" = 3 ]
}

@test "the sign of a classified hour is exit 66 until it is there" {
	sign=gs://$bucket/_hours/2021/01/01/00/put.tsv
	run -66 --separate-stderr gcscat "$sign"
	[ "$output" = "" ]
	one_line "$sign: no such object (yet)"
	ctl put "$sign" "$small"
	gcscat "$sign" | cmp - "$small"
}

@test "a prefix without objects is exit 66, placeholders of folders are none" {
	put hx "$small"
	: | put h/
	: | put h/deeper/
	for operand in h/ h/deeper/ 'h/*' none/ 'none*'; do
		run -66 --separate-stderr gcscat "gs://$bucket/$operand"
		[ "$output" = "" ]
		one_line "gs://$bucket/${operand%\*}: no object there (yet)"
		run -66 gcscat -l "gs://$bucket/$operand"
	done
	ctl rm "gs://$bucket/hx"
	run -66 gcscat "gs://$bucket"
}

@test "what is missing among operands ends the work with 66" {
	put o "$small"
	run -66 --separate-stderr gcscat "gs://$bucket/o" "gs://$bucket/none" "gs://$bucket/o"
	[ "${#lines[@]}" = 2000 ]
	one_line "gs://$bucket/none: no such object"
}

@test "bytes that do not have the object's crc32c are exit 75" {
	put o "$small"
	ctl fault gcs objects.get checksum
	run -75 --separate-stderr gcscat "gs://$bucket/o"
	one_line "gs://$bucket/o: the bytes that came have crc32c"
	[ "$output" = "" ]
	[ "$(requests objects.download)" = 3 ]
	ctl fault gcs objects.download flip at=5000 times=2
	gcscat "gs://$bucket/o" | cmp - "$small"
	[ "$(requests objects.download)" = 6 ]
	ctl fault gcs objects.download flip at=5000 times=3
	run -75 --separate-stderr gcscat "gs://$bucket/o"
	one_line "gs://$bucket/o: the bytes that came have crc32c"
	[ "$output" = "" ]
}

@test "a compressed object that was spoilt on the way is exit 75, not 65" {
	gzip -c "$big" | put o.gz
	zstd -q -c "$small" | put o.zst
	for name in o.gz o.zst; do
		for at in 0 9 400; do
			ctl fault gcs objects.download flip at=$at times=3
			run -75 --separate-stderr bash -c "gcscat 'gs://$bucket/$name' >/dev/null"
			one_line "gs://$bucket/$name: the bytes that came have crc32c"
		done
	done
}

@test "a compressed object that is stored damaged or cut short is exit 65" {
	gzip -c "$small" >gz
	zstd -q -c "$small" >zst
	for kind in gz zst; do
		head -c 2000 $kind | put short
		run -65 --separate-stderr bash -c "gcscat 'gs://$bucket/short' >/dev/null"
		one_line "gs://$bucket/short: $([ $kind = gz ] && echo gzip || echo zstd) stream ends early at byte 2000"
	done
	{
		head -c 1000 gz
		head -c 1000 /dev/zero
		tail -c +2001 gz
	} | put damaged
	run -65 --separate-stderr bash -c "gcscat 'gs://$bucket/damaged' >/dev/null"
	one_line "gs://$bucket/damaged: gzip stream is corrupt at byte"
}

@test "a cut connection goes on at the byte reached, of the same generation" {
	put o "$big"
	ctl fault gcs objects.download cut bytes=1000000
	ctl fault gcs objects.download cut bytes=500000
	ctl fault gcs objects.download badtoken
	run -0 --separate-stderr bash -c "gcscat -v 'gs://$bucket/o' >found"
	cmp found "$big"
	[ "${#stderr_lines[@]}" = 3 ]
	[[ ${stderr_lines[1]} == *"; went on to byte 1500000" ]]
	[ "${stderr_lines[2]}" = "gcscat: gs://$bucket/o: 3000000 bytes, plain" ]
	mine | grep '"objects.download"' | sed 's/.*"range": "\([^"]*\)".*/\1/; t; s/.*/whole/' >found
	printf '%s\n' whole bytes=1000000- bytes=1500000- bytes=1500000- | cmp - found
	[ "$(mine | grep '"objects.download"' | grep -c "generation=$(ctl ls "gs://$bucket/" | cut -f 4)")" = 4 ]
}

@test "more cuts than attempts are survived as long as bytes come" {
	gzip -c "$big" | put o
	ctl fault gcs objects.download cut bytes=200000 times=10
	gcscat "gs://$bucket/o" | cmp - "$big"
	[ "$(requests objects.download)" = 11 ]
}

@test "cuts that bring no byte end the work with 75" {
	put o "$small"
	ctl fault gcs objects.download cut bytes=0 times=always
	run -75 --separate-stderr gcscat "gs://$bucket/o"
	one_line "gs://$bucket/o: 127.0.0.1"
	[ "$(requests objects.download)" = 3 ]
}

@test "an object that is replaced while it is read is an error, never a mix" {
	put o "$big"
	ctl fault gcs objects.download cut bytes=1000000
	ctl fault gcs objects.download status code=503 retry_after=1
	gcscat "gs://$bucket/o" >found 2>err 3>&- &
	pid=$!
	refused $pid status
	head -c 3000000 /dev/zero | put o
	kill -CONT $pid
	status=0
	wait $pid || status=$?
	[ $status = 65 ]
	grep -q "^gcscat: gs://$bucket/o: generation [0-9]* is gone: the object was replaced or removed" err
	[ ! -s found ]
}

@test "an object that is replaced between the look and the reading is an error" {
	put o "$small"
	ctl fault gcs objects.get duplicate
	ctl fault gcs objects.download status code=404
	run -65 --separate-stderr gcscat "gs://$bucket/o"
	[ "$output" = "" ]
	one_line 'is gone: the object was replaced or removed while it was read'
}

@test "every passing fault of a look, a listing and a download ends in the right bytes" {
	put h/1 "$small"
	put h/2 "$small"
	cat "$small" "$small" >both
	for route in objects.list objects.download objects.get; do
		operands=("gs://$bucket/h/")
		[ $route != objects.get ] || operands=("gs://$bucket/h/1" "gs://$bucket/h/2")
		for fault in 'reset when=before' 'reset when=after' 'status code=503' 'status code=503 retry_after=0' \
			'status code=429' 'status code=408' 'status code=500 times=2' 'after code=502' 'cut bytes=40' 'duplicate' \
			'slow delay_ms=50' 'badtoken'; do
			# shellcheck disable=SC2086 # words of a fault script
			ctl fault gcs $route $fault
			gcscat "${operands[@]}" | cmp - both || {
				echo "failed under: $route $fault"
				return 1
			}
		done
	done
	[ "$(mine | grep -c '"fault": "')" = 39 ]
}

@test "a service that stays down is exit 75 after three attempts" {
	put o "$small"
	for route in objects.get objects.download objects.list; do
		operand=gs://$bucket/o
		[ $route != objects.list ] || operand=gs://$bucket/
		before=$(requests $route)
		ctl fault gcs $route status code=503 times=always
		run -75 --separate-stderr gcscat "$operand"
		one_line "$operand: HTTP 503 backendError: We encountered an internal error"
		[ "$(requests $route)" = $((before + 3)) ]
		ctl clearfaults
	done
	ctl fault gcs objects.get status code=429 times=always
	run -75 --separate-stderr gcscat "gs://$bucket/o"
	one_line 'HTTP 429 rateLimitExceeded'
}

@test "Retry-After is kept to, and one beyond 300 seconds is not waited for" {
	put o "$small"
	ctl fault gcs objects.download status code=503 retry_after=1
	SECONDS=0
	gcscat "gs://$bucket/o" | cmp - "$small"
	[ $SECONDS -ge 1 ]
	ctl fault gcs objects.download status code=503 retry_after=301
	run -75 gcscat "gs://$bucket/o"
	[ "$(requests objects.download)" = 3 ]
}

@test "a refusal for good is told once, with the service's words" {
	put o "$small"
	for route in objects.get objects.download; do
		ctl fault gcs $route status code=403
		run -77 --separate-stderr gcscat "gs://$bucket/o"
		one_line "gs://$bucket/o: HTTP 403 forbidden: Access denied."
		ctl fault gcs $route status code=400
		run -69 --separate-stderr gcscat "gs://$bucket/o"
		one_line "gs://$bucket/o: HTTP 400 badRequest"
	done
	for operand in o h/ '*'; do
		run -69 --separate-stderr gcscat "gs://no-such-bucket/$operand"
		one_line 'HTTP 404 notFound: The specified bucket does not exist.'
	done
	run -69 --separate-stderr gcscat gs://Bad_Name_/o
	one_line 'gs://Bad_Name_/o: HTTP 400'
}

@test "no credentials are exit 77, and the message says where they were looked for" {
	put o "$small"
	export GCE_METADATA_HOST=127.0.0.1:1
	run -77 --separate-stderr env -u GOOGLE_APPLICATION_CREDENTIALS gcscat "gs://$bucket/o"
	one_line 'GOOGLE_APPLICATION_CREDENTIALS is not set, and the metadata server at 127.0.0.1:1'
	run -77 --separate-stderr env GOOGLE_APPLICATION_CREDENTIALS=none.json gcscat "gs://$bucket/o"
	one_line 'GOOGLE_APPLICATION_CREDENTIALS: none.json: No such file'
	echo '{"type": "service_account",' >bad.json
	run -78 --separate-stderr env GOOGLE_APPLICATION_CREDENTIALS=bad.json gcscat "gs://$bucket/o"
	one_line 'bad.json:2:1'
	run -77 --separate-stderr env -u GOOGLE_APPLICATION_CREDENTIALS -u GCE_METADATA_HOST gcscat "gs://$bucket/o"
	one_line "gs://$bucket/o: HTTP 401 required: Anonymous caller"
}

@test "a certificate that is not trusted is exit 77, SSL_CERT_FILE makes it trusted" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -days 2 -subj /CN=stand-in \
		-addext subjectAltName=IP:127.0.0.1 2>/dev/null
	cat >server.py <<-'PY'
		import http.server, ssl, sys
		server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
		context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
		context.load_cert_chain("cert", "key")
		server.socket = context.wrap_socket(server.socket, server_side=True)
		print(server.server_port, flush=True)
		server.serve_forever()
	PY
	mkfifo port
	python3 server.py >port 2>/dev/null 3>&- &
	server=$!
	read -r number <port
	export STORAGE_EMULATOR_HOST=https://127.0.0.1:$number
	run -77 --separate-stderr gcscat "gs://$bucket/o"
	one_line "127.0.0.1:$number: SSL certificate problem"
	SSL_CERT_FILE=$PWD/cert run -66 gcscat "gs://$bucket/o" # its 404
}

@test "a full standard output is exit 74 with one line" {
	put o "$big"
	gzip -c "$big" | put o.gz
	for options in "gs://$bucket/o" "gs://$bucket/o.gz" "-l gs://$bucket/"; do
		run -74 --separate-stderr bash -c "gcscat $options >/dev/full"
		one_line 'standard output: No space left on device'
	done
}

@test "a closed pipe is a quiet end" {
	put o "$big"
	set +o pipefail
	gcscat "gs://$bucket/o" 2>err | head -c 10 >/dev/null
	[ "${PIPESTATUS[0]}" = 141 ]
	[ ! -s err ]
}

@test "wrong commands are usage errors, found before anything is asked" {
	run -64 --separate-stderr gcscat
	for operand in s3://bucket/o o gs:// gs:///o /o -; do
		run -64 gcscat "gs://$bucket/o" "$operand"
	done
	run -64 gcscat --no-such "gs://$bucket/o"
	STORAGE_EMULATOR_HOST='http://[bad' run -64 gcscat "gs://$bucket/o"
	for options in -x '-j 0' '-j 65' '-j x' '--range 1' '--range -1' '--range 2-1' '--range a-b' '--range 0-99 -l'; do
		# shellcheck disable=SC2086 # words
		run -64 gcscat $options "gs://$bucket/o"
	done
	run -64 gcscat --range 0-9 "gs://$bucket/o" "gs://$bucket/o"
	run -64 gcscat --range 0-9 "gs://$bucket/o/"
	[ "$(mine | wc -l)" = 0 ]
	run -0 gcscat --help
	[[ $output == *--list* ]]
	run -0 gcscat --version
}

@test "LOG_FORMAT=json makes the message one JSON object" {
	LOG_FORMAT=json run -66 --separate-stderr gcscat "gs://$bucket/none"
	python3 -c 'import json, sys; d = json.loads(sys.argv[1]); assert d["severity"] == "ERROR" and "none" in d["message"]' "$stderr"
}

# lists PAGE WORDS: a service that answers PAGE to every question is one that lists badly: 69, and WORDS.
lists() {
	printf '%s' "$1" >page
	run -69 --separate-stderr timeout 20 env -u GOOGLE_APPLICATION_CREDENTIALS -u GCE_METADATA_HOST \
		STORAGE_EMULATOR_HOST="127.0.0.1:$port" gcscat -l gs://b/p/
	[ "$stderr" = "gcscat: gs://b/p/: $2" ]
}

@test "a listing that never ends, or is out of order, is refused" {
	: >page
	serve bad.log file:page
	server=${servers# }
	object='"size":"1","generation":"1"'
	lists '{"nextPageToken":"x"}' 'a page of the listing leads to itself'
	lists "{\"items\":[{\"name\":\"p/a\",$object}],\"nextPageToken\":\"x\"}" \
		"listing is not in the order of names: 'p/a' after 'p/a'"
	lists "{\"items\":[{\"name\":\"p/b\",$object},{\"name\":\"p/a\",$object}]}" \
		"listing is not in the order of names: 'p/a' after 'p/b'"
}

@test "the page's examples run as they stand" {
	ctl mkbucket gs://my-bucket
	ctl put gs://my-bucket/_hours/2021/01/01/00/put.tsv "$small"
	ctl put gs://my-bucket/app/2021/01/01/00/a.ndjson "$small"
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/s/^\$ //p' "$BATS_TEST_DIRNAME"/../man/gcscat.1 >example.sh
	[ "$(wc -l <example.sh)" = 4 ]
	run -0 --separate-stderr bash -eu example.sh
	[ "$stderr" = "" ]
	cmp put.tsv "$small"
	[ "${lines[0]}" = 2000 ]
	[[ ${lines[1]} == "gs://my-bucket/app/2021/01/01/00/a.ndjson	8893	"* ]]
}
