# Random files: ndschema's schemas take them, are no wider than need be, and do not depend on order and threads.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# HOURTOOLS_INFER_FILES=10000 looks at so many files, HOURTOOLS_INFER_SEED at others.
@test "a schema inferred from any file takes it, is as narrow as can be, and the same in any order" {
	each=$((${HOURTOOLS_INFER_FILES:-240} / 2))
	seed=${HOURTOOLS_INFER_SEED:-1}
	mkdir one two
	timeout 3000 python3 -B "$BATS_TEST_DIRNAME/infer/property.py" "$seed" "$each" one &
	pid=$!
	timeout 3000 python3 -B "$BATS_TEST_DIRNAME/infer/property.py" "$((seed + 1000))" "$each" two
	wait "$pid"
}

# The judge of the test above must be seen to find what is wrong.
@test "a schema that is too wide, too narrow, lacks a column or has one too many is found" {
	run -0 python3 -B - "$BATS_TEST_DIRNAME" <<'.'
import sys
sys.path[:0] = [sys.argv[1] + "/infer", sys.argv[1] + "/fit"]
import judge
from tree import decode

lines = ['{"a":1,"b":"2021-01-01","c":[1.5],"d":{"e":null,"f":true}}', '{"a":null,"c":[],"g":[null],"@h":18446744073709551616}']
top = judge.tree_of([decode(line) for line in lines])
good = {"a": "INTEGER", "b": "STRING", "c": "FLOAT REPEATED", "g": "STRING", "_h": "NUMERIC"}


def complaints(suggested=False, keep_empty=True, **changed):
    types = good | changed
    columns = [dict(name=n, type=t.split()[0], mode=(t.split() + ["NULLABLE"])[1]) for n, t in types.items() if t]
    fields = [dict(name=n, type=t, mode="NULLABLE") for n, t in (("e", "STRING"), ("f", "BOOLEAN"))]
    columns.append(dict(name="d", type="RECORD", mode="NULLABLE", fields=fields[0 if keep_empty else 1 :]))
    return judge.complaints(top, columns, {"/@h": "_h"}, suggested, keep_empty)


assert complaints() == [], complaints()
assert complaints(keep_empty=False) == []
for change in (dict(a="STRING"), dict(a="FLOAT"), dict(b="DATE"), dict(c="FLOAT"), dict(c="STRING"), dict(_h="FLOAT"),
               dict(g="STRING REPEATED"), dict(b=""), dict(x="STRING"), dict(suggested=True)):
    assert len(complaints(**change)) == 1, change
assert complaints(suggested=True, b="DATE") == []
.
	[ -z "$output" ]
}
