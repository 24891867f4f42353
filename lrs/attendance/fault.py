"""What is wrong with a file of attendance, by row and column. What a cell says is never repeated."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """One thing to be mended. `row`: as a spreadsheet numbers it, the header being 1. `code` is stable."""

    row: int
    column: str
    code: str
    message: str


class BadFile(ValueError):
    """The file as a whole cannot be taken; the message says why, and begins with a stable code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
