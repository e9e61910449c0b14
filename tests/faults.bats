# The hour under faults: every route it asks, every kind of fault, once; killed while each waits for an
# answer; and faults that never stop.
# What each cell must end with stands in fault/matrix.tsv and fault/always.tsv; what is checked, in
# fault/matrix.py.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR"
}

matrix() { run "$BATS_TEST_DIRNAME/fault/matrix.py" -j 6 "$(mktemp -d -p .)" "$@"; }

# passed CELLS: at least so many ran, and none failed.
passed() {
	echo "$output"
	[ "$status" = 0 ]
	[ "${output%% *}" -ge "$1" ]
}

@test "the matrix names every route that a clean hour asks, and no other" {
	matrix routes
	echo "$output"
	[ "$status" = 0 ]
}

@test "S3: after each fault of listing and reading the rows are right, or the code and its one line" {
	matrix s3
	passed 26
}

@test "tokens: after each fault of OAuth and the metadata server the rows are right, or the code and its one line" {
	matrix oauth metadata
	passed 35
}

@test "GCS: after each fault of looking, simple and resumable uploads the rows are right, or the code and its one line" {
	matrix gcs
	passed 65
}

@test "BigQuery: after each fault of tables, jobs and results the rows are right, or the code and its one line" {
	matrix bigquery
	passed 130
}

@test "Slack: no fault fails the hour" {
	matrix slack
	passed 12
}

@test "a fault that never stops ends the hour with 75, 69 or 77 and one line; the hour after it is right" {
	matrix always
	passed 20
}

@test "the matrix sees a wrong code, a line too many, a fault that never struck, and rows that are not the truth" {
	mkdir tables programs
	head='service route hour skip 503'
	printf '%s\n' "$head" 's3 ListObjectsV2 - 0 69' 's3 GetObject - 0 0+1' 's3 ListObjectsV2 - 9 0' >tables/matrix.tsv
	matrix -t tables s3
	[ "$status" = 1 ]
	[[ $output == *'s3 ListObjectsV2 - 503: ended with 0, not 69'* ]]
	[[ $output == *'s3 GetObject - 503: 0 lines, not 1'* ]]
	[[ $output == *'s3 ListObjectsV2 - 503: the fault did not strike'* ]]
	[[ $output == *'3 cells: 3 failed' ]]
	# An s3cat that adds a record, and does so to every step alike.
	ln -s "$BIN"/* programs
	rm programs/s3cat
	printf '#!/bin/sh\n"%s" "$@" && { [ "$1" = -l ] || echo %s; }\n' "$BIN/s3cat" "'{\"type\":\"app\",\"n\":6}'" >programs/s3cat
	chmod +x programs/s3cat
	printf '%s\n' "$head" 's3 GetObject - 0 0' >tables/matrix.tsv
	PROGRAMS=$PWD/programs matrix -t tables s3
	[ "$status" = 1 ]
	[[ $output == *"the origin table holds"*"(6, 'app'"* ]]
}
