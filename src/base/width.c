#include "base/width.h"

#include <string.h>
#include <utf8proc.h>

enum { EMOJI_PRESENTATION = 0xfe0f };

size_t
width_of(const char *s, size_t len)
{
	utf8proc_int32_t before = 0, state = 0, c;
	size_t total = 0, cluster = 0;

	for (size_t i = 0; i < len;) {
		utf8proc_ssize_t n = utf8proc_iterate(
		    (const utf8proc_uint8_t *)s + i, (utf8proc_ssize_t)(len - i), &c);
		size_t wide = 1;

		if (n > 0)
			wide = c == EMOJI_PRESENTATION ? 2 : (size_t)utf8proc_charwidth(c);
		else
			c = 0xfffd;
		if (i == 0 || utf8proc_grapheme_break_stateful(before, c, &state)) {
			total += cluster;
			cluster = 0;
		}
		if (wide > cluster)
			cluster = wide;
		before = c;
		i += n > 0 ? (size_t)n : 1;
	}
	return total + cluster;
}

void
width_pad(struct buf *out, const char *s, size_t columns, int right)
{
	size_t width = width_of(s, strlen(s));
	size_t fill = width < columns ? columns - width : 0;

	buf_reserve(out, fill + strlen(s));
	for (size_t i = 0; right && i < fill; i++)
		buf_addc(out, ' ');
	buf_adds(out, s);
	for (size_t i = 0; !right && i < fill; i++)
		buf_addc(out, ' ');
}
