"""gcsput's uploads, and what other clients make of them, at a server."""

from __future__ import annotations

import gzip

from gcs_features import Base, crc32c
from s3_features import MIB, lines
from verdicts import feature


class Writing(Base):
    def stored(self, name: str, data: bytes) -> None:
        blob = self.bucket.get_blob(name)
        self.assertEqual((blob.size, blob.crc32c), (len(data), crc32c(data)))
        self.same(blob.download_as_bytes(), data)

    @feature("gcs", "multipart upload")
    def test_small(self) -> None:
        """a small file is stored in one request"""
        (self.dir / "small").write_bytes(b'{"a":1}\n')
        self.run_program("gcsput", "small", "gs://logs/put/s m+é%/&?#")
        self.stored("put/s m+é%/&?#", b'{"a":1}\n')

    @feature("gcs", "resumable upload of a file")
    def test_big(self) -> None:
        """a large file is stored by chunks"""
        data = lines(6, 20 * MIB)
        (self.dir / "big").write_bytes(data)
        self.run_program("gcsput", "big", "gs://logs/put/big")
        self.stored("put/big", data)

    @feature("gcs", "resumable upload of unknown length")
    def test_stream(self) -> None:
        """standard input, whose length is not known, is stored by chunks"""
        data = lines(7, 20 * MIB)
        self.run_program("gcsput", "-", "gs://logs/put/stream", stdin=data)
        self.stored("put/stream", data)

    @feature("gcs", "resumable upload, taken up after a cut request")
    def test_cut(self) -> None:
        """a connection cut while chunks are sent: what the server has is asked, the rest is sent"""
        data = lines(8, 20 * MIB)
        for after in (5 * MIB, 12 * MIB):
            proxy = self.tampered("cut", "request", after)
            env = {"STORAGE_EMULATOR_HOST": proxy.url}
            self.run_program("gcsput", "-", f"gs://logs/put/cut{after}", stdin=data, **env)
            self.assertTrue(proxy.harmed)
            self.stored(f"put/cut{after}", data)

    def lose_answers(self, name: str, data: bytes) -> None:
        for after in (0, 3, 500, 900, 1400):
            proxy = self.tampered("cut", "answer", after)
            env = {"STORAGE_EMULATOR_HOST": proxy.url}
            self.run_program("gcsput", "-", f"gs://logs/{name}{after}", stdin=data, **env)
            self.stored(f"{name}{after}", data)

    @feature("gcs", "multipart upload whose answer is lost")
    def test_lost(self) -> None:
        """answers that are lost on the way leave a small object once, and whole"""
        self.lose_answers("lost/small", b'{"a":1}\n')

    @feature("gcs", "resumable upload whose answer is lost")
    def test_lost_chunk(self) -> None:
        """answers that are lost on the way leave a large object once, and whole"""
        self.lose_answers("lost/big", lines(9, 9 * MIB))

    @feature("gcs", "a changed byte is found: declared crc32c")
    def test_flipped_up(self) -> None:
        """a byte that changed on the way up is not stored under the name"""
        for name, size in (("small", MIB), ("big", 10 * MIB)):
            proxy = self.tampered("flip", "request", 600_000)
            env = {"STORAGE_EMULATOR_HOST": proxy.url, "AWS_MAX_ATTEMPTS": "1"}
            url = f"gs://logs/flip/{name}"
            self.run_program("gcsput", "-", url, stdin=lines(10, size), status=(69, 75), **env)
            self.assertIsNone(self.bucket.get_blob(f"flip/{name}"))

    @feature("gcs", "ifGenerationMatch")
    def test_again(self) -> None:
        """an identical object is left alone; a different one is replaced against its generation"""
        self.run_program("gcsput", "-", "gs://logs/again", stdin=b"1\n")
        first = self.bucket.get_blob("again").generation
        (self.dir / "again").write_bytes(b"1\n")
        self.run_program("gcsput", "again", "gs://logs/again")
        self.assertEqual(self.bucket.get_blob("again").generation, first)
        self.run_program("gcsput", "-", "gs://logs/again", stdin=b"other\n")
        self.assertGreater(self.bucket.get_blob("again").generation, first)
        self.stored("again", b"other\n")

    @feature("gcs", "ifGenerationMatch: a stale one is refused")
    def test_stale(self) -> None:
        """what gcsput relies on: 412 for generation 0 where there is one, and for an old one"""
        from google.api_core.exceptions import PreconditionFailed

        blob = self.bucket.blob("stale")
        blob.upload_from_string(b"1", if_generation_match=0)
        for generation in (0, 1):
            with self.refuses(PreconditionFailed, f"upload with ifGenerationMatch={generation}"):
                blob.upload_from_string(b"2", if_generation_match=generation)
        with self.refuses(PreconditionFailed, "resumable upload with ifGenerationMatch=0"):
            self.bucket.blob("stale", chunk_size=MIB).upload_from_string(
                lines(11, 2 * MIB), if_generation_match=0
            )
        with self.refuses(PreconditionFailed, "delete with ifGenerationMatch=1"):
            blob.delete(if_generation_match=1)

    @feature("gcs", "-z, content type, metadata")
    def test_attributes(self) -> None:
        """what is said of an object is stored with it; a compressed one has no Content-Encoding"""
        words = ["-z", "--hour", "2021/01/01/00", "--rows", "1"]
        words += ["-", "gs://logs/attributes/a.ndjson"]
        self.run_program("gcsput", *words, stdin=b'{"a":1}\n')
        blob = self.bucket.get_blob("attributes/a.ndjson.gz")
        self.assertEqual(gzip.decompress(blob.download_as_bytes(raw_download=True)), b'{"a":1}\n')
        found = (blob.content_encoding, blob.content_type)
        self.assertEqual(found, (None, "application/gzip"))
        self.assertEqual(blob.metadata, {"rows": "1", "source-hour": "2021/01/01/00"})
        self.assertEqual(self.run_program("gcscat", "gs://logs/attributes/"), b'{"a":1}\n')

    @feature("gcs", "manifest and --mirror")
    def test_manifest(self) -> None:
        """a put manifest is what the server has; --mirror removes the rest"""
        (self.dir / "small").write_bytes(b'{"a":1}\n')
        self.put({"app/2021/01/01/00/old": b"old"})
        split = "app\t1\t8\tsmall\nx y+é%/&?#\t1\t8\tsmall\n".encode()
        put = self.run_program("gcsput", "--mirror", "gs://logs/{type}/2021/01/01/00/", stdin=split)
        rows = [line.split("\t") for line in put.decode().splitlines()]
        self.assertEqual([row[0] for row in rows], ["app", "x y+é%/&?#"])
        for row in rows:
            blob = self.bucket.get_blob(row[2].removeprefix("gs://logs/"))
            self.assertEqual(row[3:6], [str(blob.generation), str(blob.size), blob.crc32c])
        left = [blob.name for blob in self.client.list_blobs("logs", prefix="app/2021/01/01/00/")]
        self.assertEqual(left, ["app/2021/01/01/00/small"])
