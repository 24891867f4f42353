"""One engine's process: in a session of its own, with what it writes in a file, and never without an end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from tests.engines.missing import NotUp
from tests.engines.port import TAKEN, is_free

BOUND = Path(__file__).with_name("bound.py")
PATIENCE = 60.0
"""Seconds to wait for an engine to come up, on a machine that is busy with other things."""
STOPPED_WITHIN = 20.0
"""Seconds that an engine has to end by itself."""
STILL = "TZX"
"""The states of threads that stand still: stopped, or dead."""
TAIL = 2000
"""Characters of what an engine wrote that an error shows."""

_SPAWNING = ThreadPoolExecutor(max_workers=1, thread_name_prefix="engines")
"""The kernel binds a process to the thread that started it: this one lasts as long as we do."""


class EngineProcess:
    """A command that is started any number of times, one at a time, and listens at `port`, if at any.

    What it writes is appended to `<name>.out` in `folder`. Whoever leaves the context has no process left.
    """

    def __init__(
        self, name: str, command: Sequence[str], folder: Path, port: int = 0, *, directory: Path | None = None
    ) -> None:
        self.name = name
        self.port = port
        self.output = folder / f"{name}.out"
        self._command = command
        self._directory = directory or folder
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> EngineProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def address(self) -> str:
        """Where clients reach it: host and port."""
        return f"127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended; a paused one runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process id of the one that was started last."""
        assert self._process is not None, f"{self.name} was not started"
        return self._process.pid

    @property
    def tail(self) -> str:
        """What it wrote last."""
        return self.output.read_text(errors="replace")[-TAIL:] if self.output.exists() else ""

    def launch(self) -> None:
        """Start it; it need not answer yet. Raises NotUp where somebody else has its port."""
        assert not self.running, f"{self.name} runs already"
        if self.port and not is_free(self.port):
            raise NotUp(f"{self.name}: {self.address}: {TAKEN}")
        self._process = _SPAWNING.submit(self._spawn).result()

    def stop(self) -> bool:
        """Ask it to end, and wait; kill it where it does not. Returns whether it ended by itself."""
        if self._process is None or not self.running:
            return True
        self.resume()
        self._process.terminate()
        try:
            self._process.wait(STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        return True

    def kill(self) -> None:
        """kill -9, if it runs, and wait until it is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def pause(self) -> None:
        """Let it stand still: its connections stay, and nothing answers once this returns."""
        os.kill(self.pid, signal.SIGSTOP)
        # the signal is on its way: until every thread stands, one may answer
        tasks = Path(f"/proc/{self.pid}/task")
        while any(state(task) not in STILL for task in tasks.iterdir()):
            time.sleep(0.001)

    def resume(self) -> None:
        """Let a paused one go on."""
        os.kill(self.pid, signal.SIGCONT)

    def wait(self) -> int:
        """Wait until it has ended by itself, and return its exit code."""
        assert self._process is not None, f"{self.name} was not started"
        return self._process.wait()

    def await_answer(self, ask: Callable[[], bool]) -> None:
        """Ask until the answer is yes. Raises NotUp where it ends, or is not there in time."""
        deadline = time.monotonic() + PATIENCE
        while not ask():
            if not self.running:
                raise NotUp(f"{self.name} has ended:\n{self.tail}")
            if time.monotonic() > deadline:
                raise NotUp(f"{self.name} does not answer after {PATIENCE:.0f} s:\n{self.tail}")
            time.sleep(0.05)

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self.output.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-I", "-S", str(BOUND), str(os.getpid()), *self._command],
                cwd=self._directory, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip


def state(task: Path) -> str:
    """The letter that the kernel has for a thread's state; one that is gone is dead (proc(5))."""
    try:
        return (task / "stat").read_text().rpartition(") ")[2][0]
    except OSError:
        return "X"
