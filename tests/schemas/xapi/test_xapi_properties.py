"""Any JSON: only Invalid is raised, null is refused everywhere but in extensions, depth does no harm."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.xapi import (
    Invalid,
    Version,
    activities,
    agents,
    check_agent,
    check_statement,
    check_statements,
    normalise,
    related_activities,
    related_agents,
    same_statement,
    shape,
)
from tests.schemas.xapi.samples import CONTEXT_2, FULL, SMALL, SUBSTATEMENT, put

VALID = [SMALL, FULL, SUBSTATEMENT, put(SMALL, "context", CONTEXT_2)]
KEYS = [
    *(
        "id",
        "actor",
        "verb",
        "object",
        "objectType",
        "context",
        "result",
        "member",
        "mbox",
        "account",
        "definition",
    ),
    *(
        "score",
        "extensions",
        "contextActivities",
        "contextAgents",
        "attachments",
        "authority",
        "interactionType",
    ),
]
STRINGS = (
    st.sampled_from(["Agent", "Group", "SubStatement", "StatementRef", "choice", "https://a.vn", ""])
    | st.text()
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | STRINGS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner, max_size=5)
    ),
    max_leaves=30,
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of all values, those inside extensions left out."""
    if path:
        yield path
    if path and path[-1] == "extensions":
        return
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        yield from places(item, (*path, key))


def replaced(value: Any, path: tuple[str | int, ...], new: object) -> Any:
    copy = orjson.loads(orjson.dumps(value))
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = new
    return copy


@pytest.mark.parametrize("statement", VALID)
def test_null_is_refused_everywhere_but_in_extensions(statement: dict[str, Any]) -> None:
    for path in places(statement):
        with pytest.raises(Invalid) as caught:
            check_statement(replaced(statement, path, None), Version.V2_0_0)
        assert caught.value.code == "null-not-allowed"
        assert caught.value.path == list(path)


@given(st.data(), st.sampled_from(list(Version)))
def test_a_mutation_raises_nothing_but_invalid(data: st.DataObject, version: Version) -> None:
    statement = data.draw(st.sampled_from(VALID))
    path = data.draw(st.sampled_from(list(places(statement))))
    exercise(replaced(statement, path, data.draw(JSON)), version)


@given(JSON, st.sampled_from(list(Version)))
def test_random_json_raises_nothing_but_invalid(value: object, version: Version) -> None:
    exercise(value, version)
    for check in (lambda: check_agent(value, version), lambda: check_statements(value, version, 2)):
        try:
            check()
        except Invalid as error:
            assert error.pointer == "" or error.pointer.startswith("/")


def exercise(value: object, version: Version) -> None:
    """Checks a value and, where it is a statement, runs everything that takes a checked one."""
    try:
        statement = check_statement(value, version)
    except Invalid:
        return
    agents(statement)
    related_agents(statement)
    activities(statement)
    related_activities(statement)
    shape(statement, "ids")
    shape(statement, "canonical", ["vi"])
    assert same_statement(statement, normalise(deepcopy(statement), version))


@pytest.mark.parametrize("place", ["context", "result", "object|definition"])
def test_the_deepest_json_a_parser_admits(place: str) -> None:
    deep = b'{"x":' * 500 + b"[" * 510 + b"]" * 510 + b"}" * 500
    one, other = (put(SMALL, f"{place}|extensions", {"urn:x:y": orjson.loads(deep)}) for _ in range(2))
    assert check_statement(one, Version.V1_0_3) is one
    assert same_statement(one, other)
    assert shape(one, "ids") is not None
    assert shape(one, "canonical") is not None
    with pytest.raises(Invalid):
        check_statement(put(SMALL, "object", orjson.loads(deep)), Version.V1_0_3)
    with pytest.raises(Invalid):
        check_statement(orjson.loads(deep), Version.V1_0_3)
