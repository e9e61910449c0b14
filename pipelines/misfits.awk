# Reads split.tsv and misfit.tsv (see parts.awk), and of each misfit file the report that ndfit wrote.
# Writes for each type NAME a rejects manifest NAME.rejects.tsv beside its misfits, whose places are the
# lines of the misfits as they are stored, and its row for the upload. Prints each kind of problem once:
# a first example, how many records have it, and the place of that example.
BEGIN {
	FS = OFS = "\t"
	work = ENVIRON["WORK"]
	most = 20 # kinds that are told of a type
}

FILENAME ~ /split.tsv$/ {
	read[$1] += $2
	next
}

{
	type = $1
	row = $4
	file = $4
	sub(/.*\//, "", file)
	name = file
	sub(/\.[0-9a-f]+\.ndjson[^.]*(\.[a-z]+)?$/, "", name)
	report = "misfit/" name ".rejects.tsv"
	url = gcs "/_rejected/" name "/" hour "/" file
	if (!(name in kinds)) {
		kinds[name] = 0
		sub(/[^\/]*$/, name ".rejects.tsv", row)
		print type, 0, 0, row >(work "/reports.tsv")
	}
	line = last = 0
	while ((getline <(work "/rejects/" file ".tsv")) > 0) {
		if ($2 != last)
			line++
		last = $2
		print url, line, "-", $4, $5 >(work "/" report)
		tell($4, $5)
	}
	close(work "/rejects/" file ".tsv")
}

# The problem as one of its kind: without what was found, and which element of an array.
function tell(reason, detail, kind, key) {
	kind = detail
	if (match(kind, / found [A-Z]+/))
		kind = substr(kind, 1, RSTART + RLENGTH - 1)
	while (match(kind, /\/[0-9]+(\/|:)/))
		kind = substr(kind, 1, RSTART) "*" substr(kind, RSTART + RLENGTH - 1)
	key = name SUBSEP reason SUBSEP kind
	if (records[key]++ > 0 || kinds[name]++ >= most)
		return
	told[++n] = key
	first[n] = name ": " (detail != "" ? detail : reason)
	of[n] = read[type]
	place[n] = url ":" line
}

END {
	for (i = 1; i <= n; i++)
		print me ": " first[i] ": " records[told[i]] " of " of[i] " records, " place[i] >"/dev/stderr"
	for (name in kinds)
		if (kinds[name] > most)
			print me ": " name ": " kinds[name] - most " kinds of problems more" >"/dev/stderr"
}
