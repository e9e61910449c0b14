#!/usr/bin/env python3
"""Write one hour of made-up logs, as a shipper would leave them in S3: mixed types, gzipped.

usage: demo-logs.py [--records N] [--seed N] DIR

20 types; the last file holds records of the next hour's first minutes; five records are bad on purpose:
three can't be split (not JSON, cut off, no type) and two don't fit their schema. The same seed gives the same bytes. DIR/truth.tsv tells what was
written: type, records, of those bad.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

HOUR = datetime(2021, 1, 1, 0, tzinfo=timezone.utc)
FILES = 6
WORDS = "quick brown fox jumps over the lazy dog while seven wizards boxed five hybrid jackals".split()
CITIES = ["서울", "부산", "Zürich", "São Paulo", "東京", "Oslo"]

Fields = dict[str, object]


def text(r: random.Random, words: int) -> str:
    return " ".join(r.choice(WORDS) for _ in range(words))


def ident(r: random.Random) -> str:
    return f"{r.getrandbits(64):016x}"


def millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def request(r: random.Random) -> Fields:
    return {
        "method": r.choice(["GET", "GET", "POST"]),
        "path": f"/{r.choice(WORDS)}/{r.randrange(1000)}",
        "status": r.choice([200, 200, 200, 304, 404, 500]),
        "bytes": r.randrange(100_000),
        "seconds": round(r.random(), 3),
        "agent": "Mozilla/5.0 (X11; Linux x86_64) " + text(r, 6),
    }


def discount(r: random.Random) -> Fields:
    """The four ways of having no discount: 0, null, missing, and a real one beside them."""
    return r.choice([{"discount": 0}, {"discount": None}, {}, {"discount": r.randrange(1, 50)}])


def third_party(r: random.Random) -> object:
    """A payload that someone else changes at will."""
    return r.choice(
        [
            {"event": "paid", "amount": {"value": r.randrange(100), "currency": "KRW"}},
            {"event": "paid", "amount": r.randrange(100)},
            [{"event": "refund"}, {"event": "note", "text": 'says "hi"\n'}],
            {"events": [1, 2.5, None, True], "v": {"nested": {"deep": [[]]}}},
            text(r, 3),
        ]
    )


def order(r: random.Random) -> Fields:
    return {
        "order": ident(r),
        "customer": {"id": r.randrange(10**6), "city": r.choice(CITIES), "vip": r.random() < 0.1},
        "items": [
            {"sku": f"S{r.randrange(500):03d}", "count": r.randrange(1, 5), "price": r.randrange(9900) / 100}
            for _ in range(r.randrange(4))
        ],
        "tags": r.sample(WORDS, r.randrange(4)),
        **discount(r),
    }


TYPES: dict[str, tuple[int, Callable[[random.Random, datetime], Fields]]] = {
    "access": (300, lambda r, at: request(r)),
    "api": (120, lambda r, at: {**request(r), "user": r.randrange(10**6), "trace": ident(r)}),
    "app": (150, lambda r, at: {"logger": r.choice(WORDS), "message": text(r, 14), "line": r.randrange(900)}),
    "audit": (10, lambda r, at: {"actor": r.randrange(10**4), "action": r.choice(WORDS), "ok": r.random() < 0.98}),
    "auth": (40, lambda r, at: {"user": r.randrange(10**6), "ok": r.random() < 0.9, "from": r.choice(CITIES)}),
    "batch": (3, lambda r, at: {"job": r.choice(WORDS), "seconds": round(r.random() * 900, 2), "rows": r.randrange(10**9)}),
    "cart": (60, lambda r, at: {"cart": ident(r), "size": r.randrange(9), **discount(r)}),
    "click": (250, lambda r, at: {"user": r.randrange(10**6), "x": r.randrange(1920), "y": r.randrange(1080)}),
    "crash": (4, lambda r, at: {"build": f"1.{r.randrange(40)}", "stack": [text(r, 4) for _ in range(12)]}),
    "device": (50, lambda r, at: {"device": ident(r), "battery": r.random(), "seen_ms": millis(at)}),
    "email": (20, lambda r, at: {"to": ident(r), "template": r.choice(WORDS), "sent": r.random() < 0.99}),
    "experiment": (30, lambda r, at: {"name": r.choice(WORDS), "arm": r.choice("AB"), "score": r.gauss(0, 1)}),
    "login": (35, lambda r, at: {"user": r.randrange(10**6), "day": at.strftime("%Y-%m-%d"), "city": r.choice(CITIES)}),
    "order": (25, lambda r, at: order(r)),
    "payment": (20, lambda r, at: {"order": ident(r), "amount": r.randrange(10**6), "card": "****" + str(r.randrange(9999))}),
    "push": (45, lambda r, at: {"device": ident(r), "opened": r.choice([True, False, None]), "title": text(r, 5)}),
    "search": (70, lambda r, at: {"query": text(r, 3), "hits": r.randrange(500), "took_ms": r.random() * 90}),
    "sensor": (130, lambda r, at: {"sensor": r.randrange(99), "at": at.timestamp(), "value": r.gauss(20, 4)}),
    "video": (28, lambda r, at: {"video": ident(r), "seconds": r.randrange(3600), "quality": r.choice(["hd", "sd"])}),
    "webhook": (15, lambda r, at: {"from": r.choice(["stripe", "github"]), "payload": third_party(r)}),
}

UNSPLITTABLE = ["not json at all", '{"type":"app","message":"cut off', '{"message":"no type here"}']
MISFITS: list[tuple[str, Fields]] = [("payment", {"amount": "12kB"}), ("order", {"customer": {"id": "none"}})]


def record(r: random.Random, kind: str, at: datetime, extra: Fields) -> str:
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
    fields = {"type": kind, "@timestamp": stamp, "host": f"web-{r.randrange(9)}"}
    return json.dumps({**fields, **TYPES[kind][1](r, at), **extra}, ensure_ascii=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir", type=Path)
    parser.add_argument("--records", type=int, default=40_000)
    parser.add_argument("--seed", type=int, default=2021)
    args = parser.parse_args()
    r = random.Random(args.seed)
    kinds = list(TYPES)
    weights = [TYPES[kind][0] for kind in kinds]
    written: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    args.dir.mkdir(parents=True, exist_ok=True)
    for number in range(FILES):
        lines = []
        share = args.records // FILES + (number < args.records % FILES)
        for i, kind in enumerate(kinds + r.choices(kinds, weights, k=max(0, share - len(kinds)))):
            minutes = 10 * (number + i / share)
            if number == FILES - 1 and i > share * 0.9:
                minutes = 61 + 4 * r.random()  # 01:01 to 01:05, still in this hour's folder
            lines.append(record(r, kind, HOUR + timedelta(minutes=minutes), {}))
            written[kind] += 1
        if number == 2:
            lines[7:7] = UNSPLITTABLE
            for kind, extra in MISFITS:
                lines.insert(r.randrange(50, len(lines)), record(r, kind, HOUR + timedelta(minutes=25), extra))
                written[kind] += 1
                bad[kind] += 1
            written["_rejected"] = bad["_rejected"] = len(UNSPLITTABLE)
        data = "\n".join(lines) + ("\n" if number % 2 else "")
        name = args.dir / f"logs-{number:02d}.json.gz"
        name.write_bytes(gzip.compress(data.encode(), compresslevel=1, mtime=0))
    truth = "".join(f"{kind}\t{written[kind]}\t{bad[kind]}\n" for kind in sorted(written))
    (args.dir / "truth.tsv").write_text(truth, encoding="utf-8")


if __name__ == "__main__":
    main()
