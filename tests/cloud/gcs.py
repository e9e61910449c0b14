"""Google Cloud Storage's JSON API: buckets.get; objects list, get, download, insert (media,
multipart, resumable) and delete. Source: "Cloud Storage JSON API" reference, the page of each."""

from __future__ import annotations

import urllib.parse
from pathlib import Path
from typing import IO, Any

import tokens
from account import EMAIL, PROJECT, Account
from gcs_download import download_answer
from gcs_list import list_answer
from gcs_objects import (
    check_bucket_name,
    check_conditions,
    check_object_name,
    etag,
    good_bucket_name,
    long_parameter,
    no_object,
    read_conditions,
    resource,
    rfc3339,
)
from gcs_resumable import Uploads
from gcs_rules import Rules
from gcs_upload import (
    copy_part,
    copy_whole,
    declared_hashes,
    read_metadata,
    split_multipart,
    store,
)
from google_errors import plain_failure, refusal
from server import Cloud, Request, Response, Service, route
from state import Object

READ = "https://www.googleapis.com/auth/devstorage.read_only"
WRITE = "https://www.googleapis.com/auth/devstorage.read_write"
FULL = "https://www.googleapis.com/auth/devstorage.full_control"
BUCKET = "/storage/v1/b/(?P<bucket>[^/]+)"
OBJECT = "(?:/download)?/storage/v1/b/(?P<bucket>[^/]+)/o/(?P<object>[^/]+)"
UPLOAD = "(?:/resumable)?/upload/storage/v1/b/(?P<bucket>[^/]+)/o"


class Gcs(Service):
    name = "gcs"

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self.rules = Rules()
        self.uploads = Uploads(self.state, self.rules)
        self.state.create_tables(tokens.SCHEMA)
        self.routes = [
            route("buckets.get", "GET", BUCKET, self._bucket_get),
            route("objects.list", "GET", BUCKET + "/o", self._objects_list),
            route("objects.download", "GET", OBJECT, self._object_download, alt="media"),
            route("objects.get", "GET", OBJECT, self._object_get),
            route("objects.delete", "DELETE", OBJECT, self._object_delete),
            route("upload.chunk", "PUT|POST", UPLOAD, self._upload_chunk, upload_id="*"),
            route("upload.cancel", "DELETE", UPLOAD, self._upload_cancel, upload_id="*"),
            route("objects.insert.media", "POST", UPLOAD, self._insert_media, uploadType="media"),
            route("objects.insert.multipart", "POST", UPLOAD, self._insert_multipart, uploadType="multipart"),
            route("upload.start", "POST|PUT", UPLOAD, self._upload_start, uploadType="resumable"),
        ]
        self.commands = {"mkbucket": self._mkbucket, "set": self._set}

    def exports(self) -> dict[str, str]:
        return {"STORAGE_EMULATOR_HOST": self.url}

    def _mkbucket(self, args: dict[str, Any]) -> None:
        if set(args) != {"bucket"} or not good_bucket_name(args["bucket"]):
            raise ValueError(f"bad bucket name or setting: {args}")
        self.state.make_bucket("gcs", args["bucket"], "US")

    def _set(self, args: dict[str, Any]) -> None:
        """persist=BYTES: take at most so many of a chunk (0: all); finish=late: a chunk never
        ends an upload, only a question does (finish=now: it does); sessions=404|410: end the open
        upload sessions that way; requester_pays, hold, retention, kms: see gcs_rules."""
        for name, value in args.items():
            if name in Rules.NAMES:
                self.rules.set(name, value)
            elif name == "persist":
                self.uploads.most = int(value) or None
            elif name == "finish" and value in ("late", "now"):
                self.uploads.late = value == "late"
            elif name == "sessions" and value in ("404", "410"):
                self.uploads.end_all(int(value))
            else:
                raise ValueError(f"no setting {name}={value}")

    def auth(self, request: Request) -> None:
        # The URI of an upload session is its own proof of access.
        if request.route not in ("upload.chunk", "upload.cancel"):
            reading = request.method == "GET"
            permission = "storage." + request.route.replace("insert.media", "create").replace(
                "download", "get"
            )
            anonymous = (
                f"Anonymous caller does not have {permission} access to the Google Cloud Storage "
                f"{'bucket' if reading else 'object'}. Permission '{permission}' denied on resource "
                "(or it may not exist)."
            )
            tokens.require(
                request, self.state, WRITE, FULL, *([READ] if reading else []), anonymous=anonymous
            )
        bucket = request.params["bucket"]
        check_bucket_name(bucket)
        if "object" in request.params:
            check_object_name(request.params["object"])
        if not self.state.bucket("gcs", bucket):
            raise refusal(404, "notFound", "The specified bucket does not exist.")
        self.rules.check_payer(request)

    def failure(self, request: Request, status: int) -> Response:
        return plain_failure(status)

    def expired(self, request: Request) -> Response:
        return tokens.expired_answer().response

    def corrupt(self, response: Response) -> None:
        if "X-Goog-Hash" in response.headers:
            response.headers["X-Goog-Hash"] = "crc32c=AAAAAQ==,md5=AAAAAAAAAAAAAAAAAAAAAA=="
        if isinstance(response.body, bytes) and b'"storage#object"' in response.body:
            changed = Response.json(_wrong_hashes(response.body), response.status)
            response.body = changed.body

    def target_for_log(self, request: Request) -> str:
        # The session's id is a capability; its first letters tell sessions apart.
        before, mark, rest = request.raw_target.partition("upload_id=")
        return before + mark + rest[:8]

    def _bucket_get(self, request: Request) -> Response:
        name = request.params["bucket"]
        found = self.state.bucket("gcs", name)
        when = rfc3339(found.created if found else 0)
        value = {
            "kind": "storage#bucket",
            "id": name,
            "name": name,
            "selfLink": f"{self.url}/storage/v1/b/{name}",
            "projectNumber": "123456789012",
            "metageneration": "1",
            "location": "US",
            "storageClass": "STANDARD",
            "timeCreated": when,
            "updated": when,
            "owner": {"entity": f"project-owners-{PROJECT}", "entityId": EMAIL},
        }
        return Response.json(value)

    def _objects_list(self, request: Request) -> Response:
        return list_answer(request, self.state, self.url)

    def _live(self, request: Request, row: Object | None) -> Object:
        """The object a request means: there, of the generation asked, conditions held."""
        bucket, name = request.params["bucket"], request.params["object"]
        generation = long_parameter(request, "generation")
        if row is None or generation not in (None, row.generation):
            raise no_object(bucket, name)
        check_conditions(read_conditions(request), row, reading=request.method == "GET")
        return row

    def _object_get(self, request: Request) -> Response:
        if request.arg("alt") not in (None, "json"):
            raise refusal(400, "invalidParameter", "Invalid value for alt", ("parameter", "alt"))
        row = self._live(request, self.state.find("gcs", request.params["bucket"], request.params["object"]))
        return Response.json(resource(row, self.url), headers={"ETag": etag(row)})

    def _object_download(self, request: Request) -> Response:
        found = self.state.open_object("gcs", request.params["bucket"], request.params["object"])
        if not found:
            raise no_object(request.params["bucket"], request.params["object"])
        try:
            return download_answer(request, self._live(request, found[0]), found[1])
        except BaseException:
            found[1].close()
            raise

    def _object_delete(self, request: Request) -> Response:
        bucket, name = request.params["bucket"], request.params["object"]
        with self.state.transaction():
            self._live(request, self.state.find("gcs", bucket, name))
            self.rules.check_removal(bucket, name)
            self.state.remove("gcs", bucket, name)
        return Response(204)

    def _store(
        self,
        request: Request,
        name: str,
        file: tuple[IO[bytes], Path],
        declared: dict[str, str],
        metadata: dict[str, Any],
    ) -> Response:
        """A whole upload's bytes become the object; its resource is the answer."""
        with file[0]:
            self.rules.check_removal(request.params["bucket"], name)
            self.rules.check_writing(request, metadata)
            row = store(
                self.state,
                request.params["bucket"],
                name,
                file,
                declared,
                metadata,
                read_conditions(request),
            )
        return Response.json(resource(row, self.url))

    def _insert_media(self, request: Request) -> Response:
        name = check_object_name(request.arg("name"))
        metadata = {"contentType": request.headers.get("Content-Type") or "application/octet-stream"}
        if request.arg("contentEncoding"):
            metadata["contentEncoding"] = str(request.arg("contentEncoding"))
        out, path = copy_whole(self.state, request.body_file)
        return self._store(request, name, (out, path), declared_hashes(request, {}), metadata)

    def _insert_multipart(self, request: Request) -> Response:
        metadata, kind, first, length = split_multipart(request)
        name = check_object_name(request.arg("name") or metadata.get("name"))
        metadata.setdefault("contentType", kind)
        out, path = copy_part(self.state, request.body_file, first, length)
        return self._store(request, name, (out, path), declared_hashes(request, metadata), metadata)

    def _upload_start(self, request: Request) -> Response:
        metadata = read_metadata(request.body)
        bucket, name = (
            request.params["bucket"],
            check_object_name(request.arg("name") or metadata.get("name")),
        )
        kind = request.headers.get("X-Upload-Content-Type")
        if kind:
            metadata.setdefault("contentType", kind)
        length = request.headers.get("X-Upload-Content-Length")
        if length is not None and not length.isdigit():
            raise refusal(400, "badRequest", "Invalid X-Upload-Content-Length header.")
        conditions = read_conditions(request)
        self.rules.check_removal(bucket, name)
        self.rules.check_writing(request, metadata)
        check_conditions(conditions, self.state.find("gcs", bucket, name))
        kept = {"hashes": declared_hashes(request, metadata), "metadata": metadata, "conditions": conditions}
        session = self.uploads.start(bucket, name, kept, None if length is None else int(length))
        query = urllib.parse.urlencode({"uploadType": "resumable", "name": name, "upload_id": session})
        location = f"{self.url}/upload/storage/v1/b/{bucket}/o?{query}"
        return Response(
            200, {"Location": location, "X-GUploader-UploadID": session, "Content-Type": "text/plain"}
        )

    def _upload_chunk(self, request: Request) -> Response:
        row = self.uploads.put(request, request.arg("upload_id") or "")
        return Response.json(resource(row, self.url))

    def _upload_cancel(self, request: Request) -> Response:
        self.uploads.cancel(request.arg("upload_id") or "")
        return Response(499, {"Content-Type": "text/plain"})

    def partial(self, request: Request) -> None:
        if request.route == "upload.chunk":
            self.uploads.keep_partial(request, request.arg("upload_id") or "")


def _wrong_hashes(body: bytes) -> dict[str, Any]:
    value: dict[str, Any] = read_metadata(body)
    return {**value, "crc32c": "AAAAAQ==", "md5Hash": "AAAAAAAAAAAAAAAAAAAAAA=="}


def create(cloud: Cloud, account: Account) -> Service:
    return Gcs(cloud)
