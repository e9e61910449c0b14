# Reads split.tsv and misfit.tsv (see parts.awk), and of each misfit file the report that ndfit wrote.
# Writes for each type NAME a rejects manifest NAME.rejects.tsv beside its misfits, whose places are the
# lines of the misfits as they are stored, and its row for the upload. With kinds.awk, which tells them.
BEGIN {
	FS = OFS = "\t"
	work = ENVIRON["WORK"]
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
	if (!(name in of)) {
		of[name] = read[type]
		sub(/[^\/]*$/, name ".rejects.tsv", row)
		print type, 0, 0, row >(work "/reports.tsv")
	}
	line = last = 0
	while ((getline <(work "/rejects/" file ".tsv")) > 0) {
		if ($2 != last)
			line++
		last = $2
		print url, line, "-", $4, $5 >(work "/" report)
		tell(name, $4, $5, url ":" line)
	}
	close(work "/rejects/" file ".tsv")
}
