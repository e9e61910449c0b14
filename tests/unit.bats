# bats file_tags=check
# The unit tests of the pure layers: each tests/unit/NAME.c is a program that ends 0.
bats_require_minimum_version 1.5.0

@test "every unit test passes" {
	failed=0
	for source in "$BATS_TEST_DIRNAME"/unit/*.c; do
		name=$(basename "$source" .c)
		"$UNIT/$name" || {
			echo "unit test $name failed"
			failed=1
		}
	done
	[ "$failed" = 0 ]
}
