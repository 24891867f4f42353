"""Recounts from an export: NDJSON of every statement in the order of the log, and the published code lists.

    python tests/recount/export.py statements.ndjson.gz registrations.json --links links.ndjson > cells.json

The export is read twice and never held: of a statement stays what it counts for.
"""

import argparse
import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

if __name__ == "__main__" and not __package__:
    # Run as a script: let the relative imports below find their package.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    __package__ = "tests.recount"

from .links import accounts_of, exported
from .recount import count
from .statement import Json, voided_ids


class Export:
    """The statements of an export, which can be gone through again and again."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def lines(self) -> Iterator[Any]:
        """Its lines. Raises ValueError where one comes twice, or the order is not that of the log."""
        before: tuple[str, int, int] = ("", 0, -1)
        with gzip.open(self._path, "rb") if self._path.suffix == ".gz" else self._path.open("rb") as file:
            for text in file:
                line = json.loads(text)
                place = line["log"], line["partition"], line["offset"]
                if place <= before:
                    raise ValueError(f"{place} comes after {before}")
                before = place
                yield line

    def __iter__(self) -> Iterator[Json]:
        return (line["statement"] for line in self.lines())


def recount_export(
    path: Path, registrations: Sequence[Json], links: Path | None = None
) -> tuple[dict[str, int], int]:
    """All cells, and how many statements there are. `links`: an export of whose accounts are. Raises
    ValueError where the export marks others as voided than its statements say, or has an id twice.
    """
    export = Export(path)
    voided = voided_ids(export)
    marked, ids, lines = set(), set(), 0
    for line in export.lines():
        identifier = line["statement"]["id"].lower()
        ids.add(identifier)
        lines += 1
        if line["voided"]:
            marked.add(identifier)
    if len(ids) != lines:
        raise ValueError(f"{lines - len(ids)} ids come twice")
    if marked != voided:
        raise ValueError(f"{len(marked ^ voided)} statements are voided for only one of both")
    persons = None if links is None else exported(links, accounts_of(export))
    return count(export, registrations, voided, persons=persons), lines


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Recount the figures from an export of all statements.")
    parser.add_argument("export", type=Path)
    parser.add_argument("registrations", type=Path, help="a JSON list of platform registrations")
    parser.add_argument("--links", type=Path, help="an export of links; else every account counts by itself")
    options = parser.parse_args(arguments)
    registrations = json.loads(options.registrations.read_text(encoding="utf-8"))
    cells, _ = recount_export(options.export, registrations, options.links)
    json.dump(cells, sys.stdout, ensure_ascii=False, indent=0, sort_keys=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
