# Reads split.tsv (type, rows, bytes, FILE), and of each part the report of ndfit -n. With kinds.awk, which
# tells them; places are the number of a record among those of its type. Ends with 1 when there is any.
BEGIN {
	FS = "\t"
	work = ENVIRON["WORK"]
}

$1 == "_rejected" {
	misfits = 1
	next
}

{
	file = $4
	rows = $2
	name = file
	sub(/\.[0-9]+\.ndjson[^.]*(\.[a-z]+)?$/, "", name)
	before = of[name] + 0
	of[name] += rows
	report = work "/rejects/" file ".tsv"
	while ((code = (getline <report)) > 0) {
		misfits = 1
		tell(name, $4, $5, "the first is number " before + $2)
	}
	close(report)
	if (code < 0 && !missing[name]++)
		print me ": " name ": no schema for its records" >"/dev/stderr"
}

END { exit misfits }
