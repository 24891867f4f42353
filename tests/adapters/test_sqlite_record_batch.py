"""The encoding of record batches: a round trip from any point, and no damage that is taken for data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.adapters.sqlite.record_batch import decode, decode_headers, encode, encode_headers
from schemas.errors import FormatTooNew, StoreError
from schemas.prefix import beyond
from schemas.record import NewRecord, Record

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
headers = st.lists(st.tuples(texts, st.binary(max_size=9)), max_size=3).map(tuple)
new_records = st.builds(NewRecord, st.binary(max_size=40), headers, st.none() | st.binary(max_size=9))
units = st.lists(new_records, min_size=1, max_size=9) | st.lists(
    st.builds(NewRecord, st.binary(max_size=40)), min_size=1, max_size=9
)


@given(units, st.integers(0, 10), st.none() | st.integers(0, 10))
def test_records_come_back_from_any_point(unit: list[NewRecord], skip: int, limit: int | None) -> None:
    whole = [Record(3, 70 + at, 99, r.value, r.headers, r.key) for at, r in enumerate(unit)]
    expected = whole[skip:] if limit is None else whole[skip : skip + limit]
    assert decode(encode(unit), 3, 70, 99, skip, limit) == expected


@given(headers)
def test_headers_come_back(given_headers: tuple[tuple[str, bytes], ...]) -> None:
    assert decode_headers(encode_headers(given_headers)) == given_headers


def test_shared_headers_are_written_once() -> None:
    shared = (("platform", b"p" * 100),)
    one = len(encode([NewRecord(b"v", shared)]))
    assert len(encode([NewRecord(b"v", shared)] * 50)) < one + 50 * 6
    assert len(decode(encode([NewRecord(b"v", shared)] * 50), 0, 0, 0)) == 50


@given(units, st.data())
def test_a_shortened_batch_is_refused(unit: list[NewRecord], data: st.DataObject) -> None:
    encoded = encode(unit)
    with pytest.raises(StoreError):
        decode(encoded[: data.draw(st.integers(0, len(encoded) - 1))], 0, 0, 0)


def test_a_newer_encoding_is_refused() -> None:
    with pytest.raises(FormatTooNew):
        decode(b"\x02" + encode([NewRecord(b"v")])[1:], 0, 0, 0)


@given(texts, texts)
def test_what_lies_beyond_a_prefix(prefix: str, text: str) -> None:
    until = beyond(prefix)
    inside = prefix.encode() <= text.encode() and (until is None or text.encode() < until.encode())
    assert inside == text.startswith(prefix)
    assert prefix <= prefix + text and (until is None or (prefix + text).encode() < until.encode())
