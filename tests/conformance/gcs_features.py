"""gcscat and gcsput, feature by feature, for any server of servers.py."""

from __future__ import annotations

import base64
import gzip
from concurrent.futures import ThreadPoolExecutor

import google_crc32c

from s3_features import MIB, NAMES, lines, long_key
from servers import GcsServer
from tamper import Tamper
from verdicts import feature


def crc32c(data: bytes) -> str:
    return base64.b64encode(google_crc32c.value(data).to_bytes(4, "big")).decode()


class Base(GcsServer):
    """Put before a server's class. Each test has a prefix of its own."""

    def put(self, objects: dict[str, bytes], encoding: str | None = None) -> bytes:
        """Stores them; what gcscat must make of them: in the order of the names' bytes."""

        def one(item: tuple[str, bytes]) -> None:
            blob = self.bucket.blob(item[0])
            blob.content_encoding = encoding
            blob.upload_from_string(item[1])

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(one, objects.items()))
        return b"".join(objects[name] for name in sorted(objects, key=str.encode))

    def names(self, url: str) -> list[str]:
        rows = self.run_program("gcscat", "-l", url).decode().splitlines()
        return [self.unescaped(row.split("\t")[0]).split("/", 3)[3] for row in rows]

    def tampered(self, what: str, direction: str, after: int) -> Tamper:
        proxy = Tamper(self.url, what, direction, after)
        self.addCleanup(proxy.close)
        return proxy


class Reading(Base):
    @feature("gcs", "list: order, size, generation, crc32c of odd names")
    def test_list(self) -> None:
        """gcscat -l lists odd names with what google-cloud-storage knows of them"""
        self.put({f"list/{name}": b"%d\n" % i for i, name in enumerate(NAMES)})
        rows = self.run_program("gcscat", "-l", "gs://logs/list/").decode().splitlines()
        self.assertEqual(len(rows), len(NAMES))
        for row, name in zip(rows, sorted(NAMES, key=str.encode), strict=True):
            url, *found = row.split("\t")[:4]
            self.assertEqual(self.unescaped(url), f"gs://logs/list/{name}")
            blob = self.bucket.get_blob(f"list/{name}")
            self.assertEqual(found, [str(blob.size), str(blob.generation), blob.crc32c])

    @feature("gcs", "names in the order of their bytes")
    def test_order(self) -> None:
        """the listing is in the order of the names' bytes, folders or not"""
        names = ["order/a!", "order/a/b", "order/a0", "order/é", "order/￿", "order/😀"]
        whole = self.put({name: name.encode() + b"\n" for name in names})
        self.assertEqual(self.names("gs://logs/order/"), names)
        self.assertEqual(self.run_program("gcscat", "gs://logs/order/"), whole)

    @feature("gcs", "pagination")
    def test_pages(self) -> None:
        """gcscat follows page tokens: 1,010 objects"""
        objects = {f"many/{i:05}+ é": b"%d\n" % i for i in range(1010)}
        whole = self.put(objects)
        pages = self.client.list_blobs("logs", prefix="many/", page_size=1000).pages
        self.assertEqual([len(list(page)) for page in pages], [1000, 10])
        self.assertEqual(self.names("gs://logs/many/"), sorted(objects))
        self.assertEqual(self.run_program("gcscat", "gs://logs/many/"), whole)

    @feature("gcs", "names with //, /./ and /../")
    def test_slashes(self) -> None:
        """a name is no path: //, /./ and /../ are letters of it"""
        whole = self.put(
            {"slashes/x//y": b"1\n", "slashes/x/./y": b"2\n", "slashes/x/../y": b"3\n"}
        )
        self.assertEqual(self.run_program("gcscat", "gs://logs/slashes/"), whole)
        self.assertEqual(self.run_program("gcscat", "gs://logs/slashes/x//y"), b"1\n")

    @feature("gcs", "names of 1,024 bytes")
    def test_long(self) -> None:
        """a name of 1,024 bytes is written, listed and read"""
        name = long_key()
        self.run_program("gcsput", "-", f"gs://logs/{name}", stdin=b"1\n")
        self.assertEqual(self.names("gs://logs/long/"), [name])
        self.assertEqual(self.run_program("gcscat", f"gs://logs/{name}"), b"1\n")

    @feature("gcs", "empty objects")
    def test_empty(self) -> None:
        """an empty file becomes an empty object, and empty objects add nothing"""
        self.run_program("gcsput", "-", "gs://logs/empty/ours", stdin=b"")
        self.assertEqual(self.bucket.get_blob("empty/ours").size, 0)
        whole = self.put({"empty/a": b"", "empty/b": b"1\n", "empty/c": b""})
        self.assertEqual(self.run_program("gcscat", "gs://logs/empty/"), whole)

    @feature("gcs", "objects of 20 MiB, and odd names, byte for byte")
    def test_read(self) -> None:
        """gcscat reads every odd name, and a large object, in order"""
        objects = {f"read/{name}": b'{"n":%d}\n' % i for i, name in enumerate(NAMES)}
        whole = self.put(objects | {"read/big": lines(1, 20 * MIB)})
        self.same(self.run_program("gcscat", "gs://logs/read/"), whole)

    @feature("gcs", "gzip objects without Content-Encoding")
    def test_gzip(self) -> None:
        """gcscat decodes gzip objects; a cut one is refused by name"""
        data = lines(2, 2 * MIB)
        self.put({"gz/a.json.gz": gzip.compress(data)})
        self.same(self.run_program("gcscat", "gs://logs/gz/"), data)
        self.put({"cut/a.json.gz": gzip.compress(data)[:-20]})
        self.run_program("gcscat", "gs://logs/cut/", status=65)
        self.assertIn("gs://logs/cut/a.json.gz", self.errors)

    @feature("gcs", "gzip objects with Content-Encoding: gzip")
    def test_encoded(self) -> None:
        """an object that could be transcoded on the way is read whole"""
        data = lines(3, MIB)
        self.put({"encoded/a.json": gzip.compress(data)}, encoding="gzip")
        self.same(self.run_program("gcscat", "gs://logs/encoded/a.json"), data)

    @feature("gcs", "Range with generation, after a cut")
    def test_resume(self) -> None:
        """a cut connection is taken up at the byte reached, of the same generation"""
        data = lines(4, 6 * MIB)
        self.put({"resume/a": data})
        for after in (3, 100, 70_000, 5 * MIB + 1):
            proxy = self.tampered("cut", "answer", after)
            env = {"STORAGE_EMULATOR_HOST": proxy.url}
            found = self.run_program("gcscat", "gs://logs/resume/a", **env)
            self.assertTrue(proxy.harmed)
            self.same(found, data)

    @feature("gcs", "a changed byte is found: x-goog-hash")
    def test_flipped(self) -> None:
        """a byte that changed on the way is found by its crc32c, and read again or told"""
        data = self.put({"flip/a": lines(5, MIB)})
        proxy = self.tampered("flip", "answer", MIB // 2)
        env = {"STORAGE_EMULATOR_HOST": proxy.url, "AWS_MAX_ATTEMPTS": "1"}
        found = self.run_program("gcscat", "gs://logs/flip/a", status=(0, 75), **env)
        self.assertTrue(proxy.harmed)
        if self.status == 0:
            self.same(found, data)
        else:
            self.assertIn("gs://logs/flip/a", self.errors)

    @feature("gcs", "missing bucket, prefix, object")
    def test_missing(self) -> None:
        """a missing bucket is exit 69; a prefix or an object that is not there 66"""
        self.run_program("gcscat", "gs://logs/none", status=66)
        self.run_program("gcscat", "gs://logs/none/", status=66)
        self.run_program("gcscat", "gs://none/", status=69)
        self.run_program("gcsput", "-", "gs://none/x", stdin=b"1\n", status=69)
