# What the tests of AWS credentials share: a stand-in, files of their own, and whom S3 saw.
# shellcheck shell=bash disable=SC2034 # variables are for the tests
load cloud/ctl

setup_file() {
	eval "$("$BATS_TEST_DIRNAME"/cloud/up "$BATS_FILE_TMPDIR/cloud" 3>&-)"
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true HOURTOOLS_RETRY_BASE_MS=1
	unset AWS_PROFILE AWS_ENDPOINT_URL AWS_MAX_ATTEMPTS AWS_DEFAULT_REGION LOG_FORMAT http_proxy HTTP_PROXY \
		https_proxy HTTPS_PROXY all_proxy ALL_PROXY "${!AWS_CONTAINER_@}" "${!AWS_ROLE_@}" \
		AWS_WEB_IDENTITY_TOKEN_FILE AWS_EC2_METADATA_V1_DISABLED
	own_id=$AWS_ACCESS_KEY_ID own_secret=$AWS_SECRET_ACCESS_KEY
	export own_id own_secret
	unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
	AWS_ENDPOINT_URL_STS=$(ctl url sts)
	AWS_ENDPOINT_URL_SSO=$(ctl url sso)
	imds=$(ctl url imds)
	ecs=$(ctl url ecs)
	export AWS_ENDPOINT_URL_STS AWS_ENDPOINT_URL_SSO imds ecs
	ctl mkbucket s3://logs
	echo hi | ctl put s3://logs/a -
}

teardown_file() {
	"$BATS_TEST_DIRNAME"/cloud/down
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export HOME=$PWD AWS_CONFIG_FILE=$PWD/config AWS_SHARED_CREDENTIALS_FILE=$PWD/credentials
	role=arn:aws:iam::123456789012:role
	logged=$(wc -l <"$CLOUD_DIR/requests.log")
	printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$own_id" "$own_secret" >credentials
}

teardown() {
	ctl clearfaults
	ctl set sts clock_s=0 ttl=0
	ctl set imds role=instance v1=off v2=on stale=0
	ctl set s3 clock_s=0
}

# key PAIR FIELD: a field of the stand-in's keys.
key() {
	sed -n "/\"$1\"/,/}/s/.*\"$2\": \"\(.*\)\".*/\1/p" "$CLOUD_DIR/keys.json"
}

# since PATTERN: how many requests of this test match.
since() {
	tail -n "+$((logged + 1))" "$CLOUD_DIR/requests.log" | grep -cE "$1" || :
}

# s3cat_v: read the object; all that is told is kept for the last test.
s3cat_v() {
	s3cat -v s3://logs/a > >(tee -a "$BATS_FILE_TMPDIR/told") 2> >(tee -a "$BATS_FILE_TMPDIR/told" >&2)
}

# reads WHO SOURCE: the object is read as WHO (a pattern of the ARN behind the account), by SOURCE (a pattern).
reads() {
	run -0 --separate-stderr s3cat_v
	[ "$output" = hi ]
	# shellcheck disable=SC2053 # patterns
	[[ $(grep '"service": "s3"' "$CLOUD_DIR/requests.log" | tail -1) == *'"as": "arn:aws:'???'::123456789012:'$1'"}' ]] &&
		[[ ${stderr_lines[0]} == "s3cat: AWS credentials from "$2 ]] || {
		grep '"service": "s3"' "$CLOUD_DIR/requests.log" | tail -1
		echo "$stderr"
		return 1
	}
}

# fails CODE WORDS: it ends with CODE and one line that holds all WORDS (separated by '*').
fails() {
	run -"$1" --separate-stderr s3cat_v
	# shellcheck disable=SC2053 # a pattern
	[[ $stderr == s3cat:\ *$2* ]] && [ "${#stderr_lines[@]}" = 1 ] || {
		echo "$stderr"
		return 1
	}
}

# keeps_secrets: nothing that was told in this file, and nothing of the log, holds one.
keeps_secrets() {
	[ -s "$BATS_FILE_TMPDIR/told" ]
	python3 - "$CLOUD_DIR" "$BATS_FILE_TMPDIR/told" <<-'PY'
		import json, pathlib, sqlite3, sys
		cloud = pathlib.Path(sys.argv[1])
		keys = json.loads((cloud / "keys.json").read_text())
		secret = [keys[n][f] for n in ("permanent", "temporary") for f in ("secret_access_key", "session_token") if f in keys[n]]
		secret += [keys["container"]["authorization"], keys["container"]["id"], keys["sso"]["access_token"], "SeCrEt", "eyJ"]
		for row in sqlite3.connect(cloud / "state.db").execute("SELECT secret, token FROM aws_keys"):
		    secret += row
		assert len(secret) > 20
		for path in (pathlib.Path(sys.argv[2]), cloud / "requests.log"):
		    text = path.read_text()
		    for each in secret:
		        assert each not in text, f"{path.name} holds {each[:4]}..."
	PY
}
