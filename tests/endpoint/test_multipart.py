"""Multipart bodies: exact on bytes however they come, and refused where they are not what RFC 2046 says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lrs.http.multipart import LARGEST_HEADERS, LARGEST_MARGIN, Malformed, Multipart, boundary_of

B = "b"
Read = list[tuple[dict[str, str], bytes]]


def feed(pieces: Iterator[bytes]) -> Multipart:
    async def read() -> bytes:
        return next(pieces, b"")

    return Multipart(read, B)


async def parts(body: bytes, *cuts: int) -> Read:
    """What is read of a body that comes in pieces cut at these places."""
    ends = sorted({min(cut, len(body)) for cut in cuts} | {len(body)})
    pieces = [body[a:b] for a, b in zip([0, *ends], ends, strict=False) if a < b]
    multipart = feed(iter(pieces))
    found: Read = []
    while (headers := await multipart.next()) is not None:
        found.append((dict(headers), b"".join([piece async for piece in multipart.data()])))
    return found


def body(*contents: bytes) -> bytes:
    return b"".join(b"--b\r\nX: %d\r\n\r\n%s\r\n" % it for it in enumerate(contents)) + b"--b--\r\n"


ALMOST = st.lists(
    st.sampled_from([b"\r", b"\n", b"-", b"b", b"\r\n", b"--b", b"\r\n--", b"\r\n-b", b"\0", b"x" * 50])
).map(b"".join)
"""Data made of what delimiters are made of."""


@given(contents=st.lists(ALMOST, max_size=4), cuts=st.lists(st.integers(0, 400), max_size=12))
@example(contents=[b"", b"\r\n", b"\r\n--"], cuts=list(range(100)))
async def test_parts_are_read_byte_for_byte_however_they_come(contents: list[bytes], cuts: list[int]) -> None:
    expected = [({"x": str(number)}, content) for number, content in enumerate(contents)]
    if not any(b"\r\n--b" in b"\r\n" + content for content in contents):
        assert await parts(body(*contents), *cuts) == expected
        return
    # a boundary that begins a line of the data: never taken for data, and never cut off in silence
    try:
        found = await parts(body(*contents), *cuts)
    except Malformed:
        return
    assert b"".join(body for _, body in found) != b"".join(contents)


READ: list[tuple[str, bytes, Read]] = [
    ("a preamble and an epilogue", b"before\r\n--b\r\n\r\nx\r\n--b--\r\nafter", [({}, b"x")]),
    ("a line end before the first", b"\r\n--b\r\n\r\nx\r\n--b--", [({}, b"x")]),
    ("spaces after a boundary", b"--b \t\r\nA: 1\r\n\r\nx\r\n--b--  \r\n", [({"a": "1"}, b"x")]),
    ("a part without data", b"--b\r\nA: 1\r\n\r\n--b--", [({"a": "1"}, b"")]),
    ("an empty part", b"--b\r\nA: 1\r\n\r\n\r\n--b--", [({"a": "1"}, b"")]),
    ("no headers", b"--b\r\n\r\nx: 1\r\n--b--", [({}, b"x: 1")]),
    ("a folded header", b"--b\r\nA: 1\r\n\t2 \r\n\r\n\r\n--b--", [({"a": "1 2"}, b"")]),
    ("an inner multipart", b"--b\r\n\r\n--c\r\n\r\n--c--\r\n--b--", [({}, b"--c\r\n\r\n--c--")]),
    ("a length that is not true", b"--b\r\nContent-Length: 1\r\n\r\nxyz\r\n--b--",
     [({"content-length": "1"}, b"xyz")]),
    ("no parts at all", b"--b--", []),
]  # fmt: skip


@pytest.mark.parametrize(("whole", "expected"), [row[1:] for row in READ], ids=[row[0] for row in READ])
async def test_what_rfc_2046_allows_is_read(whole: bytes, expected: Read) -> None:
    assert await parts(whole) == expected
    assert await parts(whole, *range(len(whole))) == expected


REFUSED = [
    ("nothing", b""),
    ("no boundary", b"Content-Type: text/plain\r\n\r\nx"),
    ("another boundary", b"--c\r\n\r\nx\r\n--c--"),
    ("bare line feeds", b"--b\n\nx\n--b--\n"),
    ("an end within data", b"--b\r\n\r\nx"),
    ("an end before the last boundary's hyphens", b"--b\r\n\r\nx\r\n--b"),
    ("an end within headers", b"--b\r\nA: 1\r\n"),
    ("a boundary that goes on", b"--b\r\n\r\nx\r\n--bc\r\n--b--"),
    ("a header without a colon", b"--b\r\nA\r\n\r\nx\r\n--b--"),
    ("a header with a control character", b"--b\r\nA: \x00\r\n\r\nx\r\n--b--"),
    ("a header that stands twice", b"--b\r\nA: 1\r\na: 2\r\n\r\nx\r\n--b--"),
    ("large headers", b"--b\r\nA: " + b"x" * LARGEST_HEADERS + b"\r\n\r\nx\r\n--b--"),
    ("a large preamble", b"x" * (LARGEST_MARGIN * 2) + b"\r\n--b\r\n\r\nx\r\n--b--"),
    ("a large epilogue", b"--b\r\n\r\nx\r\n--b--" + b"x" * (LARGEST_MARGIN * 2)),
]


@pytest.mark.parametrize("whole", [row[1] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_what_is_no_multipart_is_refused(whole: bytes) -> None:
    with pytest.raises(Malformed):
        await parts(whole, *range(0, len(whole), 1000))


async def test_a_part_is_given_as_it_comes_and_hardly_any_of_it_is_held() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"--b\r\n\r\n"
        for _ in range(100):
            yield b"x" * 1000
        yield b"\r\n--b--"

    multipart = feed(pieces())
    await multipart.next()
    sizes = [len(piece) async for piece in multipart.data()]
    assert sum(sizes) == 100_000
    assert max(sizes) <= 1000 + len(b"\r\n--b")
    assert await multipart.next() is None


async def test_what_is_not_read_of_a_part_is_skipped() -> None:
    multipart = feed(iter([body(b"first", b"second")]))
    assert await multipart.next() == {"x": "0"}
    assert await multipart.next() == {"x": "1"}
    assert [piece async for piece in _all(multipart)] == [b"second"]


async def _all(multipart: Multipart) -> AsyncIterator[bytes]:
    async for piece in multipart.data():
        yield piece


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/mixed; boundary=abc", "abc"),
        ('multipart/mixed; charset=x; Boundary="abcABC0123\'()+_,-./:=?"', "abcABC0123'()+_,-./:=?"),
        ("multipart/mixed; boundary=-------314159265358979323846", "-------314159265358979323846"),
        ('multipart/mixed; boundary="a b"', "a b"),
        ("multipart/mixed", None),
        ("multipart/mixed;", None),
        ("multipart/mixed; boundary=", None),
        ('multipart/mixed; boundary="a;b"', None),
        (f"multipart/mixed; boundary={'x' * 71}", None),
    ],
)
def test_the_boundary_is_that_of_the_media_type(content_type: str, boundary: str | None) -> None:
    assert boundary_of(content_type) == boundary
