# s3cat, gcscat and gcsput under each fault of the stand-in, and where no cloud is at all: the right bytes
# or the right exit code, never wrong bytes with 0. Of the positions of cuts only some: make
# fault-transfer has all.
# What each cell must end with stands in fault/transfer_cells.py; what is checked, in fault/transfer.py.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR"
}

table() { run "$BATS_TEST_DIRNAME/fault/transfer.py" -j 4 --brief "$@" "$(mktemp -d -p .)"; }

# passed CELLS: at least so many ran, and none failed.
passed() {
	echo "$output"
	[ "$status" = 0 ]
	[ "${output%% *}" -ge "$1" ]
}

@test "s3cat: under each fault the right bytes, or the right code and one line" {
	table --program s3cat
	passed 80
}

@test "gcscat: under each fault the right bytes, or the right code and one line" {
	table --program gcscat
	passed 80
}

@test "gcsput: under each fault the right object, or the right code and one line" {
	table --program gcsput
	passed 290
}

# instead PROGRAM SCRIPT: a program of that name that only pretends.
instead() {
	mkdir -p programs
	printf '#!/bin/sh\n%s\n' "$2" >"programs/$1"
	chmod +x "programs/$1"
}

@test "the table sees wrong bytes with 0, wrong codes, lines too many, and bytes sent too often" {
	real=$(command -v s3cat gcsput | head -c -1 | tr '\n' ' ')
	instead s3cat "${real% *} \"\$@\" 2>/dev/null | head -c 1000"
	PATH=$PWD/programs:$PATH table --program s3cat --only 'cut at 0'
	[[ "$output" == *"WRONG BYTES with 0: 1000 of "*" failed" ]]
	instead s3cat 'exit 75'
	PATH=$PWD/programs:$PATH table --program s3cat --only 'status 503 x always'
	[[ "$output" == *"did not strike"*"2 cells: 2 failed" ]]
	instead s3cat "${real% *} \"\$@\" 2>/dev/null; exit 75"
	PATH=$PWD/programs:$PATH table --program s3cat --only 'status 503 x always'
	[[ "$output" == *"0 lines"*"2 cells: 2 failed" ]]
	instead s3cat "${real% *} \"\$@\" 2>/dev/null; echo x >&2; exit 66"
	PATH=$PWD/programs:$PATH table --program s3cat --only 'status 503 x always'
	[[ "$output" == *"ended with 66, not 75: x"*"2 cells: 2 failed" ]]
	instead s3cat "echo x; exec ${real% *} \"\$@\""
	PATH=$PWD/programs:$PATH table --program s3cat --only 'status 503 x always'
	[[ "$output" == *"wrong bytes before the error (75)"*"2 cells: 2 failed" ]]
	instead gcsput "cp \"\$1\" x; ${real#* } x gs://logs/elsewhere"
	PATH=$PWD/programs:$PATH table --program 'gcsput large' --only 'upload.chunk 0: 410'
	[[ "$output" == *"NO OBJECT large with 0"*"1 cells: 1 failed" ]]
	# Uploads another file as well, to the same name: the object is wrong in the end.
	instead gcsput "echo x >x; ${real#* } \"\$@\" && ${real#* } x \"\$2\""
	PATH=$PWD/programs:$PATH table --program 'gcsput large' --only 'upload.chunk 0: 410'
	[[ "$output" == *"WRONG OBJECT large with 0: 2 bytes"*"1 cells: 1 failed" ]]
	# Uploads it twice more, elsewhere.
	instead gcsput "${real#* } \"\$@\"; ${real#* } \"\$1\" gs://logs/twice; ${real#* } \"\$1\" gs://logs/thrice"
	PATH=$PWD/programs:$PATH table --program 'gcsput large' --only 'cutin at 0'
	[[ "$output" == *" bytes were sent for "*"1 cells: 1 failed" ]]
}
