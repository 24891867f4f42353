"""What a client requires of a document before it is written: If-Match and If-None-Match (RFC 9110 13.1)."""

from __future__ import annotations

from typing import Literal, NamedTuple

ANY: Literal["*"] = "*"
Tags = frozenset[str] | Literal["*"]
"""Entity tags without their quotes, or `*`: whatever is there."""


class Precondition(NamedTuple):
    """What must hold of the tag of the document that is there; what is None is not asked.

    `match`: there is one, with one of these tags. Weak tags are none of them, since they are compared
    strongly. `none_match`: there is none, or one without any of these tags.
    """

    match: Tags | None = None
    none_match: Tags | None = None

    def holds(self, tag: str | None) -> bool:
        """Whether it holds of a document with this tag; None: there is no document."""
        if tag is None:
            return self.match is None
        if self.match is not None and self.match != ANY and tag not in self.match:
            return False
        return self.none_match is None or (self.none_match != ANY and tag not in self.none_match)


ALWAYS = Precondition()
"""Nothing is asked."""
ABSENT = Precondition(none_match=ANY)
"""There is no document."""


def only(tag: str | None) -> Precondition:
    """Nothing was written since a document with this tag was read, or since none was."""
    return ABSENT if tag is None else Precondition(match=frozenset({tag}))
