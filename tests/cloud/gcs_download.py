"""Reading an object of Cloud Storage: ranges, checksums told, decompressive transcoding.

Sources: "Objects: get" with alt=media, "Transcoding of gzip-compressed files" (Cloud Storage).
"""

from __future__ import annotations

import email.utils
import zlib
from collections.abc import Iterator
from typing import IO

from digests import crc32c_text, md5_text
from exchange import FilePart, HttpError, Request, Response
from gcs_objects import etag, resource
from ranges import parse_range
from state import Object


def gunzip(source: IO[bytes]) -> Iterator[bytes]:
    """Decompressive transcoding: what a reader gets that did not say it takes gzip."""
    with source:
        machine = zlib.decompressobj(31)
        while block := source.read(1 << 18):
            yield machine.decompress(block)
        yield machine.flush()


def download_answer(request: Request, row: Object, source: IO[bytes]) -> Response:
    """The object's bytes, or the range of them asked for; source is closed by who sends them."""
    headers = {
        "Content-Type": row.content_type,
        "X-Goog-Generation": str(row.generation),
        "X-Goog-Metageneration": str(row.metageneration),
        "X-Goog-Stored-Content-Encoding": "identity",
        "X-Goog-Stored-Content-Length": str(row.size),
        "X-Goog-Hash": f"crc32c={crc32c_text(row.crc32c)},md5={md5_text(row.md5)}",
        "X-Goog-Storage-Class": "STANDARD",
        "Content-Disposition": "attachment",
        "ETag": etag(row),
        "Last-Modified": email.utils.formatdate(row.modified, usegmt=True),
        "Server": "UploadServer",
    }
    if resource(row, "").get("contentEncoding") == "gzip":
        headers["X-Goog-Stored-Content-Encoding"] = "gzip"
        if "gzip" not in (request.headers.get("Accept-Encoding") or ""):
            # A range is ignored then: it could only count compressed bytes.
            headers["Warning"] = "214 UploadServer gunzipped"
            return Response(200, headers, gunzip(source))
        headers["Content-Encoding"] = "gzip"
    headers["Accept-Ranges"] = "bytes"
    wanted = parse_range(request.headers.get("Range"), row.size)
    if wanted is False:
        text = Response.text("Request range not satisfiable", 416, {"Content-Range": f"bytes */{row.size}"})
        raise HttpError(text)
    if isinstance(wanted, tuple):
        first, last = wanted
        headers["Content-Range"] = f"bytes {first}-{last}/{row.size}"
        return Response(206, headers, FilePart(source, first, last - first + 1))
    return Response(200, headers, FilePart(source, 0, row.size))
