"""The real command, `lrs serve`, in a process of its own on files of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from urllib.error import URLError
from urllib.request import Request, urlopen

import orjson

from lrs.settings import Settings
from lrs.wiring import open_log, open_store
from schemas.ports import EventLog, Store
from tests.acceptance.engines import Engines
from tests.engines.process import STILL, state

KEY, SECRET = "dev", "secret"
PATIENCE = 30.0
"""Seconds to wait for a process on a machine that is busy with other things."""
_URL = re.compile(r"^Learning records at (http://\S+)$", re.MULTILINE)


class Server:
    """A server in `folder`; `settings` by their names, as in `max_body="2048"`.

    What it wrote to standard error is kept over restarts. Whoever leaves the context has no process left.
    """

    def __init__(self, folder: Path, engines: Engines, **settings: str) -> None:
        self.folder = folder
        self.engines = engines
        self.settings = {**engines.settings(folder), **settings}
        self._prepared = engines.embedded
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            if process.returncode is None:
                # With the consumers beside a server. Its number cannot be another's yet: nobody has waited.
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait(PATIENCE)

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The process that was started last."""
        assert self._process is not None, "the server was not started"
        return self._process

    @property
    def stderr(self) -> str:
        """What all processes on these files wrote to standard error so far."""
        return "".join(it.read_text(errors="replace") for it in sorted(self.folder.glob("*.stderr")))

    @property
    def store_file(self) -> Path:
        """The store's file, where it is one."""
        return self.folder / "store.db"

    def opened_log(self) -> AbstractAsyncContextManager[EventLog]:
        """The log, opened beside the server."""
        return open_log(self._settings())

    def opened_store(self) -> AbstractAsyncContextManager[Store]:
        """The store, opened beside the server."""
        return open_store(self._settings())

    def _settings(self) -> Settings:
        return Settings(log=self.settings["log"], store=self.settings["store"])

    def start(self, **settings: str) -> Server:
        """Start it, with other settings than before where some are given, and wait until it is ready."""
        self.launch(**settings)
        self.await_ready()
        if self.settings.get("consumers") != "false":
            self._await_projector()
        return self

    def launch(self, **settings: str) -> None:
        """Start it, and wait until it listens."""
        self.settings.update(settings)
        self._prepare()
        self._process, out = self._open("serve")
        self.url = self._await_url(self._process, out)

    def _prepare(self) -> None:
        """Make topics and collections, where there are no files."""
        if not self._prepared:
            self.lrs("migrate", "--partitions", "4", "--facts-partitions", "4")
            self._prepared = True

    def second(self) -> str:
        """Start another server on the same files, and return its address."""
        process, out = self._open("serve")
        return self._await_url(process, out)

    def stop(self) -> int:
        """Tell it to stop, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """kill -9; its consumers see that it is gone and end by themselves."""
        self.process.kill()
        os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)

    def kill_child(self, name: str) -> None:
        """kill -9 of the consumer, or of another child, of that name, once it is there."""
        os.kill(self._child(name), signal.SIGKILL)

    @contextmanager
    def paused_child(self, name: str) -> Iterator[None]:
        """The consumer, or another child, of that name stands still while the context is entered."""
        child = self._child(name)
        os.kill(child, signal.SIGSTOP)
        try:
            while any(state(it) not in STILL for it in Path(f"/proc/{child}/task").iterdir()):
                time.sleep(0.001)
            yield
        finally:
            os.kill(child, signal.SIGCONT)

    def _child(self, name: str) -> int:
        deadline = time.monotonic() + PATIENCE
        while (child := self.children().get(name)) is None:
            assert time.monotonic() < deadline, f"no child {name} runs"
            time.sleep(0.02)
        return child

    def children(self) -> dict[str, int]:
        """By their last word the process ids of the processes beside the server."""
        found = {}
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        for child in map(int, listed.split()):
            try:
                words = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if len(words) > 1:  # one that has just ended has none
                found[words[-2].decode()] = child
        return found

    def run(self, *words: str, timeout: float = 120, **settings: str) -> subprocess.CompletedProcess[str]:
        """The result of `lrs <words>` on the same files."""
        return subprocess.run(
            _command(*words), env=self._environment(settings), cwd=self.folder, text=True,
            capture_output=True, timeout=timeout, check=False,
        )  # fmt: skip

    def lrs(self, *words: str, timeout: float = 120) -> str:
        """What `lrs <words>` prints; it must succeed."""
        result = self.run(*words, timeout=timeout)
        assert result.returncode == 0, f"lrs {' '.join(words)}: {result.stdout}{result.stderr}"
        return result.stdout

    def begin(self, *words: str) -> subprocess.Popen[bytes]:
        """Start `lrs <words>` on the same files and go on."""
        return self._open(*words)[0]

    def credential(self, platform: str, *scopes: str) -> tuple[str, str]:
        """Key and secret of a new credential of a registered platform."""
        options = [word for scope in scopes for word in ("--scope", scope)]
        return parse_credential(self.lrs("credential", "add", platform, *options))

    def await_ready(self) -> None:
        """Wait until it takes statements."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with urlopen(f"{self.url}/health/ready", timeout=PATIENCE) as response:
                    assert orjson.loads(response.read()) == {"status": "ready", "missing": []}
                    return
            except (URLError, ConnectionError):
                assert self.process.poll() is None, f"the server has ended:\n{self.stderr}"
                assert time.monotonic() < deadline, f"the server does not get ready:\n{self.stderr}"
                time.sleep(0.02)

    def _await_projector(self) -> None:
        """Wait until a tick has come back: the projector beside the server is there."""
        deadline = time.monotonic() + PATIENCE
        headers = {"Authorization": basic(KEY, SECRET), "X-Experience-API-Version": "2.0.0"}
        asked = Request(f"{self.url}/xapi/statements?limit=1", headers=headers)
        while True:
            with urlopen(asked, timeout=PATIENCE) as response:
                if not response.headers["X-Experience-API-Consistent-Through"].startswith("1970"):
                    return
            assert time.monotonic() < deadline, f"nothing is projected:\n{self.stderr}"
            time.sleep(0.02)

    def _await_url(self, process: subprocess.Popen[bytes], out: Path) -> str:
        deadline = time.monotonic() + PATIENCE
        while (found := _URL.search(out.read_text())) is None:
            assert process.poll() is None, f"the server has ended:\n{self.stderr}"
            assert time.monotonic() < deadline, f"the server does not start:\n{self.stderr}"
            time.sleep(0.02)
        return found[1]

    def _open(self, *words: str) -> tuple[subprocess.Popen[bytes], Path]:
        out = self.folder / f"{len(self._processes):03d}-{words[0]}.stdout"
        with out.open("wb") as stdout, out.with_suffix(".stderr").open("wb") as stderr:
            process = subprocess.Popen(
                _command(*words), env=self._environment({}), cwd=self.folder, stdin=subprocess.DEVNULL,
                stdout=stdout, stderr=stderr, start_new_session=True,
            )  # fmt: skip
        self._processes.append(process)
        return process, out

    def _environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        own = {
            "port": "0",
            "dev_credential": f"{KEY}:{SECRET}",
            **self.settings,
            **settings,
        }
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("LRS_")}
        return {**inherited, **{f"LRS_{name.upper()}": value for name, value in own.items()}}


def basic(key: str, secret: str) -> str:
    """The value of the header Authorization."""
    return f"Basic {b64encode(f'{key}:{secret}'.encode()).decode()}"


def parse_credential(printed: str) -> tuple[str, str]:
    """Key and secret as the command line prints a new credential."""
    said = dict(
        line.split(maxsplit=1) for line in printed.splitlines() if line.startswith(("key:", "secret:"))
    )
    return said["key:"], said["secret:"]


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "lrs", *words]
