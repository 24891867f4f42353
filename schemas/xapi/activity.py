"""Activities and their definitions (xAPI 1.0.3 Data 2.4.4.1)."""

from schemas.xapi.extensions import check_extensions
from schemas.xapi.interaction import INTERACTION, check_interaction
from schemas.xapi.iri import check_iri
from schemas.xapi.language import check_language_map
from schemas.xapi.remembered import remembered
from schemas.xapi.scalar import one_of
from schemas.xapi.table import Table, check_fields, require

_DEFINITION: Table = {
    "name": check_language_map,
    "description": check_language_map,
    "type": check_iri,
    "moreInfo": check_iri,
    "extensions": check_extensions,
    **INTERACTION,
}


@remembered
def check_definition(value: object) -> None:
    """Raises Invalid unless the value is an activity definition; an empty one is discouraged, not wrong."""
    check_interaction(check_fields(value, _DEFINITION, "an activity definition"))


_ACTIVITY: Table = {"objectType": one_of("Activity"), "id": check_iri, "definition": check_definition}


def check_activity(value: object) -> None:
    """Raises Invalid unless the value is an activity with an IRI as id; objectType may be left out."""
    require(check_fields(value, _ACTIVITY, "an activity object"), "id")
