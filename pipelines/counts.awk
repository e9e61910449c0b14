# Joins the manifests of an hour (split, rejected, put, load, count) into the counts format, checks
# read = stored + rejected and stored = loaded = inserted for each type, and says on stderr what differs or
# was set aside. Exit 1 when anything did.
BEGIN {
	FS = OFS = "\t"
	nfiles = split("read rejected stored loaded inserted", stage, " ")
}

FNR == 1 { file = 0; while (ARGV[++file] != FILENAME); }

{
	n[$1, stage[file]] += $(file == 5 ? 3 : 2)
	seen[$1, stage[file]] = 1
	if (!($1 in known)) {
		known[$1] = 1
		type[++ntypes] = $1
	}
}

function value(t, s) { return seen[t, s] ? n[t, s] : 0 }

function say(t, text) {
	printf "count: %s: %s: %s\n", hour, t, text > "/dev/stderr"
	bad = 1
}

END {
	for (i = 1; i <= ntypes; i++) {
		t = type[i]
		schema = seen[t, "loaded"] || seen[t, "inserted"]
		print hour, t, value(t, "read"), value(t, "rejected"), value(t, "stored"), \
			schema ? value(t, "loaded") : "-", schema ? value(t, "inserted") : "-"
		if (value(t, "read") != value(t, "stored") + value(t, "rejected"))
			say(t, "read " value(t, "read") ", but stored + rejected " value(t, "stored") + value(t, "rejected"))
		else if (schema && !seen[t, "loaded"] && value(t, "inserted") > 0)
			say(t, "S3 has none of it any more, but its table still holds " value(t, "inserted") " rows of this hour")
		else if (schema && value(t, "loaded") != value(t, "stored"))
			say(t, "stored " value(t, "stored") ", but loaded " value(t, "loaded"))
		else if (schema && value(t, "inserted") != value(t, "loaded"))
			say(t, "loaded " value(t, "loaded") ", but inserted " value(t, "inserted"))
		else if (value(t, "rejected") > 0)
			say(t, value(t, "rejected") " records were set aside: see _rejected/ in GCS")
	}
	exit bad
}
