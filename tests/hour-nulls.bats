# null, missing, 0, "" and false from S3 to the table: what a column keeps apart, and how to have all five.
# NULL is all that a column of any type has for null and for a key that is not there; a JSON value knows
# both. So what must be told apart is kept inside a JSON column: its object, or --collect-unknown.
bats_require_minimum_version 1.5.0

load hour/setup.bash

H=2021/01/01/00

# five FORMAT: the five facts of v, each in a record of FORMAT ("%s" where its members come).
five() {
	local n=0 members
	for members in '"v":null' '' '"v":0' '"v":""' '"v":false'; do
		n=$((n + 1))
		# shellcheck disable=SC2059 # the format is the test's
		printf "{\"type\":\"app\",\"n\":$n$1}\n" "$members"
	done | sed 's/,}/}/' | ctl put "s3://logs/$H/a.json" -
}

# facts COLUMN: what the origin table tells of v by BigQuery's SQL.
facts() { ctl sql "SELECT $1 FROM \"logs.app\" ORDER BY n"; }

# asked FROM: the SELECT for the origin table that names each fact.
asked() {
	printf '%s\n' 'SELECT n, CASE WHEN JSON_QUERY('"$1, '\$.v'"') IS NULL THEN "missing"' \
		'ELSE TO_JSON_STRING(JSON_QUERY('"$1, '\$.v'"')) END AS v FROM {temp}' >"$SCHEMAS/app.sql"
}

all='null
missing
0
""
false'

@test "inside a JSON column they are five facts" {
	five ',"payload":{%s}'
	schema app n:INTEGER type:STRING payload:JSON
	asked payload
	run -0 hour hour "$H"
	[ "$(facts v)" = "$all" ]
}

@test "of a top-level key they are five facts when it is collected in a JSON column" {
	five ',%s'
	schema app n:INTEGER type:STRING more:JSON
	echo '--collect-unknown more' >"$SCHEMAS/app.fit"
	asked more
	run -0 hour hour "$H"
	# A record without unknown fields has no object to look into.
	[ "$(facts v)" = "$all" ]
}

@test "as JSON text under STRING they are five texts" {
	five ',"payload":{%s}'
	schema app n:INTEGER type:STRING payload:STRING
	run -0 hour hour "$H"
	[ "$(facts payload)" = '{"v":null}
{}
{"v":0}
{"v":""}
{"v":false}' ]
}

@test "a plain column has NULL for null and for missing, and refuses what is of another type" {
	five ',%s'
	schema app n:INTEGER type:STRING v:STRING
	run -0 hour hour "$H"
	[ "$(ctl sql 'SELECT n, v IS NULL, v FROM "logs.app" ORDER BY n' | tr '\t' ' ' | sed 's/ *$//')" = '1 1
2 1
3 0 0
4 0
5 0 false' ]
	for kept in INTEGER BOOLEAN; do
		schema app n:INTEGER type:STRING v:$kept
		run -2 make --no-print-directory -f "$recipes/hour.mk" schema-check HOUR="$H"
		[ "$(grep -c "/v: expected $kept" <<<"$output")" -ge 1 ]
	done
}
