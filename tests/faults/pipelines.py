"""Pipelines for one test, each in a folder of its own."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from tests.faults.pipeline import Pipeline


class Pipelines:
    """Makes pipelines; `pipelines(kafka_url, mongodb_url)` is one that nobody has started yet."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.made: list[Pipeline] = []
        self._folder = folder
        self._stack = stack

    def __call__(self, kafka: str, mongodb: str) -> Pipeline:
        pipeline = Pipeline(self._folder / f"pipeline-{len(self.made)}", kafka, mongodb, self._stack)
        self.made.append(pipeline)
        return pipeline
