"""The edge: an error of aiokafka becomes an error of the ports, here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka import errors

from schemas.errors import NotPrepared, OutsideLog, StoreError, Unacceptable, Unavailable

_REFUSED = (
    errors.TopicAuthorizationFailedError,
    errors.GroupAuthorizationFailedError,
    errors.ClusterAuthorizationFailedError,
    errors.AuthenticationFailedError,
    errors.SaslAuthenticationFailed,
    errors.UnsupportedSaslMechanismError,
    errors.IllegalSaslStateError,
)
_TOO_LARGE = (errors.MessageSizeTooLargeError, errors.RecordListTooLargeError)
_OURS = (
    errors.IllegalArgumentError,
    errors.IncompatibleBrokerVersion,
    errors.UnsupportedVersionError,
    errors.InvalidTopicError,
    errors.InvalidRequiredAcksError,
    errors.InvalidConfigurationError,
    errors.InvalidReplicationFactorError,
    errors.InvalidPartitionsError,
    errors.PolicyViolationError,
)

_NOT_IN = (
    "is a broker there, and do LRS_KAFKA_TLS, LRS_KAFKA_CA, LRS_KAFKA_MECHANISM and the user suit it? "
    "LRS_LOG_LEVEL=DEBUG says more"
)


def translate(error: BaseException) -> StoreError:
    """The error of the ports that this one is. What is not known to be lasting may pass: Unavailable."""
    said = f"Kafka: {str(error) or type(error).__name__}"
    if isinstance(error, errors.OffsetOutOfRangeError):
        return OutsideLog(said)
    if isinstance(error, errors.UnknownTopicOrPartitionError):
        return NotPrepared(f"{said}: `lrs migrate` makes the topics")
    if isinstance(error, _REFUSED):
        return StoreError(f"{said}: see LRS_KAFKA_USERNAME and what that user may do")
    if isinstance(error, _TOO_LARGE):
        return Unacceptable(f"{said}: `lrs migrate` sets max.message.bytes as LRS_MAX_BODY needs it")
    if isinstance(error, _OURS):
        return StoreError(said)
    # why nobody let us in at the beginning, is only in what the driver logs
    outside = isinstance(error, errors.KafkaConnectionError) and "bootstrap" in said
    return Unavailable(f"{said}: {_NOT_IN}" if outside else said)


@contextmanager
def translated() -> Iterator[None]:
    """Raise what `translate` makes of a driver's error raised within."""
    try:
        yield
    except (errors.KafkaError, OSError, TimeoutError) as error:
        raise translate(error) from error
