// dom IN: splits by "type" with simdjson's DOM, which validates each record; one thread.
#include "piles.hpp"

#include <simdjson.h>

using namespace simdjson;

static void
split(dom::parser &parser, std::string_view block, size_t size, Piles &piles)
{
	dom::document_stream stream;
	std::string_view type;

	if (parser.parse_many(reinterpret_cast<const uint8_t *>(block.data()), block.size(), size)
		.get(stream) != SUCCESS)
		die("parse_many");
	for (auto at = stream.begin(); at != stream.end(); ++at) {
		dom::element doc;

		if ((*at).get(doc) != SUCCESS || doc["type"].get(type) != SUCCESS) {
			fprintf(stderr, "dom: a record is not JSON or has no type\n");
			exit(1);
		}
		piles.add(type, without_end(at.source()));
	}
}

int
main(int argc, char **argv)
{
	dom::parser parser;

	split_file(
	    argc > 1 ? argv[1] : "-", SIMDJSON_PADDING,
	    [&](auto block, size_t size, Piles &piles) { split(parser, block, size, piles); });
	return 0;
}
