# bqload: Cloud Storage to TEMP tables, each load once and whole, every refusal in words.
bats_require_minimum_version 1.5.0

load bq/setup.bash

setup_file() { start_cloud; }

teardown_file() { stop_cloud; }

setup() {
	start_test
	temp=stand-in:$ds.app_TEMP_2021010100
	mkdir schemas
	echo '[{"name": "a", "type": "INTEGER"}, {"name": "b", "type": "STRING"}]' >schemas/app.json
	printf '{"a":1,"b":"x"}\n{"a":2,"b":null}\n' >app.ndjson
	put app/1.ndjson app.ndjson
	printf 'app\t2\tgs://%s/app/1.ndjson\t1\t30\tAAAAAA==\n' "$bucket" >put.tsv
}

# loads [OPTION ...]: bqload with the usual templates.
loads() { bqload -s 'schemas/{type}.json' -t "$ds.{type}_TEMP_{hour}" --hour $hour "$@"; }

# jobs_made: load jobs that exist for this test's dataset.
jobs_made() { state 'SELECT count(*) FROM bq_jobs WHERE resource LIKE ?' "%\"datasetId\": \"$ds\"%"; }

# rows TABLE: what the warehouse holds.
rows() { ctl sql "SELECT count(*) FROM \"$ds.$1\""; }

@test "an hour's objects are loaded and the load manifest says so" {
	run -0 --separate-stderr loads <put.tsv
	[[ $output =~ ^app$'\t'2$'\t'hourtools_load_[0-9a-f]{32}_1$'\t'$temp$'\t'[0-9]+\.[0-9]$ ]]
	[ "$stderr" = "" ]
	[ "$(ctl sql "SELECT a, b FROM \"$ds.app_TEMP_2021010100\" ORDER BY a" | head -n 1)" = $'1\tx' ]
}

@test "a schema may come through a pipe" {
	run -0 --separate-stderr bqload -s <(cat schemas/app.json) -t "$temp" --type app <put.tsv
	[ "$(cut -f 1,2 <<<"$output")" = $'app\t2' ]
}

@test "the same work is the same job: a second run loads nothing" {
	run -0 loads <put.tsv
	first=$output
	run -0 --separate-stderr loads <put.tsv
	[ "$output" = "$first" ]
	[ "$(asked jobs.insert)" = 1 ]
	[ "$(asked tables.insert)" = 1 ]
}

@test "another generation, hour or schema is another job" {
	run -0 loads <put.tsv
	first=$(cut -f 3 <<<"$output")
	sed 's/\t1\t30/\t2\t30/' put.tsv >changed.tsv
	run -0 loads <changed.tsv
	[ "$(cut -f 3 <<<"$output")" != "$first" ]
	echo '[{"name": "a", "type": "INTEGER"}, {"name": "b", "type": "JSON"}]' >schemas/app.json
	printf '{"a":1,"b":{"c":1}}\n' >json.ndjson
	put app/2.ndjson json.ndjson
	printf 'app\t1\tgs://%s/app/2.ndjson\t1\t30\tAAAAAA==\n' "$bucket" >put.tsv
	run -0 loads <put.tsv
	[ "$(rows app_TEMP_2021010100)" = 1 ]
}

@test "a TEMP table that is gone, or was changed, is loaded again under the next number" {
	run -0 loads <put.tsv
	first=$output
	put app/other.ndjson app.ndjson
	sed 's/1.ndjson/other.ndjson/' put.tsv >other.tsv
	sleep 0.01
	run -0 loads <other.tsv
	run -0 loads <put.tsv
	[[ $(cut -f 3 <<<"$output") == "$(cut -f 3 <<<"$first" | sed 's/_1$/_2/')" ]]
	second=$output
	run -0 loads <put.tsv
	[ "$output" = "$second" ]
}

# temp_days TYPE: days until a TEMP table goes away, as BigQuery keeps it.
temp_days() {
	table_is "$1_TEMP_2021010100" | python3 -c '
import json, sys, time
expires = int(json.load(sys.stdin).get("expirationTime", 0)) / 1000
print(round((expires - time.time()) / 86400) if expires else "never")'
}

@test "TEMP goes away after seven days, or as --expire says" {
	run -0 loads <put.tsv
	[ "$(temp_days app)" = 7 ]
	for days in 2 0; do
		cp schemas/app.json "schemas/t$days.json"
		sed "s/^app/t$days/" put.tsv >"t$days.tsv"
		run -0 loads --expire $days <"t$days.tsv"
	done
	[ "$(temp_days t2)" = 2 ]
	[ "$(temp_days t0)" = never ]
}

@test "several types and objects are one job a type, in the manifest's order" {
	cp schemas/app.json schemas/Web.json
	put app/2.ndjson app.ndjson
	put Web/1.ndjson app.ndjson
	printf 'Web\t2\tgs://%s/Web/1.ndjson\t1\n' "$bucket" >several.tsv
	printf 'app\t2\tgs://%s/app/%s.ndjson\t1\n' "$bucket" 1 "$bucket" 2 >>several.tsv
	run -0 loads <several.tsv
	[ "$(cut -f 1,2 <<<"$output")" = $'Web\t2\napp\t4' ]
	[ "$(rows app_TEMP_2021010100)" = 4 ]
	run -0 loads --type Web <several.tsv
	[ "${#lines[@]}" = 1 ]
}

@test "types become file and table names, --tables gives some another" {
	put a%2Fb/1.ndjson app.ndjson
	cp schemas/app.json schemas/a%2Fb.json
	printf 'a/b\t2\tgs://%s/a%%2Fb/1.ndjson\t1\n' "$bucket" >odd.tsv
	run -0 loads <odd.tsv
	[ "$(cut -f 1,4 <<<"$output")" = $'a/b\tstand-in:'"$ds.a_b_TEMP_2021010100" ]
	printf 'other\tx\na/b\tslash\n' >tables.tsv
	run -0 loads --tables tables.tsv <odd.tsv
	[ "$(cut -f 4 <<<"$output")" = "stand-in:$ds.slash_TEMP_2021010100" ]
	run -0 loads --type a%2Fb <odd.tsv
}

@test "a type without a schema is reported and stops nothing" {
	printf 'new/one\t1\tgs://%s/new/1.ndjson\t1\n' "$bucket" >>put.tsv
	run -0 --separate-stderr loads <put.tsv
	[ "$(cut -f 1 <<<"$output")" = app ]
	[ "$stderr" = "bqload: type new/one: no schema at schemas/new%2Fone.json; its objects stay in GCS" ]
	run -0 --separate-stderr loads --type new%2Fone <put.tsv
	[ "$output" = "" ]
	[[ $stderr == *'no schema'* ]]
}

@test "objects and prefixes as operands: no rows to compare, generations from GCS" {
	put app/2.ndjson app.ndjson
	put app/ /dev/null
	run -0 bqload -s schemas/app.json -t "$ds.t" "gs://$bucket/app/1.ndjson"
	[ "$(cut -f 1,2,4 <<<"$output")" = $'t\t2\tstand-in:'"$ds.t" ]
	first=$(cut -f 3 <<<"$output")
	run -0 bqload -s schemas/app.json -t "$ds.t" "gs://$bucket/app/1.ndjson"
	[ "$(cut -f 3 <<<"$output")" = "$first" ]
	put app/1.ndjson app.ndjson
	run -0 bqload -s schemas/app.json -t "$ds.t" "gs://$bucket/app/1.ndjson"
	[ "$(cut -f 3 <<<"$output")" != "$first" ]
	run -0 bqload -s 'schemas/{type}.json' -t "$ds.{type}_all" --type app "gs://$bucket/app/"
	[ "$(cut -f 1,2,4 <<<"$output")" = $'app\t4\tstand-in:'"$ds.app_all" ]
	run -66 bqload -s schemas/app.json -t "$ds.t" "gs://$bucket/none.ndjson"
	run -66 bqload -s schemas/app.json -t "$ds.t" "gs://$bucket/none/"
	run -64 bqload -s schemas/app.json -t "$ds.t" "s3://$bucket/none/"
	run -64 bqload -s schemas/app.json -t "$ds.{type}" "gs://$bucket/app/"
}

@test "the quarantine is left out without a word" {
	printf '_rejected\t1\tgs://%s/_rejected/1.ndjson\t1\n' "$bucket" >>put.tsv
	run -0 --separate-stderr loads <put.tsv
	[ "$(cut -f 1 <<<"$output")" = app ]
	[ "$stderr" = "" ]
}

@test "two types in one table are refused before anything starts, naming both (78)" {
	cp schemas/app.json schemas/a%2Fb.json
	cp schemas/app.json schemas/a.b.json
	printf 'a/b\t2\tgs://%s/app/1.ndjson\t1\na.b\t2\tgs://%s/app/1.ndjson\t1\n' "$bucket" "$bucket" >meet.tsv
	run -78 --separate-stderr loads --type a.b <meet.tsv
	[[ $stderr == "bqload: types 'a/b' and 'a.b' would meet in table "* || $stderr == "bqload: types 'a.b' and 'a/b' would meet in table "* ]]
	[ "$(asked tables.insert)" = 0 ]
}

@test "bad records: every error is told, the table stays as it was (65)" {
	run -0 loads <put.tsv
	printf '{"a":1}\n{"a":"seven"}\n{"a":3,"zz":1}\n' >bad.ndjson
	put app/bad.ndjson bad.ndjson
	printf 'app\t3\tgs://%s/app/bad.ndjson\t1\n' "$bucket" >bad.tsv
	run -65 --separate-stderr loads <bad.tsv
	[ "$output" = "" ]
	[[ $stderr == "bqload: $temp: invalid: "* ]]
	[[ $stderr == *"gs://$bucket/app/bad.ndjson"* ]]
	[[ $stderr == *seven* ]]
	[ "${#stderr_lines[@]}" -ge 2 ]
	[ "$(rows app_TEMP_2021010100)" = 2 ]
	run -65 --separate-stderr loads -v <bad.tsv
	[[ $stderr == *_2:* ]]
}

# loaded FILE ROWS: its row of a put manifest, as it lies in app/.
# explained: what is said of records, without the table.
loaded() {
	printf 'app\t%d\tgs://%s/app/%s\t%s\n' "$2" "$bucket" "$1" "$(gcscat -l "gs://$bucket/app/$1" | cut -f 3)"
}

explained() { grep -F "$temp: gs://" <<<"$stderr" | sed "s|^bqload: $temp: gs://$bucket/||"; }

@test "a refused record is told by object, line, path, expected, found and its beginning: plain, gzip, any place" {
	printf '{"a":1}\n{"a":"seven"}\n{"a":3,"zz":1,"b":null}\n\n{"a":1.5,"b":"%0300d"}' 0 >bad.ndjson
	seq -f '{"a":%.0f,"b":"x"}' 20000 | cat - bad.ndjson | gzip -c >bad.ndjson.gz
	gzip -c <bad.ndjson >>bad.ndjson.gz
	for f in bad.ndjson bad.ndjson.gz; do
		put "app/$f" $f
		loaded $f 3 >bad.tsv
		run -65 --separate-stderr loads <bad.tsv
		echo "$stderr"
		explained >$f.said
	done
	cat bad.ndjson.said bad.ndjson.gz.said
	run -0 head -n 2 bad.ndjson.said
	[ "$output" = 'app/bad.ndjson:2: /a: expected INTEGER, found STRING "seven"
app/bad.ndjson:2: the record: {"a":"seven"}' ]
	run -0 head -n 2 bad.ndjson.gz.said
	[ "$output" = 'app/bad.ndjson.gz:20002: /a: expected INTEGER, found STRING "seven"
app/bad.ndjson.gz:20002: the record: {"a":"seven"}' ]
}

@test "an object that is compressed as BigQuery does not load it is told" {
	seq -f '{"a":%.0f}' 3 | zstd -q >app.zst
	put app/app.zst app.zst
	loaded app.zst 3 >zst.tsv
	run -65 --separate-stderr loads <zst.tsv
	[[ $stderr == *$'/app/app.zst: is zstd: BigQuery loads plain and gzip'* ]]
}

@test "each object with refused records is read once, up to the last; one more than two are told each" {
	for i in 1 2 3; do
		printf '{"a":1}\n{"a":%d,"b":{"x":1}}\n{"a":2}\n' $i >"$i.ndjson"
		put "app/$i.ndjson" "$i.ndjson"
		loaded $i.ndjson 3
	done >three.tsv
	run -65 --separate-stderr loads <three.tsv
	echo "$stderr"
	explained | tee said
	grep -qx 'app/1.ndjson:2: does not load as it is, but would as ndfit(1) writes it' said
	grep -qx 'app/1.ndjson:2: the record: {"a":1,"b":{"x":1}}' said
}

@test "records that cannot be looked at are said to be so, and the refusal stands (65); another generation is told" {
	printf '{"a":"seven"}\n' >bad.ndjson
	put app/bad.ndjson bad.ndjson
	printf 'app\t1\tgs://%s/app/bad.ndjson\t7\n' "$bucket" >bad.tsv
	run -65 --separate-stderr loads <bad.tsv
	[[ $(explained | head -n 1) == "app/bad.ndjson: is of generation "*", not of 7" ]]
	[[ $(explained | tail -n 2) == "app/bad.ndjson:1: /a: expected INTEGER, found STRING \"seven\""* ]]
	ctl fault gcs objects.get status code=403 times=always
	loaded2=$(sed 's/7$/8/' bad.tsv)
	run -65 --separate-stderr loads <<<"$loaded2"
	ctl clearfaults
	[[ ${stderr_lines[-1]} == "bqload: $temp: the records cannot be looked at: gs://$bucket/app/bad.ndjson: "* ]]
}

@test "a long record is shown to its 200th byte, and no character is cut" {
	printf '{"a":"%0191d\xea\xb0\x80\xea\xb0\x80"}\n' 0 >bad.ndjson
	put app/bad.ndjson bad.ndjson
	loaded bad.ndjson 1 >bad.tsv
	run -65 --separate-stderr loads <bad.tsv
	[ "$(explained | tail -n 1)" = "app/bad.ndjson:1: the record: $(head -c 200 bad.ndjson)..." ]
	printf '{"a":"%0192d\xea\xb0\x80\xea\xb0\x80"}\n' 0 >bad.ndjson
	put app/bad.ndjson bad.ndjson
	loaded bad.ndjson 1 >bad.tsv
	run -65 --separate-stderr loads <bad.tsv
	explained
	[ "$(explained | tail -n 1)" = "app/bad.ndjson:1: the record: $(head -c 198 bad.ndjson)..." ]
}

@test "far behind in a plain object only the row is asked for: it is told by its byte" {
	{
		printf '{"b":"'
		head -c 68000000 /dev/zero | tr '\0' x
		printf '"}\n{"a":"seven"}\n'
	} >bad.ndjson
	put app/bad.ndjson bad.ndjson
	loaded bad.ndjson 2 >bad.tsv
	run -65 --separate-stderr loads <bad.tsv
	[ "$(explained)" = 'app/bad.ndjson: byte 68000009: /a: expected INTEGER, found STRING "seven"
app/bad.ndjson: byte 68000009: the record: {"a":"seven"}' ]
	gzip -1 bad.ndjson
	put app/bad.ndjson.gz bad.ndjson.gz
	loaded bad.ndjson.gz 2 >bad.tsv
	run -65 --separate-stderr small "$BIN/bqload" -s schemas/app.json -t "$ds.app_TEMP_2021010100" <bad.tsv
	[ "$(explained | head -n 1)" = 'app/bad.ndjson.gz:2: /a: expected INTEGER, found STRING "seven"' ]
}

@test "more objects than a job takes are refused before anything starts (65)" {
	for i in $(seq 10001); do printf 'app\t0\tgs://%s/app/%d.ndjson\t1\n' "$bucket" "$i"; done >many.tsv
	run -65 --separate-stderr loads <many.tsv
	[[ $stderr == *"10001 objects, a load job takes at most 10000" ]]
	[ "$(asked jobs.insert)" = 0 ]
}

@test "one type's bad records do not stop another" {
	cp schemas/app.json schemas/bad.json
	echo '{"a":{}}' >bad.ndjson
	put bad/1.ndjson bad.ndjson
	printf 'bad\t1\tgs://%s/bad/1.ndjson\t1\n' "$bucket" | cat - put.tsv >both.tsv
	run -65 --separate-stderr loads <both.tsv
	[ "$(cut -f 1 <<<"$output")" = app ]
}

@test "other rows than the manifest's are told, both numbers (1)" {
	sed 's/\t2\t/\t3\t/' put.tsv >three.tsv
	run -1 --separate-stderr loads <three.tsv
	[ "$output" = "" ]
	[[ $stderr == *"loaded 2 rows"*"the manifest says 3" ]]
}

@test "wrong commands (64)" {
	run -64 --separate-stderr bqload -t "$ds.t" <put.tsv
	[ "${#stderr_lines[@]}" = 1 ]
	run -64 bqload -s schemas/app.json <put.tsv
	run -64 bqload -s schemas/app.json -t "no dataset" <put.tsv
	run -64 bqload -s 'schemas/{part}.json' -t "$ds.t" <put.tsv
	run -64 bqload -s schemas/app.json -t "$ds.t_{hour}" <put.tsv
	run -64 loads --location 'US&x' <put.tsv
	run -64 loads --expire 36501 <put.tsv
	run -64 loads --timeout soon <put.tsv
	hour=2021-01-01
	run -64 --separate-stderr loads <put.tsv
	[[ $stderr == *YYYY/MM/DD/HH* ]]
}

@test "nothing to load (66): empty manifest, no such type, an object that is gone" {
	run -66 --separate-stderr loads </dev/null
	[ "$stderr" = "bqload: standard input: the manifest has no line" ]
	run -66 loads --type web <put.tsv
	ctl rm "gs://$bucket/app/1.ndjson"
	run -66 --separate-stderr loads <put.tsv
	[[ $stderr == *"Not found"*"gs://$bucket/app/1.ndjson"* ]]
}

@test "no such dataset is for good (69)" {
	run -69 --separate-stderr bqload -s schemas/app.json -t nowhere.t <put.tsv
	[[ $stderr == "bqload: stand-in:nowhere.t: "*"Not found: Dataset stand-in:nowhere"* ]]
	[ "${#stderr_lines[@]}" = 1 ]
}

@test "a full disk for the manifest (74)" {
	run -74 --separate-stderr bash -c "bqload -s schemas/app.json -t $ds.t <put.tsv >/dev/full"
	[[ $stderr == "bqload: standard output: "* ]]
}

@test "no credentials, or refused ones (77)" {
	GOOGLE_APPLICATION_CREDENTIALS=$PWD/none.json run -77 --separate-stderr loads <put.tsv
	[ "${#stderr_lines[@]}" = 1 ]
	run -77 loads -t other-project:d.t <put.tsv
}

@test "malformed files (78): schema with its line, manifest, tables" {
	printf '[\n {"name": "a", "type": "WHAT"}]' >schemas/app.json
	run -78 --separate-stderr loads <put.tsv
	[[ $stderr == "bqload: schemas/app.json:2:"* ]]
	echo 'app two' >short.tsv
	run -78 --separate-stderr loads <short.tsv
	[[ $stderr == "bqload: standard input:1: "* ]]
	printf 'app\tx.y\n' >tables.tsv
	run -78 --separate-stderr loads --tables tables.tsv <put.tsv
	[[ $stderr == "bqload: tables.tsv:1: "* ]]
	sed 's/1.ndjson/*/' put.tsv >star.tsv
	echo '[{"name": "a", "type": "INTEGER"}]' >schemas/app.json
	run -78 loads <star.tsv
	[ "$(asked jobs.insert)" = 0 ]
}

@test "-v tells jobs and states, and no secret" {
	ctl set bigquery running_ms=300
	run -0 --separate-stderr loads -v <put.tsv
	ctl set bigquery running_ms=30
	[[ $stderr == *_1:\ started*_1:\ RUNNING* ]]
	tells_no_secret "$output$stderr"
	ctl fault bigquery jobs.insert status code=403
	LOG_FORMAT=json run -77 --separate-stderr bqload -v -s schemas/app.json -t "$ds.other" <put.tsv
	tells_no_secret "$output$stderr"
}

@test "ten thousand objects and a hundred types are at most 32 MiB" {
	long=a/rather/long/prefix/as/folders/of/logs/have/it/2021/01/01/00
	for i in $(seq 10000); do printf 'app\t0\tgs://%s/%s/%d.ndjson.gz\t1600000000000000\n' "$bucket" $long "$i"; done >many.tsv
	run -66 --separate-stderr small "$BIN/bqload" -s schemas/app.json -t "$ds.many" <many.tsv
	[[ $stderr == *"Not found: URI gs://$bucket/$long/1.ndjson.gz"* ]]
	for i in $(seq 100); do sed "s/^app/t$i/" put.tsv; done >types.tsv
	run -0 --separate-stderr small "$BIN/bqload" -s schemas/app.json -t "$ds.{type}" <types.tsv
	[ "${#lines[@]}" = 100 ]
}

@test "an answer that was lost after the job began never loads twice" {
	ctl fault bigquery jobs.insert after code=500
	run -0 loads <put.tsv
	[ "$(cut -f 2 <<<"$output")" = 2 ]
	ctl fault bigquery jobs.insert reset when=after
	cp schemas/app.json schemas/web.json
	sed 's/^app/web/' put.tsv >web.tsv
	run -0 loads <web.tsv
	[ "$(jobs_made)" = 2 ]
}

@test "busy, throttled, cut and slow answers are asked for again" {
	ctl fault bigquery datasets.get status code=503
	ctl fault bigquery tables.get status code=429 retry_after=0
	ctl fault bigquery tables.insert after code=503
	ctl fault bigquery jobs.insert cut bytes=20
	ctl fault bigquery jobs.get reset
	run -0 loads <put.tsv
	[ "$(cut -f 2 <<<"$output")" = 2 ]
	[ "$(jobs_made)" = 1 ]
}

@test "the longest wait there can be is a wait" {
	run -0 loads --timeout 18446744073709551615 <put.tsv
}

@test "an expired token is fetched again" {
	ctl fault bigquery jobs.insert badtoken
	ctl fault bigquery jobs.get badtoken
	run -0 loads <put.tsv
}

@test "a service that stays down is for later (75), and the next run goes on" {
	ctl set bigquery running_ms=300
	ctl fault bigquery jobs.get status code=503 times=always
	run -75 --separate-stderr loads <put.tsv
	ctl set bigquery running_ms=30
	[ "$output" = "" ]
	[[ $stderr == *"HTTP 503"* ]]
	ctl clearfaults
	run -0 loads <put.tsv
	[ "$(jobs_made)" = 1 ]
}

@test "a job that fails inside BigQuery is repeated under the next number, three in all (75)" {
	ctl set bigquery failing=backendError,rateLimitExceeded
	run -0 --separate-stderr loads <put.tsv
	[[ $(cut -f 3 <<<"$output") == *_3 ]]
	[[ $stderr == *"_1: backendError; trying again"* ]]
	sed 's/\t1\t30/\t2\t30/' put.tsv >changed.tsv
	ctl set bigquery failing=backendError,backendError,backendError
	run -75 --separate-stderr loads <changed.tsv
	[ "$output" = "" ]
	[[ ${stderr_lines[2]} == "bqload: $temp: backendError: "* ]]
	[ "$(jobs_made)" = 6 ]
	ctl set bigquery failing=quotaExceeded
	sed 's/\t1\t30/\t3\t30/' put.tsv >changed.tsv
	run -75 loads <changed.tsv
	[ "$(jobs_made)" = 7 ]
	run -0 loads <changed.tsv
}

@test "a job that is not done in time goes on without us (75)" {
	ctl set bigquery running_ms=1500
	run -75 --separate-stderr loads --timeout 1 <put.tsv
	ctl set bigquery running_ms=30
	[[ $stderr == *"still RUNNING after 1 s; run again"* ]]
	run -0 loads <put.tsv
	[ "$(jobs_made)" = 1 ]
}

@test "killed while it waits, the next run attaches" {
	ctl set bigquery running_ms=800
	bqload -s 'schemas/{type}.json' -t "$ds.{type}_TEMP_{hour}" --hour $hour <put.tsv >killed.tsv 3>&- &
	while [ "$(jobs_made)" = 0 ]; do sleep 0.05; done
	kill -9 $!
	ctl set bigquery running_ms=30
	run -0 loads <put.tsv
	[ "$(cut -f 2 <<<"$output")" = 2 ]
	[ "$(jobs_made)" = 1 ]
	[ ! -s killed.tsv ]
}
