"""Statements of rows. Their ids follow from what identifies a row, so that a file can be sent again.

A row is identified by its platform, learner, verb, activity, topic and day of Asia/Ho_Chi_Minh; what else it
says (the time of day, unit, groups, channel) may be corrected. A correction is the next *revision*: another
id, beside a void of the one before.
"""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from lrs.attendance.row import VIETNAM, Row
from schemas.xapi import VOIDED

Json = dict[str, Any]

_NAMESPACE = uuid5(NAMESPACE_URL, "https://w3id.org/bdhvs/attendance")


class Maker:
    """Makes a platform's statements. `home_page` is that of its learners' accounts."""

    def __init__(self, platform: str, home_page: str, namespace: str) -> None:
        self._platform = platform
        self._home_page = home_page
        self._extensions = f"{namespace}ext/"
        self._topics = f"{namespace}attendance/topic"

    def identity(self, row: Row) -> UUID:
        """What identifies a row: two of a file that have the same say the same thing twice."""
        topic = ":".join(row.topic) if row.topic else ""
        day = row.time.astimezone(VIETNAM).date().isoformat()
        said = (self._platform, self._home_page, row.account, row.verb, row.activity or "", topic, day)
        return uuid5(_NAMESPACE, "\n".join(said))

    def identifier(self, row: Row, revision: int) -> str:
        """The id of a row's statement."""
        identity = self.identity(row)
        return str(identity if revision == 0 else uuid5(identity, f"revision {revision}"))

    def statement(self, row: Row, revision: int) -> Json:
        """The statement of a row."""
        extensions: Json = {f"{self._extensions}channel": row.channel}
        if row.unit is not None:
            place = {"scheme": row.unit.scheme, "province": row.unit.province}
            commune = {} if row.unit.commune is None else {"commune": row.unit.commune}
            extensions[f"{self._extensions}admin-unit"] = {**place, **commune}
        if row.groups is not None:
            extensions[f"{self._extensions}audience-group"] = list(row.groups)
        if row.topic is not None:
            scheme, code = row.topic
            extensions[f"{self._extensions}topic"] = {"scheme": scheme, "code": code}
        return {
            "id": self.identifier(row, revision),
            "actor": self._account(row.account),
            "verb": {"id": row.verb},
            "object": {"objectType": "Activity", "id": row.activity or self._activity_of(row.topic)},
            "timestamp": row.time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "context": {"extensions": extensions},
        }

    def void(self, row: Row, revision: int) -> Json:
        """The statement that voids one of a row's."""
        target = self.identifier(row, revision)
        return {
            "id": str(uuid5(UUID(target), "void")),
            "actor": self._account("attendance-import"),
            "verb": {"id": VOIDED},
            "object": {"objectType": "StatementRef", "id": target},
        }

    def _account(self, name: str) -> Json:
        return {"objectType": "Agent", "account": {"homePage": self._home_page, "name": name}}

    def _activity_of(self, topic: tuple[str, str] | None) -> str:
        scheme, code = topic or ("", "")
        return f"{self._topics}/{scheme}/{code}"
