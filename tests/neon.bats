# The scanner on 64-bit ARM.
bats_require_minimum_version 1.5.0

@test "on 64-bit ARM, NEON and plain C tell what the scanner tells" {
	cd "$BATS_TEST_TMPDIR"
	code=0
	"$BATS_TEST_DIRNAME/neon" >out 2>&1 || code=$?
	cat out
	[ "$code" != 69 ] || skip "no cross compiler or no qemu"
	[ "$code" = 0 ]
}
