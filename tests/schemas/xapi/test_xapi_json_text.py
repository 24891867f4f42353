"""JSON at its edges: each is taken as it is, or refused with its place."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.xapi import Invalid, parse_json

TAKEN: list[tuple[bytes, Any]] = [
    (b" \r\n\t{} \n", {}),
    (b'{"a":1,"b":{"a":2}}', {"a": 1, "b": {"a": 2}}),
    (b'{"a":1,"A":2}', {"a": 1, "A": 2}),
    (b'[{"a":1},{"a":1}]', [{"a": 1}, {"a": 1}]),
    (b'{"a" : "x\\":y", "b"\t:1}', {"a": 'x":y', "b": 1}),
    (b'{"\\u0022a":"\\u0022"}', {'"a': '"'}),
    (b'"\\u0000"', "\0"),
    (b'"\\ud83d\\ude00"', "\N{GRINNING FACE}"),
    (b"18446744073709551615", 2**64 - 1),
    (b"-9223372036854775808", -(2**63)),
    (b'"12345678901234567890123"', "12345678901234567890123"),
    (b"0.12345678901234567890123", 0.12345678901234568),
    (b"123456789012345678901234567890.0", 1.2345678901234568e29),
    (b"1e308", 1e308),
    (b"1e-999", 0.0),
    ("Lần 1".join('""').encode(), "Lần 1"),
]
REFUSED: list[tuple[bytes, str, str]] = [
    (b"", "bad-json", ""),
    (b"{}{}", "bad-json", ""),
    (b"{} x", "bad-json", ""),
    (b"{}\0", "bad-json", ""),
    (b"\xef\xbb\xbf{}", "bad-json", ""),
    (b'"\xff"', "bad-json", ""),
    (b'"\xed\xa0\x80"', "bad-json", ""),
    (b'"\\ud800"', "bad-json", ""),
    (b'"\\udc00\\ud800"', "bad-json", ""),
    (b'"\0"', "bad-json", ""),
    (b"{'a':1}", "bad-json", ""),
    (b"[1,]", "bad-json", ""),
    (b"NaN", "bad-json", ""),
    (b"[-Infinity]", "bad-json", ""),
    (b"1e400", "bad-json", ""),
    (b"01", "bad-json", ""),
    (b'{"a":1,"a":1}', "duplicate-key", "/a"),
    (b'{"a" :1,"a":2}', "duplicate-key", "/a"),
    (b'{"a":1,"\\u0061":2}', "duplicate-key", "/a"),
    (b'[0,{"x":{"a":"\\u0022","b":[{"c~d":1,"c~d":[]}]}}]', "duplicate-key", "/1/x/b/0/c~0d"),
    (b'{"a":1,"a":"\\u0022\\u0022"}', "duplicate-key", "/a"),
    (b'{"a":[1,18446744073709551616]}', "out-of-range", "/a/1"),
    (b"-9223372036854775809", "out-of-range", ""),
    (b"9" * 5000, "bad-json", ""),
    (b"1" + b"0" * 200, "out-of-range", ""),
    (b"[" * 300 + b"]" * 300, "too-deep", "/0"),
    (b'{"a":' * 300 + b"1" + b"}" * 300, "too-deep", ""),
    (b"[" * 100_000, "bad-json", ""),
]


@pytest.mark.parametrize(("text", "value"), TAKEN)
def test_what_is_taken_is_taken_as_it_is(text: bytes, value: Any) -> None:
    assert parse_json(text) == value
    assert parse_json(text.decode()) == value


@pytest.mark.parametrize(("text", "code", "pointer"), REFUSED)
def test_what_is_refused_is_named(text: bytes, code: str, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_json(text)
    assert (refused.value.code, refused.value.pointer) == (code, pointer)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)  # fmt: skip


@given(VALUES, st.booleans(), st.sampled_from([(",", ":"), (", ", " : ")]))
def test_whatever_is_written_is_read(value: Any, ascii_only: bool, separators: tuple[str, str]) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, separators=separators)
    assert parse_json(text) == value


@given(st.dictionaries(st.text(), VALUES, min_size=1, max_size=4), VALUES, st.booleans())
def test_a_key_that_stands_twice_is_never_missed(value: dict[str, Any], other: Any, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    key = json.dumps(next(iter(value)), ensure_ascii=True)
    with pytest.raises(Invalid) as refused:
        parse_json(f"{text[:-1]},{key} : {orjson.dumps(other).decode()}}}")
    assert refused.value.code == "duplicate-key"
