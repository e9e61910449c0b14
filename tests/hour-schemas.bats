# An hour and its schemas: the first ones, the check before a load, and how misfits are told.
bats_require_minimum_version 1.5.0

load hour/setup.bash

H=2021/01/01/00

@test "make schemas writes what an hour of unknown types needs, and the hour then fits; no schema is written over" {
	{
		records 00:10 app 1 3
		for n in 1 2 3; do
			echo "{\"type\":\"a b/c\",\"@timestamp\":\"2021-01-01T00:10:00Z\",\"n\":$n,\"user\":{\"id\":$n,\"tags\":[\"x\"]}}"
		done
		echo 'not json'
	} | ctl put "s3://logs/$H/a.json" -
	cp "$SCHEMAS/app.json" app.json
	check() { make --no-print-directory -f "$recipes/hour.mk" "$1" HOUR="$H"; }
	INFER=--bad run -2 check schemas
	[[ ${lines[-1]} == *'Error 64' ]]
	run -2 check schema-check
	[[ $output == *'schema-check.sh: a%20b%2Fc: no schema for its records'* ]]
	INFER=--suggested run -0 --separate-stderr check schemas
	[ "$output" = "$SCHEMAS/a%20b%2Fc.json: 6 columns" ]
	cmp app.json "$SCHEMAS/app.json"
	[ "$(cat "$SCHEMAS/a%20b%2Fc.map")" = $'/@timestamp\t_timestamp' ]
	grep -q '"_timestamp", "type": "TIMESTAMP"' "$SCHEMAS/a%20b%2Fc.json"
	run -0 --separate-stderr check schemas
	[[ $stderr == *"every type has a schema in $SCHEMAS" ]]
	run -2 hour hour "$H"
	[ "$(sort "$VAR/$H/counts.tsv" | cut -f 2-)" = $'_rejected\t1\t1\t0\t-\t-\na b/c\t3\t0\t3\t3\t3\napp\t3\t0\t3\t3\t3' ]
}

@test "make schema-check tells each kind of misfit once, with its count and its first record, and ends with 1" {
	{
		records 00:10 app 1 5
		printf '{"type":"app","n":"%s"}\n' 12kB 13kB x
		echo '{"type":"app","n":1,"at":"never"}'
		records 00:20 web 1 4 | sed 's/"at":"[^"]*",//'
	} | ctl put "s3://logs/$H/a.json" -
	run -2 make --no-print-directory -f "$recipes/hour.mk" schema-check HOUR="$H"
	echo "$output"
	[ "$(grep -vc ^make <<<"$output")" = 2 ]
	[ "${lines[0]}" = 'schema-check.sh: app: /n: expected INTEGER, found STRING "12kB": 3 of 9 records, the first is number 6' ]
	[[ ${lines[1]} == 'schema-check.sh: app: /at: expected TIMESTAMP'*', found STRING "never": 1 of 9 records, the first is number 9' ]]
	[[ $output == *'Error 1' ]]
	run -66 gcscat -l gs://logs/
	schema app at:STRING n:STRING type:STRING
	run -0 make --no-print-directory -f "$recipes/hour.mk" schema-check HOUR="$H"
	[ "$output" = '' ]
	schema app at:STRING n:BOOLEAN type:BYTES
	run -2 make --no-print-directory -f "$recipes/hour.mk" schema-check HOUR="$H"
	[[ $output == *': 9 of 9 records, the first is number 1'* ]]
}

@test "misfits that each have a key of their own are a few lines and a number, and all in the report" {
	seq 1200 | awk '{printf "{\"type\":\"app\",\"k%d\":1}\n", $1}' | ctl put "s3://logs/$H/a.json" -
	run -2 hour hour "$H"
	[ "$(grep -c '^classify.sh: app: ' <<<"$output")" = 21 ]
	[[ $output == *'classify.sh: app: and more than 980 kinds of problems more'* ]]
	[ "$(wc -l <"$VAR/$H/rejects/app.rejects.tsv")" = 1200 ]
}
