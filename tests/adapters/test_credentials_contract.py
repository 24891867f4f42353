"""The port `CredentialStore`, over every adapter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemas.credential import DEFAULT_SCOPES, Credential, Scope
from tests.adapters.factories import StoreFactory

ONE = Credential("key-one", "scrypt$1$2$3$00$ff", "one", DEFAULT_SCOPES, 5)
TWO = Credential("key-two", "scrypt$1$2$3$00$fe", "two", frozenset(Scope), 6)


async def test_credentials_are_kept(store_factory: StoreFactory) -> None:
    store = await store_factory()
    assert list(await store.credentials()) == []
    for credential in (ONE, TWO):
        await store.add_credential(credential)
    await store.close()
    again = await store_factory()
    assert await again.credential("key-one") == ONE
    assert await again.credential("key") is None
    assert {credential.key: credential for credential in await again.credentials()} == {
        "key-one": ONE,
        "key-two": TWO,
    }
    assert list(await again.credentials("two")) == [TWO]
    assert list(await again.credentials("three")) == []


async def test_a_key_is_taken_once(store_factory: StoreFactory) -> None:
    store = await store_factory()
    await store.add_credential(ONE)
    with pytest.raises(ValueError, match="key-one"):
        await store.add_credential(replace(TWO, key="key-one"))
    assert await store.credential("key-one") == ONE


async def test_a_revocation_is_for_good(store_factory: StoreFactory) -> None:
    store = await store_factory()
    await store.add_credential(ONE)
    assert await store.revoke_credential("key-one")
    revoked = await store.credential("key-one")
    assert revoked is not None and revoked.revoked is not None
    assert replace(revoked, revoked=None) == ONE
    assert not await store.revoke_credential("key-one")
    assert not await store.revoke_credential("nobody")
    assert await store.credential("key-one") == revoked
    assert list(await store.credentials("one")) == [revoked]
