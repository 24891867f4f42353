"""Servers for one test, each in a folder of its own."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from tests.acceptance.engines import Engines
from tests.acceptance.server import Server


class Nursery:
    """Makes servers with settings of their own; `nursery(max_body="2048")` is one that runs."""

    def __init__(self, folder: Path, engines: Engines, stack: ExitStack) -> None:
        self.servers: list[Server] = []
        self._folder = folder
        self._engines = engines
        self._stack = stack

    def __call__(self, **settings: str) -> Server:
        return self.made(**settings).start()

    def made(self, **settings: str) -> Server:
        """A server that nobody has started yet."""
        folder = self._folder / f"server-{len(self.servers)}"
        folder.mkdir()
        server = self._stack.enter_context(Server(folder, self._engines, **settings))
        self.servers.append(server)
        return server
