"""Platforms are added to the living rules and changed by new ones; credentials are made once and kept so."""

from __future__ import annotations

import asyncio
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lrs.adapters.sqlite import SqliteLog
from lrs.auth.authenticator import Authenticator
from lrs.auth.basic import compose
from lrs.auth.hashing import verify
from lrs.registry import (
    TrialChoice,
    add_credential,
    after_all_stored,
    after_trial,
    dev_credential,
    ensure_living,
    kept_dev_credential,
    register,
)
from schemas.credential import DEFAULT_SCOPES, Scope
from schemas.errors import WrongLog
from schemas.ports import PROJECTOR, Store
from schemas.record import STATEMENTS, TICK_RECORD, Position
from schemas.registration import Registration
from tests.auth.disturbance import PLATFORM


async def test_an_empty_store_gets_its_first_rules_once(empty_store: Store) -> None:
    found = await asyncio.gather(*(ensure_living(empty_store) for _ in range(5)))
    living = await empty_store.living()
    assert await ensure_living(empty_store) == living
    assert {ruleset.number for ruleset in found} == {living.number}
    assert [state.stage for state in await empty_store.rulesets()].count("living") == 1


async def test_the_first_rules_have_number_1(empty_store: Store) -> None:
    assert (await ensure_living(empty_store)).number == 1


async def test_a_new_platform_extends_the_living_rules(empty_store: Store) -> None:
    before = await ensure_living(empty_store)
    registered = await register(empty_store, PLATFORM)
    living = await empty_store.living()
    assert (registered.outcome, registered.ruleset) == ("added", living)
    assert (living.number, living.revision) == (before.number, before.revision + 1)
    assert living.platforms == {PLATFORM.name: PLATFORM}


async def test_the_same_registration_again_changes_nothing(store: Store) -> None:
    before = await store.living()
    grouped = Registration(name="other", groups=("cadres", "farmers"))
    assert (await register(store, PLATFORM)).outcome == "unchanged"
    assert await store.living() == before
    assert (await register(store, grouped)).outcome == "added"
    reordered = grouped.model_copy(update={"groups": ("farmers", "cadres")})
    assert (await register(store, reordered)).outcome == "unchanged"


async def test_platforms_that_register_at_once_are_all_there(empty_store: Store) -> None:
    names = [f"platform-{number}" for number in range(8)]
    await asyncio.gather(*(register(empty_store, Registration(name=name)) for name in names))
    assert sorted((await empty_store.living()).platforms) == names


async def test_another_registration_of_a_platform_needs_a_rebuild_and_writes_nothing(store: Store) -> None:
    before = await store.living()
    registered = await register(store, PLATFORM.model_copy(update={"confirms": True}))
    assert registered.outcome == "changed"
    assert registered.ruleset.platforms[PLATFORM.name].confirms
    assert registered.ruleset.revision == 0
    assert await store.living() == before


async def test_a_platform_that_registers_during_a_rebuild_outlives_the_switch(store: Store) -> None:
    number = await store.begin_filling(await store.living(), floor={}, starts={})
    await register(store, Registration(name="late"))
    await store.switch(number)
    living = await store.living()
    assert (living.number, sorted(living.platforms)) == (number, ["late", PLATFORM.name])


async def test_a_credential_is_its_platforms_and_its_secret_is_not_kept(store: Store) -> None:
    credential, secret = await add_credential(store, PLATFORM.name, DEFAULT_SCOPES)
    assert await store.credential(credential.key) == credential
    assert secret not in repr(credential)
    assert verify(secret, credential.hashed)
    principal = await Authenticator(store).authenticate(compose(credential.key, secret))
    assert (principal.platform, principal.scopes) == (PLATFORM.name, DEFAULT_SCOPES)


async def test_no_credential_without_a_platform_or_a_scope(store: Store) -> None:
    with pytest.raises(ValueError, match="not registered"):
        await add_credential(store, "unknown", DEFAULT_SCOPES)
    with pytest.raises(ValueError, match="scope"):
        await add_credential(store, PLATFORM.name, ())


async def test_a_key_is_given_once(store: Store) -> None:
    await add_credential(store, PLATFORM.name, DEFAULT_SCOPES, key="key")
    with pytest.raises(ValueError, match="taken"):
        await add_credential(store, PLATFORM.name, DEFAULT_SCOPES, key="key")


@pytest.mark.parametrize(("key", "secret"), [("a:b", "c"), ("a\n", "c"), ("a", "c\x00"), ("a", "c" * 1000)])
async def test_what_no_header_can_carry_is_no_credential(store: Store, key: str, secret: str) -> None:
    with pytest.raises(ValueError, match=r"printable|too long"):
        await add_credential(store, PLATFORM.name, DEFAULT_SCOPES, key, secret)
    assert not await store.credentials()


async def test_the_development_credential_is_made_once(empty_store: Store) -> None:
    made = await asyncio.gather(*(dev_credential(empty_store, "dev", "secret") for _ in range(3)))
    assert len(set(made)) == 1
    (credential,) = await empty_store.credentials()
    assert (credential.platform, credential.scopes) == ("dev", frozenset({Scope.ALL}))
    assert (await empty_store.living()).platforms["dev"].provinces is None


async def test_a_development_key_keeps_its_secret(empty_store: Store) -> None:
    before = await dev_credential(empty_store, "dev", "secret")
    with pytest.raises(ValueError, match="a secret never changes"):
        await dev_credential(empty_store, "dev", "another")
    assert await empty_store.credential("dev") == before
    assert (await dev_credential(empty_store, "dev-2", "another")).key == "dev-2"


async def test_a_revoked_development_credential_does_not_come_back(empty_store: Store) -> None:
    await dev_credential(empty_store, "dev", "secret")
    await empty_store.revoke_credential("dev")
    with pytest.raises(ValueError, match="revoked"):
        await dev_credential(empty_store, "dev", "secret")


async def test_a_platforms_key_is_no_development_key(store: Store) -> None:
    await add_credential(store, PLATFORM.name, {Scope.ALL}, "key", "secret")
    with pytest.raises(ValueError, match=PLATFORM.name):
        await dev_credential(store, "key", "secret")


def test_a_kept_development_credential_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "dev-credential"
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(kept_dev_credential, [path] * 8))
    assert len(found) == 1
    assert kept_dev_credential(path) in found
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [it.name for it in path.parent.iterdir()] == ["dev-credential"]


@pytest.mark.parametrize("text", ["", "key", "key:", ":secret"])
def test_a_kept_file_that_holds_something_else_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "dev-credential"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"dev-credential does not hold key:secret"):
        kept_dev_credential(path)


NOW = 1_772_323_200_000
ON_TRIAL = PLATFORM.model_copy(update={"trial": True})
LEFT_OUT = PLATFORM.model_copy(update={"counted_since": NOW})


@pytest.mark.parametrize(
    ("known", "wanted", "choice", "since"),
    [
        (None, PLATFORM, None, None),
        (None, ON_TRIAL, None, None),
        (PLATFORM, PLATFORM, None, None),
        (ON_TRIAL, ON_TRIAL, None, None),
        (ON_TRIAL, PLATFORM, TrialChoice.COUNTED, None),
        (ON_TRIAL, PLATFORM, TrialChoice.LEFT_OUT, NOW + 5),
        (LEFT_OUT, PLATFORM, None, NOW),
        (LEFT_OUT, PLATFORM, TrialChoice.LEFT_OUT, NOW),
        (LEFT_OUT, PLATFORM, TrialChoice.COUNTED, None),
    ],
)
def test_what_becomes_of_a_trial_is_kept_until_it_is_said_otherwise(
    known: Registration | None, wanted: Registration, choice: TrialChoice | None, since: int | None
) -> None:
    settled = after_trial(known, wanted, choice, NOW + 5)
    assert settled == wanted.model_copy(update={"counted_since": since})


def test_who_ends_a_trial_says_what_becomes_of_it() -> None:
    with pytest.raises(ValueError, match="say whether what it sent"):
        after_trial(ON_TRIAL, PLATFORM, None, NOW)
    for known in (None, PLATFORM):
        with pytest.raises(ValueError, match="ends no trial"):
            after_trial(known, PLATFORM, TrialChoice.COUNTED, NOW)
    with pytest.raises(ValueError, match="ends no trial"):
        after_trial(ON_TRIAL, ON_TRIAL, TrialChoice.COUNTED, NOW)


@pytest.mark.parametrize("known", [PLATFORM, LEFT_OUT])
def test_who_counts_is_put_on_no_trial(known: Registration) -> None:
    """Its end could only say that all before it is left out, and with it what was counted."""
    with pytest.raises(ValueError, match="counts already"):
        after_trial(known, ON_TRIAL, None, NOW)


async def test_what_is_left_out_ends_by_the_clock_of_the_log(store: Store, tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "log.db", create=True)
    before = time.time_ns() // 1_000_000
    assert await after_all_stored(log, store) >= before, "nothing was ever stored"
    appended = (await log.append(STATEMENTS, {0: [TICK_RECORD, TICK_RECORD]}))[0]
    assert await after_all_stored(log, store) == appended.timestamp + 1
    ahead = appended.timestamp + 3_600_000
    position = Position(await log.log_id(STATEMENTS), 0, 1, ahead)
    await store.move(PROJECTOR, None, position, {})
    assert await after_all_stored(log, store) == ahead + 1, "as `stored` went on while a clock ran ahead"
    await log.trim(STATEMENTS, {0: 2})
    assert await after_all_stored(log, store) == ahead + 1
    await store.move(PROJECTOR, position, position._replace(log="another", offset=2), {})
    with pytest.raises(WrongLog):
        await after_all_stored(log, store)
    await log.close()
