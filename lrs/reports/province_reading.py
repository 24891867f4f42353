"""Making the report of one province: which cells it needs, and what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lrs.reports import basis, measures
from lrs.reports.basis import Basis
from lrs.reports.head import head
from lrs.reports.linking import linking
from lrs.reports.measures import COLUMNS, Line
from lrs.reports.province import (
    CHANNELS_NOTE,
    COMMUNES_NOTE,
    GROUPS_NOTE,
    MONTHS_NOTE,
    ChannelLine,
    Channels,
    ChannelYear,
    Communes,
    GroupLine,
    Groups,
    MonthLine,
    Months,
    Province,
    TopicLine,
)
from lrs.reports.selection import NAMES, line_name
from schemas.calendar import TOTAL
from schemas.cell import ACTIVE, NOT_STATED, STATEMENTS
from schemas.figure import ALL, cells_of, cells_of_communes, lines_of
from schemas.group import groups
from schemas.ports import EventLog, Store
from schemas.reading import CHANNELS
from schemas.ruleset import Ruleset
from schemas.unit import UNRESOLVED, Scheme, Unit, gazetteer


def communes_of(scheme: Scheme, code: str) -> tuple[str, ...]:
    """The codes of the lines into which a province falls; one that is no place falls into none but
    `not-stated`."""
    if code in NAMES:
        return (NOT_STATED,)
    known = tuple(unit.commune or "" for unit in gazetteer().communes(Unit(scheme, code)))
    return (*known, NOT_STATED, UNRESOLVED) if scheme == "vn-2025" else (*known, NOT_STATED)


def prefixes(scheme: Scheme, code: str) -> Iterator[str]:
    """Beginnings of the keys of the cells that the report is summed from."""
    province = f"{scheme}/{code}"
    yield from cells_of(province, TOTAL)
    yield from cells_of_communes(province)
    for line in lines_of(province):
        yield f"g|month|{line}|"
        yield f"c|month|{line}|"
        yield f"c|year|{line}|"
        yield f"t|{line}|"


def build(found: Basis, scheme: Scheme, code: str, group: str) -> Province:
    """The report, from cells."""
    province, cells = f"{scheme}/{code}", found.figures
    communes = tuple(
        Line(
            code=commune,
            name=NAMES.get(commune) or gazetteer().name(Unit(scheme, code, commune), found.today),
            **measures.counted(cells, f"{province}/{commune}", ALL, TOTAL),
        )
        for commune in communes_of(scheme, code)
    )
    return Province(
        head=head(found, scheme),
        code=code,
        name=line_name(scheme, code, found.today),
        linking=linking(cells, province, ALL),
        totals=measures.total(communes),
        communes=Communes(note=COMMUNES_NOTE, lines=communes),
        groups=Groups(overlap=True, note=GROUPS_NOTE, lines=tuple(_groups(cells, province))),
        topics=tuple(_topics(cells, province, group, found.ruleset)),
        channels=Channels(
            overlap=True,
            note=CHANNELS_NOTE,
            lines=tuple(_channels(cells, province, TOTAL)),
            years=tuple(
                ChannelYear(year=year, lines=tuple(_channels(cells, province, year)))
                for year in _years(cells, province)
            ),
        ),
        months=Months(note=MONTHS_NOTE, lines=tuple(_months(cells, province))),
    )


async def read(store: Store, log: EventLog, scheme: Scheme, code: str, group: str) -> Province:
    """The report as things stand. Raises Unavailable as `basis.read` does."""
    return build(await basis.read(store, log, prefixes(scheme, code)), scheme, code, group)


def _groups(cells: Mapping[str, int], province: str) -> Iterator[GroupLine]:
    def figures(code: str) -> dict[str, int | None]:
        found = measures.counted(cells, province, code, TOTAL)
        del found[STATEMENTS]
        return found

    for code, group in groups().items():
        # A zero would look like a figure of a group that no statement can say.
        shown = figures(code) if group.sendable else dict.fromkeys(figures(code))
        yield GroupLine(code=code, name=group.vi, name_en=group.en, kind=group.kind, **shown)
    yield GroupLine(
        code=NOT_STATED, name="không nêu", name_en="not stated", kind="not-stated", **figures(NOT_STATED)
    )


def _topics(cells: Mapping[str, int], province: str, group: str, rules: Ruleset) -> Iterator[TopicLine]:
    counting = (platform for platform in rules.platforms.values() if not platform.trial)
    mapped = {topic for platform in counting for topic in platform.activities.values()}
    known = sorted(rules.topics | mapped)
    for each in dict.fromkeys((ALL, group)):
        for topic in known:
            start = f"t|{province}|{each}|{topic}|"
            yield TopicLine(
                topic=topic,
                group=each,
                started=cells.get(start + "started", 0),
                completed=cells.get(start + "completed", 0),
            )


def _years(cells: Mapping[str, int], province: str) -> list[str]:
    """The years in which something was learnt through a channel, a not stated one too."""
    periods = (key.split("|")[3] for key in cells if key.startswith(f"c|{province}|"))
    return sorted({period for period in periods if len(period) == len("2025")})


def _channels(cells: Mapping[str, int], province: str, period: str) -> Iterator[ChannelLine]:
    for channel in (*CHANNELS, NOT_STATED):
        start = f"c|{province}|{channel}|{period}|"
        yield ChannelLine(
            channel=channel,
            active=cells.get(start + ACTIVE, 0),
            statements=cells.get(start + STATEMENTS, 0),
        )


def _months(cells: Mapping[str, int], province: str) -> Iterator[MonthLine]:
    start = f"g|{province}|{ALL}|"
    shown = frozenset(COLUMNS.values())
    months = set()
    for key in cells:
        if key.startswith(start):
            period, measure = key[len(start) :].split("|")
            if len(period) == len("2025-04") and measure in shown:
                months.add(period)
    for month in sorted(months):
        yield MonthLine(month=month, **measures.counted(cells, province, ALL, month))
