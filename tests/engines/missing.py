"""What keeps an engine from being used."""

from __future__ import annotations


class Missing(Exception):
    """An engine is not there; the message says in one line what it would need."""


class NotUp(Exception):
    """An engine was started and does not answer; the message ends with what it wrote last."""
