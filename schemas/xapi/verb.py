"""Verbs (xAPI 1.0.3 Data 2.4.3) and the one reserved verb, voided (Data 2.3.2)."""

from typing import Any

from schemas.xapi.iri import check_iri
from schemas.xapi.language import check_language_map
from schemas.xapi.remembered import remembered
from schemas.xapi.table import Table, check_fields, require

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
"""The verb of a statement that voids the one its StatementRef names."""

_VERB: Table = {"id": check_iri, "display": check_language_map}


@remembered
def check_verb(value: object) -> None:
    """Raises Invalid unless the value is a verb with an IRI as id and, if any, a language map as display."""
    require(check_fields(value, _VERB, "a verb object"), "id")


def is_voiding(statement: dict[str, Any]) -> bool:
    """Whether a checked statement voids another."""
    return bool(statement["verb"]["id"] == VOIDED)
