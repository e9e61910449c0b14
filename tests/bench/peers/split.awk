# Lines by "type" into TYPE.ndjson; with pack set, through that command into TYPE.ndjson.gz. No JSON
# is parsed: right only where no other key or text reads "type":
{
	split(substr($0, index($0, "\"type\":") + 7, 80), word, "\"")
	if (pack == "")
		print > (word[2] ".ndjson")
	else
		print | (pack " >" word[2] ".ndjson.gz")
}
