# Lines in pairs, a type and its record, into TYPE.ndjson.
NR % 2 {
	file = $0 ".ndjson"
	next
}
{
	print > file
}
