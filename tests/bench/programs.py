"""Programs of the bench: shell commands in which $NAME is a tool's path and $IN the input. Here
those that split; fitting.py has those that fit or infer.

Each runs in an empty directory. A program that names a tool that is not there is skipped.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Program:
    name: str
    command: str
    kind: str = "peer"  # or ours, floor
    check: str = "bytes"  # of the output, see checks.py; or counts, values, columns, none
    part: int = 1  # done on 1/part of the data, since it is slow
    rounds: int = 0  # when not the usual number
    needs: str = ""  # tools that command does not name


MODES = ("--trust -j 2", "--trust -j 1", "-j 2", "-j 1")
NDSPLIT = "$ndsplit -q -k type"


def ours(rest: str = "", before: str = "exec", after: str = "$IN") -> list[Program]:
    """ndsplit in each mode."""
    return [
        Program(f"ndsplit {mode}", f"{before} {NDSPLIT} {mode} {rest} {after} >manifest", "ours")
        for mode in MODES
    ]


def dry() -> list[Program]:
    return [
        Program(
            f"ndsplit --dry-run {mode}",
            f"exec {NDSPLIT} --dry-run {mode} $IN >counts",
            "ours",
            "counts",
            needs="dry-run",
        )
        for mode in MODES
    ]


def slow(name: str, command: str, part: int, check: str = "bytes") -> Program:
    return Program(name, command, check=check, part=part, rounds=3)


BACKENDS = [
    Program(f"ndsplit {mode}, {simd}", f"NDJSON_SIMD={simd} {NDSPLIT} {mode} $IN >manifest", "ours")
    for simd in ("sse2", "c")
    for mode in ("--trust -j 1", "-j 1")
]
# Does memory depend on the size of the input?
TENTHS = [replace(p, name=f"{p.name}, a tenth", part=10) for p in ours() if "trust" not in p.name]
CAT = Program("cat", "exec cat $IN >copy", "floor", "none")
FLOORS = [
    CAT,
    Program("read+write, 1 thread", "exec $floor 1 $IN", "floor", "none"),
    Program("read+write, 2 threads", "exec $floor 2 $IN", "floor", "none"),
]
QUICK = [
    Program("simdjson On-Demand", "exec $ondemand $IN"),
    Program("simdjson DOM", "exec $dom $IN"),
    Program("yyjson", "exec $yyjson $IN"),
    Program("mawk", "exec $mawk -f $peers/split.awk $IN"),
]
GAWK = slow("gawk", "LC_ALL=C exec $gawk -f $peers/split.awk $IN", 2)
SLOW = [
    GAWK,
    slow("DuckDB, 2 threads", "exec $duckdb $peers/duck.py $IN", 2),
    slow("Python orjson", "exec $orjson $peers/lines.py orjson $IN", 5),
    slow("Python json", "exec $python $peers/lines.py json $IN", 10),
    slow("jq | mawk", "$jq -cr '.type, .' $IN | $mawk -f $peers/pairs.awk", 40, "counts"),
    slow(
        "mlr",
        "exec $mlr --ijsonl --ojsonl put -q 'tee > $type.\".ndjson\", $*' $IN",
        40,
        "counts",
    ),
]


def decoded(decode: str, splitters: list[str]) -> list[Program]:
    """The output of a decoder through a pipe into each splitter."""
    command = {
        "On-Demand": "$ondemand -",
        "mawk": "$mawk -f $peers/split.awk",
    }
    shown = decode.removesuffix(" $IN").replace("$", "")
    return [Program(f"{shown} | {name}", f"{decode} | {command[name]}") for name in splitters]


MAWK = "mawk -f $peers/split.awk"


def packed(name: str, decode: str, awk: str, pack: str) -> Program:
    """Decode, split with awk, compress in a process a type."""
    split = f'LC_ALL=C ${awk} -v pack="{pack}" -f $peers/split.awk'
    return Program(name, f"{decode} | {split}", rounds=3)


def packed_later(name: str, split: str, pack: str) -> Program:
    """Decode and split into files, then compress those, two at a time, large ones first."""
    return Program(
        name,
        f"$igzip -dc $IN | ${split} &&"
        f" ls -S *.ndjson | xargs -P 2 -I F {pack} && rm -f *.ndjson",
        rounds=3,
    )


def packed_halves(name: str) -> Program:
    """Decode into a file, then do each half of its lines as packed_later does, both at once."""
    half = (
        "(mkdir $k && cd $k && split -n l/$k/2 ../all | LC_ALL=C $mawk -f $peers/split.awk &&"
        " $igzip -1 -q *.ndjson)"
    )
    join = "for f in 1/*.gz 2/*.gz; do cat $f >>${f#?/} && rm $f; done"
    command = f"$igzip -dc $IN >all && {{ for k in 1 2; do {half} & done; wait; }} && {join}"
    return Program(name, command, rounds=3)


PACKED = [
    packed("igzip -d | mawk | igzip -1 a type", "$igzip -dc $IN", "mawk", "$igzip -1 -c"),
    packed("igzip -d | gawk | igzip -1 a type", "$igzip -dc $IN", "gawk", "$igzip -1 -c"),
    packed("pigz -d | mawk | pigz -1 a type", "$pigz -dc $IN", "mawk", "$pigz -1 -c"),
    packed_later("igzip -d | mawk, then igzip -1", MAWK, "$igzip -1 -q -o F.gz F"),
    packed_later("igzip -d | mawk, then pigz -1", MAWK, "$pigz -1 -p 1 F"),
    packed_halves("igzip -d, mawk and igzip -1 on halves"),
    packed_later("igzip -d | On-Demand, then igzip -1", "ondemand -", "$igzip -1 -q -o F.gz F"),
]
COUNTERS = [
    Program("mawk, counting", "exec $mawk -f $peers/count.awk $IN >counts", check="counts"),
    slow(
        "grep -o | sort | uniq -c",
        'LC_ALL=C grep -o \'"type": *"[^"]*"\' $IN | LC_ALL=C sort | uniq -c |'
        ' $mawk \'{gsub(/"|type": *"/, ""); print $2 "\\t" $1}\' >counts',
        5,
        "counts",
    ),
    slow(
        "jq .type | sort | uniq -c",
        "$jq -r .type $IN | LC_ALL=C sort | uniq -c | $mawk '{print $2 \"\\t\" $1}' >counts",
        20,
        "counts",
    ),
]
