"""A server of MongoDB's protocol in a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from tests.engines.missing import NotUp
from tests.engines.port import free_ports, is_taken, listens
from tests.engines.process import EngineProcess
from tests.engines.secantus import Secantus

ATTEMPTS = 3
"""How often another port is tried where somebody else was quicker."""


class MongoServer(EngineProcess):
    """One node, in `folder`, that answers like a replica set's primary. A commit is on the disk when it is
    answered.

    Its port and its data stay the same over restarts. Where `port` is given, that one is taken, and data of
    an earlier run in the folder is used.
    """

    def __init__(self, secantus: Secantus, folder: Path, *, port: int | None = None) -> None:
        self.folder = folder
        self._secantus = secantus
        self._keeps_port = port is not None
        self._listen(port or free_ports(1)[0])

    def __enter__(self) -> MongoServer:
        return self

    @property
    def url(self) -> str:
        """Its address as drivers take it, without a database."""
        return f"mongodb://{self.address}/?directConnection=true"

    def start(self) -> MongoServer:
        """Start it, and wait until it answers. Raises NotUp.

        The first time that is on another port where somebody else was quicker.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self.launch()
                self.await_answer(self._answers)
            except NotUp as error:
                self.kill()
                if self._keeps_port or attempt == ATTEMPTS or not is_taken(error):
                    raise
                self._listen(free_ports(1)[0])
            else:
                self._keeps_port = True
                break
        return self

    def restart(self) -> None:
        """Stop it, and start it again on the same port and data."""
        self.stop()
        self.start()

    def _listen(self, port: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        # One of its own, so that it takes none that lies about on this machine.
        configuration = self.folder / "secantusd.toml"
        configuration.touch()
        words = (
            "--config", str(configuration), "--port", str(port), "--storage-path", str(self.folder / "data"),
            "--sync-on-commit", "--log-level", "WARNING", "--cache-size", "256M",
        )  # fmt: skip
        super().__init__(self._secantus.name, self._secantus.command(*words), self.folder, port)

    def _answers(self) -> bool:
        if not listens(self.port):
            return False
        client: MongoClient[dict[str, Any]]
        try:
            with MongoClient(self.url, serverSelectionTimeoutMS=2000, socketTimeoutMS=2000) as client:
                # Not another one's that has taken the port, while ours is about to say so.
                return bool(client.admin.command("serverStatus").get("pid") == self.pid)
        except PyMongoError:
            return False
