# shellcheck shell=sh disable=SC2153,SC2154 # sourced by stream.sh and stream-part.sh
# Parts on their way to GCS, in the directory WORK. queue.tsv: those that wait, queue.bytes their sizes;
# sent.tsv: the put manifest of those that went; misfits.tsv: the split manifest of the misfits among them.

# spool: take the part FILE that fit.sh made; send all that wait once they are SPOOL bytes. A part that was
# cut, since ndsplit was killed, has not its ROWS.
spool() {
	if [ "$TYPE_NAME" = _rejected ]; then
		rows=$ROWS
	else
		rows=0
		while IFS='	' read -r _ n _; do rows=$((rows + n)); done <"$WORK/$FILE.tsv"
	fi
	[ "$rows" = "$ROWS" ] || exit 75
	printf '%s\t%s\t%s\t%s\n' "$(escaped "$TYPE")" "$ROWS" "$BYTES" "$FILE" >>"$WORK/queue.tsv"
	bytes=$(cat "$WORK/queue.bytes")
	for made in "$WORK/$FILE" "$WORK/misfit/$FILE"; do
		[ ! -e "$made" ] || bytes=$((bytes + $(stat -c %s "$made")))
	done
	echo "$bytes" >"$WORK/queue.bytes"
	[ "$bytes" -lt "$SPOOL" ] || send
}

# send: all that wait, and remove it.
send() {
	for name in quarantine misfit fit; do : >"$WORK/$name.tsv"; done
	LC_ALL=C awk -v me="$me" -f "$here/parts.awk" "$WORK/queue.tsv" || exit 70
	awk -F '\t' -v OFS='\t' -v work="$(escaped "$WORK")" '$1 == "_rejected" {print $1, $2, 0, work "/" $4}' \
		"$WORK/queue.tsv" >"$WORK/quarantine.tsv"
	store_parts
	cat "$WORK/put.tsv" >>"$WORK/sent.tsv"
	cat "$WORK/misfit.tsv" >>"$WORK/misfits.tsv"
	cut -f 4 "$WORK/queue.tsv" | while IFS= read -r file; do
		rm -f "$WORK/$file" "$WORK/misfit/$file" "$WORK/$file.tsv" "$WORK/$file.err"
	done
	: >"$WORK/queue.tsv"
	echo 0 >"$WORK/queue.bytes"
}
