"""What is in the cache is whole, whoever was interrupted and however many install at once."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.engines import kafka_jars, secantus
from tests.engines.__main__ import main
from tests.engines.cache import Cache, default_root
from tests.engines.missing import Missing


def test_its_place_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("LRS_ENGINES_CACHE", raising=False)
    assert default_root() == tmp_path / ".cache" / "lrs-engines"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert default_root() == tmp_path / "caches" / "lrs-engines"
    monkeypatch.setenv("LRS_ENGINES_CACHE", str(tmp_path / "own"))
    assert default_root() == tmp_path / "own"


def test_an_interrupted_install_is_none(tmp_path: Path) -> None:
    cache = Cache(tmp_path)

    def interrupted(folder: Path) -> None:
        (folder / "half").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.install("engine", "1", interrupted)
    assert cache.installed("engine", "1") is None
    folder = cache.install("engine", "1", lambda part: (part / "whole").touch())
    assert [it.name for it in folder.iterdir()] == ["whole"]
    assert cache.installed("engine", "1") == folder


def test_of_two_at_once_one_installs_and_the_other_waits(tmp_path: Path) -> None:
    made = []
    both = threading.Barrier(2)

    def make(folder: Path) -> None:
        made.append(folder)
        time.sleep(0.2)
        (folder / "whole").touch()

    def install() -> bool:
        both.wait()
        return (Cache(tmp_path).install("engine", "1", make) / "whole").exists()

    with ThreadPoolExecutor(2) as pool:
        assert [it.result() for it in [pool.submit(install), pool.submit(install)]] == [True, True]
    assert len(made) == 1


def test_without_java_kafka_says_what_it_needs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(Missing, match="needs Java 17 or newer"):
        kafka_jars.install(Cache(tmp_path / "cache"))


def test_without_cargo_the_slower_server_is_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(secantus, "_install", lambda folder: (folder / "whole").touch())
    said: list[str] = []
    assert secantus.install(Cache(tmp_path / "cache"), said.append).name == secantus.PYTHON
    assert "there is no `cargo`" in said[-1]


def test_a_command_that_fails_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cargo = tmp_path / "cargo"
    cargo.write_text("#!/bin/sh\necho begun\necho 'error: no network'\necho more\nexit 3\n")
    cargo.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(Missing, match=r"^cargo failed: error: no network \(see [^\n]*install\.log\)$"):
        Cache(tmp_path).install("engine", "1", secantus._build)


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--strict",), 1)])
def test_a_missing_engine_is_an_error_if_it_must_be_there(
    options: tuple[str, ...], code: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing(*_: object) -> None:
        raise Missing("it needs a machine")

    monkeypatch.setenv("LRS_ENGINES_CACHE", str(tmp_path))
    monkeypatch.setattr(kafka_jars, "install", missing)
    monkeypatch.setattr(secantus, "install", missing)
    result = CliRunner().invoke(main, ["install", *options])
    assert result.exit_code == code
    assert "Kafka: not installed: it needs a machine" in result.output
