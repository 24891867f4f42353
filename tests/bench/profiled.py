"""Runs `lrs` under cProfile: `python -m tests.bench.profiled OUT serve`.

A profile is of one thread, and the store's files are worked on in threads: so each thread has its own, and
there are two files, OUT.loop (the thread of the event loop) and OUT.threads (all others together). Times are
of the clock, so waiting counts too: for events in the loop, for work in the threads.
"""

from __future__ import annotations

import cProfile
import io
import pstats
import sys
import threading
from pathlib import Path
from typing import Any

from lrs.cli import main as lrs

LOOP, THREADS = ".loop", ".threads"
SHOWN = 25
"""Functions."""


def main() -> None:
    """Run, then write the profiles."""
    _, out, *arguments = sys.argv
    sys.argv = ["lrs", *arguments]
    threads: list[cProfile.Profile] = []

    def begin(*_: Any) -> None:
        profile = cProfile.Profile()
        threads.append(profile)
        profile.enable()

    if sys.version_info < (3, 12):  # later ones have one profile at a time in all threads
        threading.setprofile(begin)
    loop = cProfile.Profile()
    loop.enable()
    try:
        lrs(standalone_mode=False)
    finally:
        loop.disable()
        _write(Path(out + LOOP), [loop])
        _write(Path(out + THREADS), threads)


def hottest(out: Path) -> str:
    """The functions in which most time passes, in themselves, by kind of thread."""
    shown = io.StringIO()
    for kind in (LOOP, THREADS):
        path = out.with_name(out.name + kind)
        if path.exists():
            shown.write(f"{kind.removeprefix('.')}\n")
            stats = pstats.Stats(str(path), stream=shown)
            stats.strip_dirs().sort_stats("tottime").print_stats(SHOWN)
    return shown.getvalue()


def _write(path: Path, profiles: list[cProfile.Profile]) -> None:
    ran = [profile for profile in profiles if profile.getstats()]
    if ran:
        pstats.Stats(*ran).dump_stats(path)


if __name__ == "__main__":
    main()
