"""Hà Nội: mobile learning points that post weeks later, in any order, beside what their people do online."""

from __future__ import annotations

from random import Random

from tests.acceptance.client import Client
from tests.acceptance.figures import assert_recounted
from tests.acceptance.making import Json, account, statement, void
from tests.acceptance.nursery import Nursery
from tests.acceptance.server import parse_credential

HOME = "https://hanoi.example.vn"
HOAN_KIEM: Json = {"scheme": "vn-2025", "province": "01", "commune": "00070"}
OLD_HA_NOI: Json = {"scheme": "vn-2004", "province": "01"}
WORDS = ("--home-page", HOME, "--provinces", "vn-2025/01,vn-2004/01", "--with-credential")

PEOPLE = 40
MAY, JUNE, JULY = "2025-05-31T16:59:59.999Z", "2025-05-31T17:00:00Z", "2025-07-20T09:00:00+07:00"
"""The last moment of May and the first of June in Vietnam, and a day online."""


def _mobile(person: int) -> list[Json]:
    """What a point noted of somebody offline: those with an even number came in May, the others in June."""
    at = MAY if person % 2 == 0 else JUNE
    said = {"unit": HOAN_KIEM, "channel": "mobile-point", "groups": ["elderly"], "topic": 3}
    actor = account(f"hv-{person}", HOME)
    return [
        statement(verb="attended", actor=actor, at=at, **said),  # type: ignore[arg-type]
        statement(verb="completed", actor=actor, at=at, **said),  # type: ignore[arg-type]
    ]


def _online(person: int) -> list[Json]:
    """What half of the same people did online afterwards, on a platform that names the province alone."""
    actor = account(f"hv-{person}", HOME)
    return [statement(verb="progressed", actor=actor, at=JULY, channel="online", unit=OLD_HA_NOI, topic=4)]


async def test_mobile_points_land_in_the_period_in_which_people_learnt(serve: Nursery) -> None:
    server = serve()
    pairs = {
        name: parse_credential(server.lrs("platform", "add", name, *WORDS)) for name in ("points", "online")
    }
    dice = Random(138)
    late = [made for person in range(PEOPLE) for made in _mobile(person)]
    dice.shuffle(late)
    async with Client(server, *pairs["points"]) as points, Client(server, *pairs["online"]) as online:
        # online first, although it happened last
        await online.store(*(made for person in range(PEOPLE // 2) for made in _online(person)))
        for at in range(0, len(late), 7):
            batch = late[at : at + 7]
            await points.store(*batch)
            if dice.random() < 0.3:
                await points.store(*batch)
        found = await assert_recounted(server)
    async with Client(server) as office:
        report = await office.report("provinces/vn-2025/01")
        old = await office.report("provinces/vn-2004/01")
        day = await office.report("provinces", period="2025-06-01")
    months = {it["month"]: it for it in report["months"]["lines"]}
    assert set(months) == {"2025-05", "2025-06", "2025-07"}
    assert [months[it]["active"] for it in months] == [20, 20, 20]
    assert [months[it]["trained"] for it in months] == [20, 20, 0]
    assert [months[it]["registered"] for it in months] == [20, 20, 0]
    assert [months[it]["statements"] for it in months] == [40, 40, 20]
    assert (report["totals"]["registered"], report["totals"]["trained"]) == (PEOPLE, PEOPLE)
    assert next(it for it in day["lines"] if it["code"] == "01")["active"] == 20
    # half of them named the province alone in July, which is later, and counts there without a commune
    communes = {it["code"]: it["registered"] for it in report["communes"]["lines"] if it["registered"]}
    assert communes == {"00070": 20, "not-stated": 20}
    assert old["totals"]["registered"] == PEOPLE
    elderly = next(it for it in report["groups"]["lines"] if it["code"] == "elderly")
    assert (elderly["registered"], elderly["trained"]) == (PEOPLE, PEOPLE)
    channels = {it["channel"]: (it["active"], it["statements"]) for it in report["channels"]["lines"]}
    assert channels["mobile-point"] == (PEOPLE, 2 * PEOPLE)
    assert channels["online"] == (PEOPLE // 2, PEOPLE // 2)
    for scheme, of in (("vn-2025", report), ("vn-2004", old)):
        for line in of["channels"]["lines"]:
            for column in ("active", "statements"):
                key = f"c|{scheme}/01|{line['channel']}|total|{column}"
                assert line[column] == found.figures.get(key, 0), "as the recount has it"


async def test_the_identified_members_of_a_group_each_count(serve: Nursery) -> None:
    server = serve()
    pair = parse_credential(server.lrs("platform", "add", "points", *WORDS))
    an, binh, chi = (account(it, HOME) for it in ("an", "binh", "chi"))
    group = {"objectType": "Group", "member": [an, binh, {**an, "name": "again"}]}
    named = {"objectType": "Group", **account("lop-5", HOME), "member": [chi]}
    said: Json = {"unit": HOAN_KIEM, "channel": "in-person", "topic": 1, "groups": ["farmers"]}
    async with Client(server, *pair) as points:
        everybody = statement(actor=group, **said)
        await points.store(
            everybody,
            statement(actor=named, **said),
            statement(actor={"objectType": "Group", **account("lop-6", HOME)}, **said),
        )
        anonymous = {"objectType": "Group", "member": [an, {"name": "nobody knows"}]}
        refused = await points.post(statement(actor=anonymous, **said))
        assert refused.error == (400, "identifier-missing", "/actor/member/1")
        await assert_recounted(server)
        async with Client(server) as office:
            assert await _of_channel(office) == (3, 3, 3)
            mine = await points.report("platforms/points")
            assert {it["code"]: it["count"] for it in mine["reasons"] if it["count"]} == {"no-learner": 1}
            await points.store(void(everybody["id"]))
            await assert_recounted(server)
            assert await _of_channel(office) == (1, 1, 3)


async def _of_channel(office: Client) -> tuple[int, int, int]:
    """Of Hà Nội: the trained, and active learners and statements in person."""
    report = await office.report("provinces/vn-2025/01")
    (line,) = [it for it in report["channels"]["lines"] if it["channel"] == "in-person"]
    return report["totals"]["trained"], line["active"], line["statements"]
