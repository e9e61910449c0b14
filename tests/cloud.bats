# The stand-in cloud's own tests: one here for each module of them.
bats_require_minimum_version 1.5.0

# modules PATTERN: run the tests/cloud/PATTERN.py there are; their words are shown on failure.
modules() {
	cd "$BATS_TEST_DIRNAME/cloud" || return
	compgen -G "$1.py" >/dev/null || skip "no tests/cloud/$1.py"
	local names
	names=$(for file in $1.py; do basename "$file" .py; done)
	# shellcheck disable=SC2086 # a list of names
	TMPDIR=$BATS_TEST_TMPDIR python3 -m unittest $names 3>&-
}

@test "the stand-in's SigV4 agrees with AWS's published vectors" {
	modules test_sigv4
}

@test "the stand-in's checksums agree with published values" {
	modules test_digests
}

@test "the stand-in's frame speaks HTTP, obeys the fault script and can be ended and started again" {
	modules test_frame
}

@test "the stand-in S3 serves and refuses as the real one does" {
	modules 'test_s3*'
}

@test "the stand-in Cloud Storage serves and refuses as the real one does" {
	modules test_gcs
	modules test_gcs_rules
}

@test "the stand-in Cloud Storage keeps the protocol of resumable uploads" {
	modules test_gcs_resumable
}

@test "the stand-in OAuth and metadata servers give tokens only to who asks rightly" {
	modules test_oauth
}

@test "the stand-in token exchange and impersonation check every parameter" {
	modules test_google_sts
}

@test "the stand-in STS gives roles only to who may have them" {
	modules test_sts
}

@test "the stand-in instance metadata, container agents and portal give keys only to who asks rightly" {
	modules test_aws_agents
}

@test "the stand-in Slack serves and refuses as the real one does" {
	modules test_slack
}

@test "the stand-in BigQuery's jobs, loads and tables are as strict as the real ones" {
	modules 'test_bigquery*'
}

@test "the stand-in BigQuery's SQL is typed, translated and refused as it should be" {
	modules 'test_bq_*'
}

@test "every module of the stand-in's tests is run by a test above" {
	run -0 sed -n 's/^\tmodules //p' "$BATS_TEST_FILENAME"
	patterns=$(tr -d "'" <<<"$output")
	for file in "$BATS_TEST_DIRNAME"/cloud/test_*.py; do
		found=
		for pattern in $patterns; do
			# shellcheck disable=SC2053 # a pattern is meant
			[[ $(basename "$file" .py) == $pattern ]] && found=yes
		done
		[ -n "$found" ] || {
			echo "no @test runs $file"
			return 1
		}
	done
}
