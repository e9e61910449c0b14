"""The cells of the transfers' fault table: which faults, which program, which codes are right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

POSITIONS = 50
CHUNK = 8 << 20  # of a resumable upload
TWICE = 512 << 10  # that may be sent again after a cut: Cloud Storage keeps multiples of 256 KiB
PLAIN, PACKED, SMALL, LARGE = 600_000, 300_000, 200_000, CHUNK + 1_500_000
RANGED = 7_000_000  # beyond what is asked for whole: read range by range
RANGES = 3  # of it, at least
ALWAYS = "always"
# route of the bytes, route of the listing
READ = {"s3cat": ("s3", "GetObject", "ListObjectsV2")} | {
    "gcscat": ("gcs", "objects.download", "objects.list")
}
UPLOADS = ("gcsput small", "gcsput large", "gcsput -", "gcsput manifest")
# In an answer of the service, what names the sum of the bytes and what names the object's state.
SUM = {"s3cat": "x-amz-checksum-crc32", "gcscat": "X-Goog-Hash"}
STATE = {"s3cat": ("ETag", '"%s"' % ("0" * 32)), "gcscat": ("X-Goog-Generation", "1")}


@dataclass(frozen=True)
class Fault:
    service: str
    route: str
    kind: str
    options: dict[str, str]


@dataclass(frozen=True)
class Cell:
    """faults strike one after the other; trouble is a place to be led to instead of the cloud.
    codes: those that are right. spoilt: bytes were turned, so what came before an error may be
    wrong. resent: bytes that may go twice, None where nobody counts."""

    name: str
    program: str
    faults: tuple[Fault, ...]
    codes: frozenset[int]
    trouble: str = ""
    spoilt: bool = False
    resent: int | None = None
    brief: bool = True
    knob: tuple[tuple[str, str], ...] = ()


def positions(size: int) -> list[int]:
    """From the first byte to the last but one."""
    return [round(n * (size - 1) / (POSITIONS - 1)) for n in range(POSITIONS)]


def cell(
    name: str, program: str, fault: Fault | tuple[Fault, ...], *codes: int, **more: object
) -> Cell:
    faults = fault if isinstance(fault, tuple) else (fault,)
    return Cell(name, program, faults, frozenset(codes), **more)  # type: ignore[arg-type]


def cuts(
    program: str, service: str, route: str, kind: str, size: int, match: str
) -> Iterator[Cell]:
    for n, at in enumerate(positions(size)):
        options = {"bytes": str(at)} | ({"match": match} if match else {})
        yield cell(
            f"{kind} at {at} of {size}{' ' + match if match else ''}",
            program,
            Fault(service, route, kind, options),
            0,
            resent=TWICE,
            brief=n % 12 == 0,
        )


def weather(program: str, service: str, route: str) -> Iterator[Cell]:
    """What any request can meet: resets, refusals, silence. Once, twice, for ever."""
    # The answer to a start is its head: the session is known. No token goes with a chunk.
    cut_codes = (0,) if route == "upload.start" else (75,)
    token_codes = (0, 77) if service == "s3" or route == "upload.chunk" else (0,)

    def one(kind: str, times: str, *codes: int, **options: str) -> Cell:
        told = " ".join([kind, *options.values()])
        fault = Fault(service, route, kind, {**options, "times": times})
        return cell(f"{route}: {told} x {times}", program, fault, *codes)

    for when in ("before", "after"):
        yield one("reset", "1", 0, when=when)
    yield one("reset", ALWAYS, 75, when="before")
    for code in ("429", "500", "502", "503", "504"):
        yield one("status", "2", 0, code=code)
        yield one("status", ALWAYS, 75, code=code)
    yield one("status", "1", 0, code="503", retry_after="0")
    if service == "gcs":
        yield one("status", ALWAYS, 69, code="400")
    yield one("status", ALWAYS, 77, code="403")
    yield one("after", "1", 0, code="500")
    yield one("cut", "1", 0, bytes="0")
    yield one("cut", ALWAYS, *cut_codes, bytes="0")
    yield one("duplicate", "1", 0)
    yield one("slow", "1", 0, delay_ms="2500")  # longer than the silence that is borne
    yield one("slow", "1", 0, delay_ms="100", rate="300000")
    yield one("badtoken", ALWAYS, 77)
    yield one("badtoken", "1", *token_codes)


def lengths(program: str, service: str, route: str, size: int, match: str) -> Iterator[Cell]:
    for told in ("", "0", str(size - 1000), str(size + 1000), "x"):
        options = {"name": "Content-Length", "value": told, "match": match, "times": ALWAYS}
        fault = Fault(service, route, "header", options)
        name = f"{route}: Content-Length: {told or 'none'} of {size} x always"
        # Without a length the end of the connection is the end of the body: all of it may be right.
        yield cell(name, program, fault, 0, 65, 69, 75)


def reading(program: str) -> Iterator[Cell]:
    service, route, listing = READ[program]
    state, other = STATE[program]
    for match, size in (("a.ndjson", PLAIN), ("b.ndjson.gz", PACKED)):
        yield from cuts(program, service, route, "cut", size, match)
    yield from weather(program, service, route)
    yield from weather(program, service, listing)
    yield from lengths(program, service, route, PLAIN, "a.ndjson")
    first = Fault(service, route, "cut", {"bytes": "100000", "match": "a.ndjson"})

    def later(kind: str, **options: str) -> tuple[Fault, ...]:
        return first, Fault(service, route, kind, {"match": "a.ndjson", **options})

    def header(name: str, value: str, times: str = ALWAYS) -> Fault:
        options = {"name": name, "value": value, "match": "a.ndjson", "times": times}
        return Fault(service, route, "header", options)

    for at in (0, 1000, PLAIN - 1):
        fault = Fault(service, route, "flip", {"at": str(at), "match": "a.ndjson"})
        yield cell(f"bit turned at {at}", program, fault, 0, 65, 75, spoilt=True)
    fault = Fault(service, route, "flip", {"at": "20000", "match": "b.ndjson.gz"})
    yield cell("bit turned in .gz", program, fault, 0, 65, 75, spoilt=True)
    hash_value = "AAAAAA==" if program == "s3cat" else "crc32c=AAAAAA=="
    # gcscat asks for a generation whose sum the listing told: what an answer tells beside it is nothing.
    told = (0, 65, 69, 75) if program == "gcscat" else (65, 69, 75)
    yield cell("wrong checksum", program, header(SUM[program], hash_value), *told)
    yield cell("wrong checksum once", program, header(SUM[program], hash_value, "1"), 0, 65, 75)
    yield cell(f"wrong {state}", program, header(state, other), *told)
    yield cell(f"{state} left out", program, header(state, ""), 0, 65, 69)
    yield cell(
        f"cut, then another {state}",
        program,
        (first, header(state, other)),
        *((65,) if program == "s3cat" else (0, 65, 69, 75)),
    )
    yield cell(
        "cut, then expired", program, later("badtoken"), *((0, 77) if service == "s3" else (0,))
    )
    twice = later("status", times="2", code="503")
    yield cell("cut, then 503 twice", program, twice, *((0,) if service == "s3" else (0, 75)))
    yield cell("cut, then silence", program, later("slow", delay_ms="2500"), 0)
    yield cell(
        "cut, then Range ignored", program, (first, header("Content-Range", "")), 0, 65, 69, 75
    )
    wrong = "bytes 5-599999/600000"
    yield cell(
        "cut, then another range", program, (first, header("Content-Range", wrong)), 65, 69, 75
    )
    stall = Fault(
        service, route, "stall", {"bytes": "50000", "delay_ms": "2500", "match": "a.ndjson"}
    )
    yield cell("stall at 50000", program, stall, 0, resent=TWICE)


def ranges(program: str) -> Iterator[Cell]:
    """What a large object can meet: each fault strikes one of its ranges."""
    service, route, _ = READ[program.split()[0]]
    state, other = STATE[program.split()[0]]
    for n, at in enumerate(positions(2 << 20)):
        fault = Fault(service, route, "cut", {"bytes": str(at), "skip": str(n % RANGES)})
        told = f"range {n % RANGES}: cut at {at}"
        yield cell(told, program, fault, 0, resent=TWICE, brief=n % 12 == 0)
    for skip in map(str, range(RANGES)):

        def one(kind: str, *codes: int, skip: str = skip, **options: str) -> Cell:
            told = " ".join([f"range {skip}: {kind}", *options.values()])
            spoilt = kind == "flip"
            fault = Fault(service, route, kind, {"skip": skip, **options})
            return cell(told, program, fault, *codes, spoilt=spoilt, brief=skip == "1")

        yield one("status", 0, code="503", times="2")
        yield one("status", 75, code="503", times=ALWAYS)
        yield one("reset", 0, when="after")
        yield one("duplicate", 0)
        yield one("stall", 0, bytes="300000", delay_ms="2500")
        yield one("slow", 0, delay_ms="2500")
        yield one("badtoken", *((0, 77) if service == "s3" else (0,)))
        yield one("flip", 0, 65, 75, at="1000")
        yield one(
            "header", *((65,) if service == "s3" else (0, 65, 69, 75)), name=state, value=other
        )
        yield one("header", 0, 65, 69, 75, name="Content-Range", value="bytes 0-99/7000000")
        yield one("header", 0, 65, 69, 75, name="Content-Range", value="")
        yield one("header", 0, 65, 69, 75, name="Content-Length", value="1000")


def sessions(program: str) -> Iterator[Cell]:
    """What a resumable upload can meet alone."""
    chunk, start = "upload.chunk", "upload.start"
    lost = (0, 75) if program == "gcsput -" else (0,)  # a stream can't be read again
    # Of a request 4 MiB are kept, so that there are answers with 308 whatever is sent at once.
    thirds = (("persist", str(4 << 20)),)
    for skip in ("0", "1"):
        for code in ("404", "410"):
            fault = Fault("gcs", chunk, "status", {"code": code, "skip": skip})
            yield cell(f"{chunk} {skip}: {code}", program, fault, *lost, knob=thirds)
        for told, codes in (
            ("", lost),
            ("bytes=0-262143", lost),
            ("bytes=0-0", (*lost, 69)),
            ("bytes=0-99999999", (0, 69, 75)),
            ("bytes=5-262143", (0, 69, 75)),
            ("rubbish", (0, 69, 75)),
        ):
            options = {"name": "Range", "value": told, "skip": skip}
            fault = Fault("gcs", chunk, "header", options)
            yield cell(
                f"{chunk} {skip}: 308 with Range: {told or 'none'}",
                program,
                fault,
                *codes,
                knob=thirds,
            )
    everywhere = {"name": "Range", "value": "", "times": ALWAYS}
    fault = Fault("gcs", chunk, "header", everywhere)
    yield cell("every 308 without Range", program, fault, 0, 75, knob=thirds)
    for name, value in (("Location", ""), ("Location", "http://127.0.0.1:9/elsewhere")):
        options = {"name": name, "value": value, "times": ALWAYS}
        told = f"{start}: {name}: {value or 'none'}"
        yield cell(told, program, Fault("gcs", start, "header", options), 69, 75)
    yield cell("256 KiB kept of each request", program, (), 0, knob=(("persist", "262144"),))
    yield cell("the last byte does not end it", program, (), 0, knob=(("finish", "late"),))
    for n, at in enumerate(positions(CHUNK)):
        fault = Fault("gcs", chunk, "cutin", {"bytes": str(at)})
        yield cell(f"cutin at {at} of {CHUNK}", program, fault, 0, resent=TWICE, brief=n % 12 == 0)


def uploading(program: str) -> Iterator[Cell]:
    simple = program in ("gcsput small", "gcsput manifest")
    routes = ["objects.get"] if program != "gcsput -" else []
    routes += ["objects.insert.multipart"] if simple else []
    routes += ["upload.start", "upload.chunk"] if program != "gcsput small" else []
    for route in routes:
        yield from weather(program, "gcs", route)
    ending = routes[-1]
    if simple:
        route = "objects.insert.multipart"
        yield from cuts(program, "gcs", route, "cutin", SMALL, "")
    if program != "gcsput small":
        yield from sessions(program)
    for at in (0, 40):
        fault = Fault("gcs", ending, "flip", {"at": str(at)})
        yield cell(f"{ending}: bit turned at {at} of the answer", program, fault, 0, 69, 75)
    wrong = Fault("gcs", ending, "checksum", {"skip": "1" if program == "gcsput -" else "0"})
    yield cell(f"{ending}: wrong checksum in the answer", program, wrong, 0)
    always = Fault("gcs", "*", "checksum", {"times": ALWAYS})
    yield cell("wrong checksum in every answer", program, always, 75)
    fault = Fault(
        "gcs", ending, "header", {"name": "Content-Length", "value": "5", "times": ALWAYS}
    )
    yield cell(f"{ending}: Content-Length: 5 x always", program, fault, 0, 69, 75)


def troubles(program: str) -> Iterator[Cell]:
    for name, codes in (
        ("dns", (75,)),
        ("dead", (75,)),
        ("tls-unknown", (77,)),
        ("tls-name", (77,)),
        ("tls-plain", (69, 75, 77)),
        ("proxy-dead", (75,)),
        ("proxy-cut", (75,)),
        ("proxy-502", (75,)),
        ("proxy-407", (77,)),
        ("proxy-html", (65, 69, 75)),
    ):
        yield cell(name, program, (), *codes, trouble=name)


def cells() -> list[Cell]:
    found = []
    for program in READ:
        found += [*reading(program), *troubles(program), *ranges(f"{program} ranges")]
    for program in UPLOADS:
        found += [*uploading(program), *troubles(program)]
    # What a manifest's files meet, one file meets too.
    manifest = [each for each in found if each.program == "gcsput manifest"]
    for n, each in enumerate(manifest):
        found[found.index(each)] = replace(each, brief=each.brief and n % 4 == 0)
    return found
