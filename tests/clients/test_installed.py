"""The lock of npm's clients, and what is said where they cannot be run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.clients import installed
from tests.engines.cache import Cache
from tests.engines.missing import Missing


def test_every_package_is_locked_by_its_hash_and_from_no_place_by_name() -> None:
    lock = json.loads((installed.SCRIPTS / installed.LOCK).read_text(encoding="utf-8"))
    packages = {name: it for name, it in lock["packages"].items() if name}
    assert packages
    assert {name for name, it in packages.items() if "integrity" not in it or "resolved" in it} == set()


def test_what_is_not_installed_is_said_with_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="make clients"):
        installed.find(Cache(tmp_path))


@pytest.mark.parametrize(
    ("version", "said"), [(None, "there is no `node`"), ("v16.20.2", "`node` is v16.20.2")]
)
def test_clients_need_a_node_that_is_new_enough(
    version: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(tmp_path / "cache")
    programs = tmp_path / "programs"
    programs.mkdir()
    if version is not None:
        node = programs / "node"
        node.write_text(f"#!/bin/sh\necho {version}\n")
        node.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    with pytest.raises(Missing, match=said):
        installed.install(cache)
    assert not cache.root.exists()
