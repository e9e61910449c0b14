# Joins the manifests of an hour (split, rejected, put, load, count) into the counts format.
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

END {
	for (i = 1; i <= ntypes; i++) {
		t = type[i]
		schema = seen[t, "loaded"] || seen[t, "inserted"]
		print hour, t, value(t, "read"), value(t, "rejected"), value(t, "stored"), \
			schema ? value(t, "loaded") : "-", schema ? value(t, "inserted") : "-"
	}
}
