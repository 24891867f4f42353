"""Secrets are hashed with a salt, and nothing that is no hash is ever right."""

from __future__ import annotations

from base64 import urlsafe_b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.auth.hashing import hash_secret, new_key, new_secret, unmatched, verify

HASHED = hash_secret("bí mật")
SALT, HASH = "00" * 16, "00" * 32


def test_a_secret_matches_its_own_hash_alone() -> None:
    assert verify("bí mật", HASHED)
    assert not verify("bi mat", HASHED)
    assert not verify("", HASHED)


def test_the_same_secret_is_never_hashed_alike() -> None:
    assert hash_secret("bí mật") != HASHED


def test_a_hash_says_its_costs_and_not_the_secret() -> None:
    assert HASHED.startswith("scrypt$16384$8$1$")
    assert "bí mật" not in HASHED


@pytest.mark.parametrize(
    "malformed",
    [
        "",
        "bí mật",
        "scrypt",
        f"scrypt$16384$8$1${SALT}",
        f"scrypt$16384$8$1${SALT}$",
        f"scrypt$16384$8$1$${HASH}",
        f"scrypt$16384$8$1$xx{SALT}${HASH}",
        f"bcrypt$16384$8$1${SALT}${HASH}",
        f"scrypt$16383$8$1${SALT}${HASH}",  # no power of two
        f"scrypt$0$8$1${SALT}${HASH}",
        f"scrypt$16384$0$1${SALT}${HASH}",
        f"scrypt$16384$8$0${SALT}${HASH}",
        f"scrypt$67108864$8$1${SALT}${HASH}",  # 64 GiB
        f"scrypt$16384$8$1${SALT}${HASH}\n",
        f"scrypt$１６$8$1${SALT}${HASH}",
    ],
)
def test_what_is_no_hash_is_false(malformed: str) -> None:
    assert not verify("bí mật", malformed)


@given(st.text())
def test_any_text_is_no_hash(text: str) -> None:
    assert not verify("bí mật", text)


def test_what_stands_in_for_an_unknown_key_costs_the_same_and_matches_nothing() -> None:
    assert unmatched().split("$")[:4] == HASHED.split("$")[:4]
    assert [len(part) for part in unmatched().split("$")] == [len(part) for part in HASHED.split("$")]
    assert not verify("", unmatched())


def test_new_secrets_have_at_least_192_bits() -> None:
    assert len(urlsafe_b64decode(f"{new_secret()}==")) >= 24
    assert len({new_secret() for _ in range(100)}) == 100
    assert len({new_key() for _ in range(100)}) == 100
