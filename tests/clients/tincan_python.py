"""The steps of tincan (Python): what `session.js` has for the others, so the same names and documents."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tincan import Activity, Agent, AgentAccount, LRSResponse, RemoteLRS, Statement, StatementList, Verb
from tincan.documents import AgentProfileDocument, StateDocument

HOME = "https://client.example"
NAME = os.environ["LRS_NAME"]
FIRST = {"page": 3, "note": "Tới trang kế tiếp"}
SECOND = {"page": 4, "note": "Hết chương"}
JSON = "application/json"

activity = Activity(id=f"{HOME}/{NAME}")
agent = Agent(account=AgentAccount(home_page=HOME, name=NAME))
lrs = RemoteLRS(
    version="1.0.3",
    endpoint=f"{os.environ['LRS_URL']}/xapi/",
    username=os.environ["LRS_KEY"],
    password=os.environ["LRS_SECRET"],
)


def done(step: str, **found: object) -> None:
    """Tell that a step is done, and what came of it."""
    sys.stdout.write(json.dumps({"step": step, **found}) + "\n")


def taken(answer: LRSResponse) -> LRSResponse:
    """An answer that must not be a refusal."""
    if not answer.success:
        sys.exit(f"{answer.response.status} {answer.data}")
    return answer


def statement(**more: object) -> Statement:
    """A statement about the activity; without an id, where `more` has none."""
    verb = Verb(id="http://adlnet.gov/expapi/verbs/experienced", display={"vi-VN": "đã xem"})
    return Statement(actor=agent, verb=verb, object=activity, **more)


def paged() -> None:
    """Post a batch, and read it in pages of two."""
    batch = StatementList([statement(id=str(uuid4())) for _ in range(5)])
    posted = [str(it.id) for it in taken(lrs.save_statements(batch)).content]
    found = taken(lrs.query_statements({"activity": activity, "limit": 2})).content
    pages = [[str(it.id) for it in found.statements]]
    while found.more:
        found = taken(lrs.more_statements(found)).content
        pages.append([str(it.id) for it in found.statements])
    done("paged", posted=posted, pages=pages)


def state(name: str, content: Any = None) -> StateDocument:
    """A State document, of which a deletion needs no content."""
    return StateDocument(activity=activity, **document(name, content, None))


def profile(name: str, content: Any = None, etag: str | None = None) -> AgentProfileDocument:
    """An Agent Profile document; with an ETag, to be put in the place of the one that has it."""
    return AgentProfileDocument(**document(name, content, etag))


def document(name: str, content: Any, etag: str | None) -> dict[str, Any]:
    """What documents are made of. The client sends text as Latin-1, so that JSON must be ASCII."""
    said = None if content is None else json.dumps(content)
    return {"id": name, "agent": agent, "content": said, "content_type": JSON, "etag": etag}


def read(answer: LRSResponse) -> tuple[Any, str]:
    """Content and ETag, which it does not give to the document that it makes of an answer."""
    taken(answer)
    if answer.response.status != 200:
        sys.exit(f"{answer.response.status} for a document that should be there")
    return json.loads(answer.content.content), answer.response.getheader("ETag")


def kept(
    step: str,
    load: Callable[[str], LRSResponse],
    save: Callable[[str, Any, str], LRSResponse],
    ids: Callable[[], LRSResponse],
    drop: Callable[[str], LRSResponse],
) -> None:
    """Replace the two documents that are there, and delete one."""
    for name in ("kept", "dropped"):
        content, etag = read(load(name))
        if content != FIRST:
            sys.exit(f"{step} {name} is {content}")
        taken(save(name, SECOND, etag))
    taken(drop("dropped"))
    if (found := taken(ids()).content) != ["kept"]:
        sys.exit(f"{step}: {found} are left")
    done(step, content=read(load("kept"))[0])


def main() -> None:
    """Take the steps."""
    identifier = str(taken(lrs.save_statement(statement())).content.id)
    done("posted", id=identifier)
    found = taken(lrs.retrieve_statement(identifier)).content
    done("read", statement=json.loads(found.to_json("1.0.3")))
    paged()
    for name in ("kept", "dropped"):
        taken(lrs.save_state(state(name, FIRST)))
    kept(
        "state",
        lambda name: lrs.retrieve_state(activity, agent, name),
        # it sends this one twice: with an ETag, the second time is told 412
        lambda name, content, _: lrs.save_state(state(name, content)),
        lambda: lrs.retrieve_state_ids(activity, agent),
        lambda name: lrs.delete_state(state(name)),
    )
    # it cannot send If-None-Match, which 1.0.3 wants with a new profile (Communication 3.1)
    answer = lrs.save_agent_profile(profile("new", FIRST))
    done("refused profile", error=[answer.response.status, json.loads(answer.data)["error"]["code"]])
    kept(
        "profile",
        lambda name: lrs.retrieve_agent_profile(agent, name),
        lambda name, content, etag: lrs.save_agent_profile(profile(name, content, etag)),
        lambda: lrs.retrieve_agent_profile_ids(agent),
        lambda name: lrs.delete_agent_profile(profile(name)),
    )


if __name__ == "__main__":
    main()
