"""On what it was measured."""

from __future__ import annotations

import os
import platform
import sqlite3
from pathlib import Path

_GIB = 1024**3


def describe(directory: Path) -> str:
    """Processor, memory, versions, and the file system of the directory."""
    return (
        f"{os.cpu_count()} cores {_processor()}, {_memory()}{_file_system(directory)}, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / _GIB:.0f} GiB, "
    except (ValueError, OSError):
        return ""


def _file_system(directory: Path) -> str:
    """Of which kind it is: on one in memory, durability costs nothing."""
    try:
        mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return "files on an unknown file system"
    of = [(mount, kind) for _, mount, kind, *_ in mounts if directory.resolve().is_relative_to(mount)]
    _, kind = max(of, key=lambda it: len(it[0]), default=("", "an unknown file system"))
    return f"files on {kind}"
