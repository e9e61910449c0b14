# Joins the manifests of an hour (split, put, load, count) into the counts format. In put a row of the type
# _rejected is of what was set aside of the type in its last field. all=1: see REQUIRE_ALL.
BEGIN {
	FS = OFS = "\t"
	split("read stored loaded inserted", stage, " ")
}

FNR == 1 { file = 0; while (ARGV[++file] != FILENAME); }

{
	at = stage[file]
	t = $1
	if (at == "stored" && t == "_rejected") {
		at = "rejected"
		t = $7
	}
	n[t, at] += $(at == "inserted" ? 3 : 2)
	seen[t, at] = 1
	if (!(t in known)) {
		known[t] = 1
		type[++ntypes] = t
	}
}

function value(t, s) { return seen[t, s] ? n[t, s] : 0 }

END {
	for (i = 1; i <= ntypes; i++) {
		t = type[i]
		schema = seen[t, "loaded"] || seen[t, "inserted"] || \
			(all == 1 && t != "_rejected" && value(t, "rejected") > 0)
		print hour, t, value(t, "read"), value(t, "rejected"), value(t, "stored"), \
			schema ? value(t, "loaded") : "-", schema ? value(t, "inserted") : "-"
	}
}
