# What a newcomer meets: the README's commands, the Makefile, a new program, CI's last line.
bats_require_minimum_version 1.5.0

setup() {
	unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES SAN CFLAGS LDFLAGS CC
	cd "$BATS_TEST_TMPDIR"
}

setup_file() {
	top=$(realpath "$BATS_TEST_DIRNAME/..")
	export top
}

# copy DIR: the committed and the new files, without what was built.
copy() {
	mkdir -p "$1"
	(cd "$top" && git ls-files -z --cached --others --exclude-standard | while IFS= read -rd '' f; do
		[ ! -e "$f" ] || printf '%s\0' "$f"
	done | tar --null -T - -cf -) | tar -C "$1" -xf -
}

# shown FILE README-LINES: each line shown stands in FILE, in that order; "…" stands for others.
shown() {
	awk -v file="$1" '
		$0 == "…" { loose = 1; next }
		{
			do
				if ((getline line <file) <= 0) {
					print "not printed (any more): " $0
					exit 1
				}
			while (loose && line != $0)
			if (line != $0) {
				print "shown: " $0 "\nfound: " line
				exit 1
			}
			loose = 0
		}'
}

# readme: the indented lines of the README, "$ command" and what it prints.
readme() { awk '/^    /{sub(/^    /, ""); print}' "$top/README.md"; }

@test "the README's commands print what it shows" {
	cd "$BATS_TEST_TMPDIR"
	mkdir w
	cd w
	for d in pipelines schemas tests man Makefile; do ln -s "$top/$d" "$d"; done
	ln -s "$BIN" bin
	export PROGRAMS=$BIN
	readme | awk -v dir="$BATS_TEST_TMPDIR" '
		/^\$ /{ n++; print substr($0, 3) >(dir "/" n ".sh"); next }
		/^5 \* |^gcloud /{ n = 0 }
		n { print >(dir "/" n ".shown") }'
	[ "$(cat ../1.sh ../2.sh)" = $'make deps demo\nmake deps test' ]
	[ "$(cat ../2.shown)" = $'…\nN passed, 0 failed' ]
	echo 'pipelines/demo-logs.sh' >../1.sh
	rm ../2.sh
	n=0
	for i in 1 $(seq 3 30); do
		[ -e "../$i.sh" ] || continue
		sh "../$i.sh" >../printed 2>&1 || :
		shown ../printed <"../$i.shown" || {
			cat "../$i.sh" ../printed
			false
		}
		n=$((n + 1))
	done
	[ "$n" -ge 9 ]
}

@test "a line that is shown and not printed would be found" {
	printf 'a\nb\nc\n' >out
	printf 'a\n…\nc\n' | shown out
	printf 'a\nc\n' | run -1 shown out
	printf '…\nd\n' | run -1 shown out
}

@test "what the README and the man pages name is there" {
	cd "$top"
	grep -oE '`[a-zA-Z.]+/[a-zA-Z0-9/._-]+' README.md CONTRIBUTING.md | cut -d '`' -f 2 | sort -u |
		grep -vE '^(out|bin|build|var)/|TYPE|NAME|^src/DIR' | while read -r f; do ls -d "$f"; done
	for p in src/*.c; do
		name=$(basename "$p" .c)
		[ -e "man/$name.1" ]
		grep -q "Xr $name 1" man/hourtools.7
	done
	for name in $(grep -rhoE 'env(_number|_value)?\("[A-Z_0-9]+"' src | cut -d '"' -f 2 | sort -u); do
		[ "$name" = HOME ] || grep -qE "^\.(It )?Ev (.* )?$name( |$)" man/hourtools.7 man/hourtools-credentials.7
	done
	for name in $(sed -n 's/^\([A-Z_]*\)=.*/\1/p' pipelines/etl.conf); do
		grep -B 3 "^$name=" pipelines/etl.conf | grep -q '^# '
	done
}

@test "make help tells each target in a line, and each target is told" {
	run -0 make --no-print-directory -C "$top" help
	[ "$(awk 'NF < 3' <<<"$output")" = "" ]
	[ "$(awk 'length > 100' <<<"$output")" = "" ]
	for target in $(sed -n 's/^\.PHONY: *//p' "$top/Makefile"); do
		case $target in FORCE | units) continue ;; esac
		grep -q "^$target " <<<"$output"
	done
}

@test "a new program, its page and its tests touch no other file; a new library file neither" {
	copy w
	cd w
	rm -r src tests/unit/*
	mkdir -p src/base
	printf '#include "base/new_room.h"\nint main(void) { return room(); }\n' >src/newprog.c
	echo 'int room(void);' >src/base/new_room.h
	printf '#include "base/new_room.h"\nint room(void) { return 7; }\n' >src/base/new_room.c
	printf '.Dd November 24, 2026\n.Dt NEWPROG 1\n.Os\n.Sh NAME\n.Nm newprog\n.Nd new\n' >man/newprog.1
	printf '#!/usr/bin/env bats\n@test "new" {\n\trun newprog\n\t[ "$status" = 7 ]\n}\n' >tests/newprog.bats
	printf 'int main(void) { return 0; }\n' >tests/unit/new.c
	run -0 make CFLAGS=-O0 -j2 all units
	[ -x build/plain/unit/new ]
	run -7 bin/newprog
	run -0 env -i HOME="$HOME" PATH="/usr/local/bin:$(getconf PATH)" BIN=bin UNIT=build/plain/unit tests/run tests/newprog.bats
	[ "${lines[-1]}" = '1 passed, 0 failed' ]
	run -0 make CFLAGS=-O0 install DESTDIR="$PWD/dest" PREFIX=/opt/x
	[ -x dest/opt/x/bin/newprog ]
	[ -f dest/opt/x/share/man/man1/newprog.1 ]
	[ -f dest/opt/x/share/man/man7/hourtools.7 ]
	run -0 make uninstall DESTDIR="$PWD/dest" PREFIX=/opt/x
	[ "$(find dest ! -type d)" = "" ]

	# Nothing is made twice; a header, a flag and a compiler are.
	made() { make -n CFLAGS="$1" CC="$2" all | grep -c -e ' -c -o ' || :; }
	[ "$(made -O0 cc)" = 0 ]
	touch src/base/new_room.h
	[ "$(made -O0 cc)" = 2 ]
	make -s CFLAGS=-O0
	touch before
	make -s CFLAGS=-O0
	[ ! build/plain/newprog.o -nt before ]
	make -s CFLAGS='-O0 -DOTHER'
	[ build/plain/newprog.o -nt before ]
	touch before
	make -s CFLAGS='-O0 -DOTHER' CC=clang
	[ build/plain/base/new_room.o -nt before ]
}

@test "a sanitized build stands aside and leaves bin/ alone" {
	copy w
	cd w
	rm -r src
	mkdir -p src/base
	echo 'int room(int i) { int a[2] = {0}; return a[i]; }' >src/base/room.c
	echo 'int room(int i); int main(int argc, char **argv) { (void)argv; return room(argc + 1); }' >src/prog.c
	SAN=address,undefined run -0 make
	[ ! -e bin ]
	run ! build/san-address-undefined/bin/prog
	[[ $output == *'index 2 out of bounds'* ]]
}

@test "a missing library or compiler is one line that says what to run" {
	copy w
	cd w
	PKG_CONFIG_LIBDIR=/nonexistent run -2 make
	[ "${#lines[@]}" = 1 ]
	[[ $output == *'not installed: libcurl '*'run "make deps"'* ]]
	run -2 make CC=no-such-compiler
	[ "${#lines[@]}" = 1 ]
	[[ $output == *'not installed: no-such-compiler'* ]]
	# What needs no library does not ask for one.
	PKG_CONFIG_LIBDIR=/nonexistent run -0 make help clean
}

@test "make deps asks for nothing, says what it needs root for, names the packages elsewhere" {
	mkdir bin
	for c in sh sed id; do ln -s "$(command -v $c)" bin; done
	PATH=$PWD/bin run -69 "$top/tests/deps"
	[ "${#lines[@]}" -le 4 ]
	[[ $output == *'no apt-get here'*libzstd-dev* ]]
	printf '#!/bin/sh\necho "apt-get $*" >>log\n' >bin/apt-get
	printf '#!/bin/sh\n[ "$4" = bats ] || echo installed\n' >bin/dpkg-query
	printf '#!/bin/sh\nexit 1\n' >bin/sudo
	rm bin/id
	printf '#!/bin/sh\necho "${USER_ID:-0}"\n' >bin/id
	chmod +x bin/*
	USER_ID=1000 PATH=$PWD/bin run -77 "$top/tests/deps" </dev/null
	[ "${lines[-1]}" = 'deps: neither root nor a sudo that asks for nothing; as root: apt-get install bats' ]
	[ ! -e log ]
	PATH=$PWD/bin run -0 "$top/tests/deps" </dev/null
	[ "$output" = 'deps: root is needed for apt-get to install: bats' ]
	grep -q 'install -y --no-install-recommends bats$' log
	printf '#!/bin/sh\necho installed\n' >bin/dpkg-query
	PATH=$PWD/bin run -0 "$top/tests/deps" </dev/null
	[ "$output" = 'deps: nothing is missing' ]
	[ "$(grep -c install log)" = 1 ]
}

@test "every program holds its standard descriptors before it does anything" {
	for f in "$top"/src/*.c; do
		awk '/^main\(/ {inside = 1} inside && /^\t[a-z_]*\(/ || / = opt_parse\(/ {print; exit}' "$f" |
			grep -q io_hold_standard || { echo "$f" && false; }
	done
}

@test "CI counts its parts, and fails when one failed, died, or ran nothing" {
	mkdir -p w/.ci bin
	cp "$top/.ci/run" w/.ci/run
	# ci TEST LINT: with a make that does these for its targets, and passes a test for any other.
	ci() {
		printf '#!/bin/sh\ncase $1 in\ndeps) %s ;;\nlint) %s ;;\n*) echo "1 passed, 0 failed" ;;\nesac\n' "$1" "$2" >bin/make
		chmod +x bin/make
		PATH=$PWD/bin:$PATH bash w/.ci/run </dev/null
	}
	others=$(($(grep -c '^part ' "$top/.ci/run") - 2))
	good='echo "2 passed, 0 failed"'
	run -0 ci 'echo "3 passed, 0 failed, 1 skipped"' "$good"
	[ "${lines[-1]}" = "$((5 + others)) passed, 0 failed, 1 skipped" ]
	run -0 ci "$good" "$good"
	[ "${lines[-1]}" = "$((4 + others)) passed, 0 failed" ]
	for bad in 'echo "3 passed, 1 failed"; exit 1' 'echo "3 passed, 0 failed"; exit 2' true false \
		'echo "0 passed, 0 failed"' 'printf "3 passed, 0 failed"; exit 5'; do
		run -1 ci "$bad" "$good"
		[[ ${lines[-1]} == *' passed, 1 failed' ]]
		run -1 ci "$good" "$bad"
		[[ ${lines[-1]} == *' passed, 1 failed' ]]
	done
}
