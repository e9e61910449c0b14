"""The works of the bench: what is measured, on which data, with which programs."""

from dataclasses import dataclass, replace

from fitting import CHANGE, CHECK, FIT, INFER
from programs import (
    BACKENDS,
    CAT,
    COUNTERS,
    FLOORS,
    GAWK,
    PACKED,
    QUICK,
    SLOW,
    TENTHS,
    Program,
    decoded,
    dry,
    ours,
)

LONG = 1120  # the generator's mean, which comes to 1.3 KB
SHORT = 72  # and this to 150 bytes


@dataclass(frozen=True)
class Work:
    name: str
    title: str
    programs: list[Program]
    share: float = 0.25  # of BENCH_MB
    types: int = 20
    mean: int = LONG
    packing: str = ""  # of the input, or gz, bgz, zst
    suffix: str = ".ndjson"  # of the names of files of types
    cold: bool = False  # read from a disk, not from memory
    manner: str = ""  # of records with a schema: fitting, changing or misfits

    def scale(self) -> str:
        return f"{self.share:g} of BENCH_MB"


def floor(name: str, command: str) -> Program:
    return Program(name, command, "floor", "none")


# Each work's first program is what the others are compared to.
WORKS = [
    Work(
        "long",
        "long records: 1.3 KB, 20 types",
        FLOORS + ours() + BACKENDS + TENTHS + QUICK + SLOW,
        share=1,
    ),
    Work("short", "short records: 150 bytes, 20 types", FLOORS + ours() + QUICK + SLOW, mean=SHORT),
    Work("thousand", "1,000 types", FLOORS + ours() + QUICK + [GAWK], types=1000),
    Work("one", "one type", FLOORS + ours() + QUICK + [GAWK], types=1),
    Work(
        "gz",
        ".gz in, plain out",
        [
            floor("igzip -d", "exec $igzip -dc $IN >copy"),
            *ours(),
            *decoded("$igzip -dc $IN", ["On-Demand", "mawk"]),
            *decoded("$pigz -dc $IN", ["mawk"]),
            *decoded("gzip -dc $IN", ["mawk"]),
        ],
        packing="gz",
    ),
    Work(
        "gzgz",
        ".gz in, .gz out",
        [
            floor("igzip -d | igzip -1", "$igzip -dc $IN | $igzip -1 >copy"),
            *ours("-o {type}.ndjson.gz"),
            *PACKED,
        ],
        packing="gz",
        suffix=".ndjson.gz",
    ),
    Work(
        "bgzip",
        ".gz of bgzip in, plain out",
        [
            floor("igzip -d", "exec $igzip -dc $IN >copy"),
            *ours(),
            *decoded("$igzip -dc $IN", ["On-Demand", "mawk"]),
            *decoded("$bgzip -@ 2 -dc $IN", ["On-Demand", "mawk"]),
        ],
        packing="bgz",
    ),
    Work(
        "zstd",
        ".zst in, plain out",
        [
            floor("zstd -d", "exec $zstd -dcq $IN >copy"),
            *ours(),
            *decoded("$zstd -dcq $IN", ["On-Demand", "mawk"]),
        ],
        packing="zst",
    ),
    Work(
        "pipe",
        "from a pipe",
        [
            floor("cat | cat", "cat $IN | cat >copy"),
            *ours(before="cat $IN |", after=""),
            *decoded("cat $IN", ["On-Demand", "mawk"]),
        ],
    ),
    Work(
        "count",
        "--dry-run: how many of each type",
        [
            floor("cat to /dev/null", "exec cat $IN >/dev/null"),
            *dry(),
            *(replace(p, name=f"{p.name}, splitting") for p in ours()),
            *COUNTERS,
        ],
        share=1,
    ),
    Work(
        "cold",
        "--dry-run, from a disk that is cold",
        [floor("cat to /dev/null", "exec cat $IN >/dev/null"), *dry(), COUNTERS[0]],
        cold=True,
    ),
    Work("fit", "fit to a schema: no change needed", [CAT, *FIT], manner="fitting"),
    Work("change", "fit: a rename and a wrap in every record", [CAT, *CHANGE], manner="changing"),
    Work(
        "check",
        "only check: 1 record in 1,000 does not fit",
        [floor("cat to /dev/null", "exec cat $IN >/dev/null"), *CHECK],
        manner="misfits",
    ),
    Work(
        "schema",
        "infer a schema",
        [floor("cat to /dev/null", "exec cat $IN >/dev/null"), *INFER],
        manner="fitting",
    ),
]
assert WORKS[0].programs[0] is CAT
