"""A header is read strictly, and what cannot be read is refused as such."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.auth.basic import LONGEST_HEADER, compose, parse
from lrs.auth.unauthorized import Unauthorized

keys = st.text(st.characters(exclude_characters=":", exclude_categories=["Cs"]), min_size=1, max_size=40)
secrets = st.text(st.characters(exclude_categories=["Cs"]), max_size=100)


def encoded(pair: bytes) -> str:
    return f"Basic {b64encode(pair).decode()}"


@given(keys, secrets)
def test_what_was_composed_is_read_back(key: str, secret: str) -> None:
    assert parse(compose(key, secret)) == (key, secret)


def test_the_first_colon_parts_key_and_secret() -> None:
    assert parse(encoded(b"key:se:cr:et")) == ("key", "se:cr:et")


def test_the_scheme_is_read_in_any_case() -> None:
    assert parse(encoded(b"key:secret").replace("Basic ", "bASIC  ")) == ("key", "secret")


@pytest.mark.parametrize("header", [None, "", "Bearer abc", "Digest username=x", "Basicx Zm9v", "Negotiate"])
def test_no_basic_credential_is_missing(header: str | None) -> None:
    with pytest.raises(Unauthorized) as caught:
        parse(header)
    assert caught.value.code == "credential-missing"


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic ",
        "Basic a2V5OnNlY3JldA== ",
        "Basic a2V5 OnNlY3JldA==",
        "Basic a2V5OnNlY3JldA",
        "Basic a2V5OnNlY3JldA==\n",
        "Basic a2V5-_NlY3JldA==",
        "Basic é",
        encoded(b"without a colon"),
        encoded(b":secret"),
        encoded(b"\xff\xfe:secret"),
        encoded(b"key:" + b"x" * LONGEST_HEADER),
    ],
)
def test_what_is_malformed_is_invalid(header: str) -> None:
    with pytest.raises(Unauthorized) as caught:
        parse(header)
    assert caught.value.code == "credential-invalid"


def test_every_refusal_says_how_to_come_in() -> None:
    with pytest.raises(Unauthorized) as caught:
        parse(None)
    assert caught.value.status == 401
    assert caught.value.headers == {"WWW-Authenticate": 'Basic realm="xAPI"'}
