"""The store in MongoDB, for more than one machine: a replica set, or a sharded cluster of them.

Imports `schemas`, the driver (motor, pymongo, bson) and orjson; only the wiring imports it, and takes
`MongoStore` and `migrate`.
"""

from lrs.adapters.mongo.migrate import migrate
from lrs.adapters.mongo.store import MongoStore

__all__ = ["MongoStore", "migrate"]
