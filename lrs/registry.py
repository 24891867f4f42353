"""Platforms and credentials: what the command line, the server and tests change of them.

A platform's registration is part of the rules. A new platform changes no figure, so it is added to the
living rules; any other change makes new rules, which are filled beside the living ones by a rebuild. What is
changed is kept in the audit trail.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

import orjson

from consumers.standing import refuse_other_logs
from lrs.audit.operator import note
from lrs.auth.basic import LONGEST_HEADER, compose
from lrs.auth.hashing import hash_secret, new_key, new_secret, verify
from schemas.audit import What
from schemas.credential import Credential, Scope
from schemas.errors import Fenced, NotPrepared
from schemas.ports import PROJECTOR, EventLog, StatementStore, Store
from schemas.record import STATEMENTS
from schemas.registration import Registration
from schemas.ruleset import Ruleset

DEVELOPMENT = Registration(name="dev", provinces=None)
"""The platform of the development credential: it may report any province."""


class TrialChoice(StrEnum):
    """What becomes of what a platform sent on trial, once it counts."""

    COUNTED = "counted"
    LEFT_OUT = "left-out"


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of a registration.

    *added*, *unchanged*: `ruleset` is the living one. *changed*: nothing was written; `ruleset` has to be
    filled by a rebuild, and the registration holds from the moment of its switch.
    """

    outcome: Literal["added", "unchanged", "changed"]
    ruleset: Ruleset


async def ensure_living(store: Store) -> Ruleset:
    """The living ruleset; in an empty store the first one is made. Of two that do so at once, one does."""
    while True:
        try:
            return await store.living()
        except NotPrepared:
            pass
        try:
            await store.switch(await store.begin_filling(Ruleset(created=_now()), floor={}, starts={}))
        except Fenced:  # somebody else began after us, whose ruleset lives now or soon
            await asyncio.sleep(0.01)


async def register(store: Store, registration: Registration) -> Registered:
    """Add a platform, or say what it takes to change one."""
    while True:
        living = await ensure_living(store)
        known = living.platforms.get(registration.name)
        if known is not None and _same(known, registration):
            outcome: Literal["added", "unchanged"] = "unchanged"
            break
        # A platform that is not registered but has statements (of a store that was restored) has figures.
        if known is not None or await store.last_seen(registration.name) is not None:
            changed = living.registering(registration)
            return Registered("changed", changed.model_copy(update={"revision": 0, "created": _now()}))
        living = living.registering(registration)
        try:
            await store.extend(living)
        except Fenced:  # somebody else registered a platform in between: on top of that one
            continue
        outcome = "added"
        await note(store, What.REGISTER_PLATFORM, platform=registration.name)
        break
    # One that is being filled must know the platform too, and one that lives meanwhile. Whoever
    # begins to fill one after this is refused by the store if it lacks the platform.
    for state in await store.rulesets():
        if state.stage != "retired":
            await _add_to(store, state.number, registration)
    return Registered(outcome, living)


def after_trial(
    known: Registration | None, wanted: Registration, choice: TrialChoice | None, ended: int | None
) -> Registration:
    """The registration that is wanted, with what becomes of what the platform sent on trial.

    Whoever ends a trial says it: COUNTED, or LEFT_OUT, which holds for what is stored before `ended`
    (milliseconds, of `after_all_stored`). It then stays so through other changes, until it is COUNTED after
    all. All before that moment was on trial, so nobody who counts already is put on trial: what they sent
    before would be left out with it.

    Raises ValueError where it has to be said, where there was no trial of which to say it, or where one
    begins of a platform that counts.
    """
    if wanted.trial and known is not None and not known.trial:
        raise ValueError(
            f"trial: {wanted.name} counts already, and what it sent would leave the figures: "
            "register a trial under a name of its own"
        )
    was_on_trial = known is not None and (known.trial or known.counted_since is not None)
    if wanted.trial or known is None or not was_on_trial:
        if choice is not None:
            raise ValueError(
                f"trial-statements: {wanted.name} ends no trial: what is there to be counted is counted"
            )
        return wanted
    if known.trial and choice is None:
        raise ValueError(
            f"trial-statements: {wanted.name} was on trial; say whether what it sent then is "
            f"{TrialChoice.COUNTED} or {TrialChoice.LEFT_OUT} from now on"
        )
    if choice is TrialChoice.COUNTED:
        return wanted
    return wanted.model_copy(update={"counted_since": ended if known.trial else known.counted_since})


async def after_all_stored(log: EventLog, store: StatementStore) -> int:
    """The millisecond after the last `stored` of all that is in the log now: by its clock, which need not be
    ours. Our own where nothing was ever appended.

    Raises WrongLog where the store stands in another log.
    """
    positions = await store.positions(PROJECTOR)
    refuse_other_logs(positions, STATEMENTS, await log.log_id(STATEMENTS))
    latest = [position.stored for position in positions.values()]
    begins = await log.beginnings(STATEMENTS)
    for partition, end in (await log.ends(STATEMENTS)).items():
        if end > begins[partition]:
            latest += [it.timestamp for it in await log.read(STATEMENTS, partition, end - 1, 1)]
    return max(latest) + 1 if any(latest) else _now()


def _same(one: Registration, other: Registration) -> bool:
    """Groups are a set, in whatever order they are given."""
    return one == other.model_copy(update={"groups": one.groups}) and set(one.groups) == set(other.groups)


async def _add_to(store: Store, number: int, registration: Registration) -> None:
    while True:
        try:
            ruleset = await store.load_ruleset(number)
            if registration.name not in ruleset.platforms:
                await store.extend(ruleset.registering(registration))
        except KeyError:  # given up by whoever filled it
            return
        except Fenced:
            continue
        return


async def add_credential(
    store: Store,
    platform: str,
    scopes: Collection[Scope],
    key: str | None = None,
    secret: str | None = None,
) -> tuple[Credential, str]:
    """Make a credential of a registered platform; returns it and its secret, which is kept nowhere.

    Raises ValueError where the platform is not registered, the key is taken, or key and secret cannot be
    sent.
    """
    if platform not in (await ensure_living(store)).platforms:
        raise ValueError(f"platform {platform!r} is not registered; `lrs platform add` registers it")
    if not scopes:
        raise ValueError("a credential needs at least one scope")
    key, secret = key or new_key(), secret or new_secret()
    _check_sendable(key, secret)
    hashed = await asyncio.to_thread(hash_secret, secret)
    credential = Credential(key, hashed, platform, frozenset(scopes), created=_now())
    await store.add_credential(credential)
    said = orjson.dumps({"key": key, "scopes": sorted(scopes)}).decode()
    await note(store, What.ADD_CREDENTIAL, about=said, platform=platform)
    return credential, secret


async def revoke_credential(store: Store, key: str) -> bool:
    """Revoke a credential for good; False where there is none, or it was revoked before."""
    if not await store.revoke_credential(key):
        return False
    await note(store, What.REVOKE_CREDENTIAL, about=orjson.dumps({"key": key}).decode())
    return True


async def dev_credential(store: Store, key: str, secret: str) -> Credential:
    """The credential of the platform `dev`, with every scope; made if it is not there.

    Raises ValueError where the key was made with another secret, for another platform, or was revoked: what
    a key stands for never changes, so that a secret which was given away cannot come back under its name.
    """
    if DEVELOPMENT.name not in (await ensure_living(store)).platforms:
        await register(store, DEVELOPMENT)
    known = await store.credential(key)
    if known is None:
        try:
            return (await add_credential(store, DEVELOPMENT.name, {Scope.ALL}, key, secret))[0]
        except ValueError:
            known = await store.credential(key)
            if known is None:
                raise
    if known.platform != DEVELOPMENT.name or known.scopes != {Scope.ALL}:
        raise ValueError(f"key {key!r} belongs to a credential of {known.platform}; choose another key")
    if known.revoked is not None:
        raise ValueError(f"the development credential {key!r} was revoked; choose another key")
    if not await asyncio.to_thread(verify, secret, known.hashed):
        raise ValueError(
            f"the development credential {key!r} has another secret, and a secret never changes; "
            "choose another key, or give the secret it was made with"
        )
    return known


def kept_dev_credential(path: Path) -> tuple[str, str]:
    """Key and secret of the file, which is made (for its owner alone) if it is not there.

    Raises ValueError where the file holds something else.
    """
    if not path.exists():
        _create_whole(path, f"dev-{new_key()[:8]}:{new_secret()}\n")
    key, colon, secret = path.read_text(encoding="utf-8").strip().partition(":")
    if not (key and colon and secret):
        raise ValueError(f"{path} does not hold key:secret; delete it, and a new one is made")
    return key, secret


def _create_whole(path: Path, text: str) -> None:
    """The file appears with its whole text, or not at all; one that is there meanwhile stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    made = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(made)
    except FileExistsError:
        pass
    finally:
        made.unlink()


def _check_sendable(key: str, secret: str) -> None:
    if ":" in key or not all(text.isprintable() and text for text in (key, secret)):
        raise ValueError("a key has no colon, and key and secret are printable characters")
    if len(compose(key, secret)) > LONGEST_HEADER:
        raise ValueError(
            f"key and secret are too long: as a header they may have {LONGEST_HEADER} characters"
        )


def _now() -> int:
    return time.time_ns() // 1_000_000
