# Sourced by the tests of BigQuery programs: one stand-in cloud a file, a dataset and a bucket a test.

ctl() { "$BATS_TEST_DIRNAME/cloud/ctl" "$@"; }

# start_cloud [SETTING=VALUE ...]: the file's stand-in, with settings of its BigQuery.
start_cloud() {
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true HOURTOOLS_RETRY_BASE_MS=1
	eval "$("$BATS_TEST_DIRNAME/cloud/up" "$BATS_FILE_TMPDIR/cloud" 3>&-)"
	[ $# = 0 ] || ctl set bigquery "$@"
}

stop_cloud() { "$BATS_TEST_DIRNAME/cloud/down"; }

# start_test: an empty directory, and names that no other test of the file has: $ds, $bucket; $hour.
start_test() {
	cd "$BATS_TEST_TMPDIR" || return
	ctl clearfaults
	ds=ds$BATS_TEST_NUMBER
	bucket=bucket-$BATS_TEST_NUMBER
	export hour=2021/01/01/00
	ctl mkdataset "$ds"
	ctl mkbucket "gs://$bucket"
}

# put OBJECT FILE: an object of this test's bucket.
put() { ctl put "gs://$bucket/$1" "$2"; }

# asked ROUTE: how many requests of a route named this test's dataset.
asked() { ctl log bigquery | grep "\"route\": \"$1\"" | grep -cE "[/\"]${ds}[./\"]" || :; }

# state SQL [VALUE ...]: the first column of what BigQuery's own state says, a line each.
state() {
	python3 - "$CLOUD_DIR/state.db" "$@" <<-'EOF'
		import sqlite3, sys
		for row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2], sys.argv[3:]):
		    print(row[0])
	EOF
}

# table_is TABLE: this test's table as tables.get tells it.
table_is() { state 'SELECT resource FROM bq_tables WHERE dataset = ? AND "table" = ?' "$ds" "$1"; }

# small PROGRAM [ARGUMENT ...]: run it; its own status, but 99 when it was resident with more than 32 MiB.
small() {
	python3 -c '
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
sys.exit(status if peak <= 32 << 10 else 99)' "$@"
}

# tells_no_secret TEXT: no token that was granted, nor the account's key, is in it.
tells_no_secret() {
	state 'SELECT token FROM tokens' >tokens
	python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["private_key"].splitlines()[1])' \
		"$GOOGLE_APPLICATION_CREDENTIALS" >>tokens
	[ "$(wc -l <tokens)" -ge 2 ]
	run ! grep -qFf tokens <<<"$1"
}

# examples PAGE: the commands of a man page's EXAMPLES, as a shell script.
examples() {
	python3 - "$BATS_TEST_DIRNAME/../man/$1" <<-'EOF'
		import sys
		literal = more = False
		for line in open(sys.argv[1]).read().partition("\n.Sh EXAMPLES\n")[2].splitlines():
		    if line.startswith("."):
		        literal = line.startswith(".Bd -literal")
		    elif literal and (more or line.startswith("$ ")):
		        line = line.removeprefix("$ ").replace("\\(ga", "`").replace("\\e", "\\")
		        more = line.endswith(("\\", "|"))
		        print(line)
	EOF
}
