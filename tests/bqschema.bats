# bqschema: schemas of tables, views and datasets, and what is different in a file.
bats_require_minimum_version 1.5.0

load bq/setup.bash

setup_file() {
	start_cloud pending_ms=1 running_ms=1
	# The first token, which make() takes.
	bqschema nothing.nowhere 2>/dev/null || :
}

teardown_file() { stop_cloud; }

setup() {
	start_test
	cat >app.json <<-'.'
		[
		  {"name": "id", "type": "INTEGER", "mode": "REQUIRED", "description": "who"},
		  {"name": "user", "type": "RECORD", "mode": "REPEATED", "fields": [
		    {"name": "name", "type": "STRING", "mode": "NULLABLE", "maxLength": "20"}
		  ]},
		  {"name": "at", "type": "TIMESTAMP", "mode": "NULLABLE"}
		]
	.
}

# make TABLE SCHEMA [MEMBERS]: a table of this test's dataset, with further members of its resource;
# with PATCH as MEMBERS it is there, and gets another schema.
make() {
	python3 - "$ds" "$1" "$2" "${3-}" <<-'.'
		import json, os, sqlite3, sys, urllib.request
		dataset, table, schema, members = sys.argv[1:]
		db = sqlite3.connect(os.environ["CLOUD_DIR"] + "/state.db")
		(token,) = db.execute("SELECT token FROM tokens ORDER BY rowid DESC").fetchone()
		url = f"{os.environ['BIGQUERY_EMULATOR_HOST']}/bigquery/v2/projects/stand-in/datasets/{dataset}/tables"
		body = {"schema": {"fields": json.load(open(schema))}} if schema else {}
		if members == "PATCH":
		    url, method = f"{url}/{table}", "PATCH"
		else:
		    method = "POST"
		    body |= {"tableReference": {"tableId": table}, **json.loads(members or "{}")}
		headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
		urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers, method=method))
	.
}

# view NAME QUERY [MEMBERS]: a view of this test's dataset.
view() { make "$1" '' "{\"view\": {\"query\": \"$2\", \"useLegacySql\": false}${3-}}"; }

@test "a table's schema is the file it was made from, byte for byte" {
	make app app.json
	run -0 --separate-stderr bqschema "$ds.app"
	[ "$stderr" = "" ]
	[ "$output" = "$(cat app.json)" ]
	run -0 bqschema -o out/x.json "stand-in:$ds.app"
	[ "$output" = "" ]
	cmp out/x.json app.json
	for type in order login; do
		file=$BATS_TEST_DIRNAME/../schemas/$type.json
		make $type "$file"
		bqschema "stand-in.$ds.$type" >$type.json
		cmp $type.json "$file"
	done
}

@test "--without leaves columns out, --sort orders every level" {
	make app app.json
	run -0 bqschema --sort --without AT "$ds.app"
	[ "$output" = '[
  {"name": "id", "type": "INTEGER", "mode": "REQUIRED", "description": "who"},
  {"name": "user", "type": "RECORD", "mode": "REPEATED", "fields": [
    {"name": "name", "type": "STRING", "mode": "NULLABLE", "maxLength": "20"}
  ]}
]' ]
	run -65 --separate-stderr bqschema --without at --without id --without user -o x.json "$ds.app"
	[ "$stderr" = "bqschema: stand-in:$ds.app: --without leaves no column" ]
	[ ! -e x.json ]
}

@test "every table of a dataset, each into its file, whatever the order and the pages" {
	for name in b a_TEMP_2021010100 _audit 'with blank' A a; do make "$name" app.json; done
	run -0 --separate-stderr bqschema -o 'out/{table}/{table}.json' --except '*_TEMP*' --except '_*' "$ds"
	[ "$output$stderr" = "" ]
	[ "$(cd out && printf '%s ' */*)" = 'A/A.json a/a.json b/b.json with%20blank/with%20blank.json ' ]
	cmp out/a/a.json app.json
	run -0 bqschema -o 'm/{table}.json' --match 'a*' --match b "stand-in:$ds"
	[ "$(cd m && printf '%s ' *)" = 'a.json a_TEMP_2021010100.json b.json ' ]
	run -0 bqschema -o 'one/{table}' --match '[A-Z]' "stand-in.$ds."
	[ "$(ls one)" = A ]
}

@test "what is different in a file: words, columns, and 1 when a load would fail" {
	make app app.json
	run -0 --separate-stderr bqschema --diff app.json "$ds.app"
	[ "$output$stderr" = "" ]
	cat >new.json <<-'.'
		[{"name": "at", "type": "TIMESTAMP"}, {"name": "host", "type": "STRING"}, {"name": "ID", "type": "FLOAT"},
		 {"name": "user", "mode": "REPEATED", "type": "RECORD", "fields": [{"name": "name", "type": "STRING", "maxLength": 9}]}]
	.
	run -1 --separate-stderr bqschema -d new.json "$ds.app"
	[ "$stderr" = "" ]
	[ "$output" = 'host: added, STRING NULLABLE: a load would fail: ADD COLUMN `host` STRING
id: widened from INTEGER to FLOAT: a load would fail: SET DATA TYPE FLOAT64
id: mode from REQUIRED to NULLABLE: a load would fail: DROP NOT NULL
user.name: narrowed from STRING(20) to STRING(9): loads' ]
	run -1 bqschema --tsv -d new.json --without id "$ds.app"
	[ "$output" = $'host\tadded\t-\tSTRING NULLABLE\tfails\tADD COLUMN `host` STRING\nuser.name\tnarrowed\tSTRING(20)\tSTRING(9)\tloads\t-' ]
	grep -v '"at"' app.json | sed 's/^  ]},$/  ]}/' >less.json
	run -0 bqschema -d less.json "$ds.app"
	[ "$output" = 'at: missing, was TIMESTAMP NULLABLE: loads' ]
	run -0 bqschema -d less.json --without at "$ds.app"
	[ "$output" = "" ]
}

@test "a dataset is compared with its files; a table without one is told" {
	for name in a b c; do make $name app.json; done
	mkdir schemas
	cp app.json schemas/a.json
	echo '[{"name": "id", "type": "INTEGER", "mode": "REQUIRED"}, {"name": "x", "type": "DATE"}]' >schemas/c.json
	run -1 --separate-stderr bqschema -d 'schemas/{table}.json' "$ds"
	[ "$output" = 'c: at: missing, was TIMESTAMP NULLABLE: loads
c: user: missing, was RECORD REPEATED: loads
c: x: added, DATE NULLABLE: a load would fail: ADD COLUMN `x` DATE' ]
	[ "$stderr" = 'bqschema: table b is not compared: schemas/b.json: No such file or directory' ]
	run -1 bqschema --tsv -d 'schemas/{table}.json' --match c "$ds"
	[ "${lines[2]}" = $'c\tx\tadded\t-\tDATE NULLABLE\tfails\tADD COLUMN `x` DATE' ]
	echo '[{"name": "id"}]' >schemas/c.json
	run -78 --separate-stderr bqschema -d 'schemas/{table}.json' "$ds"
	[[ ${stderr_lines[-1]} == 'bqschema: schemas/c.json:1:2: '* ]]
}

@test "a view has the columns that a query gives now, and the descriptions of when it was made" {
	make app app.json
	view v "SELECT * FROM $ds.app" ', "schema": {"fields": [{"name": "at", "type": "TIMESTAMP", "description": "when"}]}'
	sed 's/^]$/,{"name":"new","type":"DATE"}]/' app.json >more.json
	make app more.json PATCH
	run -0 --separate-stderr bqschema "$ds.v"
	[ "$stderr" = "bqschema: stand-in:$ds.v is a view: nothing can be loaded into it" ]
	[ "${lines[-2]}" = '  {"name": "new", "type": "DATE", "mode": "NULLABLE"}' ]
	[ "${lines[-3]}" = '  {"name": "at", "type": "TIMESTAMP", "mode": "NULLABLE", "description": "when"},' ]
	run -0 --separate-stderr bqschema -q "$ds.v"
	[ "$stderr" = "" ]
	make m '' "{\"materializedView\": {\"query\": \"SELECT id FROM $ds.app\"}}"
	run -0 --separate-stderr bqschema "$ds.m"
	[ "$stderr" = "bqschema: stand-in:$ds.m is a materialized view: nothing can be loaded into it" ]
	[ "${lines[1]}" = '  {"name": "id", "type": "INTEGER", "mode": "NULLABLE"}' ]
}

@test "a view that can't be queried has its stored columns, with a warning" {
	make app app.json
	view v "SELECT id FROM $ds.app"
	make old app.json '{"view": {"query": "SELECT 1", "useLegacySql": true}}'
	run -0 --separate-stderr bqschema "$ds.old"
	[ "${stderr_lines[0]}" = "bqschema: stand-in:$ds.old: a view in legacy SQL: its columns are those of when it was made" ]
	[ "${#lines[@]}" = 7 ]
	ctl fault bigquery jobs.insert status code=403
	run -0 --separate-stderr bqschema "$ds.v"
	[[ ${stderr_lines[0]} == "bqschema: stand-in:$ds.v: HTTP 403"*'; its columns are those of when it was made' ]]
	[ "${lines[1]}" = '  {"name": "id", "type": "INTEGER", "mode": "NULLABLE"}' ]
	ctl fault bigquery jobs.insert status code=503 times=always
	run -75 --separate-stderr bqschema "$ds.v"
	ctl clearfaults
	[ "$output" = "" ]
}

@test "the column a table is partitioned by is a column, and told" {
	make app app.json '{"timePartitioning": {"type": "HOUR", "field": "at"}}'
	run -0 --separate-stderr bqschema "$ds.app"
	[ "$output" = "$(cat app.json)" ]
	[ "$stderr" = "bqschema: stand-in:$ds.app: partitioned by HOUR of column at" ]
}

@test "wrong commands (64)" {
	run -64 --separate-stderr bqschema
	run -64 --separate-stderr bqschema a.b c.d
	run -64 --separate-stderr bqschema "$ds"
	[[ $stderr == 'bqschema: all tables of a dataset need -o or --diff with {table} in the name of the file'* ]]
	run -64 --separate-stderr bqschema -o x.json "$ds."
	run -64 --separate-stderr bqschema -o x.json -d x.json "$ds.app"
	run -64 --separate-stderr bqschema --tsv "$ds.app"
	run -64 --separate-stderr bqschema --match x "$ds.app"
	run -64 --separate-stderr bqschema --except x "$ds.app"
	run -64 --separate-stderr bqschema --without '' "$ds.app"
	run -64 --separate-stderr bqschema --location 'a b' "$ds.app"
	for operand in '' . .x : p: 'p:d.t$20210101' 'p:d.a`b' 'p:d.a/b' 'P:d.t' 'p:d-e' 'p:d-e.t' "p:d.$(printf '%01025d' 0)"; do
		run -64 --separate-stderr bqschema -o '{table}' "$operand"
		[[ $stderr == "bqschema: '$operand': "* ]]
	done
	unset BIGQUERY_PROJECT GOOGLE_CLOUD_PROJECT
	run -64 --separate-stderr bqschema d.t
	[[ $stderr == *"'d.t': no project: "* ]]
}

@test "no such table, dataset or project (69, 77), no file (66), no credentials (77), a full disk (74)" {
	run -69 --separate-stderr bqschema "$ds.gone"
	[ "$stderr" = "bqschema: there is no table stand-in:$ds.gone" ]
	run -69 --separate-stderr bqschema nowhere.gone
	[[ $stderr == 'bqschema: stand-in:nowhere.gone: HTTP 404 notFound: Not found: Dataset stand-in:nowhere'* ]]
	run -69 --separate-stderr bqschema -o '{table}' nowhere
	run -77 --separate-stderr bqschema other:ds.app
	[[ $stderr == *'accessDenied'* ]]
	make app app.json
	run -66 --separate-stderr bqschema -d none.json "$ds.app"
	GOOGLE_APPLICATION_CREDENTIALS=$PWD/none.json run -77 bqschema "$ds.app"
	run -74 bash -c "bqschema $ds.app >/dev/full"
	run -74 --separate-stderr bqschema -o app.json/x.json "$ds.app"
}

@test "one table of a dataset may not be read: the others are taken (77)" {
	for name in a b c; do make $name app.json; done
	ctl fault bigquery tables.get status code=403 match=tables/b
	run -77 --separate-stderr bqschema -o 'out/{table}.json' "$ds"
	[ "$(ls out)" = $'a.json\nc.json' ]
	[[ $stderr == "bqschema: stand-in:$ds.b: HTTP 403"* ]]
}

@test "busy and cut answers are asked for again, a dead service is for later (75) and leaves no file" {
	make app app.json
	ctl fault bigquery tables.get status code=503
	ctl fault bigquery tables.get cut bytes=40
	ctl fault bigquery tables.list status code=500
	run -0 bqschema -o '{table}' "$ds"
	cmp app app.json
	ctl fault bigquery tables.get status code=503 times=always
	run -75 --separate-stderr bqschema -o late.json "$ds.app"
	[ "${#stderr_lines[@]}" = 1 ]
	[ ! -e late.json ]
}

@test "a wide table is at most 32 MiB; no secret is told" {
	python3 -c 'import json; print(json.dumps([{"name": f"c{n}", "type": "STRING", "description": "d" * 200} for n in range(2000)]))' >wide.json
	make wide wide.json
	run -0 --separate-stderr small "$BIN/bqschema" -v "$ds.wide"
	[ "${#lines[@]}" = 2002 ]
	tells_no_secret "$output$stderr"
}

@test "the examples of bqschema(1) run as they are shown" {
	ctl mkdataset logs
	ds=logs
	cat >app.json <<-'.'
		[{"name": "id", "type": "INTEGER"}, {"name": "folder_hour", "type": "TIMESTAMP"},
		 {"name": "user", "type": "RECORD", "fields": [{"name": "name", "type": "STRING"}]}]
	.
	make app app.json
	make app_TEMP_2021010100 app.json
	awk '/^\.Bd/ {shown = 1; next} /^\.Ed/ {shown = 0} shown' "$BATS_TEST_DIRNAME/../man/bqschema.1" |
		sed 's/^\\&//; s/\\e/\\/g' >shown
	awk '/^\$ / {sub(/^\$ /, ""); print; here = /<</; more = /\\$/; next} more || here {print} {more = 0} $0 == "." {here = 0}' shown >commands
	awk '/^\$ / {here = /<</; more = /\\$/; next} !here && !more {print} {more = 0} here && $0 == "." {here = 0}' shown >want
	sh commands >got 2>&1 || :
	diff want got
	[ "$(ls schemas)" = app.json ]
}
