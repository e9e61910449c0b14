"""Amazon S3: ListObjectsV2, GetObject, HeadObject, GetObjectAttributes, PutObject, DeleteObject, HeadBucket and
GetBucketLocation, by path and by host name. Sources: Amazon S3 API Reference, the page of each."""

from __future__ import annotations

import base64
import binascii
import email.utils
import re
import shutil
import time
import urllib.parse
from typing import IO, Any

import s3_auth
import s3_checksums
import s3_parts
import s3_rules
from account import Account
from digests import crc32c_text, digest_file
from ranges import parse_range
from s3_errors import BY_STATUS, ERRORS, NAMESPACE, error_answer, ids, refusal
from s3_list import list_answer, synthetic_answer
from s3_settings import Settings
from server import Cloud, FilePart, HttpError, Request, Response, Service, route
from state import Object

REGION = "us-east-1"
BUCKET_NAME = re.compile(r"(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
KEY_BYTES = 1024
BUCKET = "/(?P<bucket>[^/]+)/?"
OBJECT = "/(?P<bucket>[^/]+)/(?P<key>.+)"


class S3(Service):
    name = "s3"

    def __init__(self, cloud: Cloud, account: Account) -> None:
        super().__init__(cloud)
        self._keys = account.keys
        self._settings = Settings()
        self.routes = [
            route("GetObjectAttributes", "GET", OBJECT, self._attributes, attributes="*"),
            route("GetBucketLocation", "GET", BUCKET, self._location, location="*"),
            route("ListObjectsV2", "GET", BUCKET, self._list_objects),
            route("HeadBucket", "HEAD", BUCKET, self._head_bucket),
            route("GetObject", "GET", OBJECT, self._get_object),
            route("HeadObject", "HEAD", OBJECT, self._get_object),
            route("PutObject", "PUT", OBJECT, self._put_object),
            route("DeleteObject", "DELETE", OBJECT, self._delete_object),
        ]
        self.commands = {"mkbucket": self._mkbucket, "set": self._settings.set}

    def exports(self) -> dict[str, str]:
        pair = self._keys["permanent"]
        return {
            "AWS_ENDPOINT_URL_S3": self.url,
            "AWS_ACCESS_KEY_ID": pair["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": pair["secret_access_key"],
            "AWS_REGION": REGION,
        }

    def _mkbucket(self, args: dict[str, Any]) -> None:
        name, region = args.pop("bucket"), args.pop("region", REGION)
        if args or not BUCKET_NAME.fullmatch(name) or ".." in name:
            raise ValueError(f"bad bucket name {name!r}" if not args else f"no setting {min(args)!r}")
        self.state.make_bucket("s3", name, region)

    def rewrite(self, request: Request) -> None:
        """Put a bucket that the host names in front of the path, where the routes look for it."""
        host = (request.headers.get("Host") or "").rsplit(":", 1)[0]
        found = re.fullmatch(r"(.+)\.(?:localhost|s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com)", host)
        if found:
            request.extra["host"] = host
            request.raw_path = f"/{found.group(1)}{request.raw_path}"

    def auth(self, request: Request) -> None:
        try:
            self._check(request)
        except HttpError as refused:
            date = time.time() + self._settings.clock_s + self._settings.date_s
            refused.response.headers["Date"] = email.utils.formatdate(date, usegmt=True)
            raise

    def _check(self, request: Request) -> None:
        if "Authorization" in request.headers or request.raw_query.count("X-Amz-Signature="):
            self._check_caller(request)
        elif self._settings.public == "no":
            raise refusal(request, "AccessDenied")
        s3_rules.check_access(request, self._settings)
        self._check_names(request)

    def _check_caller(self, request: Request) -> None:
        claim = s3_auth.read_claim(request)
        bucket = request.params["bucket"]
        host = f"{bucket}.localhost:{urllib.parse.urlsplit(self.url).port}"
        code = "PermanentRedirect" if self._settings.redirect == 301 else "TemporaryRedirect"
        s3_auth.check_region(request, self.state, claim, bucket, "host" in request.extra, host, code)
        s3_auth.check_time(request, claim, time.time() + self._settings.clock_s)
        secret = s3_auth.find_secret(request, self.state, self._keys, claim)
        payload = s3_auth.payload_hash(request, claim)
        s3_auth.check_signed_headers(request, claim)
        s3_auth.check_signature(request, claim, secret, payload)
        s3_auth.check_payload(request, payload)
        if claim.access_key == self._keys["powerless"]["access_key_id"]:
            raise refusal(
                request,
                "AccessDenied",
                message="User: arn:aws:iam::123456789012:user/powerless is not authorized to perform: "
                f"s3:{request.route} because no identity-based policy allows the s3:{request.route} action",
            )

    def _check_names(self, request: Request) -> None:
        bucket, key = request.params["bucket"], request.params.get("key", "")
        try:
            length = len(key.encode())
        except UnicodeEncodeError:
            raise refusal(request, "InvalidURI") from None
        if not BUCKET_NAME.fullmatch(bucket):
            raise refusal(request, "InvalidBucketName", {"BucketName": bucket})
        if length > KEY_BYTES:
            details = {"MaxSizeAllowed": str(KEY_BYTES), "Size": str(length)}
            raise refusal(request, "KeyTooLongError", details)
        if not self.state.bucket("s3", bucket):
            raise refusal(request, "NoSuchBucket", {"BucketName": bucket})

    def failure(self, request: Request, status: int) -> Response:
        code = BY_STATUS.get(status, "ServiceUnavailable")
        return error_answer(request, code, {}, {}, status, ERRORS[code][1])

    def expired(self, request: Request) -> Response:
        return refusal(request, "ExpiredToken", {"Token-0": "(not shown)"}).response

    def no_route(self, request: Request) -> Response:
        return refusal(request, "MethodNotAllowed", {"Method": request.method}).response

    def corrupt(self, response: Response) -> None:
        if "ETag" in response.headers:
            response.headers["ETag"] = '"' + "0" * 32 + '"'
        for name in response.headers:
            if name.startswith("x-amz-checksum-") and name != "x-amz-checksum-type":
                response.headers[name] = "AAAAAQ=="

    def target_for_log(self, request: Request) -> str:
        return re.sub(r"(X-Amz-(?:Signature|Security-Token)=)[^&]*", r"\1-", request.raw_target)

    def _list_objects(self, request: Request) -> Response:
        if request.arg("list-type") != "2":
            raise refusal(request, "NotImplemented", {"Header": "list-type"})
        if self._settings.synthetic:
            return synthetic_answer(request, self._settings.synthetic, self._settings.page)

        def etag(row: Object) -> str:
            return s3_parts.etag(row, self.state, self._settings)

        return list_answer(request, self.state, request.params["bucket"], etag, self._settings.page)

    def _location(self, request: Request) -> Response:
        found = self.state.bucket("s3", request.params["bucket"])
        # The oldest region is told by silence.
        region = "" if found is None or found.region == REGION else found.region
        body = '<?xml version="1.0" encoding="UTF-8"?>\n'
        body += f'<LocationConstraint xmlns="{NAMESPACE}">{region}</LocationConstraint>'
        return Response(200, {"Content-Type": "application/xml", **ids()}, body.encode())

    def _head_bucket(self, request: Request) -> Response:
        found = self.state.bucket("s3", request.params["bucket"])
        region = found.region if found else REGION
        return Response(200, {"x-amz-bucket-region": region, "Content-Type": "application/xml", **ids()})

    def _open(self, request: Request) -> tuple[Object, IO[bytes]]:
        """The object asked for, or its older version."""
        bucket, key, version = request.params["bucket"], request.params["key"], request.arg("versionId")
        found = self.state.open_object("s3", bucket, key)
        if version and (not found or version != str(found[0].generation)):
            if found:
                found[1].close()
            found = self.state.open_object("s3", bucket, f".versions/{version}/{key}")
            if not found:
                raise refusal(request, "NoSuchVersion", {"Key": key, "VersionId": version})
        if not found and self._settings.denied("ListBucket"):
            raise refusal(request, "AccessDenied")
        if not found:
            raise refusal(request, "NoSuchKey", {"Key": key})
        return found

    def _get_object(self, request: Request) -> Response:
        row, source = self._open(request)
        try:
            s3_rules.check_readable(request, self._settings)
            answer = self._object_answer(request, row)
            # The stored checksum is the whole object's: it says nothing of a part.
            if answer.status == 200 and request.headers.get("x-amz-checksum-mode", "").upper() == "ENABLED":
                parts = s3_parts.cut(source.read(), self._settings.part_bytes)
                answer.headers |= s3_checksums.headers(self._settings.checksum, parts)
        except BaseException:
            source.close()
            raise
        first, length = 0, row.size
        if answer.status == 206:
            first, last = (int(part) for part in re.findall(r"\d+", answer.headers["Content-Range"])[:2])
            length = last - first + 1
        answer.body = FilePart(source, first, length)
        return answer

    def _attributes(self, request: Request) -> Response:
        row, source = self._open(request)
        with source:
            if self._settings.attributes == "off":
                raise refusal(request, "AccessDenied")
            return s3_parts.attributes_answer(request, row, source.read(), self._settings)

    def _object_answer(self, request: Request, row: Object) -> Response:
        """Status and headers of an object that is read, its conditions and range checked."""
        headers = {
            "Content-Type": row.content_type,
            "ETag": f'"{s3_parts.etag(row, self.state, self._settings)}"',
            "Last-Modified": email.utils.formatdate(row.modified, usegmt=True),
            "Accept-Ranges": "bytes",
            "Server": "AmazonS3",
            **s3_rules.more_headers(row, self._settings, request.arg("versionId") or ""),
            **ids(),
        }
        match, unless = request.headers.get("If-Match"), request.headers.get("If-None-Match")
        if match is not None and match.strip() not in ("*", headers["ETag"], headers["ETag"].strip('"')):
            raise refusal(request, "PreconditionFailed", {"Condition": "If-Match"})
        if unless is not None and unless.strip() in ("*", headers["ETag"], headers["ETag"].strip('"')):
            return Response(304, headers)
        part = s3_parts.part_range(request, row, self._settings)
        if part:
            headers["x-amz-mp-parts-count"] = str(part[2])
            headers["Content-Range"] = f"bytes {part[0]}-{part[1]}/{row.size}"
            return Response(206, headers)
        wanted = parse_range(request.headers.get("Range"), row.size)
        if wanted is False:
            details = {
                "RangeRequested": request.headers["Range"],
                "ActualObjectSize": str(row.size),
            }
            raise refusal(request, "InvalidRange", details, {"Content-Range": f"bytes */{row.size}"})
        if isinstance(wanted, tuple):
            headers["Content-Range"] = f"bytes {wanted[0]}-{wanted[1]}/{row.size}"
            return Response(206, headers)
        return Response(200, headers)

    def _put_object(self, request: Request) -> Response:
        bucket, key = request.params["bucket"], request.params["key"]
        if "Transfer-Encoding" in request.headers:
            raise refusal(request, "NotImplemented", {"Header": "Transfer-Encoding"})
        if not request.has_body:
            raise refusal(request, "MissingContentLength")
        out, path = self.state.new_file()
        with out:
            shutil.copyfileobj(request.body_file, out, 1 << 20)
            digests = digest_file(out)
        try:
            self._check_digests(request, digests.md5, crc32c_text(digests.crc32c))
            kind = request.headers.get("Content-Type") or "binary/octet-stream"
            with self.state.transaction():
                if request.headers.get("If-None-Match") == "*" and self.state.find("s3", bucket, key):
                    raise refusal(request, "PreconditionFailed", {"Condition": "If-None-Match"})
                row = self.state.put_file("s3", bucket, key, path, digests, kind, "{}")
        finally:
            path.unlink(missing_ok=True)
        headers = {"ETag": f'"{row.md5}"', "Server": "AmazonS3", **ids()}
        if "x-amz-checksum-crc32c" in request.headers:
            headers["x-amz-checksum-crc32c"] = crc32c_text(row.crc32c)
        return Response(200, headers)

    def _check_digests(self, request: Request, md5: str, crc: str) -> None:
        declared = request.headers.get("Content-MD5")
        if declared is not None:
            try:
                wanted = base64.b64decode(declared, validate=True).hex()
            except binascii.Error:
                wanted = ""
            if len(wanted) != 32:
                raise refusal(request, "InvalidDigest", {"Content-MD5": declared})
            if wanted != md5:
                details = {"ExpectedDigest": wanted, "CalculatedDigest": md5}
                raise refusal(request, "BadDigest", details, what="Content-MD5")
        if request.headers.get("x-amz-checksum-crc32c", crc) != crc:
            raise refusal(request, "BadDigest", what="CRC32C")

    def _delete_object(self, request: Request) -> Response:
        # Deleting what is not there succeeds too.
        self.state.remove("s3", request.params["bucket"], request.params["key"])
        return Response(204, {"Server": "AmazonS3", **ids()})


def create(cloud: Cloud, account: Account) -> Service:
    return S3(cloud, account)
