"""`make recount`: a simulated nation, exported, counted a second time, and compared with every report.

It starts `lrs serve` on an empty folder, posts the nation, says that some accounts are one person's, takes
some of that back, exports the statements and the links, and asks for every report in both schemes. It uses
the program as its user does, and none of its code.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from . import links
from .export import Export, recount_export
from .reported import MEASURES, Reports
from .statement import Learner

KEY, SECRET = "dev", "secret"
PERSON_SECRET = "under which the recount keeps persons"
PATIENCE = 7200.0
_ORIGIN = re.compile(r"^This is import (\S+)\.", re.MULTILINE)
_URL = re.compile(r"^Learning records at (http://\S+)$", re.MULTILINE)


class Told:
    """Says what is being done, and how long it took."""

    def __init__(self) -> None:
        self._began = self._last = time.monotonic()

    def __call__(self, what: str) -> None:
        now = time.monotonic()
        sys.stdout.write(f"{now - self._last:8.1f} s  {what}\n")
        sys.stdout.flush()
        self._last = now

    def total(self) -> float:
        return time.monotonic() - self._began


class Program:
    """The program on files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LRS_")}
        self._environment = {
            **kept,
            "LRS_STORE": f"sqlite:///{folder / 'store.db'}",
            "LRS_LOG": f"sqlite:///{folder / 'log.db'}",
            "LRS_PORT": "0",
            "LRS_SNAPSHOTS": "2",
            "LRS_DEV_CREDENTIAL": f"{KEY}:{SECRET}",
            "LRS_PERSON_SECRET": PERSON_SECRET,
        }

    def run(self, *words: str) -> str:
        done = subprocess.run(
            _command(*words), cwd=self._folder, env=self._environment, text=True, capture_output=True,
            check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"lrs {' '.join(words)}: {done.stderr}")
        return done.stdout

    @contextmanager
    def served(self) -> Iterator[str]:
        """A server, and its address."""
        out = self._folder / "serve.out"
        with out.open("wb") as file:
            process = subprocess.Popen(
                _command("serve"), cwd=self._folder, env=self._environment, stdin=subprocess.DEVNULL,
                stdout=file, stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            deadline = time.monotonic() + 60
            while (found := _URL.search(out.read_text(errors="replace"))) is None:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(out.read_text(errors="replace"))
                time.sleep(0.05)
            yield found[1]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "lrs", *words]


def await_figures(reports: Reports) -> None:
    """Wait until all that was stored by now is in the figures. Raises RuntimeError."""
    posted = datetime.now(UTC)
    deadline = time.monotonic() + PATIENCE
    while True:
        head = reports.get("/reports/provinces")["head"]
        fed = reports.get("/feeds/provinces")["head"] or {"through": "1970-01-01T00:00:00Z"}
        if all(datetime.fromisoformat(it["through"]) > posted for it in (head, fed)):
            return
        if time.monotonic() > deadline:
            raise RuntimeError(f"the figures are through {head['through']}")
        time.sleep(0.5)


def link(program: Program, folder: Path, accounts: Sequence[Learner]) -> links.Persons:
    """Say that some accounts are one person's, and take some of that back: whose they are then."""
    first, undone, moved = links.rounds(accounts)
    origins = []
    for persons in (first, undone, moved):
        file = folder / "links.csv"
        file.write_text(links.file_of(persons), encoding="utf-8")
        said = program.run("person", "import", str(file), "--wait", str(PATIENCE))
        origins += _ORIGIN.findall(said)
    program.run("person", "unlink", "--import", origins[1], "--wait", str(PATIENCE))
    return first | moved


def provinces_of(cells: Iterable[str]) -> set[str]:
    """The lines that are provinces, or stand for one."""
    lines = {key.split("|")[1] for key in cells if key.startswith("g|")}
    return {line for line in lines if line.count("/") == 1}


def compare(
    cells: dict[str, int], reports: Reports, platforms: Sequence[str], every_day: bool
) -> tuple[int, list[str]]:
    """How many figures were compared, and where they differ, a line each."""
    named = {key.split("|")[3] for key in cells if key.startswith("g|")} - {"total"}
    days = sorted(it for it in named if len(it) == 10)
    kept = [*sorted(named - {*days}), *(days if every_day else days[:: max(1, len(days) // 12)])]
    compared: set[str] = set()
    wrong: list[str] = []
    for key, value in reports.figures(kept, platforms):
        compared.add(key)
        if cells.get(key, 0) != value:
            wrong.append(f"{key}: {cells.get(key, 0)} recounted, {value} reported")
    provinces = provinces_of(cells)
    missed = [
        key
        for key in cells
        if key not in compared and key.startswith("g|") and key.split("|")[1] in provinces
        and key.split("|")[3] in {*kept, "total"} and not key.split("|")[4].startswith("confirmation:")
    ]  # fmt: skip
    wrong += [f"{key}: {cells[key]} recounted, in no report" for key in missed]
    nation = sorted(it for it in provinces if it.startswith("vn-2025/"))
    sums = 0
    for what, keys, value in reports.sums(cells, nation, platforms):
        sums += 1
        recounted = sum(cells.get(key, 0) for key in keys)
        if recounted != value:
            wrong.append(f"{what}: {recounted} recounted, {value} reported")
    return len(compared) + sums, wrong


def compare_fed(cells: dict[str, int], reports: Reports) -> tuple[int, list[str]]:
    """The same of the snapshots of the feed, which have every period but the days."""
    fed = dict(reports.fed())
    provinces = provinces_of(cells)
    wanted = {
        key
        for key in cells
        if key.startswith("g|") and key.split("|")[1] in provinces and len(key.split("|")[3]) != 10
        and key.split("|")[4] in MEASURES.values()
    }  # fmt: skip
    wrong = [
        f"{key}: {cells.get(key, 0)} recounted, {fed.get(key)} fed"
        for key in sorted(wanted | {*fed})
        if cells.get(key, 0) != fed.get(key, 0)
    ]
    return len(fed), wrong


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make recount", description=__doc__)
    parser.add_argument("--learners", type=int, default=2000)
    parser.add_argument("--every-day", action="store_true", help="compare every day, not one a month")
    parser.add_argument("--folder", type=Path, help="an empty folder, which is kept; else a temporary one")
    options = parser.parse_args(arguments)
    told = Told()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(exist_ok=True)
        program = Program(folder)
        with program.served() as url:
            reports = Reports(url, KEY, SECRET)
            program.run("simulate", "nation", "--learners", str(options.learners), "--url", url)
            told(f"{options.learners:,} learners posted")
            await_figures(reports)
            told("counted by the store")
            export = folder / "statements.ndjson.gz"
            program.run("export", "statements", "--output", str(export))
            told(f"exported, {export.stat().st_size / 1e6:.1f} MB")
            accounts = links.accounts_of(Export(export))
            persons = link(program, folder, accounts)
            held = folder / "links.ndjson"
            program.run("export", "links", "--output", str(held))
            if links.parted(links.exported(held, accounts)) != links.parted(persons):
                raise RuntimeError("the links that are exported are not those that were imported")
            told(f"{len(persons):,} accounts of {len({*persons.values()}):,} persons linked")
            await_figures(reports)
            told("counted by the store")
            registrations = json.loads(program.run("platform", "list", "--json"))
            cells, statements = recount_export(export, registrations, held)
            told(f"{statements:,} statements recounted")
            platforms = [it["name"] for it in registrations]
            compared, wrong = compare(cells, reports, platforms, options.every_day)
            told(f"{compared:,} figures of the reports compared, in both schemes: {len(wrong)} differ")
            compared, differing = compare_fed(cells, reports)
            told(f"{compared:,} figures of the snapshots compared: {len(differing)} differ")
            wrong += differing
    for line in wrong[:20]:
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"{told.total():.0f} s in all\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
