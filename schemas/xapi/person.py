"""The Person object: what is known of an agent, each property an array (xAPI 1.0.3 Communication 2.4)."""

from collections.abc import Iterable, Iterator
from typing import Any

from schemas.xapi.agent import IDENTIFIERS
from schemas.xapi.identifier import ifi


def person(agent: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The Person of a checked agent: its own identifier, its own name first, then the others, each once.

    No other identifier is given: nobody has said which agents are one human being.
    """
    own = [agent["name"]] if "name" in agent else []
    known = list(dict.fromkeys((*own, *names)))
    made: dict[str, Any] = {"objectType": "Person"}
    if known:
        made["name"] = known
    return made | {key: [agent[key]] for key in IDENTIFIERS if key in agent}


def names_in(statement: dict[str, Any], identifier: str) -> Iterator[str]:
    """The names that a checked statement gives, as actor or object or as a member of a group there, to the
    agent with this inverse functional identifier.
    """
    for actor in (statement["actor"], statement["object"]):
        # an activity has neither an identifier nor members
        for agent in (actor, *actor.get("member", ())):
            if "name" in agent and ifi(agent) == identifier:
                yield agent["name"]
