"""G10: who is let in, for how long after a revocation, and what a loop of wrong secrets costs."""

from __future__ import annotations

import asyncio
from base64 import b64encode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lrs.auth import authenticator as module
from lrs.auth.authenticator import Authenticator
from lrs.auth.basic import compose
from lrs.auth.hashing import verify
from lrs.auth.principal import Principal
from lrs.auth.unauthorized import Unauthorized
from lrs.problem import Problem
from lrs.registry import add_credential
from schemas.credential import DEFAULT_SCOPES, Scope
from schemas.errors import Unavailable
from schemas.ports import Store
from tests.auth.disturbance import PLATFORM, Clock, Disturbed

KEY, SECRET = "khoá", "bí:mật"
HEADER = compose(KEY, SECRET)


class Hashes:
    """Counts the slow hashes."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, secret: str, hashed: str) -> bool:
        self.made += 1
        return verify(secret, hashed)


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> Hashes:
    counting = Hashes()
    monkeypatch.setattr(module, "verify", counting)
    return counting


@pytest.fixture
async def credentials(store: Store) -> Disturbed:
    await add_credential(store, PLATFORM.name, DEFAULT_SCOPES, KEY, SECRET)
    return Disturbed(store)


@pytest.fixture
def authenticator(credentials: Disturbed, clock: Clock, hashes: Hashes) -> Authenticator:
    return Authenticator(credentials, clock=clock)


async def refusal(authenticator: Authenticator, header: str | None) -> str:
    with pytest.raises(Unauthorized) as caught:
        await authenticator.authenticate(header)
    return caught.value.code


async def test_a_right_pair_is_its_platform(authenticator: Authenticator) -> None:
    assert await authenticator.authenticate(HEADER) == Principal("one-touch", KEY, DEFAULT_SCOPES)


async def test_one_slow_hash_and_then_none(
    authenticator: Authenticator, hashes: Hashes, clock: Clock
) -> None:
    for _ in range(50):
        await authenticator.authenticate(HEADER)
        clock.now += 0.5
    assert hashes.made == 1


async def test_many_at_once_cost_one_hash(
    authenticator: Authenticator, hashes: Hashes, credentials: Disturbed
) -> None:
    answers = await asyncio.gather(*(authenticator.authenticate(HEADER) for _ in range(100)))
    assert len(set(answers)) == 1
    assert (hashes.made, credentials.asked) == (1, 1)


async def test_a_header_written_otherwise_costs_no_other_hash(
    authenticator: Authenticator, hashes: Hashes
) -> None:
    for header in (HEADER, HEADER.replace("Basic ", "basic   "), HEADER.replace("Basic", "BASIC")):
        assert (await authenticator.authenticate(header)).key == KEY
    assert hashes.made == 1


async def test_the_store_is_asked_again_when_an_answer_is_older_than_fresh(
    authenticator: Authenticator, credentials: Disturbed, clock: Clock
) -> None:
    await authenticator.authenticate(HEADER)
    clock.now += 1.9
    await authenticator.authenticate(HEADER)
    assert credentials.asked == 1
    clock.now += 0.2
    await asyncio.gather(*(authenticator.authenticate(HEADER) for _ in range(100)))
    assert credentials.asked == 2


async def test_a_revoked_credential_is_refused_within_fresh(
    authenticator: Authenticator, store: Store, clock: Clock, hashes: Hashes
) -> None:
    await authenticator.authenticate(HEADER)
    await store.revoke_credential(KEY)
    clock.now += 2.0
    assert await refusal(authenticator, HEADER) == "credential-revoked"
    clock.now += 60.0
    assert await refusal(authenticator, HEADER) == "credential-revoked"


async def test_only_who_has_the_secret_learns_of_the_revocation(
    authenticator: Authenticator, store: Store
) -> None:
    await store.revoke_credential(KEY)
    assert await refusal(authenticator, compose(KEY, "other")) == "credential-invalid"
    assert await refusal(authenticator, HEADER) == "credential-revoked"


async def test_while_the_store_is_down_a_verified_pair_is_served_for_the_grace(
    authenticator: Authenticator, credentials: Disturbed, clock: Clock
) -> None:
    await authenticator.authenticate(HEADER)
    credentials.down = True
    for _ in range(29):
        clock.now += 1.0
        assert (await authenticator.authenticate(HEADER)).key == KEY
    assert credentials.asked < 20, "a store in trouble is asked once in `fresh`, not at every request"
    clock.now += 1.0
    with pytest.raises(Unavailable):
        await authenticator.authenticate(HEADER)
    credentials.down = False
    assert (await authenticator.authenticate(HEADER)).key == KEY


async def test_nobody_new_is_let_in_while_the_store_is_down(
    authenticator: Authenticator, credentials: Disturbed
) -> None:
    credentials.down = True
    with pytest.raises(Unavailable):
        await authenticator.authenticate(HEADER)
    credentials.down = False
    assert (await authenticator.authenticate(HEADER)).key == KEY


async def test_a_store_that_hangs_is_one_that_is_down(
    credentials: Disturbed, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    authenticator = Authenticator(credentials, clock=clock, patience=0.01)

    async def hang(_: str) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(credentials, "credential", hang)
    with pytest.raises(Unavailable):
        await authenticator.authenticate(HEADER)


async def test_a_wrong_secret_and_an_unknown_key_look_alike_and_cost_alike(
    authenticator: Authenticator, hashes: Hashes
) -> None:
    with pytest.raises(Unauthorized) as wrong:
        await authenticator.authenticate(compose(KEY, "wrong"))
    with pytest.raises(Unauthorized) as unknown:
        await authenticator.authenticate(compose("nobody", SECRET))
    assert (wrong.value.code, wrong.value.message) == (unknown.value.code, unknown.value.message)
    assert wrong.value.code == "credential-invalid"
    assert hashes.made == 2


async def test_a_loop_of_one_wrong_secret_costs_a_hash_in_a_while(
    authenticator: Authenticator, hashes: Hashes, clock: Clock
) -> None:
    wrong = compose(KEY, "wrong")
    for _ in range(20):
        assert await refusal(authenticator, wrong) == "credential-invalid"
    assert hashes.made == 1
    clock.now += 5.0
    await refusal(authenticator, wrong)
    assert hashes.made == 2
    assert (await authenticator.authenticate(HEADER)).key == KEY


async def test_g11_too_many_hashes_are_shed_and_who_is_known_is_served(
    credentials: Disturbed, clock: Clock, hashes: Hashes
) -> None:
    authenticator = Authenticator(credentials, clock=clock, hashes=1, waiting=2)
    await authenticator.authenticate(HEADER)
    guesses = [authenticator.authenticate(compose(KEY, f"guess {number}")) for number in range(20)]
    answers = await asyncio.gather(*guesses, authenticator.authenticate(HEADER), return_exceptions=True)
    assert isinstance(answers[-1], Principal)
    shed = [it for it in answers if isinstance(it, Problem) and it.code == "authentication-overloaded"]
    assert len(shed) == 17
    assert {(it.status, it.headers["Retry-After"]) for it in shed} == {(503, "1")}
    assert hashes.made == 1 + 3
    assert await refusal(authenticator, compose(KEY, "guess 19")) == "credential-invalid"


async def test_what_is_remembered_is_bounded_and_wrong_pairs_push_out_no_right_one(
    credentials: Disturbed, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    authenticator = Authenticator(credentials, clock=clock, capacity=3)
    await authenticator.authenticate(HEADER)
    monkeypatch.setattr(module, "verify", lambda *_: False)
    for number in range(20):
        await refusal(authenticator, compose(KEY, f"guess {number}"))
    assert len(authenticator._failed) == 3
    assert (await authenticator.authenticate(HEADER)).key == KEY


async def test_who_hangs_up_takes_nothing_from_the_others(authenticator: Authenticator) -> None:
    first = asyncio.create_task(authenticator.authenticate(HEADER))
    second = asyncio.create_task(authenticator.authenticate(HEADER))
    await asyncio.sleep(0.01)
    first.cancel()
    assert (await second).key == KEY
    assert first.cancelled()


async def test_no_secret_stays_in_memory(authenticator: Authenticator) -> None:
    await authenticator.authenticate(HEADER)
    await refusal(authenticator, compose(KEY, "wrong"))
    held = repr((authenticator._passed, authenticator._failed, authenticator._flights))
    assert SECRET not in held
    assert HEADER.removeprefix("Basic ") not in held


ALLOWED = {
    Scope.WRITE: {Scope.WRITE},
    Scope.READ_MINE: {Scope.READ_MINE},
    Scope.READ: {Scope.READ, Scope.READ_MINE},
    Scope.STATE: {Scope.STATE},
    Scope.PROFILE: {Scope.PROFILE},
    Scope.REPORTS: {Scope.REPORTS},
    Scope.PROVINCE_REPORTS: {Scope.PROVINCE_REPORTS},
    Scope.READ_ALL: {Scope.READ_ALL, Scope.READ, Scope.READ_MINE, Scope.REPORTS},
    Scope.ALL: set(Scope),
}


@pytest.mark.parametrize("given_scope", Scope)
async def test_g10_each_scope_allows_what_it_says_and_nothing_else(store: Store, given_scope: Scope) -> None:
    await add_credential(store, PLATFORM.name, {given_scope}, KEY, SECRET)
    principal = await Authenticator(store).authenticate(HEADER)
    assert {scope for scope in Scope if principal.allows(scope)} == ALLOWED[given_scope]


headers = st.one_of(
    st.none(),
    st.text(max_size=60),
    st.text(st.characters(codec=None), max_size=30).map(lambda text: f"Basic {text}"),
    st.binary(max_size=60).map(lambda data: f"Basic {b64encode(data).decode()}"),
    st.tuples(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), st.just(SECRET)).map(
        lambda pair: compose(*pair)
    ),
    st.sampled_from([HEADER, HEADER.lower(), HEADER * 30, HEADER[:-1], f" {HEADER}", "Basic \udcff"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(header=headers)
async def test_whatever_the_header_nobody_without_a_credential_comes_in(
    store: Store, header: str | None
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "verify", lambda secret, _: secret == SECRET)
        with pytest.raises(Unauthorized):
            await Authenticator(store).authenticate(header)
