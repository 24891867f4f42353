"""The log on Apache Kafka, for more than one machine: topics, one record batch a unit, groups of consumers.

Imports `schemas` and `aiokafka`; only the wiring imports it, and takes `KafkaLog`, `Address`, `Security` and
`migrate`.
"""

from lrs.adapters.kafka.address import Address, Security
from lrs.adapters.kafka.log import KafkaLog
from lrs.adapters.kafka.migrate import Wanted, migrate

__all__ = ["Address", "KafkaLog", "Security", "Wanted", "migrate"]
