# The hour on bad input: one line, the right code, and nothing a rerun would trust.
bats_require_minimum_version 1.5.0

load hour/setup.bash

# whole N: the next run is right, with N records of app.
whole() {
	run -0 hour hour 2021/01/01/00
	[ "$output" = '' ]
	[ "$(table app | wc -l)" = "$1" ]
}

@test "an empty folder is 66 and names it; the next run takes what has come" {
	the_hour_ends_with 66 's3cat: s3://logs/2021/01/01/00/: *'
	records 00:10 app 1 9 | ctl put s3://logs/2021/01/01/00/a.json -
	whole 9
}

@test "a bucket or dataset that is missing is 69 and named" {
	records 00:10 app 1 9 | ctl put s3://logs/2021/01/01/00/a.json -
	S3_URL=s3://nowhere the_hour_ends_with 69 's3cat: s3://nowhere/*'
	GCS_URL=gs://nowhere the_hour_ends_with 69 'gcsput: gs://nowhere/*'
	whole 9
	rm -r "$VAR"
	DATASET=nowhere the_hour_ends_with 69 'bqload: *nowhere*'
}

@test "no credentials are 77, and the line names where they were looked for" {
	records 00:10 app 1 9 | ctl put s3://logs/2021/01/01/00/a.json -
	home=$BATS_TEST_TMPDIR/home
	(
		unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
		HOME=$home the_hour_ends_with 77 "s3cat: *AWS_ACCESS_KEY_ID*$home/.aws/credentials*$home/.aws/config*"
	)
	(
		unset GOOGLE_APPLICATION_CREDENTIALS
		export GCE_METADATA_HOST=127.0.0.1:1
		HOME=$home the_hour_ends_with 77 'gcsput: *GOOGLE_APPLICATION_CREDENTIALS*127.0.0.1:1*'
	)
	GOOGLE_APPLICATION_CREDENTIALS=$home/key.json the_hour_ends_with 77 "gcsput: *$home/key.json*"
	whole 9
}

@test "an hour of another form, or of no day, is 64 and shows the form" {
	for wrong in 2021-01-01 2021/02/30/00 2021/01/01/24 2021/1/1/0 yesterday; do
		for target in hour reload; do
			the_hour_ends_with 64 "*.sh: hour '$wrong': expected YYYY/MM/DD/HH in UTC, e.g. 2021/01/01/00" $target "$wrong"
		done
	done
	[ ! -e "$VAR" ]
}

@test "an hour, a directory and settings are text to make and the shell, whatever they hold" {
	for wrong in "2021/01/01/00'; touch ran; '" '$(shell touch ran)' '$(shell touch ran)2021/01/01/00' '`touch ran`' 'a: b' 'a%b'; do
		the_hour_ends_with 64 "*.sh: hour '$wrong': expected YYYY*" hour "$wrong"
		HOUR=$wrong run -2 make --no-print-directory -f "$recipes/hour.mk" reload
		[[ $output == *"hour '$wrong': expected"* ]]
		run -2 make --no-print-directory -C "$recipes/.." -o all hour HOUR="$wrong"
		[[ $output == *"hour '$wrong': expected"* ]]
	done
	[ ! -e "$VAR" ]
	records 00:10 app 1 9 | ctl put s3://logs/2021/01/01/00/a.json -
	cp "$recipes/etl.conf" "own'\$(touch ran).conf"
	for VAR in "v'\$(touch ran)" 'v`touch ran`' 'v$(shell touch ran)'; do
		CONF="own'\$(touch ran).conf" whole 9
		[ "$(cut -f 7 "$VAR/2021/01/01/00/counts.tsv")" = 9 ]
	done
	unset VAR
	run -0 make --no-print-directory -f "$recipes/hour.mk" hour HOUR=2021/01/01/00 VAR=elsewhere
	[ "$(cut -f 7 elsewhere/2021/01/01/00/counts.tsv)" = 9 ]
	[ ! -e ran ] && [ ! -e "$recipes/../ran" ]
}

@test "half a gzip is 65 and named, and nothing is stored" {
	records 00:10 app 1 20 | ctl put s3://logs/2021/01/01/00/a.json -
	records 00:10 app 21 1000 | gzip | head -c 1500 | ctl put s3://logs/2021/01/01/00/half.gz -
	the_hour_ends_with 65 's3cat: s3://logs/2021/01/01/00/half.gz: gzip stream ends early at byte 1500*'
	run -66 gcscat -l gs://logs/
	records 00:10 app 21 1000 | gzip | ctl put s3://logs/2021/01/01/00/half.gz -
	whole 1000
}

@test "a web page instead of logs is 65, and nothing is stored" {
	echo '<html><body>Sign in</body></html>' | ctl put s3://logs/2021/01/01/00/page -
	the_hour_ends_with 65 's3cat: s3://logs/2021/01/01/00/page: *'
	run -66 gcscat -l gs://logs/
	records 00:10 app 1 9 | ctl put s3://logs/2021/01/01/00/page -
	whole 9
}

@test "a malformed schema is 78 with file and line, before anything is stored" {
	records 00:10 app 1 9 | ctl put s3://logs/2021/01/01/00/a.json -
	printf '[\n{"name": "n", "type": "INTEGRE"}\n]\n' >"$SCHEMAS/app.json"
	the_hour_ends_with 78 "ndfit: $SCHEMAS/app.json:2*INTEGRE*"
	run -66 gcscat -l gs://logs/
	printf '[\n{"name": "n"\n' >"$SCHEMAS/app.json"
	the_hour_ends_with 78 "ndfit: $SCHEMAS/app.json:3*"
	schema app at:TIMESTAMP n:INTEGER type:STRING
	whole 9
}

@test "a key that is missing everywhere is one line, 65, and nothing is stored" {
	records 00:10 app 1 9 | ctl put s3://logs/2021/01/01/00/a.json -
	KEY=Channel the_hour_ends_with 65 'ndsplit: *Channel*'
	run -66 gcscat -l gs://logs/
	whole 9
}

@test "a record of 200 MB is set aside in bounded memory, byte for byte, and the hour ends with 1" {
	mkdir programs
	cc -O2 -D_GNU_SOURCE -o measure "$BATS_TEST_DIRNAME/bench/measure.c"
	for p in "$BIN"/*; do
		printf '#!/bin/sh\nexec "%s/measure" "%s/runs.tsv" "%s" "$@"\n' "$PWD" "$PWD" "$p" >"programs/${p##*/}"
	done
	chmod +x programs/*
	{
		records 00:10 app 1 9
		printf '{"type":"app","s":"'
		head -c 200000000 /dev/zero | tr '\0' x
		printf '"}\n'
		records 00:10 app 10 20
	} | tee >(sha256sum >sum) | gzip -1 | ctl put s3://logs/2021/01/01/00/a.gz -
	PROGRAMS=$PWD/programs run -2 hour hour 2021/01/01/00
	[[ $output == *'ndsplit: 1 of 21 records set aside'* ]]
	[[ $output == *'Error 1' ]]
	run -0 sort "$VAR/2021/01/01/00/counts.tsv"
	[ "$output" = $'2021/01/01/00\t_rejected\t1\t1\t0\t-\t-\n2021/01/01/00\tapp\t20\t0\t20\t20\t20' ]
	[ "$(table app | wc -l)" = 20 ]
	{
		gcscat gs://logs/app/2021/01/01/00/ | head -n 9
		gcscat gs://logs/_rejected/2021/01/01/00/_rejected.ndjson.gz
		gcscat gs://logs/app/2021/01/01/00/ | tail -n +10
	} | sha256sum | cmp - sum
	cut -f 1,3 runs.tsv
	# ndsplit holds a record up to its --max-line (100 MiB) and MEMORY (32 MiB), the others hold none.
	run -0 awk -F '\t' '$3 > ($1 == "ndsplit" ? 112 + 32 : 32) * 1024' runs.tsv
	[ "$output" = '' ]
}

@test "a full disk is 74 and names the file; with room again the hour is right" {
	full=$BATS_TEST_TMPDIR/full
	mkdir full
	mount -t tmpfs -o size=1m tmpfs "$full" 2>/dev/null || skip 'mounting a small tmpfs takes root'
	openssl rand -base64 3000000 | tr -d '\n' | fold -w 600 |
		awk '{printf "{\"type\":\"app\",\"n\":%d,\"x\":\"%s\"}\n", NR, $0}' >a.json
	ctl put s3://logs/2021/01/01/00/a.json a.json
	(
		trap 'umount "$full"' EXIT
		schema app n:INTEGER type:STRING x:STRING
		VAR=$full the_hour_ends_with 74 "ndfit: $full/*: No space left on device"
		[ -z "$(find "$full" -name '*.ndjson*' -o -name put.tsv)" ]
		head -c 2000000 /dev/zero >"$full/fill" || :
		VAR=$full the_hour_ends_with 74 '*: No space left on device'
		run -66 gcscat -l gs://logs/
		rm "$full/fill"
		mount -o remount,size=32m "$full"
		VAR=$full whole "$(wc -l <a.json)"
	)
}

@test "a reader of messages that goes away stops nothing that a rerun does not mend" {
	{
		records 00:10 app 1 9
		echo 'not json'
		echo '{"type":"app","n":"12kB"}'
	} | ctl put s3://logs/2021/01/01/00/a.json -
	hour hour 2021/01/01/00 2>&1 >/dev/null | : || :
	run -2 hour hour 2021/01/01/00
	[[ $output == *'Error 1' ]]
	run -0 sort "$VAR/2021/01/01/00/counts.tsv"
	[ "$output" = $'2021/01/01/00\t_rejected\t1\t1\t0\t-\t-\n2021/01/01/00\tapp\t10\t1\t9\t9\t9' ]
	[ "$(table app | wc -l)" = 9 ]
}

@test "types of any spelling and length are loaded, and run nothing" {
	python3 - <<'PY' >a.json
import json
types = ["a'b1", 'q"2', "line\n3", "`touch ran`", "$(touch ran4)", "--help", "-x", "a;touch ran5", "%s6", "*7", "", "a\tb8", "a\\nb9",
         "nul\0x", "nulx", " l", "t ", "한국10", "y" * 140000]
for t in types:
    for n in range(3):
        print(json.dumps({"type": t, "n": n}))
PY
	for name in "a%27b1" "q%222" "line%0A3" "%60touch%20ran%60" "%24%28touch%20ran4%29" "--help" "-x" "%" "nul%00x" "nulx"; do
		schema "$name" n:INTEGER type:STRING
	done
	ctl put s3://logs/2021/01/01/00/a.json a.json
	run -0 hour hour 2021/01/01/00
	[ "$(cut -f 3,4,5 "$VAR/2021/01/01/00/counts.tsv" | sort | uniq -c | xargs)" = '19 3 0 3' ]
	[ "$(cut -f 6,7 "$VAR/2021/01/01/00/counts.tsv" | sort | uniq -c | xargs)" = '9 - - 10 3 3' ]
	[ "$(table nul_x | wc -l)" = 3 ]
	[ -z "$(find . -name 'ran*')" ]
}

@test "what could not be read to its end is never stored, though no disk took the word of it" {
	records 00:10 app 1 9 | ctl put s3://logs/2021/01/01/00/a.json -
	mkdir programs
	cp -s "$BIN"/* programs
	rm programs/s3cat
	cat >programs/s3cat <<-.
		#!/bin/sh
		[ "\$1" != -m ] || ln -s /dev/null "\$WORK/unread"
		"$BIN/s3cat" "\$@" && [ "\$1" != -m ] || exit 75
	.
	chmod +x programs/s3cat
	PROGRAMS=$PWD/programs the_hour_ends_with 74 'classify.sh: *unread*'
	run -66 gcscat -l gs://logs/
	whole 9
}
