# Reads the manifest of the parts that fit.sh wrote (type, rows, bytes, FILE), and beside each FILE
# its FILE.tsv, in the directory WORK. Writes there fit.tsv and misfit.tsv, split manifests of what is to be
# stored: what fits (or has no schema), and what does not. Ends with 70 when records are missing.
BEGIN {
	FS = OFS = "\t"
	work = ENVIRON["WORK"]
}

$1 == "_rejected" { next }

{
	type = $1
	read = $2
	file = $4
	written = n = 0
	while ((getline <(work "/" file ".tsv")) > 0) {
		written += $2
		print type, $2, $3, path($1 != "_rejected" ? file : "misfit/" file) >(work "/" (n++ ? "misfit" : "fit") ".tsv")
	}
	close(work "/" file ".tsv")
	if (written != read) {
		print me ": " file ": " read " records were read, " written " written" >"/dev/stderr"
		exit 70
	}
}

# As a manifest has it.
function path(name, whole) {
	whole = work "/" name
	gsub(/\\/, "\\\\", whole)
	gsub(/\t/, "\\t", whole)
	return whole
}
