"""The peak memory of our programs over -j, size and kind of objects, and with a slow reader."""

import subprocess

from programs import Program
from tools import note
from transfer_rounds import TransferBench
from transfer_works import GCSPUT, LARGE, S3CAT, SMALL, UP_LARGE, UP_SMALL, Set, TransferWork

LIMIT_MIB = 64
JOBS = (1, 4, 16, 64)
ONE = Set("one", 1, 1_000_000_000)
ONE_GCS = Set("one-fifth", 1, 200_000_000)  # fake-gcs-server holds an object several times over
GCSCAT = "STORAGE_EMULATOR_HOST=$GCS exec $gcscat"
SLOW = "| { sleep 2; cat >/dev/null; }"
READ = [(ONE, False), (ONE, True), (LARGE, False), (LARGE, True), (SMALL, False), (SMALL, True)]
WRITTEN = [(ONE_GCS, False), (UP_LARGE, False), (UP_SMALL, False)]


def rows() -> list[tuple[str, str, Set, bool]]:
    """Program, its command with $J, and what it moves."""
    found = []
    for one, packed in READ:
        found.append(("s3cat", f"{S3CAT} $J s3://logs/$SET/ >/dev/null", one, packed))
        one = ONE_GCS if one is ONE else one
        found.append(("gcscat", f"{GCSCAT} $J gs://logs/$SET/ >/dev/null", one, packed))
    for one, packed in READ[:3]:
        slow = f"{S3CAT.replace('exec ', '')} $J s3://logs/$SET/ {SLOW}"
        found.append(("s3cat, slow reader", slow, one, packed))
    for one, packed in WRITTEN:
        found.append(("gcsput", f"{GCSPUT} $J gs://logs/$PREFIX/ <$ROWS >put", one, packed))
    stream = f"cat $IN/* | {GCSPUT.replace('exec ', '')} $J - gs://logs/$PREFIX/stream >put"
    found.append(("gcsput -", stream, ONE_GCS, False))
    return found


def in_gcs(bench: TransferBench, work: TransferWork) -> None:
    """The set's files as objects of Cloud Storage too."""
    folder, _ = bench.data(work, 1)
    if (bench.servers.gcs_root / "logs" / folder.name).exists():
        return
    command = f"{GCSPUT} -j 8 gs://logs/{folder.name}/ <$ROWS >/dev/null"
    env = bench.environment(work, folder)
    subprocess.run(["sh", "-c", command], env=env, check=True)


def measure_memory(bench: TransferBench) -> list[str]:
    """Lines of program, objects, -j, peak MiB and verdict, tab-separated; each run once."""
    lines = ["\t".join(("program", "objects", "-j", "peak MiB", "<= 64"))]
    for name, command, one, packed in rows():
        jobs = JOBS if f"{name.split(',')[0]}-j" not in bench.tools.missing else (1,)
        for j in jobs if name != "gcsput -" else (1,):
            has_j = "gcsput" == name or f"{name.split(',')[0]}-j" in bench.tools.path
            line = command.replace("$J", f"-j {j}" if has_j else "")
            program = Program(name, line, "ours")
            if why := bench.lacks(program):
                note(f"memory: {name} is skipped: {why}")
                break
            work = TransferWork(f"get-memory-{one.name}", name, one, packed=packed)
            try:
                if name == "gcscat":
                    in_gcs(bench, work)
                source, _ = bench.data(work, 1)
                peak = bench.run(work, program, source)[2] / 1024
            except subprocess.CalledProcessError as failed:
                note(f"memory: {name}, {source.name}, -j {j} ends with {failed.returncode}")
                continue
            verdict = "ok" if peak <= LIMIT_MIB else "MISSED"
            lines.append("\t".join((name, source.name, str(j), f"{peak:.1f}", verdict)))
    return lines
