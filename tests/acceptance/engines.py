"""What a server stands on: files of this machine, or a Kafka and a MongoDB."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit


@dataclass(frozen=True, slots=True)
class Engines:
    """Addresses of engines, None where files are used instead. `name` is that of the combination."""

    name: str
    kafka: str | None = None
    mongodb: str | None = None

    @property
    def embedded(self) -> bool:
        """Whether there are files alone, which `lrs serve` makes by itself."""
        return self.kafka is None and self.mongodb is None

    @property
    def pause(self) -> float:
        """Seconds between a load's batches, so that consumers keep up on a small machine."""
        return 0.03 if self.embedded else 0.25

    def settings(self, folder: Path) -> dict[str, str]:
        """Settings of a log and a store that nobody else has."""
        own = f"test-{secrets.token_hex(4)}"
        return {
            "log": f"{self.kafka}/{own}" if self.kafka else f"sqlite:///{folder}/log.db",
            "store": _database(self.mongodb, own) if self.mongodb else f"sqlite:///{folder}/store.db",
            "consumers": "true",
        }


def _database(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))
