"""The checksums, against published check values and against each other."""

from __future__ import annotations

import io
import unittest

import digests


class Crc32c(unittest.TestCase):
    def test_published_values(self) -> None:
        # RFC 3720 (iSCSI) appendix B.4, and the usual check value.
        for data, value in (
            (b"123456789", 0xE3069283),
            (bytes(32), 0x8A9136AA),
            (b"\xff" * 32, 0x62A8AB43),
            (bytes(range(32)), 0x46DD794E),
            (b"", 0),
        ):
            self.assertEqual(digests.crc32c(data), value)
            self.assertEqual(digests.table_update(0xFFFFFFFF, data) ^ 0xFFFFFFFF, value)

    def test_both_ways_agree_on_pieces(self) -> None:
        data = bytes(index * 7 % 251 for index in range(10_000))
        fast = slow = 0xFFFFFFFF
        for at in range(0, len(data), 999):
            fast = digests.UPDATE(fast, data[at : at + 999])
            slow = digests.table_update(slow, data[at : at + 999])
        self.assertEqual(fast, slow)

    def test_a_file(self) -> None:
        found = digests.digest_file(io.BytesIO(b"hello"))
        self.assertEqual((found.size, found.md5), (5, "5d41402abc4b2a76b9719d911017c592"))
        self.assertEqual(digests.crc32c_text(found.crc32c), "mnG7TA==")


if __name__ == "__main__":
    unittest.main()
