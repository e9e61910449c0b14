"""The stand-in Cloud Storage: reading, one-request uploads, names, conditions, access."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import unittest
import urllib.parse

from standin import Answer, Case, send


def quote(name: str) -> str:
    return urllib.parse.quote(name, safe="")


class GcsCase(Case):
    bearer: str

    def setUp(self) -> None:
        self.url = self.env["STORAGE_EMULATOR_HOST"]
        if "bearer" not in type(self).__dict__:
            type(self).bearer = self.token()

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        given = {"Authorization": f"Bearer {self.bearer}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return send(self.url + path, method, given, body)

    def get(self, name: str, query: str = "", method: str = "GET", **headers: str) -> Answer:
        return self.ask(f"/storage/v1/b/lake/o/{quote(name)}{query}", method, None, **headers)

    def media(self, name: str, data: bytes, query: str = "", **headers: str) -> Answer:
        path = f"/upload/storage/v1/b/lake/o?uploadType=media&name={quote(name)}{query}"
        return self.ask(path, "POST", data, **headers)

    def multipart(self, metadata: object, data: bytes, query: str = "", kind: str = "") -> Answer:
        body = b"--xyz\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n"
        body += (metadata if isinstance(metadata, bytes) else json.dumps(metadata).encode()) + b"\r\n"
        body += b"--xyz\r\nContent-Type: text/x-log\r\n\r\n" + data + b"\r\n--xyz--\r\n"
        path = f"/upload/storage/v1/b/lake/o?uploadType=multipart{query}"
        return self.ask(path, "POST", body, Content_Type=kind or "multipart/related; boundary=xyz")

    def refused(self, answer: Answer, status: int, reason: str) -> None:
        self.assertEqual((answer.status, answer.reason()), (status, reason), answer.text)


class Reading(GcsCase):
    def test_media_upload_and_its_resource(self) -> None:
        row = self.media("dir/a b.json", b"123456789", Content_Type="application/json").json()
        self.assertEqual((row["name"], row["bucket"], row["size"]), ("dir/a b.json", "lake", "9"))
        # 0xE3069283 is CRC-32C's published check value of these nine bytes.
        self.assertEqual(row["crc32c"], base64.b64encode(bytes.fromhex("e3069283")).decode())
        self.assertEqual(row["md5Hash"], base64.b64encode(hashlib.md5(b"123456789").digest()).decode())
        self.assertEqual((row["metageneration"], row["contentType"]), ("1", "application/json"))
        self.assertEqual(self.get("dir/a b.json").json(), row)

    def test_download_with_its_headers(self) -> None:
        row = self.media("d", b"hello").json()
        answer = self.get("d", "?alt=media")
        self.assertEqual((answer.status, answer.body), (200, b"hello"))
        self.assertEqual(answer.headers["X-Goog-Generation"], row["generation"])
        self.assertEqual(answer.headers["X-Goog-Hash"], f"crc32c={row['crc32c']},md5={row['md5Hash']}")
        self.assertEqual(answer.headers["X-Goog-Stored-Content-Length"], "5")

    def test_download_ranges(self) -> None:
        self.media("r", b"0123456789")
        answer = self.get("r", "?alt=media", Range="bytes=3-")
        self.assertEqual((answer.status, answer.body), (206, b"3456789"))
        self.assertEqual(answer.headers["Content-Range"], "bytes 3-9/10")
        self.assertEqual(self.get("r", "?alt=media", Range="bytes=10-").status, 416)

    def test_generations_grow_and_old_ones_are_gone(self) -> None:
        first = self.media("g", b"1").json()["generation"]
        second = self.media("g", b"2").json()["generation"]
        self.assertGreater(int(second), int(first))
        self.assertEqual(self.get("g", f"?alt=media&generation={second}").body, b"2")
        self.refused(self.get("g", f"?alt=media&generation={first}"), 404, "notFound")

    def test_gzip_encoded_objects_are_decompressed_for_who_does_not_take_gzip(self) -> None:
        packed = gzip.compress(b"plain text")
        self.multipart({"name": "z", "contentEncoding": "gzip"}, packed)
        self.assertEqual(self.get("z", "?alt=media").body, b"plain text")
        self.assertEqual(self.get("z", "?alt=media", Accept_Encoding="gzip").body, packed)

    def test_list_in_pages_with_prefixes(self) -> None:
        names = ["l/a", "l/b/1", "l/b/2", "l/c", "l/\uff5e", "l/\U0001f600"]
        for name in names:
            self.put(f"gs://lake/{name}", b"x")
        found: list[str] = []
        token = ""
        while True:
            page = self.ask(f"/storage/v1/b/lake/o?prefix=l/&maxResults=2&pageToken={quote(token)}").json()
            found += [row["name"] for row in page["items"]]
            token = page.get("nextPageToken", "")
            if not token:
                break
        self.assertEqual(found, sorted(names, key=str.encode))
        page = self.ask("/storage/v1/b/lake/o?prefix=l/&delimiter=/").json()
        self.assertEqual(page["prefixes"], ["l/b/"])
        self.assertNotIn("items", self.ask("/storage/v1/b/lake/o?prefix=none").json())

    def test_list_refuses_what_it_would_ignore(self) -> None:
        self.refused(self.ask("/storage/v1/b/lake/o?matchGlob=*"), 400, "invalidParameter")
        self.refused(self.ask("/storage/v1/b/lake/o?pageToken=%21"), 400, "invalid")
        self.refused(self.ask("/storage/v1/b/lake/o?maxResults=x"), 400, "invalidParameter")

    def test_bucket(self) -> None:
        self.assertEqual(self.ask("/storage/v1/b/lake").json()["name"], "lake")
        self.refused(self.ask("/storage/v1/b/nowhere"), 404, "notFound")
        self.refused(self.ask("/storage/v1/b/Bad"), 400, "invalid")
        self.refused(self.ask("/storage/v1/b/nowhere/o/x"), 404, "notFound")

    def test_delete(self) -> None:
        row = self.media("del", b"1").json()
        self.refused(self.get("del", "?ifGenerationMatch=1", "DELETE"), 412, "conditionNotMet")
        generation = row["generation"]
        self.assertEqual(self.get("del", f"?ifGenerationMatch={generation}", "DELETE").status, 204)
        self.refused(self.get("del", "", "DELETE"), 404, "notFound")


class Writing(GcsCase):
    def test_multipart_keeps_bytes_and_metadata(self) -> None:
        data = b"\r\n--xy\r\n--xyz\r\n\x00\xff" * 1000
        answer = self.multipart({"name": "m", "metadata": {"rows": "7"}}, data)
        row = answer.json()
        self.assertEqual((row["size"], row["metadata"]), (str(len(data)), {"rows": "7"}))
        self.assertEqual(row["contentType"], "text/x-log")
        self.assertEqual(self.get("m", "?alt=media").body, data)

    def test_multipart_of_nothing(self) -> None:
        self.assertEqual(self.multipart({"name": "none"}, b"").json()["size"], "0")

    def test_malformed_multipart(self) -> None:
        self.refused(
            self.multipart({"name": "m"}, b"x", kind="multipart/related; boundary=other"), 400, "badRequest"
        )
        self.refused(self.multipart({"name": "m"}, b"x", kind="application/json"), 400, "badContent")
        self.refused(self.multipart(b"[1]", b"x"), 400, "parseError")

    def test_declared_checksums_must_be_those_of_the_bytes(self) -> None:
        for declared in ({"crc32c": "AAAAAA=="}, {"md5Hash": "AAAAAAAAAAAAAAAAAAAAAA=="}, {"crc32c": "AAA"}):
            self.refused(self.multipart({"name": "bad", **declared}, b"hello"), 400, "invalid")
        answer = self.multipart({"name": "bad", "crc32c": "AAAAAA=="}, b"hello")
        self.assertEqual(
            answer.json()["error"]["message"],
            'Provided CRC32C "AAAAAA==" doesn\'t match calculated CRC32C "mnG7TA==".',
        )
        self.refused(self.media("bad", b"hello", X_Goog_Hash="crc32c=AAAAAA=="), 400, "invalid")
        self.assertEqual(self.get("bad").status, 404)
        self.assertEqual(self.multipart({"name": "ok", "crc32c": "mnG7TA=="}, b"hello").status, 200)

    def test_generation_conditions(self) -> None:
        self.assertEqual(self.media("c", b"1", "&ifGenerationMatch=0").status, 200)
        self.refused(self.media("c", b"2", "&ifGenerationMatch=0"), 412, "conditionNotMet")
        generation = self.get("c").json()["generation"]
        self.assertEqual(self.media("c", b"3", f"&ifGenerationMatch={generation}").status, 200)
        self.refused(self.media("c", b"4", f"&ifGenerationMatch={generation}"), 412, "conditionNotMet")
        self.refused(self.media("c", b"4", "&ifGenerationMatch=x"), 400, "invalidParameter")
        self.assertEqual(self.get("c", "?alt=media").body, b"3")
        live = self.get("c").json()["generation"]
        self.assertEqual(self.get("c", f"?ifGenerationNotMatch={live}").status, 304)

    def test_bad_names(self) -> None:
        for name in ("a\nb", "a\rb", ".", "..", ".well-known/acme-challenge/x", "n" * 1025):
            self.refused(self.media(name, b"x"), 400, "invalid")
        path = "/upload/storage/v1/b/lake/o?uploadType=media"
        self.refused(self.ask(path, "POST", b"x"), 400, "required")
        self.refused(self.ask(path + "&name=%FF", "POST", b"x"), 400, "invalid")
        self.assertEqual(self.media("é" * 512, b"x").status, 200)

    def test_unknown_upload_type(self) -> None:
        self.assertEqual(self.ask("/upload/storage/v1/b/lake/o?uploadType=x&name=a", "POST", b"").status, 404)


class Access(GcsCase):
    def test_no_token(self) -> None:
        answer = send(self.url + "/storage/v1/b/lake/o")
        self.refused(answer, 401, "required")
        self.assertIn("storage.objects.list", answer.text)
        self.assertIn("Bearer", answer.headers["WWW-Authenticate"])

    def test_unknown_token(self) -> None:
        self.refused(self.ask("/storage/v1/b/lake/o", Authorization="Bearer ya29.x"), 401, "authError")
        self.refused(self.ask("/storage/v1/b/lake/o", Authorization="Basic eDp5"), 401, "authError")

    def test_expired_token(self) -> None:
        bearer = self.token()
        self.ctl("token", "expire=all")
        self.refused(self.ask("/storage/v1/b/lake/o", Authorization=f"Bearer {bearer}"), 401, "authError")
        type(self).bearer = self.token()

    def test_a_reader_may_not_write(self) -> None:
        reader = self.token("https://www.googleapis.com/auth/devstorage.read_only")
        self.assertEqual(self.ask("/storage/v1/b/lake/o", Authorization=f"Bearer {reader}").status, 200)
        answer = self.media("x", b"x", Authorization=f"Bearer {reader}")
        self.refused(answer, 403, "insufficientPermissions")

    def test_tokens_stay_out_of_the_log(self) -> None:
        self.ask("/storage/v1/b/lake/o")
        self.assertNotIn("ya29", self.ctl("log"))


if __name__ == "__main__":
    unittest.main()
