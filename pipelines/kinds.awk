# tell(): the problems of records that ndfit reports, each kind printed once at the end: a first example, how many
# records of the type have it, and the place of that example. For misfits.awk and schema-check.awk.

BEGIN { most = 1000 }

# What was found, and which element of an array, do not make another kind.
function tell(name, reason, detail, place, kind, key) {
	kind = detail
	if (match(kind, / found [A-Z]+/))
		kind = substr(kind, 1, RSTART + RLENGTH - 1)
	while (match(kind, /\/[0-9]+(\/|:)/))
		kind = substr(kind, 1, RSTART) "*" substr(kind, RSTART + RLENGTH - 1)
	key = name SUBSEP reason SUBSEP kind
	if (!(key in records) && kinds[name]++ >= most)
		return # each record may have a key of its own: memory
	if (records[key]++ > 0 || kinds[name] > 20)
		return
	told[++ntold] = key
	whose[ntold] = name
	first[ntold] = detail != "" ? detail : reason
	where[ntold] = place
}

END {
	for (i = 1; i <= ntold; i++)
		print me ": " whose[i] ": " first[i] ": " records[told[i]] " of " of[whose[i]] " records, " where[i] >"/dev/stderr"
	for (name in kinds)
		if (kinds[name] > 20)
			print me ": " name ": and " (kinds[name] > most ? "more than " most - 20 : kinds[name] - 20) \
				" kinds of problems more" >"/dev/stderr"
}
