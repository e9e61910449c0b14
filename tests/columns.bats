# bats file_tags=check
# columns.py: a schema and a map for whatever there is, which ndfit then finds nothing to refuse in.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# Schemas of in.ndjson in s/, its records by type beside it, those of type t made to fit in t.fit.
fit_all() {
	python3 -B "$BATS_TEST_DIRNAME/../pipelines/columns.py" -k type -o s in.ndjson
	ndsplit -q -k type in.ndjson >split.tsv || [ $? = 1 ]
	set -- -s s/t.json
	[ ! -e s/t.map ] || set -- "$@" -m s/t.map
	ndfit "$@" t.ndjson >t.fit
}

@test "names that BigQuery reserves, or that are too long or none, become columns of their own" {
	long=$(printf '%0400d' 0)
	printf '{"type":"t","_TABLE_a":1,"_partition":2,"":3,"%sa":4,"%sb":5}\n' "$long" "$long" >in.ndjson
	fit_all
	python3 - <<'.'
import json

(row,) = map(json.loads, open("t.fit"))
assert list(row.values()) == ["t", 1, 2, 3, 4, 5]
assert list(row)[:4] == ["type", "x_TABLE_a", "x_partition", "_"]
assert max(map(len, row)) <= 300
.
}

@test "keys that differ in case or in what BigQuery refuses are numbered" {
	echo '{"type":"t","id":1,"Id":2,"a.b":3,"a_b":4,"a-b":5}' >in.ndjson
	fit_all
	[ "$(cat t.fit)" = '{"type":"t","id":1,"Id_2":2,"a_b":3,"a_b_2":4,"a_b_3":5}' ]
	[ "$(cat s/t.map)" = $'/Id\tId_2\n/a.b\ta_b\n/a_b\ta_b_2\n/a-b\ta_b_3' ]
}

@test "numbers that no column of numbers holds are kept as text" {
	printf '{"type":"t","a":1%05000d,"b":1e999,"c":-9223372036854775808,"d":9223372036854775808}\n' 0 >in.ndjson
	fit_all
	[[ "$(cat t.fit)" == '{"type":"t","a":"1000'*'000","b":"1e999","c":"-9223372036854775808","d":"9223372036854775808"}' ]]
	[ "$(tr -d '\n' <s/t.json | grep -o '"type": "[A-Z]*"' | tr -d '\n')" = \
		'"type": "STRING""type": "STRING""type": "STRING""type": "INTEGER""type": "STRING"' ]
}

@test "records that share a line, lone surrogates and depths are seen as ndsplit and ndfit see them" {
	printf '{"type":"t","a":1}{"type":"t","b":true}\n{"type":"t","\\ud800k":1,"\\u0000":2}\n[1]\nnonsense\n' >in.ndjson
	printf '{"type":"t","c":%s%s}\n' "$(printf '%0100000d' 0 | tr 0 '[')" "$(printf '%0100000d' 0 | tr 0 ']')" >>in.ndjson
	fit_all
	[ "$(cat t.fit)" = $'{"type":"t","a":1}\n{"type":"t","b":true}\n{"type":"t","_k":1,"_":2}' ]
	grep -q $'^_rejected\t3\t' split.tsv
}

@test "the type is the text that ndsplit takes" {
	printf '{"type":1e3,"x":1}\n{"type":true,"x":1}\n{"type":-0}\n{"type":null}\n{"type":[]}\n' >in.ndjson
	python3 -B "$BATS_TEST_DIRNAME/../pipelines/columns.py" -k type -o s in.ndjson
	[ "$(cd s && echo ./*)" = './-0.json ./1e3.json ./true.json' ]
}
