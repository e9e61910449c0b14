# shellcheck shell=sh disable=SC2154 # sourced by classify.sh and refit.sh, after split.sh
# From the parts that fit.sh wrote to objects and the put manifest that names them.

# gather: the parts of WORK/split.tsv as manifests for the upload; what does not fit is told.
gather() {
	LC_ALL=C awk -v me="$me" -f "$here/parts.awk" "$WORK/split.tsv" || exit 70
	tell_misfits
	cat "$WORK/reports.tsv" >>"$WORK/misfit.tsv"
}

# tell_misfits: of the misfits in WORK/misfit.tsv; WORK/reports.tsv names a report of each type that has some.
tell_misfits() {
	LC_ALL=C awk -v me="$me" -v gcs="$GCS_URL" -v hour="$hour" -f "$here/kinds.awk" -f "$here/misfits.awk" \
		"$WORK/split.tsv" "$WORK/misfit.tsv"
	rm -rf "$dir/rejects"
	mkdir "$dir/rejects"
	find "$WORK/misfit" -name '*.rejects.tsv' -exec cp {} "$dir/rejects" \;
}

# quarantine: after tell_misfits; what is no record of any type, and the report of it. Its parts are one file,
# whatever COMPRESS says in gzip: a record may be spread over them.
quarantine() {
	rows=$(awk -F '\t' '$1 == "_rejected" {n += $2} END {print n + 0}' "$WORK/split.tsv")
	[ "$rows" -gt 0 ] || return 0
	to=$WORK/misfit/_rejected.ndjson.gz
	sed -n 's/^_rejected\t.*\t//p' "$WORK/split.tsv" | while IFS= read -r part; do cat "$WORK/$part"; done >"$to"
	printf '_rejected\t%s\t0\t%s\n' "$rows" "$(escaped "$to")" >"$WORK/quarantine.tsv"
	quarantine_report
}

# quarantine_report: of the records that are of no type.
quarantine_report() {
	to=$WORK/misfit/_rejected.rejects.tsv
	cp "$WORK/_rejected.tsv" "$to"
	cp "$to" "$dir/rejects/_rejected.rejects.tsv"
	printf '_rejected\t0\t0\t%s\n' "$(escaped "$to")" >>"$WORK/quarantine.tsv"
}

# escaped TEXT: as a manifest has it.
escaped() {
	case $1 in
	*[!A-Za-z0-9._/-]*) printf '%s\n' "$1" | sed ':all; $!{N; b all}; s/\\/\\\\/g; s/\t/\\t/g; s/\r/\\r/g; s/\n/\\n/g' ;;
	*) printf '%s\n' "$1" ;;
	esac
}

# settled PUT: after gather; a type that has misfits in the manifest PUT, and none now, gets an empty report
# in their place.
settled() {
	awk -F '\t' 'FILENAME != ARGV[3] {has[$1] = 1; next}
		$1 == "_rejected" && !has[$7]++ {n = split($3, p, "/"); print $7 "\t" p[n - 5]}' \
		"$WORK/misfit.tsv" "$WORK/quarantine.tsv" "$1" >"$WORK/settled.tsv"
	while IFS= read -r row; do
		name=${row##*	} to=misfit
		[ "$name" != _rejected ] || to=quarantine
		: >"$WORK/misfit/$name.rejects.tsv"
		printf '%s\t0\t0\t%s\n' "${row%	*}" "$(escaped "$WORK/misfit/$name.rejects.tsv")" >>"$WORK/$to.tsv"
	done <"$WORK/settled.tsv"
}

# store MANIFEST TEMPLATE [OPTION]: upload what a split manifest names, if anything.
store() { [ ! -s "$1" ] || gcsput -q ${3:+"$3"} -j "$UPLOADS" "$2" <"$1"; }

# store_parts [OPTION]: upload what gather made; WORK/put.tsv is their put manifest, in which
# misfits and reports are rows of the type _rejected, with their own type behind.
store_parts() {
	store "$WORK/quarantine.tsv" "$GCS_URL/{type}/$hour/" ${1:+"$1"} >"$WORK/rejected.tsv"
	store "$WORK/misfit.tsv" "$GCS_URL/_rejected/{type}/$hour/" ${1:+"$1"} >>"$WORK/rejected.tsv"
	store "$WORK/fit.tsv" "$GCS_URL/{type}/$hour/" ${1:+"$1"} >"$WORK/put.tsv"
	sed 's/^\([^\t]*\)\t\(.*\)$/_rejected\t\2\t\1/' "$WORK/rejected.tsv" >>"$WORK/put.tsv"
}

# sign: put.tsv.new is what the hour has in GCS: say so there, then here.
sign() {
	gcsput - "$GCS_URL/_hours/$hour/put.tsv" <"$dir/put.tsv.new"
	appear put.tsv
}
