"""Recounts the per-province figures from stored xAPI statements, by other code than the store's.

Slow, simple and meant to be read: every learner's statements are held in one list, sorted and decided upon
at the end; nothing is incremental. The answer is one flat `{key: count}` without zeros. A LINE is
scheme/province or scheme/province/commune.

    g|LINE|group|period|measure         learners; measure `statements` (group `*` only) is volume
    g|LINE|group|total|persons          learners that are persons; `linked`: how many accounts of theirs count
    g|LINE|group|total|confirmation:S   learners with a kind of confirmation whose latest status is S
    t|scheme/province|group|topic|M     learners, M is `started` or `completed`
    c|LINE|channel|period|M             M is `active` (learners) or `statements`
    p|platform|outcome                  statements, one outcome each

    python tests/recount/recount.py URL KEY SECRET registrations.json > cells.json
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path

if __name__ == "__main__" and not __package__:
    # Run as a script: let the relative imports below find their package.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    __package__ = "tests.recount"

from .places import NOT_STATED, Unit, place
from .reader import read_statements
from .statement import TOPICS, Json, Judged, Learner, Platform, judge, platform_name, platform_of, voided_ids


def volume_keys(statement: Judged, rules: "Rules") -> set[str]:
    """Where the statement itself is counted, whoever its learners are."""
    keys = {f"p|{statement.platform}|{statement.outcome}"}
    if statement.on_trial:
        return keys
    latest_old = statement.unit if statement.unit and statement.unit.scheme == "vn-2004" else None
    for line in place(statement.unit, latest_old, rules.default_successor).lines:
        for period in periods(statement.moment):
            keys.add(f"g|{line}|*|{period}|statements")
            keys.add(f"c|{line}|{statement.channel}|{period}|statements")
    return keys


def periods(moment: datetime) -> list[str]:
    return ["total", f"{moment:%Y}", f"{moment:%Y-%m}", f"{moment:%Y-%m-%d}"]


def latest_unit(held: Sequence[Judged], scheme: str | None = None) -> Unit | None:
    """The latest unit named (in `scheme`), explicit first, with the latest commune named in its province."""
    naming = [
        (statement.unit_is_explicit, statement.moment, statement.id, statement.unit)
        for statement in held
        if statement.in_time
        and statement.unit is not None
        and (scheme is None or statement.unit.scheme == scheme)
    ]
    naming.sort(key=lambda named: named[:3])
    if not naming:
        return None
    latest = naming[-1][3]
    communes = [
        unit.commune
        for *_, unit in naming
        if (unit.scheme, unit.province) == (latest.scheme, latest.province) and unit.commune is not None
    ]
    return Unit(latest.scheme, latest.province, communes[-1] if communes else None)


def latest_groups(held: Sequence[Judged]) -> frozenset[str]:
    stating = [
        (statement.groups_are_explicit, statement.moment, statement.id, statement.groups)
        for statement in held
        if statement.in_time and statement.groups
    ]
    return max(stating, key=lambda stated: stated[:3])[3] if stating else frozenset({NOT_STATED})


def dated(measure: str, moments: Collection[datetime]) -> set[tuple[str, str]]:
    """A measure that a learner reaches once, at the earliest moment: its periods."""
    return {(period, measure) for period in periods(min(moments))} if moments else set()


ONE: Json = {"topics": 1, "courses": 1, "attended": False}
"""Who is trained where the rules say nothing: who completed a topic or a course."""


@dataclass(frozen=True)
class Rules:
    """Who is trained, in all and by plan, and whether who was in a split commune is in its main part."""

    trained: Json
    trained_in: Mapping[str, Json]
    default_successor: bool


def rules_of(said: Json) -> Rules:
    """Of a ruleset as JSON; what it does not say is as at first."""
    own = said.get("trained_in") or {}
    return Rules(said.get("trained") or ONE, own, bool(said.get("default_successor")))


def trained_at(held: Sequence[Judged], rule: Json) -> list[datetime]:
    """When a learner met the rule by topics, and when by courses, as far as they did."""
    enough = {"completed", "attended"} if rule["attended"] else {"completed"}
    met = []
    for noun in ("topics", "courses"):
        first: dict[str, datetime] = {}
        for statement in sorted(held, key=lambda statement: statement.moment):
            what = statement.topic if noun == "topics" else statement.course
            if what is not None and statement.action in enough:
                first.setdefault(what, statement.moment)
        wanted = rule[noun]
        if wanted is not None and len(first) >= wanted:
            met.append(sorted(first.values())[wanted - 1])
    return met


def measures_of(held: Sequence[Judged], rules: Rules) -> set[tuple[str, str]]:
    """All (period, measure) that one learner counts in, whatever their unit and groups."""
    registered = [statement.moment for statement in held if statement.action == "registered"]
    everything = [statement.moment for statement in held]
    found = dated("registered", registered or everything)
    if not registered:
        found |= dated("registered-inferred", everything)
    for statement in held:
        if statement.action != "registered":
            found |= {(period, "active") for period in periods(statement.moment)}
    found |= dated("trained", trained_at(held, rules.trained))
    for plan, rule in rules.trained_in.items():
        found |= dated(f"trained:{plan}", trained_at(held, rule))
    found |= dated("certified", [s.moment for s in held if s.action == "certified"])
    return found | confirmations_of(held)


def confirmations_of(held: Sequence[Judged]) -> set[tuple[str, str]]:
    latest: dict[str, tuple[str, datetime]] = {}
    for statement in sorted(held, key=lambda statement: (statement.moment, statement.id)):
        if statement.confirmation is not None:
            kind, status = statement.confirmation
            latest[kind] = status, statement.moment
    confirmed = [moment for status, moment in latest.values() if status == "confirmed"]
    return dated("confirmed", confirmed) | {
        ("total", f"confirmation:{status}") for status, _ in latest.values()
    }


def learner_keys(held: Sequence[Judged], rules: Rules) -> set[str]:
    """Every cell in which one learner is counted, given all their statements that count."""
    where = place(latest_unit(held), latest_unit(held, "vn-2004"), rules.default_successor)
    groups = {"*"} | latest_groups(held)
    measures = measures_of(held, rules)
    keys = {
        f"g|{line}|{group}|{period}|{measure}"
        for line in where.lines
        for group in groups
        for period, measure in measures
    }
    for statement in held:
        if statement.topic is not None and statement.action in {"started", "completed", "attended"}:
            for done in ["started", "completed"] if statement.action == "completed" else ["started"]:
                for province in where.provinces:
                    keys |= {f"t|{province}|{group}|{statement.topic}|{done}" for group in groups}
        if statement.action != "registered":
            for line in where.lines:
                channel = f"c|{line}|{statement.channel}"
                keys |= {f"{channel}|{period}|active" for period in periods(statement.moment)}
    return keys


def recount(
    statements: Iterable[Json],
    registrations: Iterable[Json],
    *,
    topics: Collection[str] = TOPICS,
    void_any: Collection[str] = frozenset(),
    ruleset: Json | None = None,
    persons: Mapping[Learner, str] | None = None,
) -> dict[str, int]:
    """All cells, from all stored statements (voided ones too) in any order, by the rules of `ruleset`.

    `topics` are the known `scheme:code` besides those of the platforms' activity maps; `void_any` names the
    platforms whose voids work on any platform's statement. Raises ValueError if a registration's default unit
    is unknown. `persons` says whose accounts are, of those that are somebody's.
    """
    stored = list({statement["id"].lower(): statement for statement in statements}.values())
    return count(stored, registrations, voided_ids(stored, void_any), topics, ruleset, persons)


def count(
    stored: Iterable[Json],
    registrations: Iterable[Json],
    voided: Collection[str],
    topics: Collection[str] = TOPICS,
    ruleset: Json | None = None,
    persons: Mapping[Learner, str] | None = None,
) -> dict[str, int]:
    """All cells, from statements each of which comes once, and the ids of those that are voided."""
    whose = persons or {}
    rules = rules_of(ruleset or {})
    platforms = {registration["name"]: platform_of(registration) for registration in registrations}
    known = set(topics)
    cells: Counter[str] = Counter()
    held_by: dict[Learner | str, list[Judged]] = defaultdict(list)
    accounts_by: dict[str, set[Learner]] = defaultdict(set)
    for statement in stored:
        name = platform_name(statement)
        judged = judge(statement, platforms.get(name, Platform(name)), known, voided)
        cells.update(volume_keys(judged, rules))
        if judged.counts:
            for counted in {whose.get(learner, learner) for learner in judged.learners}:
                held_by[counted].append(judged)
            for learner in judged.learners & whose.keys():
                accounts_by[whose[learner]].add(learner)
    for counted, held in held_by.items():
        cells.update(learner_keys(held, rules))
        if isinstance(counted, str):
            where = place(latest_unit(held), latest_unit(held, "vn-2004"), rules.default_successor)
            for line, group in product(where.lines, {"*"} | latest_groups(held)):
                cells[f"g|{line}|{group}|total|persons"] += 1
                cells[f"g|{line}|{group}|total|linked"] += len(accounts_by[counted])
    return dict(cells)


def differences(a: Mapping[str, int], b: Mapping[str, int]) -> list[str]:
    """One line for each key whose counts differ, absent being 0; platforms' remarks are not compared."""
    return [
        f"{key}: {a.get(key, 0)} here, {b.get(key, 0)} there"
        for key in sorted({*a, *b})
        if a.get(key, 0) != b.get(key, 0)
        and not (key.startswith("p|") and key.rsplit("|", 1)[1].startswith("remark:"))
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description="Recount the per-province figures of a learning-records store."
    )
    parser.add_argument("url")
    parser.add_argument("key")
    parser.add_argument("secret")
    parser.add_argument("registrations", type=Path, help="a JSON list of platform registrations")
    parser.add_argument(
        "--topic", action="append", default=[], help="one more known scheme:code (repeatable)"
    )
    parser.add_argument(
        "--void-any", action="append", default=[], help="a platform that may void any (repeatable)"
    )
    options = parser.parse_args(arguments)
    registrations = json.loads(options.registrations.read_text(encoding="utf-8"))
    statements, answered = read_statements(options.url, options.key, options.secret)
    for identifier in sorted(answered ^ voided_ids(statements, options.void_any)):
        sys.stderr.write(f"voided for only one of the store and the recount: {identifier}\n")
    cells = recount(statements, registrations, topics=TOPICS | {*options.topic}, void_any=options.void_any)
    json.dump(cells, sys.stdout, ensure_ascii=False, indent=0, sort_keys=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
