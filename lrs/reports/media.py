"""In which format a report is answered."""

from __future__ import annotations

from enum import StrEnum

from lrs.reports.refused import Refused


class Media(StrEnum):
    """The formats of a report, by the name that `format` takes."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"

    @property
    def content_type(self) -> str:
        """Its media type."""
        return _TYPES[self]


_TYPES = {
    Media.JSON: "application/json",
    Media.CSV: "text/csv",
    Media.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def chosen(named: str | None, accept: str) -> Media:
    """The format that `format` names; else the one that the `Accept` header likes best, JSON where it does
    not say. Raises Refused `bad-format`.
    """
    if named is not None:
        if named not in list(Media):
            raise Refused("bad-format", f"Write one of {', '.join(Media)}.", "format")
        return Media(named)
    # the first of those that are liked equally
    return max(Media, key=lambda media: _liking(accept, media.content_type))


def _liking(accept: str, wanted: str) -> tuple[float, int]:
    """How much the header likes a media type, by the range that names it most closely (RFC 9110 12.5.1): its
    quality, then how closely, since `text/csv, */*` means CSV.
    """
    ranges = ["*/*", f"{wanted.partition('/')[0]}/*", wanted]
    closest, quality = -1, 0.0
    for part in accept.split(","):
        name, *parameters = (text.strip().lower() for text in part.split(";"))
        if name in ranges and ranges.index(name) > closest:
            closest, quality = ranges.index(name), _quality(parameters)
    return (quality, closest) if quality > 0 else (0.0, -1)


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
