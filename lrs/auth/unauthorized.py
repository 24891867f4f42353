"""The refusal of a request whose sender is not known."""

from __future__ import annotations

from typing import Literal

from lrs.problem import Problem

Reason = Literal["credential-missing", "credential-invalid", "credential-revoked"]

_MESSAGES: dict[Reason, str] = {
    "credential-missing": "Send the header Authorization with HTTP Basic: the platform's key and secret.",
    # Which part was wrong is not said: it would tell which keys exist.
    "credential-invalid": "The key and the secret do not belong together.",
    "credential-revoked": "This credential was revoked; ask the operator for a new one.",
}


class Unauthorized(Problem):
    """401 with a challenge; `code` is the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(401, reason, _MESSAGES[reason], headers={"WWW-Authenticate": 'Basic realm="xAPI"'})
