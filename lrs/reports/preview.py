"""What a platform on trial would add to the figures."""

from __future__ import annotations

from lrs.reports.province import Province
from lrs.reports.provinces import Provinces
from lrs.reports.shape import Shape
from lrs.reports.sheet import Sheet

NOTE = (
    "A preview: what this platform alone would report if it counted, under the living rules. Nothing of it "
    "is in any other figure. Learners who also learn elsewhere may count otherwise once it counts; "
    "statements that were voided are left out."
)


class _Preview(Shape):
    platform: str
    note: str
    statements: int
    """How many of the platform's statements the figures are made of."""
    complete: bool
    """Whether these are all; else the latest are missing, and the platform has sent more than a preview
    reads."""


class ProvincesPreview(_Preview):
    """The nation, province by province, as far as this platform goes."""

    figures: Provinces


class ProvincePreview(_Preview):
    """One province, as far as this platform goes."""

    figures: Province


def sheet(platform: str, made: Sheet) -> Sheet:
    """A sheet of figures, each row of which says that it is a preview, and of whom."""
    return Sheet(
        name=f"preview-{platform}-{made.name}",
        columns=("preview_of", *made.columns),
        rows=((platform, *row) for row in made.rows),
    )
