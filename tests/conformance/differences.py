"""Where a server does not do what the service's documentation says, and how that shows."""

from __future__ import annotations

from typing import NamedTuple


class Difference(NamedTuple):
    seen: str  # a regular expression for the words with which the feature's test fails
    why: str  # for the matrix: what it does, and the page that says otherwise


# By server (its name in servers.py) and feature (as its test names it).
DIFFERENCES: dict[tuple[str, str], Difference] = {
    ("versitygw", "encoding-type=url"): Difference(
        "'' != 'url'",
        "The parameter is ignored and EncodingType is empty; keys are as they are. S3 encodes them"
        ' and says so (S3 API Reference, "ListObjectsV2", `EncodingType`: "If you specify the'
        ' encoding-type request parameter, Amazon S3 includes this element in the response").'
        " s3cat decodes only what is named.",
    ),
    ("versitygw", "keys in the order of their bytes"): Difference(
        "not in the order of keys: 'order/a!' after 'order/a/b'",
        "A directory is walked before the names that its name begins: `a/b` comes before `a!`."
        ' S3 lists general purpose buckets "in lexicographical order based on their key names"'
        ' ("ListObjectsV2", Sorting order). s3cat refuses a listing out of order (69): it could not'
        " tell a repeated page from a new one.",
    ),
    ("versitygw", "keys with //, /./ and /../"): Difference(
        r"b'.*' != b'3\\n2\\n1\\n'",
        "A key is a path in its file system: `x//y` and `x/./y` are one object. In S3 a key is a"
        ' sequence of characters ("Naming Amazon S3 objects": the data model is a flat structure).',
    ),
    ("versitygw", "wrong secret, unknown key"): Difference(
        "69 is not of .*XAdminUserNotFound, HTTP 404",
        "An unknown access key is 404 XAdminUserNotFound; S3 answers 403 InvalidAccessKeyId"
        ' ("Error responses", List of error codes). A wrong secret is 403 in both.',
    ),
    ("moto", "multipart: composite and full-object checksums"): Difference(
        "None != 'COMPOSITE'",
        "The checksum comes without x-amz-checksum-type, which S3 sends with it"
        ' ("HeadObject", Response elements; "Checking object integrity in Amazon S3").',
    ),
    ("versitygw", "no credentials: refused"): Difference(
        "69 is not of .*InvalidArgument, HTTP 400",
        "A request without Authorization is 400 InvalidArgument; S3 answers 403 AccessDenied"
        ' ("Error responses", List of error codes).',
    ),
    ("versitygw", "no credentials: a public bucket"): Difference(
        "69 is not of .*InvalidArgument, HTTP 400",
        "Requests without Authorization are not served, whatever the bucket's policy says"
        ' ("Making requests", anonymous requests; "Bucket policy examples").',
    ),
    ("moto", "no credentials: a public bucket"): Difference(
        "75 is not of .*HTTP 500",
        "Its checks of permissions end in 500 when a listing has no Authorization; S3 serves it"
        " when the policy allows everyone to (as above).",
    ),
    ("fake-gcs-server, files", "names with //, /./ and /../"): Difference(
        r"b'.*' != b'3\\n2\\n1\\n'",
        "A name is a path in its file system: `x//y` and `x/./y` are one object. Cloud Storage has"
        ' a flat namespace ("Objects", Object namespace).',
    ),
}
FAKE_GCS = {
    "resumable upload, taken up after a cut request": Difference(
        "crc32c.*arrived: the object was removed",
        "The question how far an upload came (`Content-Range: bytes */*` or `bytes */SIZE`, no body)"
        " ends the upload and stores what there is. Cloud Storage answers 308 until all bytes are"
        ' there ("Resumable uploads", Check the status of a resumable upload). gcsput finds the'
        " short object by its crc32c, removes it and ends with 75.",
    ),
    "ifGenerationMatch: a stale one is refused": Difference(
        "delete with ifGenerationMatch=1 is not refused",
        "Uploads look at ifGenerationMatch, deletions do not. Cloud Storage refuses with 412"
        ' ("Objects: delete", ifGenerationMatch).',
    ),
}
FAKE_GCS["resumable upload whose answer is lost"] = FAKE_GCS[
    "resumable upload, taken up after a cut request"
]
for _server in ("fake-gcs-server, memory", "fake-gcs-server, files"):
    DIFFERENCES |= {(_server, name): known for name, known in FAKE_GCS.items()}
