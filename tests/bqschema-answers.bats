# bqschema before answers that the stand-in never gives.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR"
	mkdir answers
	python3 "$BATS_TEST_DIRNAME/bq/answers.py" answers >port 3>&- &
	server=$!
	unset GOOGLE_APPLICATION_CREDENTIALS GCE_METADATA_HOST BIGQUERY_PROJECT GOOGLE_CLOUD_PROJECT
	unset http_proxy all_proxy ALL_PROXY
	for _ in $(seq 500); do
		[ ! -s port ] || break
		sleep 0.01
	done
	export BIGQUERY_EMULATOR_HOST=127.0.0.1:$(cat port) HOURTOOLS_RETRY_BASE_MS=1
	a='{"name":"a","type":"INTEGER"}'
}

teardown() {
	kill "$server"
	wait "$server" 2>/dev/null || :
}

# tells ANSWER: what bqschema says on standard error of a table that is answered so, without its name.
tells() {
	echo "$1" >answers/t.json
	run -0 --separate-stderr bqschema p:d.t
	[ "${stderr//bqschema: p:d.t/}" = "$2" ] || {
		echo "$stderr"
		return 1
	}
	[ "${#lines[@]}" = "${3-3}" ]
}

# list PAGE TOKEN NAME ...: the page of names, the next one being TOKEN ("": none).
list() {
	local page=$1 token=$2
	shift 2
	printf '{%s"tables":[' "${token:+\"nextPageToken\":\"$token\",}" >"answers/tables$page.json"
	printf '{"tableReference":{"tableId":"%s"}},' "$@" | sed 's/,$//' >>"answers/tables$page.json"
	echo ']}' >>"answers/tables$page.json"
}

@test "what a schema can't say is told" {
	tells "{\"type\":\"TABLE\",\"schema\":{\"fields\":[$a]}}" ''
	tells "{\"type\":\"SNAPSHOT\",\"schema\":{\"fields\":[$a]}}" ' is a snapshot: nothing can be loaded into it'
	tells "{\"type\":\"EXTERNAL\",\"schema\":{\"fields\":[$a,{\"name\":\"dt\",\"type\":\"DATE\"}]},\"externalDataConfiguration\":{\"hivePartitioningOptions\":{\"fields\":[\"dt\"]}}}" \
		$' is an external table: nothing can be loaded into it\n: column dt is of the names of folders, not in the files' 4
	tells "{\"schema\":{\"fields\":[$a]},\"timePartitioning\":{\"type\":\"DAY\"}}" \
		': partitioned by DAY of arrival: _PARTITIONTIME is no column of a schema'
	tells "{\"schema\":{\"fields\":[$a]},\"timePartitioning\":{\"type\":\"HOUR\",\"field\":\"a\"}}" ': partitioned by HOUR of column a'
	tells "{\"schema\":{\"fields\":[$a]},\"rangePartitioning\":{\"field\":\"a\"}}" ': partitioned by ranges of column a'
}

@test "every member of a column is kept, in one form" {
	cat >answers/t.json <<-'.'
		{"schema": {"fields": [
		 {"mode": "REQUIRED", "policyTags": {"names": ["x/y"]}, "maxLength": "10", "type": "STRING", "name": "s", "description": "é \"q\""},
		 {"name": "n", "type": "NUMERIC", "precision": "5", "scale": "2", "defaultValueExpression": "1.5"}]}}
	.
	run -0 bqschema p:d.t
	[ "$output" = '[
  {"name": "s", "type": "STRING", "mode": "REQUIRED", "description": "é \"q\"", "policyTags": {"names": ["x/y"]}, "maxLength": "10"},
  {"name": "n", "type": "NUMERIC", "mode": "NULLABLE", "precision": "5", "scale": "2", "defaultValueExpression": "1.5"}
]' ]
}

@test "a table without columns, and one with what no schema has (65); in a dataset they are left out" {
	echo '{"type":"TABLE"}' >answers/none.json
	run -65 --separate-stderr bqschema p:d.none
	[ "$stderr" = 'bqschema: p:d.none: a table without columns has no schema' ]
	echo '{"schema":{"fields":[{"name":"a","type":"HOLOGRAM"}]}}' >answers/odd.json
	run -65 --separate-stderr bqschema p:d.odd
	[[ $stderr == 'bqschema: p:d.odd:1:'*': column a: "HOLOGRAM" is no BigQuery type'* ]]
	echo "{\"schema\":{\"fields\":[$a]}}" >answers/good.json
	list '' '' none odd good
	run -0 --separate-stderr bqschema -o 'out/{table}.json' p:d
	[ "$(ls out)" = good.json ]
	[ "${stderr_lines[0]}" = 'bqschema: p:d.none: a table without columns has no schema: left out' ]
	[ "${#stderr_lines[@]}" = 2 ]
}

@test "pages that are short, empty or told twice, and a table that vanishes in between" {
	echo "{\"schema\":{\"fields\":[$a]}}" | tee answers/x.json >answers/y.json
	list '' p/2 y x
	mkdir answers/tables-p
	echo '{"nextPageToken": "3", "tables": []}' >answers/tables-p/2.json
	list -3 '' x gone
	run -0 --separate-stderr bqschema -o 'out/{table}.json' p:d
	[ "$(ls out)" = $'x.json\ny.json' ]
	[ "$stderr" = 'bqschema: there is no table p:d.gone: left out' ]
	[ "$(grep -c 'tables/x?' answers/asked)" = 1 ]
	[ "$(grep -c 'pageToken=p%2F2' answers/asked)" = 1 ]
}

@test "a list that never ends is an error (69)" {
	list '' again x
	list -again again x
	run -69 --separate-stderr bqschema -o '{table}' p:d
	[ "$stderr" = 'bqschema: p:d: the list of tables comes back to the page "again"' ]
}

@test "an empty dataset, or no table of that name in it (66)" {
	echo '{}' >answers/tables.json
	run -66 --separate-stderr bqschema -o '{table}' p:d
	[ "$stderr" = 'bqschema: p:d: no table in the dataset' ]
	list '' '' x
	run -66 --separate-stderr bqschema -o '{table}' --match 'app*' p:d
	[ "$stderr" = 'bqschema: p:d: no table of that name among those of the dataset' ]
	run -66 --separate-stderr bqschema -o '{table}' --except x p:d
}

@test "names of any script: asked for encoded, files named by them" {
	echo "{\"schema\":{\"fields\":[$a]}}" | tee 'answers/로그 1.json' >answers/_x.json
	list '' '' '로그 1' _x
	run -0 bqschema -o 'out/{table}.json' p:d.
	[ "$(ls out)" = $'%5Fx.json\n%EB%A1%9C%EA%B7%B8%201.json' ]
	grep -q '^/bigquery/v2/projects/p/datasets/d/tables/%EB%A1%9C%EA%B7%B8%201?' answers/asked
	run -0 --separate-stderr bqschema 'p:d.로그 1'
	[ "${#lines[@]}" = 3 ]
	run -69 --separate-stderr bqschema 'p:d.로그'
	[ "$stderr" = 'bqschema: there is no table p:d.로그' ]
}

@test "what is no JSON, or no BigQuery, is refused (69)" {
	echo 'hello' >answers/t.json
	run -69 --separate-stderr bqschema p:d.t
	[ "${#stderr_lines[@]}" = 1 ]
}
