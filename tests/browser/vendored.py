"""The library that the page is served with: vendored, and held to what npm has under the lock's hash."""

from __future__ import annotations

import shutil
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "lrs/dashboard/static/vendor/uplot-1.6.32"
FILES = {
    "uPlot.iife.min.js": "dist/uPlot.iife.min.js",
    "uPlot.min.css": "dist/uPlot.min.css",
    "LICENSE": "LICENSE",
}
"""By the name of a vendored file its path in the package."""


def differences(package: Path) -> list[str]:
    """The names of vendored files that are not those of the package, that are missing, or that are more."""
    there = {it.name for it in FOLDER.iterdir()} if FOLDER.is_dir() else set()
    different = {
        name
        for name, path in FILES.items()
        if name in there and (FOLDER / name).read_bytes() != (package / path).read_bytes()
    }
    return sorted(different | (there ^ FILES.keys()))


def fetch(package: Path) -> None:
    """Put the package's files in the place of what is vendored."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for name, path in FILES.items():
        shutil.copyfile(package / path, FOLDER / name)
