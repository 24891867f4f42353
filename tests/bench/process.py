"""Processes for as long as a context lasts: each is ended by its own id, however the run ends."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import click

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
"""Seconds that a process has to end by itself."""
TAIL = 2000
"""Characters of a process's standard error that are shown when it fails."""


class Broken(Exception):
    """The benchmark cannot go on; the message says why."""


class Started:
    """A process that is running. What it writes to standard error is kept in a file."""

    def __init__(self, name: str, process: Process, errors: Path) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.name = name
        self.pid = process.pid
        self._process = process
        self._in = process.stdin
        self._out = process.stdout
        self._errors = errors

    async def said(self) -> bytes:
        """The next line it says. Raises Broken where it says nothing more."""
        line = await self._out.readline()
        if not line:
            code = await self._process.wait()
            errors = await asyncio.to_thread(self._errors.read_text, errors="replace")
            raise Broken(f"{self.name} ended with {code}: {errors[-TAIL:]}")
        return line

    async def tell(self, line: bytes) -> None:
        """Write to its standard input."""
        self._in.write(line)
        await self._in.drain()

    async def end(self) -> None:
        """Ask it to end, and wait until it has; it is killed where it does not, or nobody waits."""
        process = self._process
        if process.returncode is None:
            self._in.close()
            process.terminate()
            try:
                async with asyncio.timeout(PATIENCE):
                    await process.wait()
            except TimeoutError:
                click.echo(f"{self.name} ({self.pid}) did not end when it was asked: killed", err=True)
            finally:
                if process.returncode is None:
                    process.kill()
        await process.wait()


@asynccontextmanager
async def python(
    name: str, arguments: Sequence[str], directory: Path, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Started]:
    """A Python process in a directory. Of our own environment it has all but the store's settings."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("LRS_")}
    errors = directory / f"{name}.errors"
    with errors.open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, cwd=directory, stdin=PIPE, stdout=PIPE, stderr=file,
            env={**inherited, "PYTHONPATH": str(ROOT), **(environment or {})},
        )  # fmt: skip
    started = Started(name, process, errors)
    try:
        yield started
    finally:
        await started.end()
