"""The one error tree of the ports; adapters wrap their drivers' errors in it at the edge, once.

    StoreError
    ├── Unavailable            try again: the log or the store does not answer
    │   └── Busy               another process holds the files longer than the patience set
    ├── Fenced                 somebody else has moved this position: stop and read it again
    ├── OutsideLog             a position lies outside the log: an operator must act
    ├── WrongLog               a position belongs to another log than the one given
    ├── FormatTooNew           the files were written by a newer program
    ├── TooMuch                the store cannot take so much at once
    ├── Unacceptable           the store cannot take this very value: poison, not a fault of the store
    └── NotPrepared            the files or topics are not there yet: `lrs serve` makes them

An invalid statement is `schemas.xapi.Invalid`, which is the client's fault and no part of this tree.
"""

from __future__ import annotations


class StoreError(Exception):
    """Something is wrong with the log or the store."""


class Unavailable(StoreError):
    """The log or the store does not answer now; the same call may succeed later."""


class Busy(Unavailable):
    """Another process holds the files; the same call may succeed later."""


class Fenced(StoreError):
    """The position is no longer what this consumer read: another one has taken over. Nothing was written."""


class OutsideLog(StoreError):
    """A consumer's position lies outside the log: records are missing, and only an operator can say what to
    do.
    """


class WrongLog(StoreError):
    """A position was taken in a log with another id: the log was replaced, or the store belongs to another
    one.
    """


class FormatTooNew(StoreError):
    """The files carry a format version that this program does not know: it is older than they are."""


class NotPrepared(StoreError):
    """The files or topics do not exist yet."""


class TooMuch(StoreError):
    """The store cannot take so much at once: less may go well. Nothing was written."""


class Unacceptable(StoreError):
    """The store cannot take this value, now or ever; it can take others."""
