# Google access tokens: where they come from, how long they are kept, and that nobody gets to see them.
bats_require_minimum_version 1.5.0
load gcs/setup

setup_file() {
	start_cloud 9000000
	ctl mkbucket gs://lake
	ctl put gs://lake/o "$small"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	logged=$(wc -l <"$CLOUD_DIR/requests.log")
}

teardown() {
	ctl clearfaults
	ctl token ttl=3599
}

# since PATTERN: how many requests of this test match.
since() {
	tail -n "+$((logged + 1))" "$CLOUD_DIR/requests.log" | grep -cE "$1" || :
}

# granted SERVICE: how many tokens it gave in this test.
granted() {
	since "\"service\": \"$1\", \"route\": \"token\".*\"status\": 200"
}

# key CODE: a copy of the account's key file, changed by a line of Python over its object "key", is what programs read.
key() {
	python3 - "$1" <<-'PY'
		import json, os, sys
		key = json.load(open(os.environ["GOOGLE_APPLICATION_CREDENTIALS"]))
		exec(sys.argv[1])
		json.dump(key, open("key.json", "w"))
	PY
	export GOOGLE_APPLICATION_CREDENTIALS=$PWD/key.json
}

# stays_down SERVICE FAULT WORDS: what gives tokens has the fault for ever: exit 75, and WORDS.
stays_down() {
	# shellcheck disable=SC2086 # words of a fault script
	ctl fault "$1" token $2 times=always
	run -75 --separate-stderr gcscat gs://lake/o
	one_line "$3"
	ctl clearfaults
}

@test "one token serves all requests of a run" {
	for i in 1 2 3 4 5 6 7 8; do
		echo $i >f$i
		printf 't%d\t1\t2\tf%d\n' $i $i >>split.tsv
	done
	gcsput -j 4 'gs://lake/{type}/' <split.tsv >put.tsv
	[ "$(granted oauth)" = 1 ]
	[ "$(since '"objects.insert')" = 8 ]
	gcscat 'gs://lake/t*' >found
	[ "$(granted oauth)" = 2 ]
	[ "$(since '"objects.download"')" = 8 ]
	[ "$(granted metadata)" = 0 ]
}

@test "a token near its end is renewed before it is refused" {
	ctl token ttl=4
	for source in oauth metadata; do
		[ $source = oauth ] || unset GOOGLE_APPLICATION_CREDENTIALS
		ctl fault gcs objects.get slow delay_ms=2500
		gcscat gs://lake/o | cmp - "$small"
		[ "$(granted $source)" = 2 ]
	done
	[ "$(since '"status": 401')" = 0 ]
}

@test "one thread renews the token, the others go on with the old one" {
	for i in 1 2 3 4 5 6 7 8; do
		echo $i >f$i
		printf 'r%d\t1\t2\tf%d\n' $i $i >>split.tsv
	done
	ctl token ttl=8 # renewed after 4 s
	ctl fault gcs objects.insert.multipart slow delay_ms=4500 times=4
	ctl fault oauth token slow delay_ms=500 skip=1
	gcsput -j 4 'gs://lake/{type}/' <split.tsv >put.tsv
	[ "$(granted oauth)" = 2 ]
	[ "$(since '"objects.insert.*"status": 200')" = 8 ]
	[ "$(since '"status": 401')" = 0 ]
}

@test "a token that is refused is replaced once" {
	ctl fault gcs objects.get badtoken
	gcscat gs://lake/o | cmp - "$small"
	[ "$(granted oauth)" = 2 ]
	ctl fault gcs objects.get badtoken times=always
	run -77 --separate-stderr gcscat gs://lake/o
	one_line 'gs://lake/o: HTTP 401 authError: Invalid Credentials'
	[ "$(since '"status": 401')" = 3 ]
	[ "$(granted oauth)" = 4 ]
}

@test "without a key file the metadata server is asked" {
	unset GOOGLE_APPLICATION_CREDENTIALS
	gcscat gs://lake/o gs://lake/o >found
	[ "$(granted metadata)" = 1 ]
	[ "$(granted oauth)" = 0 ]
	GCE_METADATA_HOST=http://$GCE_METADATA_HOST gcscat gs://lake/o >found
	[ "$(granted metadata)" = 2 ]
	GOOGLE_APPLICATION_CREDENTIALS='' gcscat gs://lake/o >found
	[ "$(granted metadata)" = 3 ]
}

@test "the metadata server is asked through no proxy" {
	unset GOOGLE_APPLICATION_CREDENTIALS
	http_proxy=http://127.0.0.1:1 all_proxy=http://127.0.0.1:1 no_proxy='' \
		run -75 --separate-stderr gcscat gs://lake/o
	[ "$(granted metadata)" = 1 ] # the object alone was asked for through it
}

@test "a metadata server that is none, has no account or is busy" {
	unset GOOGLE_APPLICATION_CREDENTIALS
	ctl fault metadata token status code=404
	run -77 --separate-stderr gcscat gs://lake/o
	one_line "no Google credentials: GOOGLE_APPLICATION_CREDENTIALS is not set, and the metadata server at $GCE_METADATA_HOST: the machine has no service account"
	stays_down metadata 'status code=503' 'metadata server: HTTP 503'
	stays_down metadata reset "metadata server: $GCE_METADATA_HOST: "
	ctl fault metadata token reset
	ctl fault metadata token status code=503
	gcscat gs://lake/o >found
	GCE_METADATA_HOST=${STORAGE_EMULATOR_HOST#http://} run -77 --separate-stderr gcscat gs://lake/o
	one_line 'what answers there is none'
	GCE_METADATA_HOST=127.0.0.1:1 run -77 --separate-stderr gcscat gs://lake/o
	one_line 'the metadata server at 127.0.0.1:1'
}

@test "a token endpoint that fails for a while is asked again, one that stays down is exit 75" {
	for fault in 'reset when=before' 'reset when=after' 'status code=503' 'status code=429' 'after code=500' 'cut bytes=20'; do
		# shellcheck disable=SC2086 # words of a fault script
		ctl fault oauth token $fault
		gcscat gs://lake/o >found
	done
	stays_down oauth 'status code=503' '/token: HTTP 503'
	stays_down oauth reset 'access token: 127.0.0.1:'
	[ "$(since '"route": "token".*"fault": "status"')" = 5 ]
	[ "$(since '"service": "gcs"')" = 12 ]
}

@test "a key that the endpoint does not know is exit 77 with its reason" {
	key 'key["private_key_id"] = "another"'
	run -77 --separate-stderr gcscat gs://lake/o
	one_line ': invalid_grant: Invalid JWT Signature.'
	key 'key["client_email"] = "nobody@example.com"'
	run -77 --separate-stderr gcscat gs://lake/o
	one_line 'the key of nobody@example.com was refused: invalid_grant'
	[ "$(since '"service": "gcs"')" = 0 ]
}

# malformed CODE WORDS: the key file changed so is exit 78, and the message holds WORDS.
malformed() {
	(
		key "$1"
		run -78 --separate-stderr gcscat gs://lake/o
		one_line "key.json: $2"
	)
}

@test "a key file that is malformed is exit 78 and named" {
	malformed 'del key["type"]' 'no "type"'
	malformed 'key["type"] = "api_key"' "credentials of type 'api_key' are not supported"
	malformed 'key["type"] = "gdch_service_account"' "credentials of type 'gdch_service_account' are for Google Distributed Cloud"
	malformed 'del key["private_key"]' 'no "private_key"'
	malformed 'key["client_email"] = ""' 'no "client_email"'
	malformed 'key["token_uri"] = 5' 'no "token_uri"'
	malformed 'key = []' 'no "type"'
	malformed 'key["private_key"] = key["private_key"][:400]' ''
	malformed 'key["private_key"] = "none"' ''
	head -c 70000 /dev/zero | tr '\0' ' ' >large.json
	GOOGLE_APPLICATION_CREDENTIALS=large.json run -78 --separate-stderr gcscat gs://lake/o
	one_line 'large.json'
	GOOGLE_APPLICATION_CREDENTIALS=$PWD run -77 --separate-stderr gcscat gs://lake/o
	one_line "GOOGLE_APPLICATION_CREDENTIALS: $PWD: Is a directory"
	[ "$(since '.')" = 0 ]
}

@test "no message shows a key, a signed claim, a token or the URI of an upload, even with -v" {
	account=$GOOGLE_APPLICATION_CREDENTIALS
	n=0
	while read -r service route fault; do
		n=$((n + 1))
		[ $service != metadata ] || unset GOOGLE_APPLICATION_CREDENTIALS
		command='gcscat -v gs://lake/o'
		[[ $route != upload.* ]] || command="gcsput -v $big gs://lake/big$n"
		# shellcheck disable=SC2086 # words of a fault script
		ctl fault $service "$route" $fault times=4
		$command 2>>shown >/dev/null || failed="${failed-}$? "
		ctl clearfaults
		export GOOGLE_APPLICATION_CREDENTIALS=$account
	done <<-'END'
		oauth token status code=400
		oauth token status code=503
		oauth token badtoken
		oauth token cut bytes=60
		oauth token flip at=3
		metadata token cut bytes=60
		metadata token flip at=3
		metadata token status code=403
		gcs objects.get badtoken
		gcs objects.get reset
		gcs objects.download status code=403
		gcs objects.download badtoken
		gcs upload.start badtoken
		gcs upload.start status code=403
		gcs upload.start cut bytes=0
		gcs upload.chunk status code=400
		gcs upload.chunk status code=503
		gcs upload.chunk status code=410
		gcs upload.chunk reset
		gcs upload.chunk checksum
	END
	[ "$(wc -w <<<"$failed")" = 18 ]
	key 'key["private_key"] = key["private_key"].replace("MII", "MIJ")'
	gcscat -v gs://lake/o 2>>shown >/dev/null || :
	sed 's/.$//' "$account" | tr -d '\n' >key.json # no closing brace
	gcscat -v gs://lake/o 2>>shown >/dev/null || :
	[ "$(grep -vc 'gcs[a-z]*: Google credentials: ' shown)" = 22 ]
	python3 - "$account" >secrets <<-'PY'
		import json, sys
		key = json.load(open(sys.argv[1]))
		print("\n".join(line for line in key["private_key"].split("\n") if line))
		print("ya29.", "eyJ", "upload_id", "Bearer", "BEGIN", "assertion", sep="\n")
	PY
	run -1 grep -aFf secrets shown
	grep -qaFf secrets "$account" # as they are there to be seen
}
