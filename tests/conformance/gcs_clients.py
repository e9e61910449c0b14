"""Other clients at a server: what they wrote gcscat reads, what gcsput wrote they read."""

from __future__ import annotations

from gcs_features import Base
from s3_features import MIB, NAMES, lines
from verdicts import feature

BOTO = """[Credentials]
gs_json_host = 127.0.0.1
gs_json_port = {port}
[Boto]
https_validate_certificates = False
num_retries = 1
[GSUtil]
default_project_id = p
prefer_api = json
check_hashes = always
parallel_composite_upload_threshold = 0
state_dir = {dir}
"""


class Clients(Base):
    https_port: int

    def tree(self, name: str) -> dict[str, bytes]:
        """A directory of odd names, an empty file and 17 MiB among them."""
        files = {x: b'{"n":%d}\n' % i for i, x in enumerate(NAMES)}
        files |= {"big": lines(8, 17 * MIB), "empty": b""}
        (self.dir / name).mkdir()
        for file, data in files.items():
            (self.dir / name / file).write_bytes(data)
        return files

    def whole(self, files: dict[str, bytes]) -> bytes:
        return b"".join(files[file] for file in sorted(files, key=str.encode))

    def store(self, name: str) -> dict[str, bytes]:
        """The same, stored by gcsput."""
        files = self.tree(name)
        for file in files:
            self.run_program("gcsput", f"{name}/{file}", f"gs://logs/{name}/{file}")
        return files

    def came(self, name: str, files: dict[str, bytes]) -> None:
        found = {x.name: x.read_bytes() for x in (self.dir / name).iterdir()}
        self.assertEqual(sorted(found), sorted(files))
        for file, data in files.items():
            self.same(found[file], data)

    def rclone(self, source: str, target: str) -> None:
        self.theirs("rclone", "--config", "/dev/null", "--retries", "1", "copy", source, target)

    def remote(self, name: str) -> str:
        url = f"'{self.url}/storage/v1/'"
        return f":gcs,anonymous=true,bucket_policy_only=true,endpoint={url}:logs/{name}"

    def gsutil(self, *words: str) -> None:
        boto = self.dir / "boto.cfg"
        boto.write_text(BOTO.format(port=self.https_port, dir=self.dir / "gsutil"))
        # One process: it takes longer to begin more of them than to copy.
        one = ["-o", "GSUtil:parallel_process_count=1", "-q"]
        self.theirs("gsutil", *one, *words, BOTO_CONFIG=str(boto))

    @feature("gcs", "--cache-control")
    def test_cache_control(self) -> None:
        """the cache control that gcsput declares is stored"""
        words = ("gcsput", "--cache-control", "no-store", "-", "gs://logs/cache-control")
        self.run_program(*words, stdin=b"1\n")
        self.assertEqual(self.bucket.get_blob("cache-control").cache_control, "no-store")

    @feature("gcs", "--storage-class")
    def test_storage_class(self) -> None:
        """the storage class that gcsput declares is the object's"""
        words = ("gcsput", "--storage-class", "NEARLINE", "-", "gs://logs/storage-class")
        self.run_program(*words, stdin=b"1\n")
        self.assertEqual(self.bucket.get_blob("storage-class").storage_class, "NEARLINE")

    @feature("gcs", "written by rclone")
    def test_rclone_writes(self) -> None:
        """gcscat reads what rclone wrote"""
        files = self.tree("rclone")
        self.rclone("rclone", self.remote("rclone"))
        self.same(self.run_program("gcscat", "gs://logs/rclone/"), self.whole(files))

    @feature("gcs", "read by rclone")
    def test_rclone_reads(self) -> None:
        """rclone reads what gcsput wrote, and finds its MD5 right"""
        files = self.store("to-rclone")
        self.rclone(self.remote("to-rclone"), "from-rclone")
        self.came("from-rclone", files)

    @feature("gcs", "written by gsutil")
    def test_gsutil_writes(self) -> None:
        """gcscat reads what gsutil wrote"""
        files = self.tree("gsutil-out")
        self.gsutil("cp", "-r", "gsutil-out", "gs://logs/")
        self.same(self.run_program("gcscat", "gs://logs/gsutil-out/"), self.whole(files))

    @feature("gcs", "read by gsutil")
    def test_gsutil_reads(self) -> None:
        """gsutil reads what gcsput wrote, and finds its checksums right"""
        files = self.store("to-gsutil")
        (self.dir / "from-gsutil").mkdir()
        self.gsutil("cp", "-r", "gs://logs/to-gsutil/*", "from-gsutil")
        self.came("from-gsutil", files)
