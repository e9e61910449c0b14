# shellcheck shell=sh disable=SC2154,SC2034 # sourced by recipes that read an hour, after setup.sh
# An hour of S3, split by type, each part through fit.sh.

me=$(basename "$0")

# begin_work: an empty directory WORK of this run's own, so that what an earlier run, killed, still
# writes is not taken for this one's.
begin_work() {
	rm -rf "$dir"/work.*
	WORK=$(mktemp -d "$dir/work.XXXXXX") || exit 74
	trap 'rm -rf "$WORK"' EXIT
	FIT=$here/fit.sh
	export WORK FIT
	mkdir "$WORK/misfit" "$WORK/rejects"
	for name in fit misfit reports quarantine; do : >"$WORK/$name.tsv"; done
}

# split_hour DO: list the folder of the hour, read it, and give each part to fit.sh, which does what DO says;
# WORK/split.tsv has the parts. Records set aside are told, and counted in it.
split_hour() {
	DO=$1
	export DO
	s3cat -l "$S3_URL/$hour/" >"$WORK/listing.tsv"
	status=0
	# shellcheck disable=SC2016 # for the shell of the filter
	said=$({
		s3cat -m "$WORK/listing.tsv" && code=0 || code=$?
		echo "$code" 2>/dev/null >"$WORK/unread"
	} |
		ndsplit -k "$KEY" -o "{type}.{part}.ndjson$COMPRESS" --filter 'exec "$FIT"' --memory "$MEMORY" \
			--rejects "$WORK/_rejected.tsv" 2>&1 >"$WORK/split.tsv") || status=$?
	case $(cat "$WORK/unread") in
	0) ;;
	141) [ "$status" -gt 1 ] || exit 70 ;; # ndsplit ended first, and says why
	'' | *[!0-9]*) [ "$status" -gt 1 ] || { echo "$me: $WORK/unread: could not be written" >&2 && exit 74; } ;;
	*) exit "$(cat "$WORK/unread")" ;; # s3cat has said what is wrong: ndsplit's view of the rest is noise
	esac
	if [ "$status" -gt 1 ]; then # fit.sh has said why, or ndsplit in its last line
		find "$WORK" -name '*.err' -size +0 -exec tail -qn 1 {} + | head -n 1 | grep . >&2 ||
			printf '%s\n' "$said" | tail -n 1 >&2
		exit "$status"
	fi
	# 1: some were set aside, which is counted, not an error.
	[ -z "$said" ] || printf '%s\n' "$said" >&2
}
