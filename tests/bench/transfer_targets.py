"""The targets of transfers, each with what was measured."""

from collections.abc import Callable

from rounds import Result
from targets import Results, Target, best_peer, peers

GETS = ("get-large", "get-large-gz", "get-small", "get-small-gz")
PUTS = ("put-large", "put-small")
DEFAULT = {"get": "s3cat", "put": "gcsput -j 4"}  # the programs as they are without options


def default(results: Results, work: str) -> Result:
    return results[work][DEFAULT[work[:3]]]


def best(results: Results, work: str, of: Callable[[Result], float]) -> Result:
    return min((r for r in results[work].values() if r.program.kind == "ours"), key=of)


def wall(work: str) -> Target:
    def aside(results: Results) -> str:
        peer, ours = best_peer(results, work), best(results, work, Result.seconds)
        return f"{peer.program.name}; {ours.program.name} {ours.seconds() / peer.seconds():.2f}"

    return Target(
        f"{work}: wall",
        "<= 1 x the best peer",
        lambda r: default(r, work).seconds() / best_peer(r, work).seconds(),
        1,
        True,
        aside,
    )


def cpu(work: str) -> Target:
    def least(results: Results) -> Result:
        return min(peers(results, work), key=Result.cpu_seconds)

    return Target(
        f"{work}: CPU",
        "<= 1 x the least peer's",
        lambda r: default(r, work).cpu_seconds() / least(r).cpu_seconds(),
        1,
        True,
        lambda r: least(r).program.name,
    )


def memory(work: str) -> Target:
    def least(results: Results) -> Result:
        return min(peers(results, work), key=lambda r: max(r.peak))

    return Target(
        f"{work}: memory",
        "<= 1 x the least peer's",
        lambda r: max(default(r, work).peak) / max(least(r).peak),
        1,
        True,
        lambda r: f"{least(r).program.name}; ours {max(default(r, work).peak) / 1024:.0f} MiB",
    )


def resident(results: Results) -> float:
    """The greatest peak of ours in any work and setting, MiB."""
    found = [r for runs in results.values() for r in runs.values() if r.program.kind == "ours"]
    return max(max(r.peak) for r in found) / 1024


def to_curl(work: str, scheme: str) -> Callable[[Results], float]:
    return lambda r: (
        r[work][f"s3cat, {scheme}"].cpu_seconds() / r[work][f"curl, {scheme}"].cpu_seconds()
    )


def tls_per_gb(results: Results, program: str) -> float:
    """CPU seconds that TLS adds to a GB."""
    runs = results["web-large"]
    more = runs[f"{program}, TLS"].cpu_seconds() - runs[f"{program}, HTTP"].cpu_seconds()
    return more * 1000 / runs[f"{program}, TLS"].mb


TARGETS = [
    *(make(work) for work in GETS + PUTS for make in (wall, cpu, memory)),
    Target("CPU per GB, HTTP", "<= 1.5 x curl's", to_curl("web-large", "HTTP"), 1.5, True),
    Target("CPU per GB, TLS", "<= 1.5 x curl's", to_curl("web-large", "TLS"), 1.5, True),
    Target("CPU of 20,000 requests", "<= 1.5 x curl's", to_curl("web-small", "HTTP"), 1.5, True),
    Target(
        "TLS adds, CPU s per GB",
        "<= 1.5 x curl's",
        lambda r: tls_per_gb(r, "s3cat") / tls_per_gb(r, "curl"),
        1.5,
        True,
        lambda r: f"{tls_per_gb(r, 's3cat'):.2f} s, curl's {tls_per_gb(r, 'curl'):.2f} s",
    ),
    Target("peak MiB, any of these", "<= 64", resident, 64, True),
]
