"""The files of `deploy/`, and what of the program they are held to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import click
import pytest

from lrs.adapters.kafka import writer
from lrs.cli import main
from lrs.endpoint import commit
from lrs.http.metrics import Metrics
from lrs.http.operations import OperationsResource
from lrs.serve import DRAIN

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
ENDPOINT_DRAINS = DRAIN + commit.FAREWELL + writer.FAREWELL
"""Seconds that an endpoint takes at most from SIGTERM to its end."""


def texts() -> Iterator[tuple[Path, str]]:
    """Every file of the folder."""
    for path in sorted(DEPLOY.rglob("*")):
        if path.is_file():
            yield path, path.read_text(encoding="utf-8")


def documents(path: Path) -> list[Any]:
    """The YAML documents of a file. Skips the test where nothing can read them."""
    yaml = pytest.importorskip("yaml")
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def understood(words: Sequence[str]) -> None:
    """Raise click.UsageError if `lrs` does not take these words; nothing is run."""
    name, *rest = words
    command = main.get_command(click.Context(main), name)
    assert command is not None, f"lrs has no {name}"
    command.make_context(name, rest)


def open_paths() -> set[str]:
    """The paths that ask for no credential, which probes may look at."""
    nothing = cast(Any, None)
    routes = OperationsResource(nothing, nothing, nothing, nothing, Metrics()).routes()
    return {route.path for route in routes if route.scopes is None}


def metrics() -> set[str]:
    """The names under which Prometheus knows our metrics, those of their samples too."""
    families = list(Metrics().registry.collect())
    known = {family.name for family in families}
    for family in families:
        known |= {sample.name for sample in family.samples}
        if family.type == "counter":
            known.add(f"{family.name}_total")
        if family.type == "histogram":
            known |= {f"{family.name}_{part}" for part in ("bucket", "count", "sum")}
    return known


def metrics_named(text: str) -> set[str]:
    """What looks like one of our metrics."""
    return set(re.findall(r"\blrs_[a-z_]+", text))
