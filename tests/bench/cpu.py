"""What processes used of the processors, where the system says so (Linux)."""

from __future__ import annotations

import os
import resource
from collections.abc import Mapping
from pathlib import Path
from time import monotonic

_PROC = Path("/proc")


class Shares:
    """What processes use of a core each, from now on."""

    def __init__(self, processes: Mapping[str, int]) -> None:
        self._processes = processes
        self._began = monotonic()
        self._before = {name: _used(pid) for name, pid in processes.items()}

    def now(self) -> dict[str, float]:
        """By name the share since the beginning: 1.0 is a core; empty where the system does not say."""
        seconds = monotonic() - self._began
        found = {}
        for name, pid in self._processes.items():
            before, after = self._before[name], _used(pid)
            if before is not None and after is not None:
                found[name] = (after - before) / seconds
        return found


class Others:
    """What processes that are not ours use of the machine, from now on: they spoil the figures."""

    def __init__(self) -> None:
        self._began = monotonic()
        self._before = _busy() - _ours()

    def now(self) -> float:
        """Cores since the beginning, once all processes that were started have ended; 0 where the system does
        not say.
        """
        return max(0.0, (_busy() - _ours() - self._before) / (monotonic() - self._began))


def _busy() -> float:
    """Seconds of processor time that the machine did not idle away."""
    try:
        first = (_PROC / "stat").read_text().partition("\n")[0].split()[1:]
    except OSError:
        return 0.0
    user, nice, system, _, _, *more = map(int, first)
    return (user + nice + system + sum(more[:3])) / os.sysconf("SC_CLK_TCK")


def _ours() -> float:
    """Those of this process and of all that it started and that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _used(pid: int) -> float | None:
    """Seconds of processor time of the process so far; None where that is not known."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children(pid: int) -> dict[str, int]:
    """By their last argument the processes that it started."""
    found = {}
    try:
        for child in (_PROC / str(pid) / "task" / str(pid) / "children").read_text().split():
            arguments = (_PROC / child / "cmdline").read_text().rstrip("\0").split("\0")
            name = arguments[-1]
            found[f"{name} {child}" if name in found else name] = int(child)
    except OSError:
        return {}
    return found
