"""The collections: their indexes, what a document must look like, and how they are sharded.

| collection | `_id` | shard key | why |
|---|---|---|---|
| statements | id | `_id`, hashed | spreads inserts and look-ups; an id stays unique; pages are merged |
| references | id, id down its chain | `_id`, hashed | as statements, beside which it is read |
| subjects | subject | `_id`, hashed | as many as learners, and written as they come |
| activities | digest of the id | `_id`, hashed | as statements |
| learners | ruleset/partition/subject | `_id` | a transaction is of one ruleset and partition: one shard |
| cells | ruleset/key/partition | `_id` | a report reads ranges of keys |
| documents | owner, digest of its id | `owner` | one owner's are on one shard; digests spread |
| attachments | hash | `_id`, hashed | spreads them; a hash stays unique |
| attachment_pieces | file/number | `_id`, hashed | spreads inserts; each is read by its id |
| the others | | none | small; together on the primary shard |

A statement has `place` (see `lrs.adapters.mongo.place`: `stored` and its id), `terms` (its own), `voided`
(a void of it took effect), `refers_to` and, where it is a void of that, `voids` and `voids_any`. So one index
on `refers_to` answers who refers to a statement and who voids it. What has no value is absent. `erased`:
somebody was taken out of it; a tombstone has no text, is voided, and has its platform as `tombstone`, too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pymongo import ASCENDING, IndexModel

INTEGER = ["int", "long"]
HASHED = {"_id": "hashed"}
RANGED = {"_id": 1}
OWNED = {"owner": 1}


@dataclass(frozen=True, slots=True)
class Kept:
    """A collection. `fields`: those that every document has, with their BSON types."""

    name: str
    fields: dict[str, Any]
    indexes: tuple[IndexModel, ...] = ()
    shard_key: dict[str, Any] | None = None
    optional: dict[str, Any] = field(default_factory=dict)

    @property
    def validator(self) -> dict[str, Any]:
        """What the server refuses a document by."""
        types = {**self.fields, **self.optional}
        schema = {
            "bsonType": "object",
            "required": sorted(self.fields),
            "properties": {name: {"bsonType": type_} for name, type_ in sorted(types.items())},
        }
        return {"$jsonSchema": schema}


def _index(*keys: str, **options: Any) -> IndexModel:
    return IndexModel([(key, ASCENDING) for key in keys], name="_".join(keys), **options)


COLLECTIONS = (
    Kept(
        "statements",
        {
            "_id": "binData",
            "place": "binData",
            "log": "string",
            "partition": INTEGER,
            "offset": INTEGER,
            "platform": "string",
            "voided": "bool",
            "subjects": "array",
            "terms": "array",
            "text": "binData",
        },
        (
            _index("terms", "place"),
            _index("platform", "place"),
            _index("place"),
            _index("refers_to", sparse=True),
            _index("subjects"),
            _index("tombstone", sparse=True),
            _index("log", "partition", "offset"),
        ),
        HASHED,
        {
            "refers_to": "binData",
            "voids": "bool",
            "voids_any": "bool",
            "erased": "bool",
            "tombstone": "string",
        },
    ),
    Kept(
        "references",
        {"_id": "binData", "place": "binData", "terms": "array"},
        (_index("terms", "place"),),
        HASHED,
        {"platform": "string"},
    ),
    Kept("subjects", {"_id": "string"}, (), HASHED),
    Kept("activities", {"_id": "binData", "activity": "string", "known": "binData"}, (), HASHED),
    Kept("erasures", {"_id": "string", "terms": "array", "until": INTEGER}, (_index("terms"),)),
    Kept(
        "links",
        {
            "_id": "string",
            "account": "string",
            "moment": INTEGER,
            "offset": INTEGER,
            "terms": "array",
            "origin": "string",
            "claimed": "bool",
        },
        # `whose`: the person and the account, absent where it is nobody's
        (_index("account"), _index("person", sparse=True), _index("whose", sparse=True)),
        None,
        {"person": "string", "whose": "string"},
    ),
    Kept("ignored_voids", {"_id": "binData", "platform": "string"}, (_index("platform"),)),
    Kept(
        "conflicts",
        {"_id": "string", "number": INTEGER, "platform": "string", "text": "binData"},
        (_index("number"), _index("platform", "number")),
    ),
    Kept(
        "dead_letters",
        {"_id": "string", "topic": "string", "platform": "string", "code": "string"},
        # one that was requeued has no number any more, so it is in no list
        (_index("number", sparse=True),),
        None,
        {"number": INTEGER, "value": "binData"},
    ),
    Kept(
        "positions",
        {
            "_id": "string",
            "consumer": "string",
            "log": "string",
            "partition": INTEGER,
            "offset": INTEGER,
            "stored": INTEGER,
            "through": INTEGER,
            "counts": "object",
        },
        (_index("consumer"),),
    ),
    Kept(
        "documents",
        {
            "_id": "binData",
            "owner": "binData",
            "id": "string",
            "tag": "string",
            "content_type": "string",
            "modified": INTEGER,
            "content": "binData",
        },
        # ids are listed from the first index alone, without their contents
        (_index("owner", "modified", "id"), _index("learner", sparse=True)),
        OWNED,
        {"learner": "string"},
    ),
    Kept(
        "audit",
        {
            "_id": INTEGER,
            "moment": INTEGER,
            "who": "string",
            "platform": "string",
            "what": "string",
            "amount": INTEGER,
            "about": "string",
            "times": INTEGER,
        },
        (_index("moment"),),
    ),
    Kept("credentials", {"_id": "string", "hashed": "string", "platform": "string"}, (_index("platform"),)),
    Kept(
        "rulesets",
        {
            "_id": INTEGER,
            "stage": "string",
            "revision": INTEGER,
            "created": INTEGER,
            "floor": "string",
            "content": "string",
        },
    ),
    Kept("dropped", {"_id": INTEGER}),
    Kept("series", {"_id": INTEGER, "began": INTEGER, "rules": "string"}, (), None, {"ended": INTEGER}),
    Kept(
        "plan_imports",
        {
            "_id": INTEGER,
            "moment": INTEGER,
            "by": "string",
            "files": "array",
            "rows": INTEGER,
            "content": "binData",
        },
    ),
    Kept("numbers", {"_id": "string", "last": INTEGER}),
    Kept("aggregate_positions", {"_id": "string", "partition": INTEGER, "epoch": INTEGER}),
    Kept("learners", {"_id": "string", "state": "binData"}, (), RANGED),
    Kept("cells", {"_id": "string", "key": "string", "value": INTEGER}, (), RANGED),
    Kept(
        "attachments",
        {
            "_id": "string",
            "file": "string",
            "length": INTEGER,
            "pieces": INTEGER,
            "kept": INTEGER,
            "senders": "array",
        },
        (),
        HASHED,
    ),
    Kept("attachment_files", {"_id": "string", "sha2": "string", "begun": INTEGER}),
    Kept("attachment_pieces", {"_id": "string", "data": "binData"}, (), HASHED),
    Kept(
        "editions",
        {
            "_id": INTEGER,
            "day": "string",
            "published": INTEGER,
            "through": INTEGER,
            "digest": "string",
            "public": "binData",
            "frozen": "binData",
            "memory": "binData",
        },
    ),
    Kept("examples", {"_id": "string", "reason": "string", "ids": "array"}),
)
