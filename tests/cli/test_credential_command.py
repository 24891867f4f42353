"""Secrets are shown once, hashes never."""

from __future__ import annotations

import json

from lrs.auth.authenticator import Authenticator
from lrs.auth.basic import compose
from schemas.ports import EventLog, Store
from tests.cli.shell import Shell


def made(said: str) -> tuple[str, str]:
    key, secret = said.splitlines()
    return key.removeprefix("key:    "), secret.removeprefix("secret: ")


def test_what_is_printed_opens_the_door(one_touch: Shell) -> None:
    pair = made(one_touch("credential", "add", "one-touch"))

    async def enter(store: Store, _: EventLog) -> str:
        return (await Authenticator(store).authenticate(compose(*pair))).platform

    assert one_touch.inside(enter) == "one-touch"


def test_a_list_has_no_secret_and_no_hash(one_touch: Shell) -> None:
    key, secret = made(one_touch("credential", "add", "one-touch", "--scope", "reports/read"))
    for said in (one_touch("credential", "list"), one_touch("credential", "list", "one-touch", "--json")):
        assert key in said
        assert secret not in said
        assert "scrypt" not in said
    (only,) = json.loads(one_touch("credential", "list", "--json"))
    assert only["scopes"] == ["reports/read"]
    assert only["revoked"] is None


def test_a_revoked_one_is_listed_as_such(one_touch: Shell) -> None:
    key, _ = made(one_touch("credential", "add", "one-touch", "--key", "khoa"))
    assert key == "khoa"
    one_touch("credential", "revoke", key)
    (only,) = json.loads(one_touch("credential", "list", "--json"))
    assert only["revoked"] is not None
    assert "is revoked already" in one_touch.refused("credential", "revoke", key)
    assert "does not exist" in one_touch.refused("credential", "revoke", "nobody")


def test_what_cannot_be_made_is_refused(one_touch: Shell) -> None:
    assert "`lrs platform add`" in one_touch.refused("credential", "add", "unknown")
    assert "no colon" in one_touch.refused("credential", "add", "one-touch", "--key", "a:b")
    one_touch("credential", "add", "one-touch", "--key", "khoa")
    assert "taken" in one_touch.refused("credential", "add", "one-touch", "--key", "khoa")
    one_touch.refused("credential", "add", "one-touch", "--scope", "everything", code=2)
