"""A packaged table: the rows of one CSV file."""

import csv
import io
from collections.abc import Iterable, Mapping
from importlib.resources import files

Rows = Iterable[Mapping[str, str]]


def table(name: str) -> list[dict[str, str]]:
    """The rows of `<name>.csv` in file order, each a dict from column to text, an empty cell as "".

    Raises FileNotFoundError if no such table is packaged, ValueError if a row has too few or too many cells.
    """
    text = files("schemas").joinpath("data", f"{name}.csv").read_bytes().decode("utf-8")
    header, *lines = csv.reader(io.StringIO(text, newline=""))
    return [dict(zip(header, line, strict=True)) for line in lines if line]
