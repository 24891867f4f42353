"""A parcel appears when it is whole, and is made by one process at a time."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from lrs.exports.parcel import opened

NAMES = pytest.mark.parametrize("name", ["an.zip", "an"])


def names(path: Path) -> set[str]:
    if path.is_dir():
        return {it.name for it in path.iterdir()}
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


@NAMES
def test_two_do_not_make_one_parcel_at_once(tmp_path: Path, name: str) -> None:
    """The second one would take away what the first one has put in."""
    path = tmp_path / name
    with opened(path) as parcel:
        with parcel.file("a") as file:
            file.write(b"a")
        with pytest.raises(ValueError, match="another export is writing"), opened(path):
            pass
        with parcel.file("b") as file:
            file.write(b"b")
        assert not path.exists()
    assert names(path) == {"a", "b"}
    assert list(tmp_path.iterdir()) == [path]


@NAMES
def test_what_was_killed_before_is_not_in_it(tmp_path: Path, name: str) -> None:
    draft = tmp_path / f"{name}.new"
    if name.endswith(".zip"):
        draft.write_bytes(b"of before")
    else:
        draft.mkdir()
        (draft / "of-before").write_bytes(b"")
    with opened(tmp_path / name) as parcel, parcel.file("a") as file:
        file.write(b"a")
    assert names(tmp_path / name) == {"a"}
    assert not draft.exists()


@NAMES
def test_nothing_is_left_where_it_fails(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError, match="full"), opened(tmp_path / name) as parcel, parcel.file("a"):
        raise OSError("full")
    assert list(tmp_path.iterdir()) == []
