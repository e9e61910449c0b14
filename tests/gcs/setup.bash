# For the tests of gcsput, gcscat and their tokens ("load gcs/setup"): a stand-in cloud of the file's own, a bucket for
# each test, and what its request log says.
load cloud/ctl

# start_cloud BYTES: the cloud, and two files to store: $big of random bytes, $small of 2000 lines.
start_cloud() {
	eval "$("$BATS_TEST_DIRNAME"/cloud/up "$BATS_FILE_TMPDIR/cloud" 3>&-)"
	export HOURTOOLS_RETRY_BASE_MS=1 big=$BATS_FILE_TMPDIR/big small=$BATS_FILE_TMPDIR/small
	head -c "$1" /dev/urandom >"$big"
	seq 2000 >"$small"
}

teardown_file() {
	"$BATS_TEST_DIRNAME"/cloud/down
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	bucket=bucket-$BATS_TEST_NUMBER
	ctl mkbucket "gs://$bucket"
}

teardown() {
	ctl clearfaults
}

# mine: the log lines of this test's bucket.
mine() {
	grep "/b/$bucket/" "$CLOUD_DIR/requests.log"
}

# requests PATTERN: how many of them were of a route that matches.
requests() {
	mine | grep -cE "\"route\": \"($1)\"" || :
}

# happened KIND: the fault was not merely set.
happened() {
	mine | grep -q "\"fault\": \"$1\""
}

# refused PID KIND: wait until a request of this test has met that fault, then hold process PID where it waits to repeat.
refused() {
	for _ in $(seq 500); do
		if happened "$2"; then
			kill -STOP "$1"
			return
		fi
		sleep 0.02
	done
	echo "the fault never met a request"
	return 1
}

# one_line WORDS: stderr is a single line that begins with the program and holds WORDS.
one_line() {
	[ "${#stderr_lines[@]}" = 1 ]
	[[ $stderr == gcs???:\ * ]]
	[[ $stderr == *"$1"* ]] || {
		echo "$stderr"
		return 1
	}
}

# split TYPE …: a file for each type, and the manifest split.tsv; the files are larger from one to the next.
split() {
	local n=0
	mkdir -p out
	: >split.tsv
	for type in "$@"; do
		n=$((n + 1))
		seq $((n * 100)) >"out/f$n.ndjson"
		printf '%s\t%d\t%d\tout/f%d.ndjson\n' "$type" $((n * 100)) "$(wc -c <"out/f$n.ndjson")" $n >>split.tsv
	done
}

# holds OBJECT FILE: the object is the file, byte for byte.
holds() {
	ctl get "gs://$bucket/$1" >held
	cmp held "$2"
}

# resource OBJECT FIELD …: fields of the object's resource as the service shows it, one a line; "-" where there is none.
resource() {
	python3 - "$bucket" "$@" <<-'PY'
		import json, os, sys, urllib.parse, urllib.request
		host = "http://" + os.environ["GCE_METADATA_HOST"]
		path = "/computeMetadata/v1/instance/service-accounts/default/token"
		ask = urllib.request.Request(host + path, headers={"Metadata-Flavor": "Google"})
		token = json.load(urllib.request.urlopen(ask))["access_token"]
		name = urllib.parse.quote(sys.argv[2], safe="")
		url = os.environ["STORAGE_EMULATOR_HOST"] + "/storage/v1/b/%s/o/%s" % (sys.argv[1], name)
		ask = urllib.request.Request(url, headers={"Authorization": "Bearer " + token})
		value = json.load(urllib.request.urlopen(ask))
		for field in sys.argv[3:]:
		    found = value
		    for part in field.split("."):
		        found = (found or {}).get(part)
		    print("-" if found is None else found)
	PY
}
