"""Objects as they look when they were uploaded in parts: their ETag, a part alone, and
GetObjectAttributes (Amazon S3 API Reference)."""

from __future__ import annotations

import hashlib

import s3_checksums
from exchange import Request, Response
from s3_errors import NAMESPACE, element, ids, refusal
from s3_settings import Settings
from state import Object, State

MAX_PARTS = 1000


def is_multipart(row: Object, settings: Settings) -> bool:
    return 0 < settings.part_bytes < row.size


def cut(data: bytes, size: int) -> list[bytes]:
    """data in parts of size bytes; 0: one part."""
    return [data[at : at + size] for at in range(0, len(data), size)] if size and data else [data]


def etag(row: Object, state: State, settings: Settings) -> str:
    """Without quotes: of parts the MD5 of their MD5s and their count."""
    if not is_multipart(row, settings):
        return row.md5
    parts = cut((state.blobs / row.blob).read_bytes(), settings.part_bytes)
    digests = b"".join(hashlib.md5(part, usedforsecurity=False).digest() for part in parts)
    return f"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(parts)}"


def part_range(request: Request, row: Object, settings: Settings) -> tuple[int, int, int] | None:
    """First and last byte of the part that partNumber asks for, and the count of parts; None without."""
    number = request.arg("partNumber")
    if number is None:
        return None
    size = settings.part_bytes if is_multipart(row, settings) else max(row.size, 1)
    count = max(1, -(-row.size // size))
    if not number.isdigit() or not 1 <= int(number) <= count:
        raise refusal(request, "InvalidPartNumber")
    first = (int(number) - 1) * size
    return first, min(first + size, row.size) - 1, count


def attributes_answer(request: Request, row: Object, data: bytes, settings: Settings) -> Response:
    wanted = [name.strip() for name in (request.headers.get("x-amz-object-attributes") or "").split(",")]
    if wanted == [""]:
        raise refusal(
            request, "InvalidArgument", {"ArgumentName": "x-amz-object-attributes"}, why="no attributes"
        )
    fields = ""
    if "ObjectParts" in wanted and is_multipart(row, settings):
        fields = _object_parts(request, cut(data, settings.part_bytes), settings.checksum)
    body = '<?xml version="1.0" encoding="UTF-8"?>\n'
    body += f'<GetObjectAttributesResponse xmlns="{NAMESPACE}">{fields}</GetObjectAttributesResponse>'
    return Response(200, {"Content-Type": "application/xml", "Server": "AmazonS3", **ids()}, body.encode())


def _object_parts(request: Request, parts: list[bytes], kind: str) -> str:
    most = min(int(request.headers.get("x-amz-max-parts") or MAX_PARTS), MAX_PARTS)
    marker = int(request.headers.get("x-amz-part-number-marker") or 0)
    last = min(marker + most, len(parts))
    text = element("PartNumberMarker", marker) + element("NextPartNumberMarker", last)
    text += element("MaxParts", most) + element("IsTruncated", str(last < len(parts)).lower())
    # Parts without checksums are only counted.
    one = s3_checksums.COMPOSITES.get(kind)
    for number in range(marker, last) if one else ():
        part = element("PartNumber", number + 1) + element("Size", len(parts[number]))
        part += element(s3_checksums.ELEMENTS[str(one)], s3_checksums.text(str(one), parts[number]))
        text += f"<Part>{part}</Part>"
    return f"<ObjectParts>{text}{element('PartsCount', len(parts))}</ObjectParts>"
