"""The installed Chromium, and the packages of npm that its tests need, each as its lock's hash says."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.engines.cache import Cache
from tests.engines.command import carry_out
from tests.engines.missing import Missing

HERE = Path(__file__).parent
NAME, LOCK = "browser", "package-lock.json"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
MINUTES = 10
"""The longest that apt-get, and that npm, may take."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A browser's program, and the packages of npm in `folder`/node_modules."""

    program: Path
    folder: Path

    @property
    def axe(self) -> str:
        """axe-core as one script."""
        return (self.folder / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")

    @property
    def uplot(self) -> Path:
        """The folder of the package that the page is served with."""
        return self.folder / "node_modules/uplot"


def find(cache: Cache) -> Installed:
    """What is installed. Raises Missing where something is not."""
    program, folder = _program(), cache.installed(NAME, _version())
    if program is None:
        raise Missing("Chromium is not installed: make browser")
    if folder is None:
        raise Missing("what tests run in a browser is not installed: make browser")
    return Installed(program, folder)


def install(cache: Cache) -> Installed:
    """Chromium by apt-get, where there is none; the rest by npm. Raises Missing where neither can be had."""
    program = _program() or _by_apt(cache)
    return Installed(program, cache.install(NAME, _version(), _fill))


def _program() -> Path | None:
    names = (os.environ.get("LRS_TEST_CHROMIUM", ""), *PROGRAMS)
    found = next(filter(None, (shutil.which(name) for name in names if name)), None)
    return Path(found) if found else None


def _by_apt(cache: Cache) -> Path:
    apt = shutil.which("apt-get")
    if apt is None:
        raise Missing("there is no Chromium and no `apt-get`: name a Chromium in LRS_TEST_CHROMIUM")
    if os.geteuid() != 0:
        raise Missing("there is no Chromium, and apt-get needs root: apt-get install chromium")
    with cache.locked(NAME, "apt"):
        wait = ("-o", "DPkg::Lock::Timeout=300")
        carry_out("apt-get", [apt, *wait, "-qq", "update"], cache.root, MINUTES * 60)
        words = ("install", "--yes", "--no-install-recommends", "chromium")
        carry_out("apt-get", [apt, *wait, "-qq", *words], cache.root, MINUTES * 60)
    program = _program()
    if program is None:
        raise Missing("apt-get installed no Chromium")
    return program


def _version() -> str:
    return hashlib.sha256((HERE / LOCK).read_bytes()).hexdigest()[:12]


def _fill(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("what tests run in a browser needs npm to be installed: there is no `npm`")
    for name in ("package.json", LOCK, ".npmrc"):
        shutil.copy(HERE / name, folder)
    carry_out("npm", [npm, "ci"], folder, MINUTES * 60)
