// What the C++ peers share: a buffer of 256 KiB and a file for each type, and input in blocks of
// whole lines with the padding that simdjson asks for.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

[[noreturn]] inline void
die(const char *what)
{
	perror(what);
	exit(74);
}

class Pile
{
      public:
	explicit Pile(std::string_view type) : room(new char[ROOM])
	{
		fd = open((std::string(type) + ".ndjson").c_str(), O_WRONLY | O_CREAT | O_TRUNC,
			  0666);
		if (fd < 0)
			die("open");
	}

	void add(std::string_view record)
	{
		records++;
		if (used + record.size() + 1 > ROOM)
			flush();
		if (record.size() + 1 > ROOM) {
			put(record.data(), record.size());
			put("\n", 1);
			return;
		}
		memcpy(room.get() + used, record.data(), record.size());
		used += record.size();
		room[used++] = '\n';
	}

	void flush()
	{
		put(room.get(), used);
		used = 0;
	}

	size_t records = 0;

      private:
	static constexpr size_t ROOM = 256 << 10;
	std::unique_ptr<char[]> room;
	size_t used = 0;
	int fd;

	void put(const char *p, size_t n)
	{
		while (n > 0) {
			ssize_t some = write(fd, p, n);
			if (some < 0)
				die("write");
			p += some;
			n -= static_cast<size_t>(some);
		}
	}
};

class Piles
{
      public:
	void add(std::string_view type, std::string_view record)
	{
		if (last == nullptr || type != last_type) {
			name.assign(type);
			auto at = piles.find(name);
			if (at == piles.end())
				at = piles.emplace(name, type).first;
			last = &at->second;
			last_type = at->first;
		}
		last->add(record);
	}

	void finish()
	{
		for (auto &pile : piles)
			pile.second.flush();
	}

      private:
	std::unordered_map<std::string, Pile> piles;
	Pile *last = nullptr;
	std::string_view last_type;
	std::string name;
};

// Whole lines of a file, about a megabyte at a time; a longer line makes the block grow.
class Blocks
{
      public:
	explicit Blocks(const char *path, size_t padding) : pad(padding)
	{
		fd = strcmp(path, "-") == 0 ? 0 : open(path, O_RDONLY);
		if (fd < 0)
			die(path);
		grow(1 << 20);
	}

	// The next block, empty at the end.
	std::string_view next()
	{
		memmove(room, room + given, used - given);
		used -= given;
		given = 0;
		while (given == 0) {
			if (used == size)
				grow(size * 2);
			ssize_t n = read(fd, room + used, size - used);
			if (n < 0)
				die("read");
			used += static_cast<size_t>(n);
			if (n == 0) {
				given = used;
				break;
			}
			void *lf = memrchr(room + used - n, '\n', static_cast<size_t>(n));
			if (lf != nullptr)
				given = static_cast<size_t>(static_cast<char *>(lf) + 1 - room);
		}
		return {room, given};
	}

	size_t room_size() const
	{
		return size;
	}

      private:
	char *room = nullptr;
	size_t size = 0, used = 0, given = 0, pad;
	int fd;

	void grow(size_t to)
	{
		room = static_cast<char *>(realloc(room, to + pad));
		if (room == nullptr)
			die("memory");
		memset(room + size, ' ', to + pad - size);
		size = to;
	}
};

// A line without what ends it.
inline std::string_view
without_end(std::string_view line)
{
	while (!line.empty() && (line.back() == '\n' || line.back() == '\r' || line.back() == ' '))
		line.remove_suffix(1);
	return line;
}

// Splits the file at path: split(block, size, piles) takes a block of at most size bytes.
template <typename Split>
void
split_file(const char *path, size_t padding, Split split)
{
	Blocks blocks(path, padding);
	Piles piles;

	for (auto block = blocks.next(); !block.empty(); block = blocks.next())
		split(block, blocks.room_size(), piles);
	piles.finish();
}
