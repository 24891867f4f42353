"""Whether positions are of the log that is there: the one refusal of those that are not."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.errors import WrongLog
from schemas.record import Position


def refuse_other_logs(positions: Mapping[int, Position], topic: str, log_id: str) -> None:
    """Raises WrongLog where one of these positions in a topic was taken in another log."""
    for position in positions.values():
        if position.log != log_id:
            raise WrongLog(
                f"the store stands in log {position.log} of {topic}, but this is log {log_id}: it was "
                "replaced, or LRS_LOG and LRS_STORE do not belong together"
            )
