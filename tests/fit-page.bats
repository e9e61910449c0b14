# man/hourtools-schema.7: every example, query and row of its tables, as shown.
bats_require_minimum_version 1.5.0

@test "the examples of hourtools-schema run, load and answer as they are shown" {
	cd "$BATS_TEST_DIRNAME/fit" || return
	TMPDIR=$BATS_TEST_TMPDIR python3 -B -m unittest page 3>&-
}

@test "an example that shows something else is seen" {
	mkdir -p "$BATS_TEST_TMPDIR/tests/fit" "$BATS_TEST_TMPDIR/man"
	cd "$BATS_TEST_TMPDIR/tests" || return
	ln -s "$BATS_TEST_DIRNAME/cloud" cloud
	cp "$BATS_TEST_DIRNAME/fit/page.py" fit
	for change in 's/^3  0      0$/3  0      1/' 's/^BOOLEAN    0  *false/BOOLEAN    0   true/' \
		's/"v": "0", "raw"/"v": 0, "raw"/'; do
		sed "$change" "$BATS_TEST_DIRNAME/../man/hourtools-schema.7" >../man/hourtools-schema.7
		run -1 cmp -s ../man/hourtools-schema.7 "$BATS_TEST_DIRNAME/../man/hourtools-schema.7"
		(cd fit && TMPDIR=$BATS_TEST_TMPDIR run -1 python3 -B -m unittest page 3>&-)
	done
}
