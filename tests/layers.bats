# bats file_tags=check
# Arrows between the folders of src/ go down only.
bats_require_minimum_version 1.5.0

# upward ROOT: includes that point to a layer not below their own.
upward() {
	(cd "$1" && grep -rnE '#[[:space:]]*include "' base ndjson net aws gcp 2>/dev/null) | awk -F'[/:"]' '
		BEGIN {
			below["base"] = " base "
			below["ndjson"] = " ndjson base "
			below["net"] = " net base "
			below["aws"] = " aws net base "
			below["gcp"] = " gcp net ndjson base "
		}
		{
			split($0, part, "\"")
			target = part[2]
			sub(/\/.*/, "", target)
			if (index(below[$1], " " target " ") == 0)
				print
		}'
}

@test "includes point down only: base <- ndjson, net <- aws, gcp" {
	run -0 upward "$BATS_TEST_DIRNAME/../src"
	[ "$output" = "" ]
}

@test "an upward include would be found" {
	mkdir -p "$BATS_TEST_TMPDIR"/src/{base,ndjson,net,aws,gcp}
	echo '#include "net/http.h"' >"$BATS_TEST_TMPDIR/src/base/x.c"
	echo '#include "../gcp/gcs.h"' >"$BATS_TEST_TMPDIR/src/aws/x.c"
	echo '#include "base/err.h"' >"$BATS_TEST_TMPDIR/src/aws/y.c"
	run -0 upward "$BATS_TEST_TMPDIR/src"
	[ "${#lines[@]}" = 2 ]
}

@test "only src/net/http.c knows libcurl" {
	run -0 grep -rl 'curl/' "$BATS_TEST_DIRNAME/../src"
	[ "$(basename "$output")" = http.c ]
}
