"""The browser of the tests: what is locked, what is vendored, and what is said where it is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.browser import installed, vendored
from tests.browser.installed import Installed
from tests.engines.cache import Cache
from tests.engines.missing import Missing


def test_every_package_is_locked_by_its_hash_and_from_no_place_by_name() -> None:
    lock = json.loads((installed.HERE / installed.LOCK).read_text(encoding="utf-8"))
    packages = {name: it for name, it in lock["packages"].items() if name}
    assert packages
    assert {name for name, it in packages.items() if "integrity" not in it or "resolved" in it} == set()


def test_what_is_vendored_is_the_package_under_the_hash_of_the_lock(installed_browser: Installed) -> None:
    assert vendored.differences(installed_browser.uplot) == []


def test_another_file_or_a_missing_one_is_seen(
    installed_browser: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vendored, "FOLDER", tmp_path / "vendor")
    assert vendored.differences(installed_browser.uplot) == sorted(vendored.FILES)
    vendored.fetch(installed_browser.uplot)
    assert vendored.differences(installed_browser.uplot) == []
    with (tmp_path / "vendor/uPlot.min.css").open("a") as file:
        file.write(" ")
    (tmp_path / "vendor/more.js").touch()
    assert vendored.differences(installed_browser.uplot) == ["more.js", "uPlot.min.css"]


def test_what_is_not_installed_is_said_with_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Missing, match="make browser"):
        installed.find(Cache(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Missing, match="Chromium"):
        installed.find(Cache(tmp_path))
    with pytest.raises(Missing, match="no `apt-get`"):
        installed.install(Cache(tmp_path))
