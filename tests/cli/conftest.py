"""The command line in an empty directory, with a log and a store of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import Shell


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LRS_STORE", "sqlite:///store.db")
    monkeypatch.setenv("LRS_LOG", "sqlite:///log.db")
    monkeypatch.delenv("LRS_LOG_LEVEL", raising=False)
    return Shell()


@pytest.fixture
def one_touch(shell: Shell) -> Shell:
    """A shell beside a store in which One Touch is registered."""
    shell("platform", "add", "one-touch", "--home-page", "https://quangnam.onetouch.edu.vn",
          "--unit", "vn-2004/49", "--provinces", "vn-2004/49,vn-2025/48")  # fmt: skip
    return shell
