"""google-cloud-storage against the stand-in's Cloud Storage, with a service account's key."""

from __future__ import annotations

import random

import google.api_core.exceptions as refusals
import google.auth.exceptions
import google.auth.transport.requests
from google.cloud import storage
from google.oauth2 import service_account

from standin import StandIn

MIB = 1024 * 1024


class Clients(StandIn):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.ctl("mkbucket", "gs://logs")
        cls.client = cls.connect(cls.credentials())
        cls.bucket = cls.client.bucket("logs")

    @classmethod
    def credentials(cls) -> service_account.Credentials:
        return service_account.Credentials.from_service_account_file(
            cls.env["GOOGLE_APPLICATION_CREDENTIALS"],
            scopes=["https://www.googleapis.com/auth/devstorage.full_control"],
        )

    @classmethod
    def connect(cls, credentials: service_account.Credentials) -> storage.Client:
        options = {"api_endpoint": cls.env["STORAGE_EMULATOR_HOST"]}
        return storage.Client(project="stand-in", credentials=credentials, client_options=options)

    def test_token(self) -> None:
        """google-auth's JWT gets a token; one for another account is refused"""
        transport = google.auth.transport.requests.Request()
        credentials = self.credentials()
        credentials.refresh(transport)
        self.assertTrue(credentials.valid)
        other = service_account.Credentials(
            credentials.signer, "other@stand-in.iam.gserviceaccount.com", credentials._token_uri
        ).with_scopes(credentials.scopes)
        with self.assertRaises(google.auth.exceptions.RefreshError):
            other.refresh(transport)

    def test_small(self) -> None:
        """a small upload (multipart), its checksum declared and compared, comes back whole"""
        blob = self.bucket.blob("small/a b+é%/🙂?#&.json")
        blob.upload_from_string(b'{"a":1}\n', content_type="application/json", checksum="crc32c")
        again = self.bucket.get_blob(blob.name)
        self.assertEqual((again.size, again.content_type), (8, "application/json"))
        self.assertEqual(again.download_as_bytes(checksum="crc32c"), b'{"a":1}\n')
        self.assertEqual(again.download_as_bytes(start=1, end=3), b'"a"')

    def test_resumable(self) -> None:
        """a resumable upload in chunks of 4 MiB comes back whole, by crc32c and by md5"""
        data = random.Random(5).randbytes(9 * MIB + 17)
        blob = self.bucket.blob("big", chunk_size=4 * MIB)
        (self.dir / "big").write_bytes(data)
        blob.upload_from_filename(str(self.dir / "big"), checksum="crc32c")
        self.assertEqual(self.bucket.blob("big").download_as_bytes(checksum="md5"), data)
        routes = [line["route"] for line in self.requests("gcs") if "name=big" in line["target"]]
        self.assertEqual(routes, ["upload.chunk"] * 3)

    def test_writer(self) -> None:
        """a file-like writer of unknown length, and its reader"""
        data = random.Random(6).randbytes(MIB + 5)
        with self.bucket.blob("written").open("wb", chunk_size=256 * 1024) as out:
            out.write(data)
        with self.bucket.blob("written").open("rb", chunk_size=256 * 1024) as source:
            self.assertEqual(source.read(), data)

    def test_conditions(self) -> None:
        """generation preconditions hold or give 412"""
        blob = self.bucket.blob("once")
        blob.upload_from_string(b"1", if_generation_match=0)
        with self.assertRaises(refusals.PreconditionFailed):
            blob.upload_from_string(b"2", if_generation_match=0)
        blob.upload_from_string(b"2", if_generation_match=blob.generation)
        with self.assertRaises(refusals.PreconditionFailed):
            blob.download_as_bytes(if_generation_match=1)
        with self.assertRaises(refusals.PreconditionFailed):
            blob.delete(if_generation_match=1)
        blob.delete(if_generation_match=blob.generation)
        self.assertIsNone(self.bucket.get_blob("once"))

    def test_list(self) -> None:
        """listing by pages, prefix and delimiter; deletion"""
        names = [f"list/{name}" for name in ("a b", "a+b", "é", "한", "x/1", "x/2", "~", "%2F")]
        for name in names:
            self.bucket.blob(name).upload_from_string(b"1")
        wanted = sorted(names, key=str.encode)
        found = self.client.list_blobs("logs", prefix="list/", page_size=3)
        self.assertEqual([blob.name for blob in found], wanted)
        flat = self.client.list_blobs("logs", prefix="list/", delimiter="/")
        self.assertEqual([blob.name for blob in flat], [x for x in wanted if "x/" not in x])
        self.assertEqual(flat.prefixes, {"list/x/"})
        for name in names:
            self.bucket.delete_blob(name)
        self.assertEqual(list(self.client.list_blobs("logs", prefix="list/")), [])

    def test_refusals(self) -> None:
        """a missing object and a missing bucket are NotFound"""
        with self.assertRaises(refusals.NotFound):
            self.bucket.blob("none").download_as_bytes()
        with self.assertRaises(refusals.NotFound):
            self.client.get_bucket("none")

    def test_gcsput(self) -> None:
        """what gcsput wrote google-cloud-storage reads, and gcscat what it wrote"""
        self.run_program("gcsput", "-", "gs://logs/ours é", stdin=b"ours\n")
        self.assertEqual(self.bucket.blob("ours é").download_as_bytes(checksum="crc32c"), b"ours\n")
        self.bucket.blob("theirs é").upload_from_string(b"theirs\n")
        self.assertEqual(self.run_program("gcscat", "gs://logs/theirs é"), b"theirs\n")
