"""Making an edition from cells and from what the one before it remembers. A function of values."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from itertools import product

import orjson

from lrs.editions import table
from lrs.editions.change import Tables, changes, tables_of
from lrs.editions.frozen import Frozen, pack, pack_memory, unpack_memory
from lrs.editions.line import every_line, figures_of_lines, lines_of_unit
from lrs.editions.measured import Measured, by_rule, counted, nests, of_every_line, of_target, squares
from lrs.editions.shape import NOTE, PublicEdition
from lrs.reports.basis import Cells
from lrs.reports.head import counts, rules_of
from schemas.cell import TRAINED
from schemas.disclosure import Memory, Shown, settle
from schemas.edition import Edition, EditionHead
from schemas.ruleset import Ruleset
from schemas.target import Target
from schemas.xapi import format_timestamp


def draft(frozen: Frozen, before: Edition | None, day: date, now: int, smallest: int) -> Edition:
    """The edition of `day` after the edition `before` (None: the first), published `now` (milliseconds).

    `frozen`: the cells of every line (`lrs.editions.line.prefixes`) and of the targets' periods, and the plan
    book. `smallest`: people.
    """
    cells, book, _ = frozen
    number = 1 if before is None else before.head.number + 1
    remembered = {} if before is None else unpack_memory(before.memory)
    last = None if before is None else read_public(before)
    rule_before = last.ruleset.trained if last else cells.ruleset.trained.describe()
    shown, memory = settled(cells, remembered, number, smallest, book.targets, rule_before)
    tables = Tables(
        tuple(table.provinces(shown, day)),
        tuple(table.by_group(shown, day)),
        tuple(table.targets(shown, book, cells.ruleset, cells.through, day)),
    )
    public = PublicEdition(
        number=number,
        day=day.isoformat(),
        published=format_timestamp(now),
        through=format_timestamp(cells.through),
        previous=None if before is None else before.head.digest,
        ruleset=rules_of(cells.ruleset, cells.since),
        counts=counts(linked=cells.linked),
        calendar="Asia/Ho_Chi_Minh",
        smallest_cell=smallest,
        note=NOTE,
        **tables._asdict(),
        changes=() if last is None else changes(tables_of(last), tables),
    )
    body = canonical(public)
    head = EditionHead(number, day.isoformat(), now, cells.through, digest(body))
    return Edition(head, body, pack(frozen), pack_memory(memory))


def settled(
    cells: Cells,
    remembered: Mapping[str, Memory],
    number: int,
    smallest: int,
    targets: Sequence[Target],
    rule_before: str,
) -> tuple[dict[str, dict[str, Shown]], dict[str, Memory]]:
    """By line what is shown of it, and what is to be remembered. `rule_before`: what *trained* meant in the
    edition before, in words.
    """
    wanted = _wanted(cells.ruleset, cells.through, targets)
    truth = counted(figures_of_lines(cells.cells), wanted)
    together = cache(lambda measured: (nests(measured, cells.ruleset), squares(measured, cells.ruleset)))
    shown: dict[str, dict[str, Shown]] = {}
    memory: dict[str, Memory] = {}
    for line, measured in wanted.items():
        before = remembered.get(line, Memory())
        if rule_before != cells.ruleset.trained.describe():
            before = _of_other_rules(before, measured, truth[line], cells.ruleset, rule_before)
        before = _begun(before, measured)
        pairs, fours = together(measured)
        shown[line], memory[line] = settle(truth[line], pairs, before, number, smallest, fours)
    return shown, memory


def canonical(public: PublicEdition) -> bytes:
    """The bytes that everybody is answered and that the digest is of: JSON in UTF-8, keys in order, without
    spaces.
    """
    return orjson.dumps(public.model_dump(), option=orjson.OPT_SORT_KEYS)


def digest(body: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def read_public(edition: Edition) -> PublicEdition:
    """The public tables of an edition that is kept."""
    return PublicEdition.model_validate_json(edition.public)


def _wanted(rules: Ruleset, through: int, targets: Sequence[Target]) -> dict[str, frozenset[Measured]]:
    found = defaultdict(set, {line: set(of_every_line()) for line in every_line()})
    for target in targets:
        if (measured := of_target(target, rules, through)) is not None:
            for line in lines_of_unit(target.unit):
                found[line].add(measured)
    return {line: frozenset(measured) for line, measured in found.items()}


def _of_other_rules(
    before: Memory, measured: frozenset[Measured], truth: Mapping[str, int], rules: Ruleset, rule_before: str
) -> Memory:
    """The memory where *trained* meant something else in the edition before: people who are counted by the
    rule of a plan may be those whom the rule of all counted, or will count.
    """
    last, shown = dict(before.last), set(before.shown)
    for it in measured:
        name, due = str(it), it.due
        if it.measure == TRAINED:
            other = f"{by_rule(rules.trained.describe())}|{it.group}|{due}"
        elif it.rule == rule_before:
            other = f"{TRAINED}|{it.group}|{due}"
        else:
            continue
        # the nearer one: who is far from that is far from both
        known = [which for which in (name, other) if which in before.last]
        if known:
            nearer = min(known, key=lambda which: abs(before.last[which].value - truth[name]))
            last[name] = before.last[nearer]
            shown = (shown | {name}) if nearer in before.shown else (shown - {name})
    return Memory(last, frozenset(shown), before.between)


def _begun(before: Memory, measured: frozenset[Measured]) -> Memory:
    """The memory, with a figure that is due now beginning as what it was until it was due: as it was last
    shown, and with what lay between it and others.
    """
    begins = {
        until: str(it)
        for it in measured
        if it.due and str(it) not in before.last and (until := str(it._replace(due=""))) in before.last
    }
    if not begins:
        return before
    last = {due: before.last[until] for until, due in begins.items()}
    shown = {due for until, due in begins.items() if until in before.shown}
    between: dict[str, int] = {}
    for names, count in before.between.items():
        inner, *others = names.split(" ")
        if inner in begins:
            # beside others as they are, and as they are due
            for beside in product(*({it, begins.get(it, it)} for it in others)):
                between[" ".join((begins[inner], *beside))] = count
    return Memory({**before.last, **last}, before.shown.union(shown), {**before.between, **between})
