# What the tests of s3cat share: a stand-in, a bucket for each test, objects, and how a failure looks.
# shellcheck shell=bash disable=SC2034 # variables are for the tests

setup_file() {
	eval "$("$BATS_TEST_DIRNAME"/cloud/up "$BATS_FILE_TMPDIR/cloud" 3>&-)"
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true HOURTOOLS_RETRY_BASE_MS=1
	export AWS_CONFIG_FILE=/nonexistent AWS_SHARED_CREDENTIALS_FILE=/nonexistent
	unset AWS_PROFILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL AWS_MAX_ATTEMPTS AWS_S3_ADDRESSING_STYLE \
		AWS_USE_FIPS_ENDPOINT AWS_USE_DUALSTACK_ENDPOINT AWS_IGNORE_CONFIGURED_ENDPOINT_URLS AWS_RESPONSE_CHECKSUM_VALIDATION \
		AWS_DEFAULT_REGION LOG_FORMAT http_proxy HTTP_PROXY all_proxy ALL_PROXY
	# Half a megabyte that does not compress well, so that a cut falls inside.
	seq -f '{"type":"t","n":%.0f}' 30000 >"$BATS_FILE_TMPDIR/log"
	gzip -c "$BATS_FILE_TMPDIR/log" >"$BATS_FILE_TMPDIR/log.gz"
	zstd -qc "$BATS_FILE_TMPDIR/log" >"$BATS_FILE_TMPDIR/log.zst"
}

teardown_file() {
	"$BATS_TEST_DIRNAME"/cloud/down
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	log=$BATS_FILE_TMPDIR/log
	bucket=bucket-$(printf %03d "$BATS_TEST_NUMBER")
	ctl mkbucket "s3://$bucket"
}

teardown() {
	[ -z "${faulty-}" ] || ctl clearfaults
	[ -z "${changed-}" ] || ctl set s3 all=default
}

ctl() {
	[ "$1" != fault ] || faulty=yes
	[ "$1" != set ] || changed=yes
	"$BATS_TEST_DIRNAME"/cloud/ctl "$@"
}

# put KEY TEXT: an object of this test's bucket; TEXT may hold printf's escapes.
put() {
	# shellcheck disable=SC2059 # the text is a format
	printf "$2" | ctl put "s3://$bucket/$1" -
}

# key PAIR FIELD: a field of the stand-in's keys.
key() {
	python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]][sys.argv[3]])' \
		"$CLOUD_DIR/keys.json" "$1" "$2"
}

# requests ROUTE [WORDS]: how many requests to this test's bucket, whose log line holds WORDS.
requests() {
	grep "$bucket" "$CLOUD_DIR/requests.log" | grep "\"route\": \"$1\"" | grep -c -- "${2-}" || :
}

# fails CODE WORDS ARGUMENTS: s3cat ends with CODE and one line that holds all WORDS (separated by '*').
fails() {
	local code=$1 words=$2
	shift 2
	run -"$code" --separate-stderr s3cat "$@"
	# shellcheck disable=SC2053 # a pattern
	[[ $stderr == s3cat:\ *$words* ]] && [ "${#stderr_lines[@]}" = 1 ] || {
		echo "$stderr"
		return 1
	}
}

# peak COMMAND: run it, print the most memory it held, in KiB; its output is dropped.
peak() {
	python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"
}
