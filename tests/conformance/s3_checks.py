"""Checksums, parts and other clients' objects: what s3cat makes of them at a server."""

from __future__ import annotations

from boto3.s3.transfer import TransferConfig

from s3_features import MIB, NAMES, Features, lines
from servers import REGION
from verdicts import feature

# As botocore and as our messages call them.
ALGORITHMS = {
    "CRC32": "CRC-32",
    "CRC32C": "CRC-32C",
    "CRC64NVME": "CRC-64/NVME",
    "SHA1": "SHA-1",
    "SHA256": "SHA-256",
}
HEAD_ROOM = 4096  # bytes: more than the head of an answer, less than an object


class Checks(Features):
    def with_checksum(self, key: str, algorithm: str) -> bytes:
        data = lines(len(algorithm), 200_000)
        self.put({key: data}, ChecksumAlgorithm=algorithm)
        return data

    @feature("s3", "checksums: crc32, crc32c, crc64nvme, sha1, sha256")
    def test_checksums(self) -> None:
        """each checksum that boto3 stored comes with the object, and holds"""
        for name in ALGORITHMS:
            key = f"sum/{name}"
            data = self.with_checksum(key, name)
            answer = self.s3.get_object(Bucket="logs", Key=key, ChecksumMode="ENABLED")
            self.assertIn(f"Checksum{name}", answer)
            self.same(self.run_program("s3cat", "s3://logs/" + key), data)

    @feature("s3", "a changed byte is found: checksum")
    def test_flipped(self) -> None:
        """a byte that changed on the way is found by each checksum, and read again or told"""
        for name, called in ALGORITHMS.items():
            data = self.with_checksum(f"flip/{name}", name)
            proxy = self.tampered("flip", 2 * HEAD_ROOM)
            env = {"AWS_ENDPOINT_URL_S3": proxy.url, "AWS_MAX_ATTEMPTS": "1"}
            found = self.run_program("s3cat", f"s3://logs/flip/{name}", status=(0, 75), **env)
            self.assertTrue(proxy.harmed)
            if self.status == 0:
                self.same(found, data)
            else:
                self.assertIn(called, self.errors)

    def multipart(self, key: str, algorithm: str) -> bytes:
        data = lines(7, 11 * MIB)
        (self.dir / "parts").write_bytes(data)
        self.s3.upload_file(
            str(self.dir / "parts"),
            "logs",
            key,
            ExtraArgs={"ChecksumAlgorithm": algorithm},
            Config=TransferConfig(multipart_threshold=MIB, multipart_chunksize=5 * MIB),
        )
        return data

    @feature("s3", "multipart: ETag of parts")
    def test_parts(self) -> None:
        """an object of parts, whose ETag is no MD5, is listed and read"""
        data = self.multipart("parts/a", "CRC32")
        row = self.run_program("s3cat", "-l", "s3://logs/parts/a").decode().split("\t")
        self.assertRegex(row[2], r'^"?[0-9a-f]{32}-3"?$')
        self.same(self.run_program("s3cat", "s3://logs/parts/a"), data)

    @feature("s3", "multipart: composite and full-object checksums")
    def test_parts_checksums(self) -> None:
        """a checksum of parts, composite or of the whole, is answered and holds"""
        for name, kind in (("SHA256", "COMPOSITE"), ("CRC64NVME", "FULL_OBJECT")):
            data = self.multipart(f"composite/{name}", name)
            head = self.s3.head_object(
                Bucket="logs", Key=f"composite/{name}", ChecksumMode="ENABLED"
            )
            self.assertIn(f"Checksum{name}", head)
            self.assertEqual(head.get("ChecksumType"), kind)
            self.same(self.run_program("s3cat", f"s3://logs/composite/{name}"), data)

    def tree(self, name: str) -> tuple[str, bytes]:
        """A directory of odd names, an empty file and 17 MiB among them; what a cat gives."""
        files = {x: b'{"n":%d}\n' % i for i, x in enumerate(NAMES)}
        files |= {"big": lines(8, 17 * MIB), "empty": b""}
        (self.dir / name).mkdir()
        for file, data in files.items():
            (self.dir / name / file).write_bytes(data)
        return name, b"".join(files[file] for file in sorted(files, key=str.encode))

    @feature("s3", "written by aws")
    def test_aws(self) -> None:
        """s3cat reads what aws s3 cp wrote"""
        name, whole = self.tree("aws")
        endpoint = ["--endpoint-url", self.url, "--region", REGION]
        self.theirs(
            "aws", *endpoint, "s3", "cp", "--recursive", "--quiet", name, f"s3://logs/{name}/"
        )
        self.same(self.run_program("s3cat", f"s3://logs/{name}/"), whole)

    @feature("s3", "written by s5cmd")
    def test_s5cmd(self) -> None:
        """s3cat reads what s5cmd wrote"""
        name, whole = self.tree("s5cmd")
        self.theirs("s5cmd", "--endpoint-url", self.url, "cp", f"{name}/", f"s3://logs/{name}/")
        self.same(self.run_program("s3cat", f"s3://logs/{name}/"), whole)

    @feature("s3", "written by rclone")
    def test_rclone(self) -> None:
        """s3cat reads what rclone wrote"""
        name, whole = self.tree("rclone")
        remote = (
            f":s3,provider=Other,env_auth=true,endpoint='{self.url}',region={REGION}:logs/{name}"
        )
        self.theirs("rclone", "--config", "/dev/null", "copy", name, remote)
        self.same(self.run_program("s3cat", f"s3://logs/{name}/"), whole)
