"""The installed xAPI clients of npm, each as its lock's hash says, and the node that runs them."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.engines.cache import Cache
from tests.engines.command import carry_out
from tests.engines.missing import Missing

SCRIPTS = Path(__file__).parent
NAME, LOCK = "clients", "package-lock.json"
OLDEST = 18
"""The oldest node: the first that has `fetch`."""
MINUTES = 5
"""The longest that npm may take; it is some seconds as a rule."""


@dataclass(frozen=True, slots=True)
class Clients:
    """Packages in `folder`/node_modules, run by `node`."""

    folder: Path
    node: str

    @property
    def path(self) -> str:
        """Where node looks for packages: the scripts lie elsewhere."""
        return str(self.folder / "node_modules")


def find(cache: Cache) -> Clients:
    """The installed ones. Raises Missing where they are not, or there is no node to run them."""
    folder = cache.installed(NAME, _version())
    if folder is None:
        raise Missing("xAPI clients are not installed: make clients")
    return Clients(folder, _node())


def install(cache: Cache) -> Clients:
    """The clients, by npm. Raises Missing where there is no node, no npm, or no way to the registry."""
    node = _node()
    return Clients(cache.install(NAME, _version(), _fill), node)


def _version() -> str:
    return hashlib.sha256((SCRIPTS / LOCK).read_bytes()).hexdigest()[:12]


def _fill(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("xAPI clients need npm to be installed: there is no `npm`")
    for name in ("package.json", LOCK, ".npmrc"):
        shutil.copy(SCRIPTS / name, folder)
    carry_out("npm", [npm, "ci"], folder, MINUTES * 60)


def _node() -> str:
    node = shutil.which("node")
    if node is None:
        raise Missing(f"xAPI clients need node {OLDEST} or newer: there is no `node`")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", said)
    if found is None or int(found[1]) < OLDEST:
        raise Missing(
            f"xAPI clients need node {OLDEST} or newer: `node` is {said.strip() or 'something else'}"
        )
    return node
