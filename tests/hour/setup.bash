# Loaded by the tests of the whole hour: setup and teardown, a stand-in cloud of the test's own, and the hour's settings.

cloud=$BATS_TEST_DIRNAME/cloud
recipes=$BATS_TEST_DIRNAME/../pipelines

ctl() { "$cloud/ctl" "$@"; }

# start_cloud DIR: buckets s3://logs and gs://logs, dataset logs; hours keep their state in DIR/var.
start_cloud() {
	export HOURTOOLS_RETRY_BASE_MS=1 VAR=$1/var SCHEMAS=$1/schemas KEY=type TIME_ZONE= SLACK=no
	export S3_URL=s3://logs GCS_URL=gs://logs DATASET=logs
	mkdir -p "$1" "$SCHEMAS"
	eval "$("$cloud/up" "$1" 3>&-)"
	ctl set bigquery pending_ms=1 running_ms=1
	ctl mkbucket s3://logs
	ctl mkbucket gs://logs
	ctl mkdataset logs
}

# The test's directory with a cloud in cloud/ and schemas of the types app and web.
setup() {
	cd "$BATS_TEST_TMPDIR"
	start_cloud "$BATS_TEST_TMPDIR/cloud"
	schema app at:TIMESTAMP n:INTEGER type:STRING
	schema web n:INTEGER type:STRING
}

teardown() {
	"$cloud/down"
}

# the_hour_ends_with CODE PATTERN [TARGET HOUR]: one line matches PATTERN, every other is make's; CODE is the recipe's.
the_hour_ends_with() {
	run -2 hour "${3:-hour}" "${4:-2021/01/01/00}"
	echo "$output"
	[[ "$(grep -v ^make <<<"$output")" == $2 ]]
	[ "$(grep -vc ^make <<<"$output")" = 1 ]
	[[ ${lines[1]} == make*"Error $1" ]]
}

# hour TARGET HOUR: as make does it.
hour() { make --no-print-directory -f "$recipes/hour.mk" -j2 "$1" HOUR="$2"; }

# schema TYPE COLUMN:TYPE …
schema() {
	local file=$SCHEMAS/$1.json column separator='['
	shift
	: >"$file"
	for column; do
		printf '%s{"name": "%s", "type": "%s"}\n' "$separator" "${column%%:*}" "${column#*:}" >>"$file"
		separator=,
	done
	echo ']' >>"$file"
}

# table NAME: the rows of logs.NAME in an order of their own.
table() { ctl sql "SELECT * FROM \"logs.$1\"" | LC_ALL=C sort; }

# records HOUR-MINUTE TYPE FROM TO: n from FROM to TO, all at that time.
records() {
	for n in $(seq "$3" "$4"); do echo "{\"type\":\"$2\",\"at\":\"2021-01-01T$1:00Z\",\"n\":$n}"; done
}
