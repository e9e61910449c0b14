"""s3cat's reading and listing, feature by feature, for any server of servers.py."""

from __future__ import annotations

import gzip
import random
from concurrent.futures import ThreadPoolExecutor

from programs import listing
from servers import S3Server
from tamper import Tamper
from verdicts import feature

NAMES = [
    "a b.json",
    "a+b.json",
    "a%2Fb.json",
    "a&b<c>\"d'.json",
    "a=b?c#d.json",
    "~tilde-._.json",
    "(paren)*!'.json",
    "é한글😀.json",
    "@:,;$[]{}|\\^`.json",
    "tab\there.json",
]
MIB = 1024 * 1024


def lines(seed: int, size: int) -> bytes:
    """At least size bytes of JSON lines that no other seed gives."""
    chance = random.Random(seed)
    return b"".join(b'{"n":"%x"}\n' % chance.getrandbits(400) for _ in range(size // 108 + 1))


def long_key() -> str:
    """1,024 bytes: components of no more than 255, of letters that grow when encoded."""
    parts = ["한+ %2"[: 2 + i % 4] * 18 for i in range(20)]
    key = ("long/" + "/".join(parts)).encode()[:1000].decode(errors="ignore")
    return key + "x" * (1024 - len(key.encode()))


class Features(S3Server):
    """Put before a server's class. Each test has a prefix of its own."""

    def put(self, objects: dict[str, bytes], **words: object) -> bytes:
        """Stores them; what s3cat must make of them: in the order of the keys' bytes."""

        def one(item: tuple[str, bytes]) -> None:
            self.s3.put_object(Bucket="logs", Key=item[0], Body=item[1], **words)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(one, objects.items()))
        return b"".join(objects[key] for key in sorted(objects, key=str.encode))

    def tampered(self, what: str, after: int) -> Tamper:
        proxy = Tamper(self.url, what, "answer", after)
        self.addCleanup(proxy.close)
        return proxy

    @feature("s3", "list: order, size, ETag of odd keys")
    def test_list(self) -> None:
        """s3cat -l lists odd keys as boto3 does: order, size, ETag"""
        self.put({f"list/{name}": b"%d\n" % i for i, name in enumerate(NAMES)})
        theirs = self.s3.list_objects_v2(Bucket="logs", Prefix="list/")["Contents"]
        self.assertEqual(len(theirs), len(NAMES))
        wanted = [(x["Key"], x["Size"], x["ETag"].strip('"')) for x in theirs]
        self.assertEqual(listing(self.run_program("s3cat", "-l", "s3://logs/list/")), wanted)

    @feature("s3", "keys in the order of their bytes")
    def test_order(self) -> None:
        """the listing is in the order of the keys' bytes, folders or not"""
        keys = ["order/a!", "order/a/b", "order/a0", "order/é", "order/￿", "order/😀"]
        whole = self.put({key: key.encode() + b"\n" for key in keys})
        rows = listing(self.run_program("s3cat", "-l", "s3://logs/order/"))
        self.assertEqual([row[0] for row in rows], keys)
        self.assertEqual(self.run_program("s3cat", "s3://logs/order/"), whole)

    @feature("s3", "pagination")
    def test_pages(self) -> None:
        """s3cat follows continuation tokens over three pages"""
        objects = {f"many/{i:05}+ é": b"%d\n" % i for i in range(2 * self.page + 10)}
        whole = self.put(objects)
        rows = listing(self.run_program("s3cat", "-l", "s3://logs/many/"))
        self.assertEqual([row[0] for row in rows], sorted(objects))
        self.assertEqual(self.run_program("s3cat", "s3://logs/many/"), whole)

    @feature("s3", "encoding-type=url")
    def test_encoding(self) -> None:
        """keys come percent-encoded when encoding-type=url asked for that"""
        self.put({"encoding/a +%2F&.json": b"1\n"})
        found = self.s3.list_objects_v2(Bucket="logs", Prefix="encoding/", EncodingType="url")
        self.assertEqual(found.get("EncodingType"), "url")
        self.assertNotIn(" ", found["Contents"][0]["Key"])

    @feature("s3", "keys with //, /./ and /../")
    def test_slashes(self) -> None:
        """a key is no path: //, /./ and /../ are letters of it"""
        whole = self.put(
            {"slashes/x//y": b"1\n", "slashes/x/./y": b"2\n", "slashes/x/../y": b"3\n"}
        )
        self.assertEqual(self.run_program("s3cat", "s3://logs/slashes/"), whole)
        self.assertEqual(self.run_program("s3cat", "s3://logs/slashes/x//y"), b"1\n")

    @feature("s3", "keys of 1,024 bytes")
    def test_long(self) -> None:
        """a key of 1,024 bytes is listed and read"""
        key = long_key()
        self.put({key: b"1\n"})
        rows = listing(self.run_program("s3cat", "-l", "s3://logs/long/"))
        self.assertEqual([row[0] for row in rows], [key])
        self.assertEqual(self.run_program("s3cat", "s3://logs/" + key), b"1\n")

    @feature("s3", "empty objects and folder markers")
    def test_empty(self) -> None:
        """empty objects add nothing; folder markers are skipped"""
        whole = self.put({"empty/a": b"", "empty/b": b"1\n", "empty/c": b"", "empty/sub/": b""})
        self.assertEqual(self.run_program("s3cat", "s3://logs/empty/"), whole)
        self.assertEqual(self.run_program("s3cat", "s3://logs/empty/a"), b"")

    @feature("s3", "objects of 20 MiB, and odd keys, byte for byte")
    def test_read(self) -> None:
        """s3cat reads every odd key, and a large object, in order"""
        objects = {f"read/{name}": b'{"n":%d}\n' % i for i, name in enumerate(NAMES)}
        whole = self.put(objects | {"read/big": lines(1, 20 * MIB)})
        found = self.run_program("s3cat", "s3://logs/read/")
        self.same(found, whole)

    @feature("s3", "gzip objects, Content-Encoding or not")
    def test_gzip(self) -> None:
        """s3cat decodes gzip and concatenated gzip; a cut one is refused by name"""
        data = lines(2, 2 * MIB)
        half = data.index(b"\n", MIB) + 1
        members = gzip.compress(data[:half]) + gzip.compress(data[half:])
        self.put({"gz/a.json.gz": members})
        self.put({"gz/b.json": members}, ContentEncoding="gzip")
        self.assertEqual(self.run_program("s3cat", "s3://logs/gz/"), data + data)
        self.put({"cut/a.json.gz": members[:-20]})
        self.run_program("s3cat", "s3://logs/cut/", status=65)
        self.assertIn("s3://logs/cut/a.json.gz", self.errors)

    @feature("s3", "If-Match")
    def test_if_match(self) -> None:
        """s3cat -m reads what -l listed; an object that changed since is refused by If-Match"""
        whole = self.put({"match/a b": b"1\n", "match/c+d": b"2\n"})
        (self.dir / "listing.tsv").write_bytes(self.run_program("s3cat", "-l", "s3://logs/match/"))
        self.assertEqual(self.run_program("s3cat", "-m", "listing.tsv"), whole)
        self.put({"match/c+d": b"3\n"})
        self.run_program("s3cat", "-m", "listing.tsv", status=65)
        self.assertIn("c+d", self.errors)

    @feature("s3", "Range with If-Match, after a cut")
    def test_resume(self) -> None:
        """a cut connection is taken up at the byte reached"""
        data = lines(3, 6 * MIB)
        self.put({"resume/a": data})
        for after in (3, 400, 70_000, 5 * MIB + 1):
            proxy = self.tampered("cut", after)
            found = self.run_program("s3cat", "s3://logs/resume/a", AWS_ENDPOINT_URL_S3=proxy.url)
            self.assertTrue(proxy.harmed)
            self.same(found, data)

    @feature("s3", "wrong secret, unknown key")
    def test_secret(self) -> None:
        """a wrong secret and an unknown key are exit 77"""
        self.put({"secret/a": b"1\n"})
        url = "s3://logs/secret/"
        self.run_program("s3cat", url, status=77, AWS_SECRET_ACCESS_KEY="wrong")
        self.run_program("s3cat", url + "a", status=77, AWS_SECRET_ACCESS_KEY="wrong")
        self.run_program("s3cat", url, status=77, AWS_ACCESS_KEY_ID="AKIAIOSFODNN7UNKNOWN")

    @feature("s3", "missing bucket, prefix, key")
    def test_missing(self) -> None:
        """a missing bucket is exit 69; a prefix or a key that is not there 66"""
        self.run_program("s3cat", "s3://other/2021/", status=69)
        self.run_program("s3cat", "s3://logs/2022/", status=66)
        self.run_program("s3cat", "s3://logs/2022/missing.json", status=66)
