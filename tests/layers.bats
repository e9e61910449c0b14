# bats file_tags=check
# Arrows between the folders of src/ go down only.
bats_require_minimum_version 1.5.0

setup() {
	src=$BATS_TEST_DIRNAME/../src
}

# upward SRC: includes of a library file that point to a layer not below its own, to a sibling, to a program,
# or anywhere without naming the layer. A system header is one that SRC does not have.
upward() {
	(cd "$1" && grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*["<]' -- */) |
		while IFS= read -r line; do
			case $line in
			*include*\<*)
				target=${line#*<}
				[ -e "$1/${target%%>*}" ] || continue
				;;
			*) target=${line#*\"} ;;
			esac
			layer=${line%%/*}
			case $layer in
			base) below='base' ;;
			ndjson | net) below="$layer base" ;;
			aws) below='aws net base' ;;
			gcp) below='gcp net ndjson base' ;;
			*) below= ;;
			esac
			case " $below " in
			*" ${target%%/*} "*) ;;
			*) echo "$line" ;;
			esac
		done
}

@test "includes point down only: base <- ndjson, net <- aws, gcp" {
	run -0 upward "$src"
	[ "$output" = "" ]
}

@test "an include that points up, aside, to a program or out of the layers would be found" {
	src=$BATS_TEST_TMPDIR/src
	mkdir -p "$src"/{base,ndjson,net,aws,gcp,other}
	# file and include; those above the line are allowed.
	while read -r file include; do
		echo "$include" >>"$src/$file"
		touch "$src/prog.c" "$src/gcp/gcs.h" "$src/other/x.h"
	done <<-'.'
		base/good.c #include "base/err.h"
		base/good.c #include <net/if.h>
		ndjson/good.c #include "base/err.h"
		ndjson/good.c #include "ndjson/scan.h"
		net/good.c #include "base/err.h"
		aws/good.c #include "net/http.h"
		gcp/good.c #include "ndjson/fit.h"
		base/up1.c #include "net/http.h"
		base/up2.c #include "ndjson/scan.h"
		ndjson/aside.c #include "net/http.h"
		net/aside.c # include "ndjson/scan.h"
		net/up.c #include "gcp/gcs.h"
		aws/aside.c #include "gcp/gcs.h"
		gcp/aside.c #include "aws/s3.h"
		aws/skip.c #include "ndjson/scan.h"
		aws/dots.c # include "../gcp/gcs.h"
		aws/angle.c #include <gcp/gcs.h>
		gcp/program.c #include "prog.c"
		base/bare.h #include "gcs.h"
		net/unknown.c #include "other/x.h"
		other/layer.c #include "base/err.h"
	.
	run -0 upward "$src"
	[ "${#lines[@]}" = 14 ]
	[[ $output != *good.c* ]]
}

@test "every header can be read alone" {
	cd "$src"
	for header in */*.h; do
		echo "#include \"$header\"" | ${CC:-cc} -std=c11 -D_GNU_SOURCE -I. $(pkg-config --cflags yajl) \
			-Wall -Wextra -Werror -fsyntax-only -xc -
	done
}

@test "only http.c, http_easy and http_multi of src/net know libcurl" {
	run -0 bash -c 'cd "$1" && grep -rlE "curl/|curl_easy|http_easy|http_multi" | LC_ALL=C sort | paste -sd " "' - "$src"
	[ "$output" = "net/http.c net/http_easy.c net/http_easy.h net/http_multi.c net/http_multi.h" ]
}
