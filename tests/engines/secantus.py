"""The installed server of MongoDB's protocol: `secantusd-rs`, built by Cargo, or else `secantusd-py`, by pip.

Both are under GPL-2 and beta: for tests alone, and never shipped.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.engines.cache import Cache
from tests.engines.command import carry_out
from tests.engines.missing import Missing

RUST, RUST_VERSION = "secantusd-rs", "0.5.3-beta.196"
PYTHON, PYTHON_VERSION = "secantusd-py", "0.7.0b3"
BUILD_MINUTES, MINUTES = 45, 10
"""The longest that Cargo, and that pip, may take."""


@dataclass(frozen=True, slots=True)
class Secantus:
    """A server in `folder`; `name` is that of its program."""

    name: str
    version: str
    folder: Path

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def command(self, *arguments: str) -> list[str]:
        """How to run it."""
        program = str(self.folder / "bin" / self.name)
        if self.name == RUST:
            # The log's file has its full size from the start.
            return [program, "--log-file-max", "16MB", *arguments]
        # By its interpreter: the first line of the program names the folder in which it was made.
        return [str(self.folder / "bin" / "python"), program, *arguments]


def find(cache: Cache) -> Secantus:
    """The installed one, the one in Rust first. Raises Missing where there is none."""
    for name, version in ((RUST, RUST_VERSION), (PYTHON, PYTHON_VERSION)):
        if folder := cache.installed(name, version):
            return Secantus(name, version, folder)
    raise Missing("a server of MongoDB's protocol is not installed: make engines")


def install(cache: Cache, say: Callable[[str], None]) -> Secantus:
    """What is installed; else the one in Rust; where that cannot be built, the slower one in Python.

    Raises Missing where neither can be had.
    """
    try:
        return find(cache)
    except Missing:
        pass
    try:
        _cargo()
        say(f"building {RUST} {RUST_VERSION} with cargo, once: 5 to 15 minutes")
        return Secantus(RUST, RUST_VERSION, cache.install(RUST, RUST_VERSION, _build))
    except Missing as error:
        say(f"{error}; installing {PYTHON} {PYTHON_VERSION}, which is slower: about 15 seconds")
        try:
            return Secantus(PYTHON, PYTHON_VERSION, cache.install(PYTHON, PYTHON_VERSION, _install))
        except Missing as other:
            raise Missing(f"{error}; {other}") from None


def _build(folder: Path) -> None:
    target = folder / "target"
    words = (
        "install", "secantus-mdb", "--version", RUST_VERSION, "--ignore-rust-version",
        "--root", str(folder), "--target-dir", str(target),
    )  # fmt: skip
    carry_out("cargo", [_cargo(), *words], folder, BUILD_MINUTES * 60)
    shutil.rmtree(target)


def _cargo() -> str:
    cargo = shutil.which("cargo")
    if cargo is None:
        raise Missing(f"{RUST} needs Rust to be built: there is no `cargo`")
    return cargo


def _install(folder: Path) -> None:
    carry_out("venv", [sys.executable, "-m", "venv", str(folder)], folder, MINUTES * 60)
    words = ("-m", "pip", "--disable-pip-version-check", "install", f"SecantusDB=={PYTHON_VERSION}")
    carry_out("pip", [str(folder / "bin" / "python"), *words], folder, MINUTES * 60)
