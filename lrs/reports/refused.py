"""What a report was asked for and does not exist."""

from __future__ import annotations


class Refused(Exception):
    """A parameter that no report can be made of.

    `code` is stable, `parameter` names the offending one, the message says what to write instead. `missing`:
    it names a thing that is not there (a part of the path), rather than being written wrong.
    """

    def __init__(self, code: str, message: str, parameter: str, *, missing: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.parameter = parameter
        self.missing = missing
