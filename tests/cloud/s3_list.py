"""ListObjectsV2: what a page holds and how it is written (Amazon S3 API Reference)."""

from __future__ import annotations

import time
import urllib.parse
from collections.abc import Callable

from exchange import Request, Response
from listing import Page, collect, page_token, token_key
from s3_errors import NAMESPACE, element, ids, refusal
from state import Object, State

MAX_KEYS = 1000


def _integer(request: Request, text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        raise refusal(
            request,
            "InvalidArgument",
            {"ArgumentName": "max-keys", "ArgumentValue": text},
            why="Provided max-keys not an integer or within integer range",
        ) from None
    if not 0 <= value <= 2147483647:
        raise refusal(
            request,
            "InvalidArgument",
            {"ArgumentName": "maxKeys", "ArgumentValue": text},
            why="Argument maxKeys must be an integer between 0 and 2147483647",
        )
    return value


def _after(request: Request, token: str) -> str:
    try:
        return token_key(token)
    except ValueError:
        raise refusal(
            request,
            "InvalidArgument",
            {"ArgumentName": "continuation-token"},
            why="The continuation token provided is incorrect",
        ) from None


def url_encode(text: str) -> str:
    """encoding-type=url: as HTML forms encode, slashes kept, so a blank is "+"."""
    return urllib.parse.quote_plus(text, safe="/*").replace("~", "%7E")


def list_answer(
    request: Request, state: State, bucket: str, etag: Callable[[Object], str], most: int = MAX_KEYS
) -> Response:
    """The page a GET of a bucket with list-type=2 asks for, of at most `most` keys."""
    encoding = request.arg("encoding-type")
    if encoding not in (None, "url"):
        raise refusal(
            request,
            "InvalidArgument",
            {"ArgumentName": "encoding-type", "ArgumentValue": str(encoding)},
            why="Invalid Encoding Method specified in Request",
        )
    wanted = min(_integer(request, request.arg("max-keys") or str(MAX_KEYS)), most)
    prefix, delimiter = request.arg("prefix") or "", request.arg("delimiter") or ""
    token, start = request.arg("continuation-token"), request.arg("start-after") or ""
    after = start if token is None else _after(request, token)
    page = collect(state, "s3", bucket, prefix, delimiter, after, wanted) if wanted else Page()

    def text(value: str) -> str:
        return url_encode(value) if encoding else value

    parts = [element("Name", bucket), element("Prefix", text(prefix))]
    if delimiter:
        parts.append(element("Delimiter", text(delimiter)))
    if start:
        parts.append(element("StartAfter", text(start)))
    if token is not None:
        parts.append(element("ContinuationToken", token))
    if page.truncated:
        parts.append(element("NextContinuationToken", page_token(page.last)))
    parts += [element("KeyCount", page.count()), element("MaxKeys", wanted)]
    if encoding:
        parts.append(element("EncodingType", encoding))
    parts.append(element("IsTruncated", str(page.truncated).lower()))
    parts += [_contents(row, text(row.key), etag(row)) for row in page.objects]
    parts += [
        f"<CommonPrefixes>{element('Prefix', text(common))}</CommonPrefixes>" for common in page.prefixes
    ]
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="{NAMESPACE}">'
    body += "".join(parts) + "</ListBucketResult>"
    headers = {"Content-Type": "application/xml", "Server": "AmazonS3", **ids()}
    return Response(200, headers, body.encode())


def synthetic_answer(request: Request, total: int, most: int) -> Response:
    """A page of a listing of total keys that are made here, below the prefix: 000000000.json and so
    on. Put together with few words, for listings of a million keys."""
    prefix, token = url_encode(request.arg("prefix") or ""), request.arg("continuation-token")
    first = int(_after(request, token)) if token else 0
    last = min(first + most, total)
    rows = "".join(
        f"<Contents><Key>{prefix}{n:09d}.json</Key><LastModified>2021-01-01T00:00:00.000Z</LastModified>"
        f"<ETag>&quot;{n:032x}&quot;</ETag><Size>{n}</Size><StorageClass>STANDARD</StorageClass></Contents>"
        for n in range(first, last)
    )
    parts = [element("Name", request.params["bucket"]), element("EncodingType", "url")]
    parts.append(element("IsTruncated", str(last < total).lower()))
    if last < total:
        parts.append(element("NextContinuationToken", page_token(str(last))))
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="{NAMESPACE}">'
    body += "".join(parts) + rows + "</ListBucketResult>"
    return Response(200, {"Content-Type": "application/xml", "Server": "AmazonS3", **ids()}, body.encode())


def _contents(row: Object, key: str, etag: str) -> str:
    modified = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(row.modified))
    fields = {
        "Key": key,
        "LastModified": modified,
        "ETag": f'"{etag}"',
        "ChecksumAlgorithm": "CRC32C",
        "ChecksumType": "FULL_OBJECT",
        "Size": row.size,
        "StorageClass": "STANDARD",
    }
    return "<Contents>" + "".join(element(name, value) for name, value in fields.items()) + "</Contents>"
