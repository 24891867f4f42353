"""What every part of a report is: a frozen model whose attributes' docstrings are its documentation."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """A part of a report."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
