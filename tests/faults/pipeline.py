"""The program as in a cluster: an endpoint and consumers, each in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.engines import Engines
from tests.acceptance.server import PATIENCE, Server

CONSUMERS = ("statements", "provinces")
_PARTITIONS = re.compile(r": partitions (\[[0-9, ]*\]|of others)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Consumer:
    """A process that runs one consumer, and the file of what it says."""

    name: str
    process: subprocess.Popen[bytes]
    errors: Path

    @property
    def said(self) -> str:
        """What it wrote to standard error."""
        return self.errors.read_text(errors="replace")

    @property
    def partitions(self) -> set[int]:
        """The partitions that it said last are its own."""
        found = _PARTITIONS.findall(self.said)
        return set(map(int, re.findall(r"\d+", found[-1]))) if found else set()

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.process.pid, number)

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self.process.kill()
        self.process.wait(PATIENCE)


class Pipeline:
    """An endpoint, `server`, and consumers, on engines that others start and break."""

    def __init__(self, folder: Path, kafka: str, mongodb: str, stack: ExitStack) -> None:
        folder.mkdir()
        engines = Engines("kafka+mongodb", kafka, mongodb)
        self.server = stack.enter_context(Server(folder, engines, consumers="false"))
        self.consumers: list[Consumer] = []

    def start(self, each: int = 1) -> Pipeline:
        """Make what the engines need, and start an endpoint and so many processes of each consumer."""
        self.server.start()
        for name in CONSUMERS:
            for _ in range(each):
                self.begin(name)
        for name in CONSUMERS:
            of = self.of(name)
            until(lambda of=of: all(it.partitions for it in of), f"{name} has no partitions")  # type: ignore[misc]
        return self

    def begin(self, name: str) -> Consumer:
        """Start a consumer."""
        process = self.server.begin("consume", name)
        errors = max(self.server.folder.glob("*-consume.stderr"))
        consumer = Consumer(name, process, errors)
        self.consumers.append(consumer)
        return consumer

    def of(self, name: str) -> list[Consumer]:
        """The processes of a consumer, in the order of their start."""
        return [it for it in self.consumers if it.name == name]

    def replace(self, consumer: Consumer) -> None:
        """kill -9 of a consumer; then another one, as whoever watches processes would start it."""
        consumer.kill()
        self.consumers.remove(consumer)
        self.begin(consumer.name)

    def revive(self) -> int:
        """Start again the consumers that have ended, as whoever watches processes would; how many."""
        ended = [it for it in self.consumers if it.process.poll() is not None]
        for it in ended:
            self.replace(it)
        return len(ended)

    def assert_alive(self) -> None:
        """Everything runs."""
        assert self.server.process.poll() is None, f"the endpoint has ended:\n{self.server.stderr[-4000:]}"
        for it in self.consumers:
            assert it.process.poll() is None, f"{it.name} has ended:\n{it.said[-4000:]}"

    def stop(self) -> None:
        """Everything ends well when it is told to."""
        for it in self.consumers:
            it.process.send_signal(signal.SIGTERM)
        codes = {f"{n}: {it.name}": it.process.wait(PATIENCE) for n, it in enumerate(self.consumers)}
        codes["endpoint"] = self.server.stop()
        assert set(codes.values()) == {0}, codes


def until(true: Callable[[], bool], what: str, patience: float = 90.0) -> None:
    """Wait until `true()`; fails with `what` after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
