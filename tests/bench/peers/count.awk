# Counts lines by "type", told as in split.awk.
{
	split(substr($0, index($0, "\"type\":") + 7, 80), word, "\"")
	n[word[2]]++
}
END {
	for (type in n)
		print type "\t" n[type]
}
