"""No process of an engine is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.engines import process
from tests.engines.missing import NotUp
from tests.engines.process import EngineProcess

DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(600)
"""
PARENT = """
import pathlib, sys, time
from tests.engines.process import EngineProcess
engine = EngineProcess("engine", ["sh", "-c", "echo up; exec sleep 600"], pathlib.Path(sys.argv[1]))
engine.launch()
engine.await_answer(lambda: "up" in engine.tail)
print(engine.pid, flush=True)
time.sleep(600)
"""
ROOT = Path(__file__).parents[2]


def _lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


@pytest.mark.skipif(sys.platform != "linux", reason="needs the kernel of Linux")
@pytest.mark.parametrize("paused", [False, True])
def test_it_dies_with_the_process_that_started_it(tmp_path: Path, paused: bool) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert _lives(pid)
        if paused:
            os.kill(pid, signal.SIGSTOP)
        parent.kill()
    deadline = time.monotonic() + 10
    while _lives(pid):
        assert time.monotonic() < deadline, "it has outlived its parent"
        time.sleep(0.02)


def test_it_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    with EngineProcess("engine", ["sleep", "600"], tmp_path) as engine:
        thread = threading.Thread(target=engine.launch)
        thread.start()
        thread.join()
        time.sleep(0.2)
        assert engine.running
        assert engine.stop()
    assert not engine.running


def test_one_that_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "STOPPED_WITHIN", 0.2)
    with EngineProcess("engine", [sys.executable, "-c", DEAF], tmp_path) as engine:
        engine.launch()
        engine.await_answer(lambda: "up" in engine.tail)
        assert not engine.stop()
        assert not engine.running


def test_one_that_ends_is_told_with_what_it_wrote(tmp_path: Path) -> None:
    with EngineProcess("engine", ["sh", "-c", "echo out of luck >&2; exit 3"], tmp_path) as engine:
        engine.launch()
        with pytest.raises(NotUp, match=r"engine has ended:\nout of luck"):
            engine.await_answer(lambda: False)
        assert engine.wait() == 3
