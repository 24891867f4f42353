"""Who takes gzip, and how much of what is packed is unpacked."""

from __future__ import annotations

import gzip

import pytest

from lrs.http.gzip import Broken, TooLarge, inflate, takes_gzip

ACCEPT = [
    ("", False),
    ("gzip", True),
    ("GZIP", True),
    ("x-gzip", True),
    ("br, deflate", False),
    ("deflate, gzip;q=0.5, br;q=1.0", True),
    ("gzip;q=0", False),
    ("gzip; q=0.000, *", False),
    ("*", True),
    ("*;q=0", False),
    ("*;q=0, gzip", True),
    ("gzip;q=0, x-gzip", False),
    ("gzip;q=..", False),
    ("gzipped", False),
]


@pytest.mark.parametrize(("header", "taken"), ACCEPT)
def test_gzip_goes_before_what_stands_for_all(header: str, taken: bool) -> None:
    assert takes_gzip(header) is taken


async def test_the_bound_is_exact() -> None:
    for size in (0, 1, 1000, 1_000_000):
        packed = gzip.compress(bytes(size))
        assert await inflate(packed, max(size, 1)) == bytes(size)
        assert await inflate(packed + gzip.compress(b""), max(size, 1)) == bytes(size)
    for packed in (gzip.compress(bytes(1001)), gzip.compress(bytes(1000)) + gzip.compress(b"x")):
        with pytest.raises(TooLarge):
            await inflate(packed, 1000)


async def test_what_is_cut_off_is_broken_wherever_that_is() -> None:
    packed = gzip.compress(b"statement" * 100)
    for end in range(len(packed)):
        with pytest.raises(Broken):
            await inflate(packed[:end], 10_000)
