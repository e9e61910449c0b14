// yyjson IN: splits by "type" with yyjson, a line at a time, in one pool; it validates.
#include "piles.hpp"

#include <yyjson.h>

static void
split(std::string &pool, std::string_view block, Piles &piles)
{
	while (!block.empty()) {
		size_t n = block.find('\n');
		std::string_view record = block.substr(0, n);
		yyjson_alc memory;

		block.remove_prefix(n == block.npos ? block.size() : n + 1);
		if (pool.size() < yyjson_read_max_memory_usage(record.size(), 0))
			pool.resize(2 * yyjson_read_max_memory_usage(record.size(), 0));
		yyjson_alc_pool_init(&memory, pool.data(), pool.size());
		yyjson_doc *doc = yyjson_read_opts(const_cast<char *>(record.data()), record.size(),
						   0, &memory, nullptr);
		yyjson_val *type = yyjson_obj_get(yyjson_doc_get_root(doc), "type");
		if (!yyjson_is_str(type)) {
			fprintf(stderr, "yyjson: a record is not JSON or has no type\n");
			exit(1);
		}
		piles.add({yyjson_get_str(type), yyjson_get_len(type)}, record);
		yyjson_doc_free(doc);
	}
}

int
main(int argc, char **argv)
{
	std::string pool;

	split_file(argc > 1 ? argv[1] : "-", YYJSON_PADDING_SIZE,
		   [&](auto block, size_t, Piles &piles) { split(pool, block, piles); });
	return 0;
}
