"""A simulation leaves no key behind, and touches no platform that is registered otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from socket import socket

import pytest

from lrs.auth.authenticator import Authenticator
from lrs.auth.basic import compose
from lrs.cli import simulate
from lrs.settings import Settings
from lrs.simulate.delivery import Delivery
from lrs.simulate.post import Delivered, Refused
from lrs.wiring import open_store
from schemas.credential import Scope
from tests.cli.shell import Shell


class Postman:
    """Stands in for the network: sees whether each pair is good at the time, and delivers nothing."""

    def __init__(self) -> None:
        self.url = ""
        self.pairs: dict[str, tuple[str, str]] = {}
        self.statements = 0
        self.refuses = False

    async def answers(self, url: str) -> None:
        """It is always there."""

    async def __call__(
        self,
        deliveries: Iterable[Delivery],
        url: str,
        credentials: Mapping[str, tuple[str, str]],
        **_: object,
    ) -> Delivered:
        self.url, self.pairs = url, dict(credentials)
        if self.refuses:
            raise Refused("one-touch", 400, "bad", "/0", "no")
        async with open_store(Settings()) as store:
            for platform, pair in credentials.items():
                principal = await Authenticator(store).authenticate(compose(*pair))
                assert (principal.platform, principal.scopes) == (platform, frozenset({Scope.WRITE}))
        self.statements = sum(delivery.statements for delivery in deliveries)
        return Delivered(acknowledged=self.statements, seconds=1.0)


@pytest.fixture
def postman(monkeypatch: pytest.MonkeyPatch) -> Postman:
    found = Postman()
    monkeypatch.setattr(simulate, "deliver", found)
    monkeypatch.setattr(simulate, "await_answer", found.answers)
    return found


def test_where_no_server_runs_that_is_said_at_once(shell: Shell) -> None:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        said = shell.refused("simulate", "quang-nam-launch", "--url", url)
    assert f"nobody answers at {url}" in said


def test_a_nation_is_registered_and_its_keys_are_taken_back(shell: Shell, postman: Postman) -> None:
    said = shell("simulate", "nation", "--learners", "100")
    assert postman.url == "http://127.0.0.1:8080"
    assert f"{postman.statements:,} statements" in said
    assert "lrs report provinces" in said
    assert len(json.loads(shell("platform", "list", "--json"))) == len(postman.pairs) == 9
    assert all(it["revoked"] for it in json.loads(shell("credential", "list", "--json")))


def test_the_launch_says_what_the_report_should(shell: Shell, postman: Postman) -> None:
    said = shell("simulate", "quang-nam-launch", "--august", "--url", "http://there:1")
    assert postman.url == "http://there:1"
    assert "3,444" in said
    assert "Tỉnh Quảng Nam" in said
    assert "lrs report provinces --scheme vn-2004 --period 2025-04-18" in said


def test_a_refusal_is_said_and_the_keys_are_taken_back(shell: Shell, postman: Postman) -> None:
    postman.refuses = True
    assert "answered 400 bad at /0" in shell.refused("simulate", "quang-nam-launch")
    assert all(it["revoked"] for it in json.loads(shell("credential", "list", "--json")))


def test_a_platform_that_is_registered_otherwise_is_left_alone(one_touch: Shell, postman: Postman) -> None:
    assert "one-touch is registered otherwise" in one_touch.refused("simulate", "quang-nam-launch")
    assert not postman.pairs


def test_credentials_of_elsewhere_touch_nothing_here(shell: Shell, postman: Postman) -> None:
    postman.refuses = True
    shell.refused("simulate", "quang-nam-launch", "--credential", "one-touch=key:sec:ret=")
    assert postman.pairs == {"one-touch": ("key", "sec:ret=")}
    assert "store.db" in shell.refused("credential", "list")


@pytest.mark.parametrize("words", ["one-touch", "one-touch=key", "=key:secret", "another=key:secret"])
def test_a_credential_that_is_none_is_said_without_repeating_it(
    shell: Shell, postman: Postman, words: str
) -> None:
    said = shell.refused("simulate", "quang-nam-launch", "--credential", words, code=2)
    assert "secret" not in said.replace("platform=key:secret", "")
