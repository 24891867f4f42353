"""Commands as a person types them, without a process for each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from click.testing import CliRunner, Result

from lrs.cli import main
from lrs.settings import Settings
from lrs.wiring import open_log, open_store
from schemas.ports import EventLog, Store

Answer = TypeVar("Answer")


class Shell:
    """Calls `lrs`."""

    def run(self, *words: str) -> Result:
        """The result, whatever it is."""
        return CliRunner().invoke(main, words, prog_name="lrs")

    def __call__(self, *words: str) -> str:
        """What a command that succeeds prints."""
        result = self.run(*words)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, *words: str, code: int = 1) -> str:
        """What a command that is refused says, in one line, without a traceback."""
        result = self.run(*words)
        assert result.exit_code == code, (result.exit_code, result.output, result.exception)
        assert isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.stderr
        lines = result.stderr.strip().splitlines()
        if code == 1:
            assert lines[-1].startswith("Error: ")
        return lines[-1].removeprefix("Error: ")

    def inside(self, work: Callable[[Store, EventLog], Awaitable[Answer]]) -> Answer:
        """Do something with the store and the log that the commands use."""

        async def opened() -> Answer:
            settings = Settings()
            async with open_store(settings, create=True) as store, open_log(settings, create=True) as log:
                return await work(store, log)

        return asyncio.run(opened())
