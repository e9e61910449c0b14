# The hour under each fault of the stand-in's script, once per route that matters: it ends with the right
# rows, or with one clear line and a code that says what to do; run again, it has the right rows.
bats_require_minimum_version 1.5.0

setup_file() {
	load hour/setup.bash
	start_cloud "$BATS_FILE_TMPDIR/cloud"
	schema app n:INTEGER type:STRING
	seq 400 | sed 's/.*/{"type":"app","n":&}/' | gzip >"$BATS_FILE_TMPDIR/a.gz"
	next=$BATS_FILE_TMPDIR/next
	echo 0 >"$next"
}

setup() {
	load hour/setup.bash
	cd "$BATS_TEST_TMPDIR"
	ctl clearfaults
	next=$BATS_FILE_TMPDIR/next
	number=$(($(cat "$next") + 1))
	echo "$number" >"$next"
	hour=$(printf '2021/%02d/%02d/%02d' $((number / 600 % 12 + 1)) $((number / 24 % 25 + 1)) $((number % 24)))
	log=$VAR/$hour.log
	mkdir -p "${log%/*}"
}

teardown_file() {
	load hour/setup.bash
	"$cloud/down"
}

# rows_are_right: the origin table holds this hour's 400 records once.
rows_are_right() {
	ctl sql "SELECT count(*), count(DISTINCT n) FROM \"logs.app\" WHERE folder_hour LIKE '$(echo "$hour" | sed 's|/|-|g; s|-\(..\)$| \1|')%'" >rows
	[ "$(cat rows)" = $'400\t400' ]
}

# survives SERVICE ROUTE KIND SETTING …: the hour ends well though the fault happened.
survives() {
	ctl put "s3://logs/$hour/a.gz" "$BATS_FILE_TMPDIR/a.gz"
	ctl fault "$@"
	hour hour "$hour" >"$log" 2>&1 || {
		cat "$log"
		return 1
	}
	happened "$@"
	rows_are_right
}

# happened …: the fault was not merely set; a test it never disturbed proves nothing.
happened() {
	ctl log "$1" | grep -q "\"fault\": *\"$3\"" || {
		echo "the fault never happened: $*"
		return 1
	}
	: >"$CLOUD_DIR/requests.log"
	ctl clearfaults
}

# ends_with CODE WORDS SERVICE ROUTE KIND SETTING …: the recipe ends with CODE and one line that holds WORDS; the next
# run, without the fault, has the right rows.
ends_with() {
	local code=$1 words=$2
	shift 2
	ctl put "s3://logs/$hour/a.gz" "$BATS_FILE_TMPDIR/a.gz"
	ctl fault "$@"
	if hour hour "$hour" >"$log" 2>&1; then
		echo "the hour ended well under $*"
		return 1
	fi
	cat "$log"
	grep -q "Error $code\$" "$log"
	[ "$(grep -c -v '^make' "$log")" = 1 ]
	grep -v '^make' "$log" | grep -q -- "$words"
	happened "$@"
	hour hour "$hour" >"$log" 2>&1
	rows_are_right
}

# each ROUTES FAULTS: survives every fault on every "SERVICE ROUTE".
each() {
	local route fault
	while read -r route; do
		while read -r fault; do
			# shellcheck disable=SC2086 # words
			survives $route $fault
			setup
		done <<<"$2"
	done <<<"$1"
}

lost='status code=503
status code=429 retry_after=1
reset
reset when=after
cut bytes=20
slow delay_ms=600
duplicate'

@test "S3: what is refused, lost, cut, late or delivered twice is asked again" {
	each $'s3 ListObjectsV2\ns3 GetObject' "$lost"
}

@test "tokens: what is refused, lost, cut, late or delivered twice is asked again" {
	each 'oauth token' "$lost"
}

@test "tokens: one refused as expired in mid-hour is replaced" {
	each $'gcs objects.get\ngcs objects.insert.multipart\nbigquery jobs.insert\nbigquery jobs.get\nbigquery jobs.getQueryResults' badtoken
}

@test "GCS: what is refused, lost, cut, late or delivered twice ends in one right object" {
	each $'gcs objects.get\ngcs objects.insert.multipart' "$lost"$'\nafter code=500'
}

@test "BigQuery: what is refused, lost, cut, late or delivered twice takes effect once" {
	each $'bigquery tables.insert\nbigquery jobs.insert\nbigquery jobs.get\nbigquery jobs.getQueryResults' \
		"$lost"$'\nafter code=500'
}

@test "a service that stays down is 75 and one line; the next run puts it right" {
	ends_with 75 s3://logs/ s3 ListObjectsV2 status code=503 times=always
	setup
	ends_with 75 s3://logs/ s3 GetObject status code=500 times=always
	setup
	ends_with 75 gs://logs/ gcs objects.insert.multipart status code=503 times=always
	setup
	ends_with 75 logs.app bigquery jobs.insert status code=503 times=always
}

@test "a token refused for good is 77 and one line; the next run puts it right" {
	ends_with 77 'gs://logs/' gcs objects.get badtoken times=always
	setup
	ends_with 77 '' oauth token status code=401 times=always
}

@test "a wrong checksum told by GCS is an error; the next run puts it right" {
	ends_with 65 crc32c gcs objects.insert.multipart checksum times=always
}
