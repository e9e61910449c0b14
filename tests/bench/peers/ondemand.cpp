// ondemand IN: splits by "type" with simdjson On-Demand, which checks what it looks at; one thread.
#include "piles.hpp"

#include <simdjson.h>

using namespace simdjson;

static void
split(ondemand::parser &parser, std::string_view block, size_t size, Piles &piles)
{
	ondemand::document_stream stream;
	std::string_view type, last;
	size_t begin = 0;

	if (parser.iterate_many(block.data(), block.size(), size).get(stream) != SUCCESS)
		die("iterate_many");
	for (auto at = stream.begin(); at != stream.end(); ++at) {
		ondemand::document_reference doc;
		size_t here = at.current_index();

		// A record ends where the next begins: nothing behind its type is looked at.
		if (!last.empty())
			piles.add(last, without_end(block.substr(begin, here - begin)));
		if ((*at).get(doc) != SUCCESS || doc["type"].get_string().get(type) != SUCCESS) {
			fprintf(stderr, "ondemand: a record has no type\n");
			exit(1);
		}
		static std::string kept;
		kept.assign(type);
		last = kept;
		begin = here;
	}
	if (!last.empty())
		piles.add(last, without_end(block.substr(begin)));
}

int
main(int argc, char **argv)
{
	ondemand::parser parser;

	split_file(
	    argc > 1 ? argv[1] : "-", SIMDJSON_PADDING,
	    [&](auto block, size_t size, Piles &piles) { split(parser, block, size, piles); });
	return 0;
}
